"""Names fit the profiles, are unique, and hold on the real files."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments import naming
from segmentation.segments.clustering import canonical, fit_kmeans
from segmentation.segments.naming import (
    Archetype,
    Trait,
    name_fit,
    name_segments,
    read_archetypes,
    segment_profiles,
)
from segmentation.segments.transforms import Feature, fit_features, scaled
from segmentation.segments.versions import catalogue_features

PROJECT = Path(__file__).parents[3]
INCOME = Feature("income", "Income", high_phrase="high income", low_phrase="low income")
AGE = Feature("age", "Age", high_phrase="older", low_phrase="younger")
SCORE = Feature("spending_score", "Score", high_phrase="keen", low_phrase="reluctant")


def seed(name):
    return duckdb.read_csv(str(PROJECT / "seeds" / f"{name}.csv"))


@pytest.fixture(scope="module")
def archetypes():
    return read_archetypes(seed("segment_archetypes"))


def segmented(frame, features, k, value):
    points = scaled(frame, fit_features(frame, features))
    clustering = canonical(
        fit_kmeans(points, k, random_seed=20141004), frame[value].to_numpy(float)
    )
    return segment_profiles(frame, [f"S{label + 1:02d}" for label in clustering.labels])


def mall(rows, seed=7):
    """Five crowds of customers as shopping malls know them."""
    rng = np.random.default_rng(seed)
    crowds = [(87, 82, 33), (26, 78, 25), (55, 50, 44), (26, 20, 45), (88, 17, 41)]
    parts = [
        np.column_stack(
            [rng.normal(m, s, rows) for m, s in zip(c, (6, 7, 6), strict=True)]
        )
        for c in crowds
    ]
    return pd.DataFrame(np.vstack(parts), columns=["income", "spending_score", "age"])


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        pytest.param({"income": 0.6, "children": -0.6}, 0.75, id="all that it says"),
        pytest.param({"income": 9.0, "children": -9.0}, 0.75, id="more is not better"),
        pytest.param({"income": 0.3, "children": -0.3}, 0.375, id="half of it"),
        pytest.param(
            {"income": 0.6, "children": 0.6}, 0.25, id="a lesser trait is not so"
        ),
        pytest.param(
            {"income": -0.1, "children": -2.0}, 0.0, id="the main trait is not so"
        ),
        pytest.param({"children": -2.0}, 0.0, id="the main trait is not known"),
        pytest.param(
            {"income": 0.6, "children": np.nan}, 0.0, id="too little is known"
        ),
        pytest.param({}, 0.0, id="nothing is known"),
    ],
)
def test_fit_measures_how_much_of_a_name_is_so(profile, expected):
    traits = [Trait("income", 1, 2), Trait("children", -1, 1)]
    assert name_fit(profile, traits) == pytest.approx(expected)


def test_unknown_features_leave_a_name_possible():
    traits = [Trait("income", 1, 3), Trait("children", -1, 1)]
    assert name_fit({"income": 1.0}, traits) == pytest.approx(0.75)


def test_average_is_a_trait_too():
    traits = [Trait("income", 0)]
    assert name_fit({"income": 0.0}, traits) == 0.5
    assert name_fit({"income": 0.7}, traits) == name_fit({"income": -0.7}, traits) == 0


def test_matching_is_best_for_all_not_for_the_first():
    # both like A best, but only S01 is at all like B
    a = Archetype("A", "a", (Trait("income", 1, 2), Trait("age", -1, 1)))
    b = Archetype("B", "b", (Trait("income", 1, 2), Trait("age", 0, 1)))
    profiles = pd.DataFrame(
        {"income": [0.6, 0.6], "age": [-0.25, -0.6]}, index=["S01", "S02"]
    )
    names = name_segments(profiles, archetypes=[a, b], features=[INCOME])
    assert [n.name for n in names.values()] == ["B", "A"]


def test_a_segment_like_no_archetype_is_named_by_what_it_is():
    profiles = pd.DataFrame({"income": [1.0], "age": [-0.5]}, index=["S01"])
    old = Archetype("Seniors", "They are old.", (Trait("age", 1, 2),))
    names = name_segments(profiles, archetypes=[old], features=[INCOME, AGE])
    assert names["S01"].name == "High income, younger"
    assert names["S01"].source == "generated"
    assert names["S01"].fit == pytest.approx((1 + 0.5 / 0.6) / 3)


def test_equal_segments_still_have_different_names():
    profiles = pd.DataFrame({"income": [1.0] * 3}, index=["S01", "S02", "S03"])
    names = name_segments(profiles, archetypes=[], features=[INCOME])
    assert [n.name for n in names.values()] == [
        "High income",
        "High income 2",
        "High income 3",
    ]


def test_a_name_stays_with_its_key_and_goes_to_no_other(archetypes):
    profiles = pd.DataFrame(
        {"income": [1.0, -1.0], "spending_score": [1.0, -1.0]}, index=["S01", "S02"]
    )
    fresh = name_segments(profiles, archetypes=archetypes, features=[INCOME, SCORE])
    assert [n.name for n in fresh.values()] == ["Big Spenders", "Frugal Shoppers"]
    kept = name_segments(
        profiles,
        archetypes=archetypes,
        features=[INCOME, SCORE],
        kept_names={"S02": "Big Spenders", "S09": "Frugal Shoppers"},
    )
    assert kept["S02"].name == "Big Spenders"
    assert kept["S02"].fit == 0  # kept, and to be doubted
    assert kept["S01"].name != "Big Spenders"
    assert list(kept) == ["S01", "S02"]


def test_a_kept_name_that_was_generated_is_measured_by_its_words():
    profiles = pd.DataFrame({"income": [0.6], "age": [0.6]}, index=["S01"])
    names = name_segments(
        profiles,
        archetypes=[],
        features=[INCOME, AGE],
        kept_names={"S01": "High income, younger"},
    )
    assert names["S01"].fit == 0  # the income is so, the age is not


def test_names_given_by_hand_are_left_to_them(archetypes):
    profiles = pd.DataFrame({"income": [1.0], "spending_score": [1.0]}, index=["S01"])
    names = name_segments(
        profiles,
        archetypes=archetypes,
        features=[INCOME, SCORE],
        reserved_names=["Big Spenders"],
    )
    assert names["S01"].name == "High income, keen"


def test_profiles_weigh_up_to_nothing():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": rng.normal(5, 2, 90), "b": rng.normal(0, 1, 90)})
    frame["none"] = np.nan
    frame["same"] = 3.0
    labels = np.repeat(["S01", "S02", "S03"], [10, 30, 50])
    profiles = segment_profiles(frame, labels)
    assert list(profiles.columns) == ["a", "b"]
    weighed = profiles.mul([10, 30, 50], axis=0).sum()
    assert weighed.to_numpy() == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("made_of", [["income", "spending_score"], None])
def test_crowds_of_a_mall_get_five_names_that_say_what_they_are(archetypes, made_of):
    features = [
        f for f in (INCOME, SCORE, AGE) if made_of is None or f.feature in made_of
    ]
    profiles = segmented(mall(60), features, 5, "spending_score")
    names = name_segments(profiles, archetypes=archetypes, features=features)
    assert {n.name for n in names.values()} == {
        "Big Spenders",
        "Young Enthusiasts",
        "Everyday Shoppers",
        "Frugal Shoppers",
        "Careful Savers",
    }


def test_the_real_mall_gets_five_names_that_say_what_they_are(archetypes, real_data):
    frame = (
        pd.read_csv(real_data / "Mall_Customers.csv").iloc[:, [2, 3, 4]].astype(float)
    )
    frame.columns = ["age", "income", "spending_score"]
    profiles = segmented(frame, [INCOME, SCORE], 5, "spending_score")
    names = name_segments(profiles, archetypes=archetypes, features=[INCOME, SCORE])
    by_name = {n.name: profiles.loc[key] for key, n in names.items()}
    assert by_name["Big Spenders"].min() < 0 < by_name["Big Spenders"]["income"]
    assert by_name["Careful Savers"]["income"] > 0.5
    assert by_name["Careful Savers"]["spending_score"] < -0.5
    assert by_name["Young Enthusiasts"]["age"] < -0.5
    assert by_name["Frugal Shoppers"]["income"] < -0.5
    assert by_name["Everyday Shoppers"][["income", "spending_score"]].abs().max() < 0.4


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (2, ["Affluent Professionals", "Budget-Conscious Families"]),
        (
            4,
            [
                "Affluent Professionals",
                "Loyal Regulars",
                "Budget-Conscious Families",
                "Young Budget Browsers",
            ],
        ),
    ],
)
def test_real_customers_get_the_names_that_the_trade_gives_them(
    archetypes, real_data, k, expected
):
    raw = pd.read_csv(real_data / "marketing_campaign.csv", sep=";")
    spend = raw[[c for c in raw if c.startswith("Mnt") and "Gold" not in c]].sum(axis=1)
    bought = raw[["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]]
    purchases = bought.sum(axis=1)
    frame = pd.DataFrame(
        {
            "income": raw["Income"].where(raw["Income"] < 600_000),
            "total_spend": spend,
            "purchases": purchases,
            "children": raw["Kidhome"] + raw["Teenhome"],
            "deal_share": (raw["NumDealsPurchases"] / purchases).where(purchases > 0),
            "web_visits_per_month": raw["NumWebVisitsMonth"],
            "age": (2014 - raw["Year_Birth"]).where(raw["Year_Birth"] > 1914),
            "average_order_value": (spend / purchases).where(purchases > 0),
            "catalog_share": (bought.iloc[:, 1] / purchases).where(purchases > 0),
            "recency_days": raw["Recency"],
        }
    ).astype(float)
    features = catalogue_features(seed("feature_catalogue"))
    profiles = segmented(frame, features, k, "total_spend")
    names = name_segments(profiles, archetypes=archetypes, features=features)
    assert [n.name for n in names.values()] == expected
    assert min(n.fit for n in names.values()) > 0.6


def test_the_seed_is_fit_to_be_used(archetypes):
    known = {
        f.feature
        for f in catalogue_features(seed("feature_catalogue"), only_segmentation=False)
    }
    for archetype in archetypes:
        assert {t.feature for t in archetype.traits} <= known | {"spending_score"}
        assert archetype.description.endswith(".")
        # every archetype can be reached
        ideal = {t.feature: 2.0 * t.direction for t in archetype.traits}
        assert name_fit(ideal, archetype.traits) >= naming.LOWEST_FIT


def test_sql_repeats_the_constants_of_the_fit():
    macros = (PROJECT / "macros" / "name_fit.sql").read_text()
    figures = {float(f) for f in re.findall(r"([0-9.]+)e0", macros)}
    assert figures == {
        naming.FULL_DIFFERENCE,
        naming.DOUBT,
        naming.LOWEST_COVERAGE,
        naming.LOWEST_FIT,
    }

"""Names claim only what holds, are one segment's each, and hold on the real files."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.claims import claims_of, judged
from segmentation.segments.clustering import canonical, fit_kmeans
from segmentation.segments.descriptions import NOTHING, doubted
from segmentation.segments.naming import (
    Archetype,
    Trait,
    Vocabulary,
    claimed,
    name_segments,
    phrases_for,
    read_archetypes,
)
from segmentation.segments.titles import LIKE_MOST, read_words
from segmentation.segments.transforms import Feature, fit_features, scaled
from segmentation.segments.versions import catalogue_features

PROJECT = Path(__file__).parents[3]
INCOME = Feature("income", "Income", high_phrase="high income", low_phrase="low income")
AGE = Feature("age", "Age", high_phrase="older", low_phrase="younger", unit="years")
SCORE = Feature("spending_score", "Score", high_phrase="keen", low_phrase="reluctant")
CHILDREN = Feature(
    "children",
    "Children",
    low_phrase="no children|fewer children at home",
    unit="people",
)
TENURE = Feature("tenure", "Tenure", low_phrase="new", unit="months")
PLAN = Feature("plan", "Plan", kind="group")
RICH = Archetype("Well-Off", (Trait("income", 1),))


def seed(name):
    return duckdb.read_csv(str(PROJECT / "seeds" / f"{name}.csv"))


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(
        read_archetypes(seed("segment_archetypes")), read_words(seed("absolute_words"))
    )


def halves(**columns):
    """Return 200 customers, half of S01 and half of S02, each as one value says."""
    frame = pd.DataFrame({name: np.repeat(v, 100) for name, v in columns.items()})
    return frame, np.repeat(["S01", "S02"], 100)


def named(frame, keys, features, vocabulary=None, **known):
    return name_segments(
        frame,
        keys,
        features=features,
        described_by=features,
        vocabulary=vocabulary or Vocabulary(),
        **known,
    )


def segmented(frame, features, k, value):
    points = scaled(frame, fit_features(frame, features))
    clustering = canonical(
        fit_kmeans(points, k, random_seed=20141004), frame[value].to_numpy(float)
    )
    return np.array([f"S{label + 1:02d}" for label in clustering.labels])


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


def test_small_differences_are_no_claims():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"income": rng.normal(0, 1, 4000)})
    keys = np.repeat(["S01", "S02"], 2000)
    frame.loc[keys == "S01", "income"] += 0.4  # 0.2 from the mean of all
    assert claims_of(frame, keys, [INCOME])["S01"].notable == []
    names = named(frame, keys, [INCOME])
    assert names["S01"].name == LIKE_MOST
    assert names["S01"].description == NOTHING


def test_a_mean_that_few_carry_is_no_claim():
    values = np.r_[np.full(95, 1.0), np.full(5, 500.0), np.full(100, 2.0)]
    frame, keys = pd.DataFrame({"income": values}), np.repeat(["S01", "S02"], 100)
    assert claims_of(frame, keys, [INCOME])["S01"].notable == []


def test_where_most_have_none_the_share_is_told():
    values = np.r_[np.zeros(95), np.full(5, 9.0), np.zeros(40), np.full(60, 9.0)]
    frame, keys = pd.DataFrame({"income": values}), np.repeat(["S01", "S02"], 100)
    names = named(frame, keys, [INCOME])
    assert names["S01"].description == "Income: 95 % have none (all customers: 68 %)."


@pytest.mark.parametrize("values", [[np.nan, np.nan], [3.0, 3.0]])
def test_nothing_is_said_of_what_is_unknown_or_the_same(values):
    frame, keys = halves(income=values, age=[30.0, 50.0])
    names = named(frame, keys, [INCOME, AGE], Vocabulary([RICH]))
    assert {n.name for n in names.values()} == {"Low age", "High age"} or all(
        "ncome" not in n.name + n.description for n in names.values()
    )


@pytest.mark.parametrize(
    ("months", "name"), [([10.0, 50.0], "New"), ([40.0, 50.0], "Low tenure")]
)
def test_absolute_words_need_their_limit(vocabulary, months, name):
    frame, keys = halves(tenure=months)
    names = named(frame, keys, [TENURE], Vocabulary(words=vocabulary.words))
    assert names["S01"].name == name


def test_days_are_compared_in_words_where_the_absolute_word_is_too_much(vocabulary):
    words = Vocabulary(words=vocabulary.words)
    catalogue = catalogue_features(seed("feature_catalogue"), only_segmentation=False)
    days = [f for f in catalogue if f.feature in ("tenure_days", "recency_days")]
    frame, keys = halves(tenure_days=[600.0, 990.0], recency_days=[400.0, 900.0])
    frame += np.random.default_rng(1).normal(0, 5, frame.shape)
    names = [n.name.lower() for n in named(frame, keys, days, words).values()]
    assert [sorted(name.split(", ")) for name in names] == [
        ["bought more recently", "with us for less time"],
        ["long-standing customers", "not seen lately"],
    ]


@pytest.mark.parametrize(
    ("few", "unit", "name"),
    [
        (0.0, "purchases", "No purchases"),  # who buys nothing is no rare buyer
        (1.0, "purchases", "Occasional Buyers"),
        (0.0, "score", "Rare buyers"),  # a score of nothing is a score
        (-5.0, "purchases", "Low purchases"),
    ],
)
def test_none_is_not_few(few, unit, name):
    bought = Feature("purchases", "Purchases", low_phrase="rare buyers", unit=unit)
    few_bought = Archetype("Occasional Buyers", (Trait("purchases", -1),))
    archetypes = [few_bought] if unit == "purchases" and few >= 0 else []
    frame, keys = halves(purchases=[few, 9.0])
    names = named(frame, keys, [bought], Vocabulary(archetypes))
    assert names["S01"].name == name


def test_the_weaker_of_two_high_segments_is_fairly_high():
    frame = pd.DataFrame({"income": np.repeat([1.0, 30.0, 45.0, 4.0, 3.0], 100)})
    frame += np.random.default_rng(5).normal(0, 0.3, frame.shape)
    keys = np.repeat([f"S0{n}" for n in range(1, 6)], 100)
    names = {k: n.name for k, n in named(frame, keys, [INCOME]).items()}
    assert (names["S03"], names["S02"]) == ("High income", "Fairly high income")
    assert (names["S01"], names["S05"]) == ("Low income", "Fairly low income")
    claims = claims_of(frame, keys, [INCOME])["S02"]
    phrases = phrases_for(frame, [INCOME], [])
    assert claimed("Fairly high income", claims, [], phrases)[0].holds


def test_no_children_is_said_where_most_have_none(vocabulary):
    words = Vocabulary(words=vocabulary.words)
    frame, keys = halves(children=[0.0, 2.0])
    assert named(frame, keys, [CHILDREN], words)["S01"].name == "No children"
    frame, keys = halves(children=[1.0, 3.0])
    assert named(frame, keys, [CHILDREN], words)["S01"].name == "Fewer children at home"


def test_levels_are_said_where_most_have_them():
    frame, keys = halves(income=[1.0, 1.0])
    frame["plan"] = np.r_[
        np.repeat(["Fiber optic", "DSL"], [90, 10]),
        np.repeat(["Fiber optic", "DSL", "Cable"], [20, 45, 35]),
    ]
    names = named(frame, keys, [PLAN])
    assert names["S01"].name == "Fiber optic"
    assert names["S01"].description == "Plan: 90 % Fiber optic (all customers: 55 %)."
    # no level is most of the other
    assert names["S02"].name == LIKE_MOST


@pytest.mark.parametrize(
    ("other", "title"),
    [("no line", "No line"), ("yes", "Plan: no line")],
)
def test_what_two_groups_say_of_the_same_customers_needs_no_label(other, title):
    frame, keys = halves(plan=["no line", "yes"])
    frame["line"] = frame["plan"]
    frame.loc[:49, "line"] = other
    names = named(frame, keys, [PLAN, Feature("line", "Line", kind="group")])
    assert names["S01"].name == title


@pytest.mark.parametrize(
    ("codes", "title", "said"),
    [
        (["1", "2"], "Plan: 1", "Plan 1: 90 % (all customers: 45 %)."),
        (["0", "1", "2"], "Plan: 0", "Plan 0: 90 % (all customers: 45 %)."),
        (["1", "0"], "Plan", "Plan 1: 90 % (all customers: 45 %)."),
        (["yes", "no"], "Plan", "Plan: 90 % yes (all customers: 45 %)."),
        (["ja", "nein"], "Plan", "Plan: 90 % ja (all customers: 45 %)."),
        (["non", "oui"], "No plan", "Plan: 90 % non (all customers: 45 %)."),
        (["нет", "да"], "No plan", "Plan: 90 % нет (all customers: 45 %)."),
    ],
)
def test_a_code_is_no_yes(codes, title, said):
    frame, keys = halves(income=[1.0, 1.0])
    first, *others = codes
    frame["plan"] = [first] * 90 + (others * 110)[:110]
    name = named(frame, keys, [PLAN])["S01"]
    assert (name.name, name.description) == (title, said)


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("Sex", "Sex: 1"),
        ("Marital status code", "Marital status code: 1"),
        ("Geschlecht", "Geschlecht: 1"),
        ("Retired", "Retired"),
        ("Has a credit card", "Has a credit card"),
    ],
)
def test_what_is_called_a_code_is_no_yes(label, title):
    frame, keys = halves(coded=["1", "0"])
    names = named(frame, keys, [Feature("coded", label, kind="group")])
    assert names["S01"].name == title


def test_a_title_says_different_things_before_the_same_twice():
    rng = np.random.default_rng(0)
    frame, keys = halves(month=[1.0, 9.0], total=[1.0, 9.0], age=[20.0, 60.0])
    frame += rng.normal(0, [1, 1, 25], frame.shape)  # age tells them apart least
    features = [
        Feature("month", "Avg class frequency current month"),
        Feature("total", "Avg class frequency total"),
        Feature("age", "Age"),
    ]
    assert [named(frame, keys, features)[key].name for key in ("S01", "S02")] == [
        "Low avg class frequency current month, low age",
        "High avg class frequency current month, high age",
    ]
    # what stands before every label makes none of them alike
    features = [Feature(n, f"Spend on {n}") for n in ("month", "total", "age")]
    assert "low spend on" in named(frame, keys, features)["S01"].name


def test_a_name_that_is_a_groups_label_can_be_checked():
    # the catalogue gives groups a low phrase too
    plan = Feature("plan", "Plan", kind="group", low_phrase="plan")
    frame, keys = halves(income=[1.0, 1.0])
    frame["plan"] = ["yes"] * 90 + ["no"] * 110
    said = claims_of(frame, keys, [plan])["S01"]
    claim = claimed("Plan", said, [], phrases_for(frame, [plan], []))
    assert [(c.level, c.holds) for c in claim] == [("yes", True)]


def test_an_archetype_needs_all_its_claims():
    both = Archetype("Rich and Young", (Trait("income", 1), Trait("age", -1, 40)))
    frame, keys = halves(income=[9.0, 1.0], age=[45.0, 60.0])
    names = named(frame, keys, [INCOME, AGE], Vocabulary([both]))
    assert names["S01"].source == "generated"
    frame["age"] -= 10
    names = named(frame, keys, [INCOME, AGE], Vocabulary([both]))
    assert names["S01"].name == "Rich and Young"


def test_equal_segments_have_different_names_without_numbers():
    frame = pd.DataFrame({"income": [1.0, 9.0, 9.0, 9.0] * 25})
    keys = np.array(["S01", "S02", "S03", "S04"] * 25)
    names = [n.name for n in named(frame, keys, [INCOME]).values()]
    assert len(set(names)) == 4
    assert names[2:] == ["Fairly high income", "Segment S04"] or LIKE_MOST in names


def test_a_name_stays_with_its_key_while_it_holds():
    frame, keys = halves(income=[9.0, 1.0])
    kept = {"S01": "Well-Off", "S02": "Low income"}
    names = named(frame, keys, [INCOME], Vocabulary([RICH]), kept_names=kept)
    assert {k: n.name for k, n in names.items()} == kept
    # turned round, each name would be the other's: neither is kept, none is handed on
    turned = {"S01": "Low income", "S02": "Well-Off"}
    names = named(
        frame,
        keys,
        [INCOME],
        Vocabulary([RICH]),
        kept_names=turned,
        used_names={v: k for k, v in turned.items()},
    )
    assert names["S01"].name == "High income"
    assert names["S02"].name == "Fairly low income"


def test_a_retired_name_goes_to_no_other_key():
    frame, keys = halves(income=[9.0, 1.0])
    names = named(
        frame, keys, [INCOME], Vocabulary([RICH]), used_names={"well-off": "S00"}
    )
    assert names["S01"].name == "High income"


@pytest.mark.parametrize("archetypes", [[RICH], []])
def test_a_segment_may_have_its_own_name_back(archetypes):
    frame, keys = halves(income=[9.0, 1.0])
    usual = "Well-Off" if archetypes else "High income"
    for owner, name in (("S01", usual), ("S02", "High income")):
        used = {usual: owner, "fairly low income": "S02"}
        if owner == "S02" and not archetypes:
            name = "Fairly high income"
        given = named(frame, keys, [INCOME], Vocabulary(archetypes), used_names=used)
        assert given["S01"].name == name


def test_names_given_by_hand_are_left_to_them():
    frame, keys = halves(income=[9.0, 1.0])
    theirs = Vocabulary([RICH], reserved_names=["Well-Off"])
    assert named(frame, keys, [INCOME], theirs)["S01"].name == "High income"


def test_a_name_that_customers_moved_away_from_is_doubted_with_figures():
    frame, keys = halves(income=[1.0, 9.0])
    claims = claims_of(frame, keys, [INCOME])["S01"]
    for name in ("Well-Off", "High income"):
        said = claimed(name, claims, [RICH], phrases_for(frame, [INCOME], []))
        assert doubted(said) == (
            "The name no longer holds: Income 1 (all customers: 5)."
        )
    assert claimed("Pilots", claims, [RICH], phrases_for(frame, [INCOME], [])) is None


def test_average_is_a_claim_too():
    frame, keys = halves(income=[9.0, 1.0])
    assert not judged(claims_of(frame, keys, [INCOME])["S01"], "income", 0).holds


def five_groups(frame, features, vocabulary):
    keys = segmented(frame, features, 5, "spending_score")
    names = name_segments(
        frame,
        keys,
        features=features,
        described_by=[INCOME, SCORE, AGE],
        vocabulary=vocabulary,
    )
    return {n.name for n in names.values()}


FIVE = {
    "Big Spenders",
    "Young Enthusiasts",
    "Everyday Shoppers",
    "Frugal Shoppers",
    "Careful Savers",
}


@pytest.mark.parametrize("features", [[INCOME, SCORE], [INCOME, SCORE, AGE]])
def test_crowds_of_a_mall_get_five_names_that_say_what_they_are(vocabulary, features):
    assert five_groups(mall(60), features, vocabulary) == FIVE


def test_the_real_mall_gets_five_names_that_say_what_they_are(vocabulary, real_data):
    frame = (
        pd.read_csv(real_data / "Mall_Customers.csv").iloc[:, [2, 3, 4]].astype(float)
    )
    frame.columns = ["age", "income", "spending_score"]
    assert five_groups(frame, [INCOME, SCORE], vocabulary) == FIVE


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (2, ["Affluent Professionals", "Budget-Conscious Families"]),
        (
            4,
            [
                "Affluent Professionals",
                "Frequent Buyers",
                "Budget-Conscious Families",
                "Young Budget Browsers",
            ],
        ),
    ],
)
def test_real_customers_get_the_names_that_the_trade_gives_them(
    vocabulary, real_data, k, expected
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
            "education_rank": raw["Education"].map(
                {"Basic": 1, "Graduation": 3, "Master": 4, "2n Cycle": 4, "PhD": 5}
            ),
        }
    ).astype(float)
    features = catalogue_features(seed("feature_catalogue"))
    keys = segmented(frame, features, k, "total_spend")
    names = name_segments(
        frame,
        keys,
        features=features,
        described_by=catalogue_features(
            seed("feature_catalogue"), only_segmentation=False
        ),
        vocabulary=vocabulary,
    )
    assert [n.name for n in names.values()] == expected


def test_the_seeds_are_fit_to_be_used(vocabulary):
    known = {
        f.feature
        for f in catalogue_features(seed("feature_catalogue"), only_segmentation=False)
    }
    for archetype in vocabulary.archetypes:
        assert {t.feature for t in archetype.traits} <= known
    names = [a.name.casefold() for a in vocabulary.archetypes]
    assert len(set(names)) == len(names)
    assert all(w.word == w.word.lower() for w in vocabulary.words)

"""Rules are readable, exclusive, complete, and say in SQL what they say in Python."""

from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.rules import (
    Condition,
    Rule,
    apply_rules,
    cross_validated_fidelity,
    fit_rules,
    readable,
    segment_rules,
    with_indicators,
)
from segmentation.segments.transforms import Feature, fit_features, scaled
from segmentation.warehouse.errors import UserError


@pytest.fixture(scope="module")
def customers():
    """Three segments by income and children, with noise and unknown incomes."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "income": rng.normal(50_000, 18_000, 900).round(),
            "children": rng.integers(0, 4, 900).astype(float),
            "deal_share": rng.uniform(0, 1, 900),
        }
    )
    segments = np.where(
        frame["children"] >= 2, "S02", np.where(frame["income"] > 57_800, "S01", "S03")
    )
    frame.loc[::25, "income"] = np.nan
    return frame, segments


def in_sql(rules, frame):
    cases = " ".join(f"when {r.sql()} then '{r.segment_key}'" for r in rules)
    numbered = frame.replace({np.nan: None}).assign(row=range(len(frame)))
    query = f"select case {cases} else '' end from numbered order by row"
    con = duckdb.connect()
    con.register("numbered", numbered.astype(float))
    # pandas' NaN is the engine's null in real tables
    columns = ", ".join(
        f'nullif("{c}", cast(\'nan\' as double)) as "{c}"' for c in numbered
    )
    query = query.replace("from numbered", f"from (select {columns} from numbered)")
    return [answer for (answer,) in con.sql(query).fetchall()]


def test_rules_find_what_made_the_segments(customers):
    frame, segments = customers
    rules = fit_rules(frame, segments)
    answers = apply_rules(rules, frame)
    known = frame["income"].notna().to_numpy()
    assert (answers == segments)[known].mean() > 0.97
    assert {c.feature for r in rules for c in r.conditions} <= {"income", "children"}


def test_sql_and_python_agree_on_every_customer(customers):
    frame, segments = customers
    rules = fit_rules(frame, segments)
    assert in_sql(rules, frame) == list(apply_rules(rules, frame))


def test_every_customer_meets_exactly_one_rule(customers):
    frame, segments = customers
    rules = fit_rules(frame, segments, most_conditions=4)
    met = sum(
        np.logical_and.reduce(
            [c.holds(frame[c.feature].to_numpy()) for c in r.conditions]
        ).astype(int)
        for r in rules
    )
    assert (met == 1).all()


def test_a_value_unknown_only_later_still_meets_a_rule(customers):
    frame, segments = customers
    rules = fit_rules(frame.fillna(50_000.0), segments)
    later = pd.DataFrame(
        {"income": [np.nan], "children": [np.nan], "deal_share": [np.nan]}
    )
    assert apply_rules(rules, later)[0] in {"S01", "S02", "S03"}
    assert in_sql(rules, later) == list(apply_rules(rules, later))


def test_an_unknown_value_goes_where_the_median_customer_goes():
    values = np.arange(100.0)
    for threshold, of_unknown in ((30, "high"), (70, "low")):
        frame = pd.DataFrame({"income": [*values, np.nan]})
        segments = ["low" if value < threshold else "high" for value in values]
        rules = fit_rules(frame, [*segments, of_unknown])
        assert apply_rules(rules, frame).tolist() == [*segments, of_unknown]


def test_a_rule_may_be_about_one_customer():
    frame = pd.DataFrame({"income": [1.0, 2, 3, 40]})
    rules = fit_rules(frame, ["a", "a", "a", "b"], smallest_share=0.0)
    assert [rule.segment_key for rule in rules] == ["a", "b"]


def test_a_group_of_two_is_one_column_and_one_of_three_is_three():
    frame = pd.DataFrame(
        {
            "active": ["no", "yes"] * 30,
            "plan": ["basic", "plus", "gold"] * 20,
            "income": np.arange(60.0),
        }
    )
    columns = with_indicators(frame, ["active", "plan"])
    assert set(columns) == {
        "active is yes",
        *("plan is basic", "plan is plus", "plan is gold"),
        "income",
    }
    assert columns["active is yes"].tolist() == [0.0, 1.0] * 30


@pytest.mark.parametrize("most_conditions", [1, 2, 3, 4])
def test_rules_ask_no_more_than_allowed(customers, most_conditions):
    frame, segments = customers
    rules = fit_rules(frame, segments, most_conditions=most_conditions)
    assert max(len(r.conditions) for r in rules) <= most_conditions


def test_row_order_does_not_matter(customers):
    frame, segments = customers
    shuffled = np.random.default_rng(0).permutation(len(frame))
    assert fit_rules(frame, segments) == fit_rules(
        frame.iloc[shuffled], segments[shuffled]
    )


def test_fidelity_is_of_customers_that_the_rules_have_not_seen():
    rng = np.random.default_rng(5)
    noise = pd.DataFrame({"a": rng.normal(size=400), "b": rng.normal(size=400)})
    segments = rng.choice(["S01", "S02"], 400)
    rules = fit_rules(noise, segments)
    seen = (apply_rules(rules, noise) == segments).mean()
    unseen = cross_validated_fidelity(noise, segments)
    assert unseen < 0.57 < seen


@pytest.mark.parametrize(
    ("threshold", "whole", "expected"),
    [
        (60_211.5, False, 60_000),
        (184.5, False, 180),
        (0.2187, False, 0.22),
        (-1234.0, False, -1200),
        (0.0, False, 0),
        (0.5, True, 1),
        (14.5, True, 15),
        (14.0, True, 14),
    ],
)
def test_thresholds_are_figures_that_people_remember(threshold, whole, expected):
    assert readable(threshold, whole=whole) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        (
            [Condition("income", lower=60_000), Condition("children", upper=1)],
            "Income at least 60,000 and no children at home",
        ),
        ([Condition("children", lower=1, upper=2)], "Children at home exactly 1"),
        ([Condition("children", lower=1, upper=4)], "Children at home 1 to 3"),
        ([Condition("children", upper=3)], "Children at home at most 2"),
        ([Condition("deal_share", upper=0.125)], "Deal share below 12.5 %"),
        (
            [Condition("income", 20_000, 60_000, True)],
            "Income at least 20,000 but below 60,000 (or unknown)",
        ),
        (
            [Condition("children", lower=1, takes_unknown=True)],
            "Children at home at least 1",
        ),
        ([], "Everybody"),
    ],
)
def test_rules_read_like_a_sentence(customers, conditions, text):
    labels = {
        "income": ("Income", "money"),
        "children": ("Children at home", "people"),
        "deal_share": ("Deal share", "share"),
    }
    assert Rule("S01", tuple(conditions)).text(labels, customers[0]) == text


def test_one_segment_is_everybody():
    frame = pd.DataFrame({"income": [1.0, 2.0, 3.0]})
    rules = fit_rules(frame, ["S01"] * 3)
    assert [r.sql() for r in rules] == ["1 = 1"]
    assert list(apply_rules(rules, frame)) == ["S01"] * 3


def test_no_feature_is_said_in_a_sentence():
    with pytest.raises(UserError, match="at least one feature"):
        fit_rules(pd.DataFrame(index=[0, 1]), ["S01", "S02"])


def test_groups_are_conditions_in_words_and_in_sql():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "contract": rng.choice(["monthly", "one year", "two year's"], 600),
            "partner": pd.Series(rng.choice(["yes", "no"], 600), dtype="str"),
            "tenure": rng.integers(0, 72, 600).astype(float),
        }
    )
    frame.loc[:20, "contract"] = None
    is_long = frame["contract"] == "two year's"
    segments = np.where(
        is_long, "S01", np.where(frame["partner"] == "no", "S02", "S03")
    )
    asked = with_indicators(frame, ["contract", "partner"])
    rules = fit_rules(asked, segments)
    assert (apply_rules(rules, asked) == segments).all()
    labels = {name: (name.capitalize(), "group") for name in frame}
    texts = {rule.segment_key: rule.text(labels, frame) for rule in rules}
    assert texts["S01"] == "Contract is two year's"
    assert "partner is no" in texts["S02"].lower()
    with duckdb.connect() as engine:
        engine.register("customers", frame.assign(segment=segments))
        for rule in rules:
            assert engine.sql(
                f"select distinct segment from customers where {rule.sql()}"
            ).fetchall() == [(rule.segment_key,)]


def test_rules_are_fitted_once_for_a_version():
    session = duckdb.connect()
    session.sql("create schema ml")
    customers = session.sql(
        "select cast(i as varchar) as customer_id, i * 1000 as income "
        "from range(60) numbers(i)"
    )
    tables = {
        "versions": session.sql("select 3 as model_version, true as is_current"),
        "customers": customers,
        "assignments": session.sql(
            "select cast(i as varchar) as customer_id, "
            "case when i < 30 then 'S02' else 'S01' end as segment_key "
            "from range(60) numbers(i)"
        ),
        "catalogue": session.sql(
            "select 'income' as feature, 'Income' as label, 'money' as unit, "
            "'number' as kind, true as is_segmentation"
        ),
    }
    settings = {"fit_sample_rows": 50, "random_seed": 1, "most_conditions": 4}

    class This(SimpleNamespace):
        def __str__(self):
            return "ml.rules"

    this = This(schema="ml", identifier="rules")
    fitted = segment_rules(session, this=this, settings=settings, **tables)
    found = fitted.to_arrow_table()
    assert found["rule_text"].to_pylist() == [
        "Income at least 30,000",
        "Income below 30,000",
    ]
    assert found["cross_validated_fidelity"][0].as_py() > 0.9
    session.sql("create table ml.rules as select * from fitted")
    # the same version needs nothing but the table; another one, or longer rules, a fit
    known = {**tables, "customers": None, "assignments": None, "catalogue": None}
    again = segment_rules(session, this=this, settings=settings, **known)
    assert again.fetchall() == session.sql("select * from fitted").fetchall()
    for change in (
        {"versions": session.sql("select 4 as model_version, true as is_current")},
        {"settings": {**settings, "most_conditions": 2}},
    ):
        with pytest.raises(AttributeError):
            segment_rules(
                session, this=this, **{"settings": settings, **known, **change}
            )


def test_real_segments_are_imitated_by_four_conditions(real_data):
    raw = pd.read_csv(real_data / "marketing_campaign.csv", sep=";")
    spend = raw[[c for c in raw if c.startswith("Mnt") and "Gold" not in c]].sum(axis=1)
    purchases = raw[
        ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
    ].sum(axis=1)
    frame = pd.DataFrame(
        {
            "income": raw["Income"].astype(float),
            "total_spend": spend.astype(float),
            "purchases": purchases.astype(float),
            "children": (raw["Kidhome"] + raw["Teenhome"]).astype(float),
            "deal_share": (raw["NumDealsPurchases"] / purchases).where(purchases > 0),
            "web_visits_per_month": raw["NumWebVisitsMonth"].astype(float),
        }
    )
    transforms = ["log1p"] * 3 + ["none"] * 3
    features = [Feature(c, c, t) for c, t in zip(frame, transforms, strict=True)]
    points = scaled(frame, fit_features(frame, features))
    segments = fit_kmeans(points, 4, random_seed=20141004).labels.astype(str)
    rules = fit_rules(frame, segments)
    assert max(len(r.conditions) for r in rules) <= 4
    assert (apply_rules(rules, frame) == segments).mean() >= 0.90
    assert cross_validated_fidelity(frame, segments) >= 0.90

"""Rules are readable, exclusive, complete, and say in SQL what they say in Python."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.errors import UserError
from segmentation.explanation import (
    Condition,
    Rule,
    apply_rules,
    cross_validated_fidelity,
    fit_rules,
    readable,
)


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

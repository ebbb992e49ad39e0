"""Rules of a small table, word by word, and how often they are right."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.rules import (
    Condition,
    Rule,
    apply_rules,
    cross_validated_fidelity,
    fit_rules,
    segment_rules,
    with_indicators,
)
from tests.python.segments.shop import Table

CATALOGUE = pd.DataFrame(
    {
        "feature": ["visits", "income", "plan", "active", "age"],
        "label": ["Visits", "Yearly income", "Plan", "Active", "Age"],
        "unit": ["count", "money", "", "", ""],
        "kind": ["number", "number", "group", "group", "number"],
        "is_segmentation": [True, True, True, True, False],
    }
)


def people() -> tuple[pd.DataFrame, np.ndarray]:
    """Return customers, and segments of which one in twenty is wrong."""
    rng = np.random.default_rng(2)
    n = 300
    frame = pd.DataFrame(
        {
            "income": rng.normal(50_000, 15_000, n).round(),
            "visits": rng.integers(0, 6, n) * 1.0,
            "plan": rng.choice(["basic", "plus", "gold"], n),
            "active": rng.choice(["no", "yes"], n),
        }
    )
    frame.loc[rng.random(n) < 0.1, "income"] = np.nan
    is_first = (frame["plan"] == "gold") & (frame["active"] == "yes")
    of = [is_first, frame["income"] > 60_000, frame["visits"] >= 3]
    segments = np.select(of, ["S01", "S02", "S03"], "S04")
    return frame, np.where(rng.random(n) < 0.05, "S04", segments)


def asked() -> tuple[pd.DataFrame, np.ndarray]:
    frame, segments = people()
    return with_indicators(frame, ["plan", "active"]), segments


def test_rules_of_a_version_word_by_word():
    frame, segments = people()
    frame["customer_id"] = [f"c{i:03d}" for i in range(300)]
    assigned = frame[["customer_id"]].assign(segment_key=segments)
    session = duckdb.connect()
    session.sql("create schema ml")
    made = segment_rules(
        session,
        this=Table(schema="ml", identifier="rules"),
        versions=session.sql("select 3 as model_version, true as is_current"),
        customers=session.from_df(frame),
        assignments=session.from_df(assigned),
        catalogue=session.from_df(CATALOGUE),
        settings={"fit_sample_rows": 250, "random_seed": 1, "most_conditions": 3},
    )
    rows = made.to_arrow_table().to_pylist()
    columns = ("model_version", "rule_number", "segment_key", "condition_count")
    assert [[row[name] for name in columns] for row in rows] == [
        *([3, 1, "S02", 2], [3, 2, "S02", 2], [3, 3, "S03", 2], [3, 4, "S04", 2]),
    ]
    assert {row["cross_validated_fidelity"] for row in rows} == {0.792}
    assert [(row["rule_text"], row["rule_sql"]) for row in rows] == [
        (
            "Visits at most 2 and yearly income at least 60,000",
            "visits < 3 and income >= 60000",
        ),
        (
            "Visits at least 3 and yearly income at least 60,000",
            "(visits >= 3 or visits is null) and income >= 60000",
        ),
        (
            "Visits at least 3 and yearly income below 60,000 (or unknown)",
            "(visits >= 3 or visits is null) and (income < 60000 or income is null)",
        ),
        (
            "Visits at most 2 and yearly income below 60,000 (or unknown)",
            "visits < 3 and (income < 60000 or income is null)",
        ),
    ]


def test_a_tree_is_read_as_rules_those_of_most_first():
    frame, segments = asked()
    rules = fit_rules(frame, segments)
    assert [(rule.segment_key, rule.sql()) for rule in rules][:6] == [
        (
            "S01",
            "(income < 61000 or income is null) and visits < 3 and plan = 'gold' and "
            "active = 'yes'",
        ),
        (
            "S01",
            "(income < 61000 or income is null) and (visits >= 3 or visits is null) "
            "and plan = 'gold' and active = 'yes'",
        ),
        ("S01", "income >= 61000 and plan = 'gold' and active = 'yes'"),
        ("S02", "income >= 61000 and (plan is null or not plan = 'gold')"),
        (
            "S02",
            "income >= 61000 and plan = 'gold' and (active is null or not active = "
            "'yes')",
        ),
        (
            "S02",
            "income >= 60000 and income < 61000 and visits < 3 and (plan is null or "
            "not plan = 'gold')",
        ),
    ]
    assert len(rules) == 11
    right = apply_rules(rules, frame) == segments
    sizes = [
        (right & (apply_rules([rule], frame) == rule.segment_key)).sum()
        for rule in rules
    ]
    for key in ("S01", "S02", "S03", "S04"):
        own = [
            n for n, rule in zip(sizes, rules, strict=True) if rule.segment_key == key
        ]
        assert own == sorted(own, reverse=True)


def test_fidelity_is_the_share_of_those_held_out_who_are_put_right():
    frame, segments = asked()
    assert cross_validated_fidelity(frame, segments) == 284 / 300
    settings = {"most_conditions": 2, "folds": 3, "random_seed": 5}
    assert cross_validated_fidelity(frame, segments, **settings) == 238 / 300
    income = pd.DataFrame({"income": np.arange(100.0)})
    all_right = cross_validated_fidelity(income, ["S01"] * 100)
    assert all_right == 1


def test_half_a_percent_of_the_customers_are_a_rule():
    income = pd.DataFrame({"income": np.arange(600.0)})
    for few, rules in ((3, ["S01", "S02"]), (1, ["S01"])):
        segments = np.where(np.arange(600) < 600 - few, "S01", "S02")
        found = fit_rules(income, segments)
        assert [rule.segment_key for rule in found] == rules
        assert (apply_rules(found, income) == segments).sum() == 599 + (few == 3)


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        (["yes", "no"] * 30, ["x is yes"]),
        (["No", "Maybe"] * 30, ["x is Maybe"]),
        (["false", "true", "false"] * 20, ["x is true"]),
        (["0", "1", "0"] * 20, ["x is 1"]),
        # one level, and others that are rare
        (["a"] * 300 + ["b"], ["x is a"]),
        (["a", "b", None] * 20, ["x is a", "x is b"]),
    ],
)
def test_a_group_is_asked_for_by_its_frequent_levels(values, columns):
    frame = pd.DataFrame({"x": values}, index=range(5, 5 + len(values)))
    found = with_indicators(frame, ["x"])
    assert list(found) == columns
    assert found.index.tolist() == frame.index.tolist()
    for column in columns:
        expected = [float(v == column.removeprefix("x is ")) for v in values]
        assert found[column].tolist() == expected


def test_conditions_on_one_feature_become_one_and_a_level_says_that_it_is_no_other():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"income": rng.uniform(0, 100, 400), "plan": rng.choice(["a", "b", "c"], 400)}
    )
    middle = (frame["income"] >= 30) & (frame["income"] < 70)
    segments = np.where(middle, "S01", "S02")
    rules = fit_rules(frame[["income"]], segments)
    texts = [rule.sql() for rule in rules if rule.segment_key == "S01"]
    assert texts == ["(income >= 30 and income < 70 or income is null)"]
    plans = np.select(
        [frame["plan"] == "a", frame["plan"] == "b"], ["S01", "S02"], "S03"
    )
    rules = fit_rules(with_indicators(frame[["plan"]], ["plan"]), plans)
    assert {rule.segment_key: rule.sql() for rule in rules} == {
        "S01": "plan = 'a'",
        "S02": "(plan is null or not plan = 'a') and (plan is null or not plan = 'c')",
        "S03": "plan = 'c'",
    }


def test_who_meets_no_rule_gets_no_segment():
    rule = Rule("S01", (Condition("x", 1.0, 2.0), Condition("y", upper=0.0)))
    frame = pd.DataFrame({"x": [1.0, 2, 1.5, np.nan], "y": [-1.0, -1, 0, -1]})
    assert apply_rules([rule], frame).tolist() == ["S01", "", "", ""]

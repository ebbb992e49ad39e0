"""Categories and channels that are found in order lines, and what is gathered."""

from pathlib import Path

import pandas as pd
import pytest

from samples.mall import GROUPS, generate_mall_customers
from samples.orders import CATEGORIES, HABITS, generate_order_lines
from segmentation.reading.dialect import inspect_input

LINES = """who,when,what,where,paid
a,2024-01-01,Tea,web,10
a,2024-01-01,tea ,web,5
b,2024-01-02,Milk,store,20
b,2024-01-03,,store,1
c,2024-01-04,gold,WEB,3
c,2024-01-05,Other,web,2
"""
COLUMNS = {
    "customer_id": "who",
    "ordered_at": "when",
    "amount": "paid",
    "category": "what",
    "channel": "where",
}


def inspected(path: Path, text: str, *, most_fields: int = 12, **definition):
    path.write_text(text)
    definition = {"kind": "orders", "path": str(path), "columns": COLUMNS} | definition
    dialect = inspect_input(
        {"shop": definition}, default="shop", most_fields=most_fields
    )
    named = {
        role: [f.name for f in dialect.fields if f.role == role and f.source_column]
        for role in ("attribute", "spend", "spend_part", "channel")
    }
    return dialect, named


def test_categories_and_channels_are_found_whatever_their_spelling(tmp_path):
    dialect, named = inspected(tmp_path / "lines.csv", LINES)
    assert dialect.problem is None
    # by spend
    assert named["spend"] == ["Milk", "Tea", "gold", "Other", "not known"]
    assert named["channel"] == ["store", "WEB"]
    assert {"total_spend", "purchases", "last_purchase_on"} <= set(named["attribute"])
    assert "deal_purchases" not in named["attribute"]


def test_smallest_categories_become_other_and_other_is_among_them(tmp_path):
    dialect, named = inspected(tmp_path / "lines.csv", LINES, most_fields=3)
    assert named["spend"] == ["Milk", "Tea", "other"]
    (other,) = [f for f in dialect.fields if f.name == "other"]
    assert other.source_value is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": COLUMNS | {"amount": "price"}}, "has no column for amount of its"),
        ({"columns": COLUMNS | {"price": "paid"}}, "maps price, which this project"),
        ({"spend": {"tea": "Tea"}}, "gives spend for an input of orders"),
        ({"amount_is_per_unit": True}, "needs a column for the quantity of a line"),
        ({"kind": "order"}, "is of kind 'order'; it has to be one of wide, orders"),
        ({"multiply": {"category": 2}}, "multiplies category by 2; under multiply"),
        (
            {"multiply": {"amount": "100"}},
            "multiply: amount is '100'; it has to be a number",
        ),
    ],
)
def test_definition_of_orders_that_cannot_be_is_a_sentence(tmp_path, change, sentence):
    dialect, _ = inspected(tmp_path / "lines.csv", LINES, **change)
    assert sentence in dialect.problem
    assert "\n" not in dialect.problem


def test_wide_categories_beyond_the_limit_are_parts_of_other(tmp_path):
    names = [f"c{i}" for i in range(300)]
    text = f"who,{','.join(names)}\na,{','.join(map(str, range(300)))}\n"
    definition = {
        "kind": "wide",
        "columns": {"customer_id": "who"},
        # the file lacks the first one
        "spend": {"lacking": "lacking"} | {name: name for name in names},
    }
    dialect, named = inspected(tmp_path / "wide.csv", text, **definition)
    assert dialect.problem is None
    assert named["spend"] == [*(f"c{i}" for i in range(289, 300)), "other"]
    assert named["spend_part"] == [f"c{i}" for i in range(289)]


@pytest.fixture(scope="module")
def drawn():
    return generate_order_lines(300, seed=8)


def test_the_same_seed_draws_the_same_lines(drawn):
    again, habits = generate_order_lines(300, seed=8)
    pd.testing.assert_frame_equal(again, drawn[0])
    assert habits.equals(drawn[1])


def test_lines_have_habits_seasons_refunds_and_cancellations(drawn):
    lines, habits = drawn
    shares = habits.value_counts(normalize=True)
    for name, habit in HABITS.items():
        assert shares[name] == pytest.approx(habit.share, abs=0.01)
    assert set(lines["category"]) == set(CATEGORIES)
    assert not lines.duplicated(["order_id", "line_id"]).any()
    assert lines["is_cancelled"].mean() == pytest.approx(0.02, abs=0.01)
    assert lines["is_returned"].mean() == pytest.approx(0.03, abs=0.01)
    refunds = lines["amount"].str.startswith("-")
    assert refunds.mean() == pytest.approx(0.01, abs=0.005)
    months = lines[~refunds]["ordered_at"].dt.month.value_counts()
    assert months[12] > 1.3 * months[2]
    toys = lines[lines["category"] == "toys"]["ordered_at"].dt.month
    assert (toys >= 11).mean() > 0.35


def test_the_shipped_mall_file_is_the_generated_one():
    file = Path(__file__).parents[3] / "data" / "mall" / "customers.csv"
    made = generate_mall_customers()
    pd.testing.assert_frame_equal(pd.read_csv(file), made.drop(columns="group"))
    assert made["group"].value_counts().to_dict() == {
        name: group.customers for name, group in GROUPS.items()
    }


def test_mall_groups_lie_where_those_of_the_public_file_lie():
    made = generate_mall_customers()
    means = made.groupby("group")[["Annual Income (k$)", "Spending Score (1-100)"]]
    for name, (income, score) in means.mean().iterrows():
        assert income == pytest.approx(GROUPS[name].income[0], abs=8)
        assert score == pytest.approx(GROUPS[name].score[0], abs=8)

"""A small shop of charges, refunds and vouchers: built green, added up, forgotten."""

import json
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.forgetting import forget_persons
from segmentation.publishing.generations import publish

pytestmark = pytest.mark.long

WHOLE = ("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:explore")
DEFINITION = {
    "kind": "orders",
    "columns": {
        "customer_id": "Customer ID", "order_id": "id", "ordered_at": "Created (UTC)",
        "amount": "Amount", "refunded": "Amount Refunded", "category": "Product",
        "country": "Country", "birth_year": "Born",
    },
    "measures": {"points": {"column": "Points", "unit": "count"}},
    "groups": {"card": "Card"},
    "dates": {"joined": "Joined"},
    "lists": {"tags": "Tags"},
    "target": {
        "name": "churned", "column": "Churned", "contact_cost": "Z_Cost",
        "revenue": "Z_Revenue",
    },
    "status": {"column": "Status", "counts": ["paid"], "cancelled": ["failed"]},
    "currency": {"column": "Currency", "only": "eur"},
    "time_zone": "Europe/Berlin",
    "features": [
        "recency_days", "tenure_days", "purchases_90_days", "purchases_365_days",
        "average_order_value", "mean_interval_days",
    ],
}  # fmt: skip
KEY = "cus_forget_0042"


def charges() -> pd.DataFrame:
    """Draw charges of 150 customers, a third of whom have stopped half a year ago."""
    rng = np.random.default_rng(11)
    rows = []
    for person in range(150):
        key = KEY if person == 42 else f"cus_{person:04d}"
        last = 500 if person % 3 == 0 else 700
        for day in sorted(rng.integers(0, last, rng.integers(1, 9)).tolist()):
            rows.append((key, date(2023, 1, 1) + timedelta(day), rng.gamma(2, 15)))
    table = pd.DataFrame(rows, columns=["Customer ID", "day", "money"])
    n = len(table)
    table["Created (UTC)"] = table.pop("day").astype(str) + " 23:30:00"
    table["id"] = [f"ch_{i:05d}" for i in range(n)]
    table["Amount"] = table.pop("money").map("{:.2f}".format)
    is_refunded = rng.random(n) < 0.05
    table["Amount Refunded"] = np.where(is_refunded, table["Amount"], "0.00")
    table["Product"] = rng.choice(["Tea", "Cups"], n)
    table["Status"] = rng.choice(["Paid", "Failed"], n, p=[0.9, 0.1])
    table["Currency"] = rng.choice(["eur", "usd"], n, p=[0.9, 0.1])
    # what is of the customer: some of it changes, and is not always said
    person = table["Customer ID"].astype("category").cat.codes.to_numpy()
    table["Country"] = np.where(person % 4 == 0, "FR", "DE")
    table["Born"] = [f"{1950 + p % 50}-07-01" for p in person]
    table["Points"] = np.where(rng.random(n) < 0.3, None, np.arange(n))
    table["Card"] = rng.choice(["Visa", "Amex"], n)
    table["Joined"] = [str(date(2022, 1, 1) + timedelta(int(p))) for p in person]
    table["Tags"] = np.where(person % 3 == 0, "vip, news", "news")
    # half of those who stopped; a year before nobody had said so
    has_left = (person % 3 == 0) & (person % 2 == 0)
    is_early = table["Created (UTC)"] < "2023-07-01"
    table["Churned"] = np.where(is_early, "no", np.where(has_left, "yes", "no"))
    table["Z_Cost"], table["Z_Revenue"] = "3", "11"
    vouchers = table.sample(30, random_state=1).assign(
        **{"Amount": "-5.00", "Amount Refunded": "0.00", "Product": "Voucher",
           "Status": "Paid", "Currency": "eur"}
    )  # fmt: skip
    vouchers["id"] += "v"
    return pd.concat([table, vouchers])


def built(builder, file, table) -> None:
    table.to_csv(file, index=False)
    inputs = {"shop": DEFINITION | {"path": str(file)}}
    words = ("--vars", json.dumps({"inputs": inputs}))
    assert builder.dbt(*WHOLE, *words, SEGMENTS_INPUT="shop") == []


@pytest.fixture(scope="module")
def small(new_builder, tmp_path_factory):
    """Build the charges whole, with all data tests but the explorative."""
    builder = new_builder("any_shop")
    file = tmp_path_factory.mktemp("charges") / "charges.csv"
    built(builder, file, charges())
    return builder, file


def test_net_revenue_is_that_of_an_independent_sum(small):
    builder, _ = small
    table = charges()
    counts = table[(table["Status"] == "Paid") & (table["Currency"] == "eur")]
    net = sum(map(Decimal, counts["Amount"])) - sum(
        map(Decimal, counts["Amount Refunded"])
    )
    assert builder.query("select sum(total_spend) from marts.customers") == [(net,)]


def test_the_latest_charge_tells_of_the_customer(small):
    builder, _ = small
    table = charges()
    table["place"] = range(len(table))
    table = table.sort_values(["Created (UTC)", "place"])
    counted = builder.query("select customer_id from marts.customers")
    columns = ["Country", "Born", "Points", "Card", "Joined"]
    latest = table.groupby("Customer ID")[columns].last()
    is_vip = table.groupby("Customer ID")["Tags"].last().str.contains("vip")
    wanted = {
        key: (
            row["Country"],
            date(2024, 1, 1).year - int(row["Born"][:4]),
            None if pd.isna(row["Points"]) else float(row["Points"]),
            row["Card"],
            date.fromisoformat(row["Joined"]),
            "yes" if is_vip[key] else "no",
        )
        for key, row in latest.iterrows()
    }
    found = builder.query(
        "select customer_id, country, age, points, card, joined, tags_vip "
        "from marts.customers_wide"
    )
    assert {key: tuple(row) for key, *row in found} == {
        key: wanted[key] for (key,) in counted
    }
    assert builder.query(
        "select distinct attribute from marts.segment_attribute_profiles "
        "where attribute in ('card', 'country', 'tags_vip') order by 1"
    ) == [("card",), ("country",), ("tags_vip",)]


def test_the_latest_charge_tells_who_has_left(small):
    builder, _ = small
    table = charges().reset_index(drop=True)
    table["place"] = table.index
    table = table.sort_values(["Created (UTC)", "place"])
    latest = table.groupby("Customer ID")["Churned"].last() == "yes"
    found = dict(
        builder.query("select customer_id, target_accepted from marts.customers")
    )
    assert found == {key: bool(latest[key]) for key in found}
    assert builder.query(
        "select sum(acceptances), sum(contacts) from marts.segment_campaign_response "
        "where campaign = 'churned' and is_target"
    ) == [(sum(found.values()), len(found))]
    assert builder.query(
        "select count(*), count_if(probability between 0 and 1) "
        "from marts.campaign_response_scores"
    ) == [(len(found), len(found))]
    assert builder.query(
        "select contact_cost, revenue_per_response from intermediate.int_campaign_money"
    ) == [(3, 11)]
    assert builder.query(
        "select count(*) from marts.segment_actions where target_name = 'churned'"
    ) == builder.query("select count(*) from marts.segments")


def test_vouchers_stand_apart(small):
    builder, _ = small
    below, with_share, others = builder.query(
        "select count_if(spend < 0), count_if(spend < 0 and spend_share is not null), "
        "count_if(category != 'Voucher' and spend_share is null) "
        "from marts.segment_category_mix"
    )[0]
    assert below > 0
    assert (with_share, others) == (0, 0)
    assert builder.query(
        "select count(*) from marts.category_demand where segment_category_spend < 0"
    ) == [(0,)]


def test_who_is_silent_for_half_a_year_is_not_called_loyal(small):
    builder, _ = small
    silent, loyal = builder.query(
        "select count(*), count_if(regexp_matches(segment_name, "
        "'(?i)loyal|regular|champion')) from marts.customers where recency_days > 183"
    )[0]
    assert silent > 30
    assert loyal <= 0.05 * silent


def test_a_person_is_forgotten_and_the_past_stays_true(small):
    builder, file = small
    sizes = "select * from marts.segment_sizes_history order by all"
    keys = "select segment_key, segment_name from marts.segments order by all"
    before, named = builder.query(sizes), builder.query(keys)
    output = builder.folder / "output" / "shop"
    with builder._environment():
        publish(builder.warehouse, output)
        publish(builder.warehouse, output)
        table = charges()
        table = table[table["Customer ID"] != KEY]
        table.to_csv(file, index=False)
        said: list[str] = []
        left = forget_persons(
            builder.project, builder.warehouse, [KEY], report=said.append
        )
    assert (left, said[-1]) == (0, "Looked at every table and file: nothing is left.")
    assert len(list((output / "generations").iterdir())) == 1
    for path in builder.folder.parent.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
    assert (
        KEY not in (builder.project / "logs" / "dbt.log").read_text()
        if (builder.project / "logs" / "dbt.log").exists()
        else True
    )
    assert builder.query(sizes) == before
    assert builder.query(
        "select count(*) from marts.segment_membership_history "
        "where customer_id = 'forgotten 1'"
    ) == [(1,)]
    # the same day once more, as its file now is
    built(builder, file, table)
    assert builder.query(keys) == named
    with duckdb.connect(builder.warehouse, read_only=True) as engine:
        assert engine.sql(
            f"select count(*) from marts.customers where customer_id = '{KEY}'"
        ).fetchall() == [(0,)]


def test_every_line_is_accepted_rejected_or_left_out(new_builder, tmp_path):
    """Exports that overlap, and payouts that are no refunds: each line is counted."""
    table = charges()
    table["Amount"] = np.where(table["id"].str.endswith("7"), "-40.00", table["Amount"])
    table.iloc[:500].to_csv(tmp_path / "one.csv", index=False)
    table.iloc[400:].to_csv(tmp_path / "two.csv", index=False)
    files = {"path": str(tmp_path / "*.csv"), "below_zero": "apart"}
    words = ("--vars", json.dumps({"inputs": {"shop": DEFINITION | files}}))
    builder = new_builder("every_line")
    selected = ("build", "--select", "+data_quality_summary", *words)
    assert builder.dbt(*selected, SEGMENTS_INPUT="shop") == []
    found = dict(
        builder.query(
            "select outcome, sum(rows_found) from marts.data_quality_summary "
            "where outcome in ('read', 'accepted', 'rejected', 'left out') group by 1"
        )
    )
    counted = found["accepted"] + found["rejected"] + found["left out"]
    assert found["read"] == counted == len(table) + 100
    reasons = dict(
        builder.query(
            "select check_name, rows_found from marts.data_quality_summary "
            "where check_name in ('also in an earlier file', 'money the other way')"
        )
    )
    assert min(reasons.values()) > 50

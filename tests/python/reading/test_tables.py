"""Several tables of one shop, and events without money: the query that is proposed."""

import json
import re
import sqlite3

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose
from tests.python.reading.test_order_layouts import ORDERS, decided, shop


def olist(lines: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of a marketplace; the customer's key changes by order."""
    orders = lines.drop_duplicates("order")
    price = (lines["price"] / 100).map("{:.2f}".format)
    items = pd.DataFrame(
        {
            "order_id": lines["order"],
            "order_item_id": lines["line"],
            "product_id": lines["product"],
            "price": price,
            "freight_value": "1.50",
        }
    )
    status = orders["status"].map({"paid": "delivered", "off": "canceled"})
    return {
        "shop_orders_dataset": pd.DataFrame(
            {
                "order_id": orders["order"],
                "customer_id": "k" + orders["order"].astype(str),
                "order_status": status.fillna("returned"),
                "order_purchase_timestamp": orders["at"].astype(str),
            }
        ),
        "shop_order_items_dataset": items[items["order_id"] != 1003],
        "shop_customers_dataset": pd.DataFrame(
            {
                "customer_id": "k" + orders["order"].astype(str),
                "customer_unique_id": orders["person"],
                "customer_city": "Porto",
            }
        ),
        "shop_products_dataset": lines.drop_duplicates("product")[
            ["product", "category"]
        ].set_axis(["product_id", "product_category_name"], axis=1),
        "shop_order_payments_dataset": pd.DataFrame(
            {
                "order_id": orders["order"].repeat(2),
                "payment_type": ["card", "voucher"] * len(orders),
                "payment_value": "9.00",
            }
        ),
    }


def written(tables: dict[str, pd.DataFrame], place) -> str:
    """Write tables as CSV files into a folder, or into a database."""
    if place.suffix == ".duckdb":
        with duckdb.connect(place) as engine:
            for name, table in tables.items():
                engine.register("frame", table.astype(str))
                engine.execute(f"create table {name} as from frame")
    elif place.suffix == ".sqlite":
        with sqlite3.connect(place) as engine:
            for name, table in tables.items():
                table.astype(str).to_sql(name, engine, index=False)
    else:
        place.mkdir()
        for name, table in tables.items():
            table.to_csv(place / f"{name}.csv", index=False)
    return str(place)


def described(proposal, folder):
    """Describe what was proposed as the build does."""
    definition, asked = decided(proposal.definition)
    query = folder / "shop.sql"
    query.write_text(proposal.query)
    definition["query"] = str(query)
    return (
        inspect_input(
            {"shop": definition}, default="shop", warehouse_folder=str(folder)
        ),
        asked,
    )


@pytest.mark.parametrize("place", ["files", "shop.duckdb", "shop.sqlite"])
def test_tables_of_a_shop_become_one_query_that_adds_up(place, staged, tmp_path):
    lines = shop()
    path = written(olist(lines), tmp_path / place)
    proposal = propose(path, name="shop", folder=tmp_path / "scratch")
    dialect, asked = described(proposal, tmp_path)
    assert asked == 0
    columns = yaml.safe_load(proposal.definition)["shop"]["columns"]
    assert columns["customer_id"] == "customer_unique_id"
    assert columns["category"] == "product_category_name"

    orders = pd.DataFrame(staged(dialect, *ORDERS))
    counted = lines[(lines["order"] != 1003) & (lines["status"] == "paid")]
    assert round(100 * orders["net_amount"].sum()) == counted["price"].sum()
    assert orders["is_purchase"].sum() == counted["order"].nunique()
    said = "\n".join(proposal.remarks)
    assert "Rows: the" in said and "no join adds any" in said
    assert re.search(r"Joined: order_items.order_id to orders.order_id; 0 of", said)
    assert "1 of 300 of orders are in none" in said
    assert "Left out: order_payments" in said


def test_tables_that_belong_to_accounts_are_added_up(tmp_path):
    accounts = pd.DataFrame(
        {"account_id": [f"A{n:03d}" for n in range(60)], "seats": range(5, 65)}
    )
    rng = np.random.default_rng(2)
    of = rng.integers(0, 50, 400)
    ended = rng.random(400) < 0.5
    subscriptions = pd.DataFrame(
        {
            "subscription_id": range(400),
            "account_id": [f"A{n:03d}" for n in of],
            "start_date": [f"2024-0{1 + n % 9}-01" for n in range(400)],
            "end_date": np.where(ended, "2024-11-01", ""),
            "mrr_amount": rng.integers(10, 99, 400),
            "satisfaction_score": rng.integers(1, 6, 400),
        }
    )
    path = written(
        {"accounts": accounts, "subscriptions": subscriptions}, tmp_path / "saas"
    )
    proposal = propose(path, name="saas", folder=tmp_path / "scratch")
    assert "kind: wide" in proposal.definition
    with duckdb.connect() as engine:
        for name in ("accounts", "subscriptions"):
            file = tmp_path / "saas" / f"{name}.csv"
            text = f"read_csv('{file}', all_varchar=true)"
            engine.sql(f"create view {name} as from {text}")
        rows = engine.sql(proposal.query).df().set_index("account_id")
    assert len(rows) == 60
    active = subscriptions[~ended].groupby("account_id")["mrr_amount"].sum()
    made = rows["open_subscriptions_mrr_amount"]
    assert (made == active.reindex(rows.index).fillna(0)).all()
    assert rows["subscriptions"].sum() == 400
    means = subscriptions.groupby("account_id")["satisfaction_score"].mean()
    given = rows["mean_subscriptions_satisfaction_score"].dropna()
    assert np.allclose(given, means.reindex(given.index)) and len(given) == len(means)


def months(folder, names: list[str]) -> str:
    """Write a file of orders a name; the files share a third of the orders."""
    rng = np.random.default_rng(3)
    lines = pd.DataFrame(
        {
            "customer_id": rng.integers(1000, 1080, 400),
            "order_id": range(400),
            "order_date": [f"2024-0{1 + n // 50}-{1 + n % 28:02d}" for n in range(400)],
            "amount": rng.gamma(2, 20, 400).round(2),
        }
    )
    step = 300 // len(names)
    parts = {name: lines[n * step : n * step + 200] for n, name in enumerate(names)}
    return written(parts, folder)


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["2024-01", "2024-02"], "2024-*.csv"),
        (["2023-12", "2024-01"], "*.csv"),
        (["orders_jan", "orders_jun", "orders_july"], "orders_*.csv"),
        (["export", "export (1)"], "*.csv"),
        (["Umsatz März", "Umsatz Mai"], "Umsatz *.csv"),
    ],
)
def test_parts_of_one_table_are_read_together(names, pattern, staged, tmp_path):
    path = months(tmp_path / "shop", names)
    proposal = propose(path, name="shop", folder=tmp_path / "scratch")
    definition, asked = decided(proposal.definition)
    assert asked == 0 and not proposal.query
    assert definition["path"] == f"{path}/{pattern}"
    dialect = inspect_input({"shop": definition}, default="shop")
    orders = pd.DataFrame(staged(dialect, *ORDERS))
    # what stands in both is counted once
    assert len(orders) == 200 + 300 // len(names) * (len(names) - 1)


def test_parts_of_a_table_stand_beside_the_others(staged, tmp_path):
    path = months(tmp_path / "shop", ["orders_2023", "orders_2024"])
    people = pd.DataFrame({"customer_id": range(1000, 1080), "town": "Porto"})
    people.to_csv(tmp_path / "shop" / "customers.csv", index=False)
    proposal = propose(path, name="shop", folder=tmp_path / "scratch")
    tables = yaml.safe_load(proposal.definition)["shop"]["tables"]
    assert tables["orders"] == f"{path}/orders_*.csv" and len(tables) == 2
    said = str(proposal.remarks)
    assert "Joined: orders.customer_id to customers.customer_id" in said
    assert "50 lines are in an earlier file, too" in said
    orders = staged(described(proposal, tmp_path)[0], *ORDERS)
    assert len(orders["order_key"]) == 350


def test_tables_of_the_same_columns_are_not_joined(tmp_path):
    path = months(tmp_path / "shop", ["berlin", "hamburg"])
    with pytest.raises(Exception, match="have the same columns; if they are parts"):
        propose(path, name="shop", folder=tmp_path / "scratch")


def test_a_folder_of_one_file_is_that_file(tmp_path):
    path = months(tmp_path / "shop", ["orders"])
    proposal = propose(path, name="shop", folder=tmp_path / "scratch")
    assert yaml.safe_load(proposal.definition)["shop"]["path"] == f"{path}/orders.csv"


def test_tables_without_a_common_key_are_refused(tmp_path):
    table = pd.DataFrame({"customer_id": [1, 2], "a": [3, 4]})
    other = pd.DataFrame({"weather": ["sun", "rain"]})
    path = written({"one": table, "two": other}, tmp_path / "both")
    with pytest.raises(Exception, match="have no key in common"):
        propose(path, name="both", folder=tmp_path / "scratch")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("delete from lines", "has to be one select and nothing else"),
        ("select 1; select 2", "has to be one select and nothing else"),
        ("copy lines to 'x.csv'", "has to be one select and nothing else"),
        ("select nothing from lines", "does not run"),
    ],
)
def test_a_query_only_reads(sql, sentence, tmp_path):
    file = tmp_path / "lines.csv"
    file.write_text("customer_id,ordered_at,amount\na,2024-01-01,5\n")
    query = tmp_path / "shop.sql"
    query.write_text(sql)
    definition = {
        "kind": "orders",
        "query": str(query),
        "tables": {"lines": str(file)},
        "columns": {n: n for n in ("customer_id", "ordered_at", "amount")},
    }
    dialect = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=str(tmp_path)
    )
    assert sentence in dialect.problem
    assert file.read_text().count("\n") == 2


def test_an_input_has_a_path_or_a_query(tmp_path):
    definition = {"kind": "orders", "columns": {}}
    for settings in ({}, {"path": "a.csv", "query": "a.sql"}):
        problem = inspect_input({"shop": definition | settings}, default="shop").problem
        assert "needs one of a path, a query and the tables in it" in problem


def test_calls_are_counted_and_no_word_is_of_money(tmp_path):
    rng = np.random.default_rng(4)
    rows = [
        (f"U{person:03d}", day, rng.integers(1, 30), rng.choice(["in", "out"]))
        for person in range(80)
        for day in sorted(rng.choice(300, rng.integers(1, 30), replace=False))
    ]
    table = pd.DataFrame(rows, columns=["user_id", "day", "minutes", "direction"])
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(table.pop("day"), "D")
    table.insert(1, "call_date", days.dt.strftime("%d.%m.%Y"))
    file = tmp_path / "export.csv"
    table.to_csv(file, index=False, sep=";")
    proposal = propose(str(file), name="export", folder=tmp_path / "scratch")
    assert proposal.decisions == 0
    assert not re.search("spend|purchase|order|money", proposal.definition)
    with duckdb.connect() as engine:
        engine.sql(f"create view calls as from read_csv('{file}', all_varchar=true)")
        made = engine.sql(proposal.query).df().set_index("user_id").sort_index()
    by_user = table.groupby("user_id")
    assert (made["calls"] == by_user.size()).all()
    assert (made["minutes"] == by_user["minutes"].sum()).all()
    recent = (days > days.max() - pd.Timedelta(90, "D")).groupby(table["user_id"]).sum()
    assert (made["calls_in_90_days"] == recent).all()
    last = days.groupby(table["user_id"]).max()
    assert (pd.to_datetime(made["last_call"]) == last).all()


def test_calls_of_few_are_counted(tmp_path):
    file = tmp_path / "calls.csv"
    days = ["2024-01-02", "2024-01-05", "2024-01-07", "2024-02-01"]
    rows = [f"{n},{7 + n // 2},{day},{n + 2.5}\n" for n, day in enumerate(days)]
    file.write_text("id,user_id,call_date,minutes\n" + "".join(rows))
    proposal = propose(str(file), name="calls", folder=tmp_path / "scratch")
    assert proposal.decisions == 0 and "amount" not in proposal.definition


def test_claims_are_money_of_their_own(tmp_path):
    rng = np.random.default_rng(6)
    of = np.repeat(range(90), rng.integers(1, 7, 90))
    table = pd.DataFrame(
        {
            "claim_id": range(len(of)),
            "policy_holder_id": of,
            "claim_date": [
                f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(len(of))
            ],
            "claim_amount": rng.gamma(2, 900, len(of)).round(2),
        }
    )
    file = tmp_path / "claims.csv"
    table.to_csv(file, index=False)
    proposal = propose(str(file), name="claims", folder=tmp_path / "scratch")
    measures = yaml.safe_load(proposal.definition)["claims"]["measures"]
    assert measures["claim_amount"]["unit"] == "money"
    assert measures["mean_days_between_claims"]["unit"] == "days"
    assert not re.search("spend|purchase", proposal.definition)


def test_objects_in_json_and_empty_tables_are_read_for_what_they_have(tmp_path):
    rng, folder = np.random.default_rng(17), tmp_path / "app"
    folder.mkdir()
    people = [f"{rng.integers(16**8, 16**9):09x}{i:09x}" for i in range(120)]
    profile = [
        {"id": p, "since": 20170101 + i % 28, "income": 30_000.0 + 100 * i}
        for i, p in enumerate(people)
    ]
    events = []
    for person in people:
        for kind, value in (
            ("offer received", {"offer id": "a"}),
            ("paid", {"amount": 2.5}),
            ("offer completed", {"offer_id": "a", "reward": 2}),
        ):
            many = int(rng.integers(1, 5))
            events += [{"person": person, "event": kind, "value": value}] * many
    for name, rows in (("profile", profile), ("transcript", events)):
        text = "\n".join(json.dumps(row) for row in rows)
        (folder / f"{name}.json").write_text(text)
    (folder / "refunds.csv").write_text("refund_id,person\n")
    said = propose(str(folder), name="app", folder=tmp_path / "scratch").text
    assert "0 of 120 of profile are in none" in said
    assert "Left out: refunds; without rows." in said
    definition = yaml.safe_load(said.split("\n#")[0])["app"]
    assert definition["columns"]["customer_id"] == "id"
    assert {"transcript_value_amount", "transcript_paid"} <= {*definition["measures"]}

"""Orders' days, keys and signs: far futures, time zones, addresses, overlaps."""

import pandas as pd
import pytest

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose
from tests.python.reading.test_order_layouts import ORDERS, decided

COLUMNS = {
    "customer_id": "customer", "order_id": "order_id", "ordered_at": "date",
    "amount": "amount",
}  # fmt: skip


@pytest.fixture
def described(tmp_path):
    """Describe a table, or several as files of their own, as an input of orders."""

    def describe(*tables: pd.DataFrame, **settings):
        for number, table in enumerate(tables):
            table.to_csv(tmp_path / f"export_{number}.csv", index=False)
        path = str(tmp_path / "export_*.csv")
        definition = {"kind": "orders", "path": path, "columns": COLUMNS} | settings
        return inspect_input({"shop": definition}, default="shop")

    return describe


def orders_of(n: int = 200) -> pd.DataFrame:
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(range(n), "D")
    return pd.DataFrame(
        {
            "customer": [f"C{i % 40}" for i in range(n)],
            "order_id": range(n),
            "date": days.strftime("%Y-%m-%d"),
            "amount": "10.00",
        }
    )


@pytest.mark.parametrize(
    ("day", "left_out"), [("2099-01-01", 1), ("2025-05-01", 0), ("2024-07-19", 0)]
)
def test_one_order_of_a_far_future_does_not_move_the_day(
    day, left_out, described, staged
):
    table = orders_of()
    table.loc[7, "date"] = day
    dialect = described(table)
    rows = staged(
        dialect, "stg_orders__records", "stg_orders__overlaps", "stg_orders__lines"
    )
    reasons = rows["reject_reason"]
    assert reasons.count("after the day observed") == left_out
    assert ("1 line is of 2099-01-01" in (dialect.notes or "")) == bool(left_out)


def test_many_orders_after_a_gap_are_a_shop_that_opens_again(described):
    table = orders_of()
    table.loc[190:, "date"] = "2026-03-01"
    assert described(table).as_of_date is None


def test_the_declared_day_is_the_users(described):
    table = orders_of()
    table.loc[7, "date"] = "2099-01-01"
    assert described(table, as_of_date="2099-01-01").as_of_date == "2099-01-01"


@pytest.mark.parametrize(
    ("written", "zone", "day"),
    [
        ("2024-01-05T23:30:00Z", "", "2024-01-05"),
        ("2024-01-05T23:30:00Z", "Europe/Berlin", "2024-01-06"),
        ("2024-01-05 23:30:00 -0500", "Europe/Berlin", "2024-01-06"),
        ("2024-01-05T00:30:00+02:00", "", "2024-01-05"),
        ("2024-01-05T00:30:00+02:00", "UTC", "2024-01-04"),
        ("2024-01-05 00:30:00.123+09", "Asia/Tokyo", "2024-01-05"),
        # a shop's own clock and plain days have no offset
        ("2024-01-05 23:30:00", "Europe/Berlin", "2024-01-05"),
        ("2024-01-05", "Asia/Tokyo", "2024-01-05"),
        ("1704497400", "", "2024-01-05"),
        ("1704497400", "Europe/Berlin", "2024-01-06"),
    ],
)
def test_a_day_is_that_of_the_shop(written, zone, day, described, staged):
    table = orders_of(30).assign(date=written)
    rows = staged(described(table, time_zone=zone), "stg_orders__records")
    assert {str(found) for found in rows["ordered_on"]} == {day}


def test_times_that_say_utc_are_in_utc(described, staged):
    table = orders_of(30).assign(date="2024-01-05 23:30:00")
    table = table.rename(columns={"date": "Created (UTC)"})
    columns = COLUMNS | {"ordered_at": "Created (UTC)"}
    dialect = described(table, columns=columns, time_zone="Europe/Berlin")
    rows = staged(dialect, "stg_orders__records")
    assert {str(found) for found in rows["ordered_on"]} == {"2024-01-06"}


def test_timestamps_with_a_zone_are_the_same_on_every_machine(tmp_path, staged):
    table = orders_of(30).assign(date=pd.Timestamp("2024-01-05 23:30", tz="UTC"))
    file = tmp_path / "orders.parquet"
    table.to_parquet(file)
    definition = {"kind": "orders", "path": str(file), "columns": COLUMNS}
    for zone, day in (("", "2024-01-05"), ("Asia/Tokyo", "2024-01-06")):
        settings = definition | ({"time_zone": zone} if zone else {})
        rows = staged(
            inspect_input({"shop": settings}, default="shop"), "stg_orders__records"
        )
        assert {str(found) for found in rows["ordered_on"]} == {day}


def test_a_time_zone_that_there_is_not_stops(described):
    assert "which there is not" in described(orders_of(), time_zone="Moon/Base").problem


def test_addresses_are_one_person_whatever_their_capitals(described, staged):
    table = orders_of(40)
    table["customer"] = [
        f" {name}@Shop.de " if i % 2 else f"{name}@shop.de".upper()
        for i, name in enumerate(["ann", "bob"] * 10 + ["bob", "ann"] * 10)
    ]
    dialect = described(table)
    rows = staged(dialect, "stg_orders__records")
    assert set(rows["customer_id"]) == {"ann@shop.de", "bob@shop.de"}
    assert "differ from another in capitals alone" in dialect.notes


def test_exports_that_overlap_are_counted_once(described, staged, tmp_path):
    january = orders_of()
    # two pairs of the same socks in one order are two lines
    twice = january.iloc[[3]]
    first = pd.concat([january.iloc[:120], twice])
    second = january.iloc[60:]
    dialect = described(first, second)
    rows = staged(
        dialect, "stg_orders__records", "stg_orders__overlaps", "stg_orders__lines"
    )
    reasons = rows["reject_reason"]
    assert reasons.count("also in an earlier file") == 60
    assert reasons.count(None) == 201
    proposal = propose(
        str(tmp_path / "export_*.csv"), name="shop", folder=tmp_path / "scratch"
    )
    definition, asked = decided(proposal.definition)
    assert (definition["columns"]["amount"], asked) == ("amount", 0)


def test_overlaps_without_a_number_of_the_order_are_said(described):
    january = orders_of()
    columns = {n: c for n, c in COLUMNS.items() if n != "order_id"}
    dialect = described(january.iloc[:120], january.iloc[60:], columns=columns)
    assert "60 lines are equal to one of an earlier file" in dialect.notes


def test_equal_lines_of_one_file_stay_two(described, staged):
    table = orders_of(30)
    rows = staged(
        described(pd.concat([table, table])),
        "stg_orders__records",
        "stg_orders__overlaps",
        "stg_orders__lines",
    )
    assert rows["reject_reason"] == [None] * 60


def test_money_both_ways_is_asked_and_stands_apart(tmp_path, staged):
    table = orders_of(240)
    table["amount"] = ["-9.50" if i % 4 else "80.00" for i in range(240)]
    file = tmp_path / "ledger.csv"
    table.to_csv(file, index=False)
    proposal = propose(str(file), name="shop", folder=tmp_path)
    definition, asked = decided(proposal.definition)
    assert (asked, definition["below_zero"]) == (2, "apart")
    assert definition["multiply"] == {"amount": -1}
    dialect = inspect_input({"shop": definition}, default="shop")
    orders = staged(dialect, *ORDERS)
    assert sum(orders["net_amount"]) == 180 * 9.5
    assert sum(orders["refunded_amount"]) == 0


def test_what_shops_take_back_is_not_asked(tmp_path):
    table = orders_of(240)
    table["amount"] = ["-9.50" if i % 10 == 0 else "10.00" for i in range(240)]
    file = tmp_path / "shop.csv"
    table.to_csv(file, index=False)
    assert propose(str(file), name="shop", folder=tmp_path).decisions == 0


def test_another_meaning_of_amounts_below_zero_stops(described):
    assert "write below_zero: refund" in described(orders_of(), below_zero="x").problem


@pytest.mark.parametrize("header", [True, False])
def test_fields_between_blanks_are_read_or_the_reason_is_said(header, tmp_path, staged):
    lines = [
        f" {i % 9:05d}  199701{1 + i % 28:02d} {1 + i % 3}   11.77" for i in range(60)
    ]
    names = [" customer_id  date number_of_cds  dollar_value"] if header else []
    file = tmp_path / "cdnow.txt"
    file.write_text("\n".join(names + lines) + "\n")
    if not header:
        with pytest.raises(Exception, match="Its first line looks like data"):
            propose(str(file), name="shop", folder=tmp_path)
        return
    proposal = propose(str(file), name="shop", folder=tmp_path)
    definition, _ = decided(proposal.definition)
    dialect = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=str(tmp_path)
    )
    orders = staged(dialect, *ORDERS)
    assert float(sum(orders["net_amount"])) == pytest.approx(60 * 11.77)

"""`segments backfill`: months that nobody built, built after the fact, end to end."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
MONTHS = (date(2024, 5, 31), date(2024, 6, 30))
TODAY = date(2024, 7, 31)


def orders() -> pd.DataFrame:
    """Draw orders of 120 customers, some of whom come late."""
    rng = np.random.default_rng(3)
    rows = []
    for person in range(120):
        first = int(rng.integers(0, 540 if person % 4 else 150))
        for day in {first, *rng.integers(first, 560, rng.integers(1, 12)).tolist()}:
            bought = date(2023, 1, 1) + timedelta(int(day))
            rows.append((f"cus_{person:04d}", bought, round(rng.gamma(2, 20), 2)))
    return pd.DataFrame(rows, columns=["who", "day", "money"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Build today, then the two months before; return the folder and what was said."""
    folder = tmp_path_factory.mktemp("backfill")
    orders().to_csv(folder / "orders.csv", index=False)
    inputs = {
        "shop": {
            "kind": "orders",
            "path": str(folder / "orders.csv"),
            "columns": {"customer_id": "who", "ordered_at": "day", "amount": "money"},
            "features": ["recency_days", "tenure_days", "average_order_value"],
        }
    }
    plain = {k: v for k, v in os.environ.items() if not k.startswith("SEGMENTS_")}
    places = {
        "SEGMENTS_INPUT": "shop",
        "SEGMENTS_WAREHOUSE": str(folder / "warehouse"),
        "SEGMENTS_OUTPUT": str(folder / "output"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }

    def segments(*words: str, **settings: str) -> str:
        given = json.dumps({"inputs": inputs, **settings})
        done = subprocess.run(
            [Path(sys.executable).with_name("segments"), *words, "--vars", given],
            cwd=PROJECT,
            env=plain | places,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stderr

    segments("build", as_of_date=str(TODAY))
    span = ("--from", str(MONTHS[0]), "--to", str(MONTHS[-1]), "--every", "month")
    return folder, segments("backfill", *span)


def rows(folder: Path, sql: str, file: str = "warehouse/shop.duckdb") -> list[tuple]:
    with duckdb.connect(folder / file, read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_each_month_is_built_the_earliest_first(shop):
    _, said = shop
    places = [said.index(f"{month}, {n} of 2") for n, month in enumerate(MONTHS, 1)]
    assert places == sorted(places)


def test_sizes_of_every_day_are_those_who_had_bought_by_then(shop):
    folder, _ = shop
    first = orders().groupby("who")["day"].min()
    assert rows(
        folder,
        "select observed_on, sum(customers) from marts.segment_sizes_history "
        "group by 1 order by 1",
    ) == [(day, int((first <= day).sum())) for day in (*MONTHS, TODAY)]
    assert (first > MONTHS[0]).any()  # else every day would be the same


def test_the_past_is_marked_as_told_in_hindsight(shop):
    folder, _ = shop
    marked = rows(
        folder,
        "select min(valid_from) from marts.segment_membership_history "
        "where not is_hindsight",
    )
    assert marked == [(TODAY,)]
    hindsight = rows(
        folder,
        "select distinct valid_from from marts.segment_membership_history "
        "where is_hindsight order by 1",
    )
    assert {day for (day,) in hindsight} == set(MONTHS)


def test_what_is_published_stays_that_of_today(shop):
    folder, said = shop
    published = "output/shop/segments.duckdb"
    day = rows(folder, "select observed_on from marts.generation", published)
    assert day == [(TODAY,)]
    assert said.count("Not published") == len(MONTHS)
    summary = json.loads((folder / "output/shop/build_summary.json").read_text())
    assert (summary["exit_code"], summary["is_late"]) == (0, True)
    assert summary["observed_on"] == str(MONTHS[-1])

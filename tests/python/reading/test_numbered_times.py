"""Times that are written as numbers are days: to init, to the build, in any file."""

import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose

N = 240
FIRST, LAST = pd.Timestamp("1949-03-01"), pd.Timestamp("1996-12-01")


def drawn_days(seed: int, first=FIRST, last=LAST) -> pd.Series:
    rng = np.random.default_rng(seed)
    # most lie in the latest years, as gifts and visits do
    back = rng.beta(1, 6, N) * (last - first).days
    return pd.Series(last - pd.to_timedelta(back.astype(int), "D")).dt.normalize()


def months(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp()


def since_1970(days: pd.Series, per_second: int) -> pd.Series:
    seconds = (days - pd.Timestamp("1970-01-01")) // pd.Timedelta(seconds=1)
    return (seconds + 4321) * per_second


# name of the column -> how it writes days that are drawn since a year
WRITTEN = {
    "LASTDATE": (lambda d: d.dt.strftime("%y%m"), months, "1949-03-01", "1996-12-01"),
    "gift_month": (lambda d: d.dt.strftime("%y%m"), months, "1983-01-01", "2008-12-01"),
    "DOB": (lambda d: d.dt.strftime("%y%m"), months, "1920-01-01", "1979-12-01"),
    "cohort": (lambda d: d.dt.strftime("%Y%m"), months, "1995-01-01", "2024-12-01"),
    "last_seen": (lambda d: d.dt.strftime("%Y%m%d"), None, "2019-01-01", "2024-12-01"),
    "login_timestamp": (lambda d: since_1970(d, 1), None, "2002-01-01", "2024-12-01"),
    "event_time": (lambda d: since_1970(d, 10**3), None, "2002-01-01", "2024-12-01"),
    "first_touch_timestamp": (
        lambda d: since_1970(d, 10**6), None, "2002-01-01", "2024-12-01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("header", WRITTEN)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_numbers_that_are_times_are_days(tmp_path, staged, header, ending):
    write, told, first, last = WRITTEN[header]
    days = drawn_days(3, pd.Timestamp(first), pd.Timestamp(last))
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"customer_id": np.arange(N), "visits": rng.poisson(9, N)})
    table[header] = write(days)
    if ending == "parquet" and header not in ("LASTDATE", "gift_month", "DOB"):
        table[header] = table[header].astype("int64")
    file = tmp_path / f"shop.{ending}"
    if ending == "csv":
        table.to_csv(file, index=False)
    else:
        table.to_parquet(file)
    proposal = propose(str(file), folder=tmp_path)
    definition = yaml.safe_load(proposal.definition)["shop"]
    ((name, column),) = definition["dates"].items()
    assert column == header
    assert "date_format" in definition
    dialect = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=str(tmp_path)
    )
    records = staged(dialect)
    found = dict(zip(records["customer_id"], records[name], strict=True))
    expected = (told(days) if told else days).dt.date
    assert found == {str(i): day for i, day in enumerate(expected)}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("shop_code", ["1101", "1102", "1201", "1203", "2101"]),
        ("postcode", ["9501", "9612", "9703", "8808"]),
        ("spend", ["100", "1200", "900", "450", "9503"]),
        # each year of a century: nobody can tell where it begins
        ("birth_date", [f"{year:02}{1 + year % 12:02}" for year in range(0, 100, 4)]),
    ],
)
def test_other_numbers_are_no_months(tmp_path, header, values):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"customer_id": np.arange(N), "visits": rng.poisson(9, N)})
    table[header] = rng.choice(values, N)
    file = tmp_path / "shop.csv"
    table.to_csv(file, index=False)
    definition = yaml.safe_load(propose(str(file), folder=tmp_path).definition)["shop"]
    assert "dates" not in definition


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("per_second", [1, 1000, 10**6])
def test_events_whose_time_is_a_number_are_counted(tmp_path, seed, per_second):
    rng = np.random.default_rng(seed)
    who = rng.integers(0, 80, 900)
    day = pd.Series(
        pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 900), "D")
    )
    table = pd.DataFrame(
        {
            "event_timestamp": since_1970(day, per_second),
            "event_name": rng.choice(["view", "scroll", "click"], 900),
            # an id that looks like a number with decimals
            "user_pseudo_id": [f"{1000 + w}.{20 + w}" for w in who],
            "user_first_touch_timestamp": since_1970(
                day.groupby(who).transform("min"), per_second
            ),
        }
    )
    file = tmp_path / "events.csv"
    table.to_csv(file, index=False)
    proposal = propose(str(file), folder=tmp_path)
    definition = yaml.safe_load(proposal.definition)["events"]
    assert definition["columns"]["customer_id"] == "user_pseudo_id"
    assert set(definition["dates"]) == {
        "first_event", "last_event", "user_first_touch_timestamp",
    }  # fmt: skip
    # times are not added up
    assert "sum(" not in proposal.query

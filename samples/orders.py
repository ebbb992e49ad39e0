"""Seeded order lines of a shop whose customers buy in five different ways.

Two years of orders, with seasons, categories, channels, discounts, cancellations and
goods that were sent back. Every customer belongs to one of the `HABITS`; the habit is
not in the file, and finding it again is the work of the segmentation. Nobody in the
file exists.

Examples
--------
    python -m samples.orders data/orders/order_lines.parquet
"""

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["CATEGORIES", "HABITS", "generate_order_lines", "main", "write_order_lines"]

DEFAULT_SEED = 31
FIRST_DAY, DAYS = np.datetime64("2023-01-01"), 731
CHANNELS = ("web", "app", "store")
CATEGORIES = ("pantry", "household", "garden", "toys", "kitchen", "clothing")
# part of the year's usual orders and, of an order's lines, by month
SEASON = (0.8, 0.8, 0.9, 1.0, 1.1, 1.0, 0.9, 0.8, 1.0, 1.0, 1.3, 1.6)
GARDEN_SEASON = (0.2, 0.4, 1.2, 2.5, 2.5, 1.8, 1.2, 0.8, 0.6, 0.4, 0.2, 0.1)
TOYS_SEASON = (0.5, 0.5, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.8, 1.0, 2.0, 3.5)
CANCELLED, SENT_BACK, REFUNDED = 0.02, 0.03, 0.01


@dataclass(frozen=True)
class Habit:
    """How customers of a kind buy.

    Attributes
    ----------
    share : float
        Part of all customers.
    first_day, last_day : tuple of int
        Days between which they buy for the first time, and between which they stop,
        both counted from the beginning; a last day beyond the end is never reached.
    interval_days : float
        Mean number of days from one order to the next; customers differ around it.
    order_value : float
        Median value of an order.
    lines : float
        Mean number of lines of an order after the first.
    deal_rate : float
        Part of the lines that are bought at a discount.
    channels, categories : tuple of float
        Shares of `CHANNELS` and `CATEGORIES`.
    """

    share: float
    first_day: tuple[int, int]
    last_day: tuple[int, int]
    interval_days: float
    order_value: float
    lines: float
    deal_rate: float
    channels: tuple[float, ...]
    categories: tuple[float, ...]


HABITS = {
    "regular": Habit(
        0.22, (0, 200), (900, 2000), 22, 38, 0.7, 0.15,
        (0.2, 0.3, 0.5), (0.50, 0.25, 0.05, 0.05, 0.10, 0.05),
    ),
    "big basket": Habit(
        0.16, (0, 250), (900, 2000), 75, 210, 2.5, 0.10,
        (0.6, 0.1, 0.3), (0.10, 0.15, 0.20, 0.10, 0.25, 0.20),
    ),
    "lapsed": Habit(
        0.20, (0, 150), (330, 480), 38, 62, 0.8, 0.20,
        (0.5, 0.2, 0.3), (0.20, 0.20, 0.10, 0.10, 0.20, 0.20),
    ),
    "newcomer": Habit(
        0.17, (610, 700), (900, 2000), 32, 55, 0.6, 0.30,
        (0.3, 0.6, 0.1), (0.20, 0.10, 0.05, 0.15, 0.20, 0.30),
    ),
    "occasional": Habit(
        0.25, (0, 300), (900, 2000), 150, 48, 0.5, 0.45,
        (0.4, 0.1, 0.5), (0.15, 0.15, 0.25, 0.20, 0.10, 0.15),
    ),
}  # fmt: skip


def generate_order_lines(
    n_customers: int = 3000, *, seed: int = DEFAULT_SEED
) -> tuple[pd.DataFrame, pd.Series]:
    """Draw order lines, and the habit of every customer who has any.

    Parameters
    ----------
    n_customers : int
    seed : int
        Seed of `numpy.random.default_rng`; the same seed gives the same lines.

    Returns
    -------
    lines : pandas.DataFrame
        One row per order line, by time; amounts as text with two decimals.
    habits : pandas.Series
        A key of `HABITS` by customer_id.

    Examples
    --------
    >>> lines, habits = generate_order_lines(20)
    >>> sorted(lines)[:4]
    ['amount', 'category', 'channel', 'customer_id']
    """
    rng = np.random.default_rng(seed)
    names = list(HABITS)
    bounds = np.cumsum([habit.share for habit in HABITS.values()])
    # fixed shares in random order
    ranks = (np.arange(n_customers) + 0.5) / n_customers * bounds[-1]
    codes = rng.permutation(np.searchsorted(bounds, ranks))
    numbers = rng.permutation(n_customers) + 10_001
    orders = pd.concat(
        [
            _orders(rng, HABITS[names[code]], f"K{number}")
            for code, number in zip(codes, numbers, strict=True)
        ],
        ignore_index=True,
    )
    orders["habit"] = orders["customer_id"].map(
        {f"K{number}": names[code] for code, number in zip(codes, numbers, strict=True)}
    )
    orders = orders.sort_values(["ordered_at", "customer_id"], ignore_index=True)
    orders["order_id"] = [
        f"B{number}" for number in range(100_001, 100_001 + len(orders))
    ]
    lines = _refunds(rng, _lines(rng, orders))
    habits = lines.groupby("customer_id")["habit"].first()
    lines["amount"] = lines["amount"].map("{:.2f}".format)
    lines["discount"] = lines["discount"].map("{:.2f}".format)
    return lines.drop(columns="habit"), habits


def _orders(rng: np.random.Generator, habit: Habit, customer_id: str) -> pd.DataFrame:
    """Draw the orders of one customer: the first, and the others at random after it."""
    first = rng.integers(*habit.first_day)
    last = min(rng.integers(*habit.last_day), DAYS - 1)
    # customers of a habit differ in how often they buy, by about a fifth
    interval = habit.interval_days * rng.gamma(25, 1 / 25)
    pauses = rng.gamma(2, interval / 2, int(3 * DAYS / interval) + 10)
    days = first + np.concatenate([[0], np.cumsum(pauses)])
    days = days[days <= last].astype(int)
    months = (FIRST_DAY + days).astype("datetime64[M]").astype(int) % 12
    kept = rng.random(len(days)) < np.array(SEASON)[months] / max(SEASON) * 1.3
    kept[0] = True
    days = days[kept]
    times = rng.integers(7 * 60, 22 * 60, len(days)).astype("timedelta64[m]")
    return pd.DataFrame(
        {
            "customer_id": customer_id,
            "ordered_at": (FIRST_DAY + days).astype("datetime64[s]") + times,
            "channel": rng.choice(CHANNELS, len(days), p=habit.channels),
            "value": habit.order_value
            * np.exp(rng.normal(0, 0.15) + rng.normal(0, 0.35, len(days))),
        }
    )


def _lines(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """Split orders into lines, with what is in them."""
    extra = rng.poisson(orders["habit"].map(lambda h: HABITS[h].lines))
    lines = orders.loc[orders.index.repeat(1 + extra)].reset_index(drop=True)
    lines["line_id"] = lines.groupby("order_id").cumcount() + 1
    weights = rng.gamma(4, 1, len(lines))
    part = weights / pd.Series(weights).groupby(lines["order_id"]).transform("sum")
    lines["amount"] = (lines["value"] * part).clip(lower=0.5).round(2)
    lines["category"] = _categories(rng, lines)
    is_deal = rng.random(len(lines)) < lines["habit"].map(lambda h: HABITS[h].deal_rate)
    lines["discount"] = np.where(is_deal, (0.15 * lines["amount"]).round(2), 0.0)
    lines["amount"] = (lines["amount"] - lines["discount"]).round(2)
    cancelled = rng.random(len(orders)) < CANCELLED
    lines["is_cancelled"] = lines["order_id"].map(
        dict(zip(orders["order_id"], cancelled, strict=True))
    )
    lines["is_returned"] = (rng.random(len(lines)) < SENT_BACK) & ~lines["is_cancelled"]
    return lines.drop(columns="value")


def _categories(rng: np.random.Generator, lines: pd.DataFrame) -> np.ndarray:
    shares = np.array([HABITS[h].categories for h in lines["habit"]])
    months = lines["ordered_at"].dt.month.to_numpy() - 1
    shares[:, CATEGORIES.index("garden")] *= np.array(GARDEN_SEASON)[months]
    shares[:, CATEGORIES.index("toys")] *= np.array(TOYS_SEASON)[months]
    bounds = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    drawn = (rng.random((len(lines), 1)) > bounds).sum(axis=1)
    return np.array(CATEGORIES, dtype=object)[drawn]


def _refunds(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Append refunds some days after the purchase: lines below zero."""
    can_be = ~lines["is_cancelled"] & ~lines["is_returned"]
    refunds = lines[can_be & (rng.random(len(lines)) < REFUNDED)].copy()
    days = rng.integers(2, 20, len(refunds)).astype("timedelta64[D]")
    refunds["ordered_at"] = refunds["ordered_at"] + days
    end = FIRST_DAY + np.timedelta64(DAYS, "D")
    refunds = refunds[refunds["ordered_at"] < end]
    refunds["order_id"] = "R" + refunds["order_id"].str[1:]
    refunds["amount"] = -refunds["amount"]
    refunds["discount"] = 0.0
    both = pd.concat([lines, refunds], ignore_index=True)
    both = both.sort_values(["ordered_at", "order_id", "line_id"], ignore_index=True)
    names = (
        "order_id", "line_id", "customer_id", "ordered_at", "category", "channel",
        "amount", "discount", "is_cancelled", "is_returned", "habit",
    )  # fmt: skip
    return both[list(names)]


def write_order_lines(lines: pd.DataFrame, path: Path) -> None:
    """Write order lines as Parquet, money as decimals.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `generate_order_lines` returns them.
    path : pathlib.Path
        Parquet file to write.
    """
    money = pa.decimal128(10, 2)
    columns = {
        "order_id": pa.array(lines["order_id"], pa.string()),
        "line_id": pa.array(lines["line_id"], pa.int32()),
        "customer_id": pa.array(lines["customer_id"], pa.string()),
        "ordered_at": pa.array(lines["ordered_at"], pa.timestamp("s")),
        "category": pa.array(lines["category"], pa.string()),
        "channel": pa.array(lines["channel"], pa.string()),
        "amount": pa.array(map(Decimal, lines["amount"]), money),
        "discount": pa.array(map(Decimal, lines["discount"]), money),
        "is_cancelled": pa.array(lines["is_cancelled"], pa.bool_()),
        "is_returned": pa.array(lines["is_returned"], pa.bool_()),
    }
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=19)


def main() -> None:
    """Write the default sample to the path given on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.orders",
        description="Write the sample of order lines.",
    )
    parser.add_argument("path", type=Path, help="Parquet file to write")
    path = parser.parse_args().path
    if not path.parent.is_dir():
        parser.error(f"folder {path.parent} does not exist: create it first.")
    lines, _ = generate_order_lines()
    write_order_lines(lines, path)


if __name__ == "__main__":
    main()

"""Dates of customers in a far future: they do not move the day of the data."""

from pathlib import Path
from typing import Any

import duckdb

from segmentation.reading.order_days import FarOrders, day_of, far_orders

__all__ = ["settle_day_of_customers"]

_DAYS = ("last_purchase_on", "enrolled_on")


def settle_day_of_customers(
    engine: duckdb.DuckDBPyConnection, dialect: Any
) -> list[str]:
    """Find out the day of a wide file where some dates lie far ahead; return notes.

    Parameters
    ----------
    engine : DuckDB connection
    dialect : InputDialect
        Its ``as_of_date`` is set where a date would move the day by a slip.
    """
    dates = [
        f
        for f in dialect.fields
        if f.source_column and (f.role == "date" or f.name in _DAYS)
    ]
    if dialect.as_of_date or not dates:
        return []
    relation = dialect.relation_sql
    far = {f.name: far_orders(engine, relation, f) for f in dates}
    if not any(far.values()):
        return []
    days: list = []
    notes: list[str] = []
    for f in dates:
        found: FarOrders | None = far[f.name]
        if found is None:
            days += engine.sql(
                f"select cast(max({day_of(f)}) as date) from {relation}"
            ).fetchall()[0]
            continue
        days.append(found.observed_on)
        are = "values are" if found.lines > 1 else "value is"
        notes.append(
            f"{Path(dialect.source_path).name}: in column '{f.source_column}' "
            f"{found.lines:,} {are} of {found.first} or later, more than a year behind "
            "all others; they do not count for the day of the data. If they are right, "
            "declare as_of_date."
        )
    dialect.as_of_date = str(max(day for day in days if day))
    return notes

"""Orders of a far future: they do not move the day that the data describe."""

from dataclasses import dataclass
from datetime import date

import duckdb

from segmentation.reading.dates import parsed_date
from segmentation.reading.field import Field
from segmentation.warehouse.quoting import identifier

__all__ = ["FarOrders", "day_of", "far_orders", "overlap_notes"]

# so long after the order before it, and so few lines: a slip of the pen, or a booking
_GAP_DAYS = 365
_MOST_LINES = 0.01


@dataclass(frozen=True)
class FarOrders:
    """Lines that lie far behind all others.

    Attributes
    ----------
    lines : int
    first : date
        The day of the first of them.
    observed_on : date
        The last day of the others.
    """

    lines: int
    first: date
    observed_on: date

    @property
    def sentence(self) -> str:
        """What is said of them."""
        return (
            f"{self.lines:,} {'lines are' if self.lines > 1 else 'line is'} of "
            f"{self.first} or later, more than a year behind all others; the day of "
            f"the data is {self.observed_on}, and they are left out. If they are "
            "right, declare as_of_date."
        )


def day_of(field: Field) -> str:
    """Return SQL for a field of a file as a day."""
    column = identifier(field.source_column or "")
    if field.date_format:
        return parsed_date(f"cast({column} as varchar)", field.date_format)
    return f"try_cast({column} as date)"


def far_orders(
    engine: duckdb.DuckDBPyConnection, relation: str, ordered_at: Field
) -> FarOrders | None:
    """Return the lines that lie more than a year behind all others, if they are few."""
    day = day_of(ordered_at)
    found = engine.sql(
        f"with days as (select cast({day} as date) as day, count(*) as n "
        f"from {relation} group by 1), "
        "placed as (select day, lag(day) over (order by day) as before, "
        "sum(n) over (order by day desc) as behind, sum(n) over () as lines "
        "from days where day is not null) "
        "select behind, day, before from placed "
        f"where day - before > {_GAP_DAYS} and behind <= {_MOST_LINES} * lines "
        "order by day limit 1"
    ).fetchall()
    return FarOrders(*found[0]) if found else None


def overlap_notes(
    engine: duckdb.DuckDBPyConnection, relation: str, fields: list[Field], path: str
) -> list[str]:
    """Say how many lines are in several files, where no order tells them apart."""
    lines = {f.name: f for f in fields if f.role == "line"}
    is_several = any(mark in path for mark in "*?[")
    if not is_several or not lines or lines["order_id"].source_column:
        return []
    columns = sorted({f.source_column for f in lines.values() if f.source_column})
    equal = ", ".join(map(identifier, columns))
    ((count,),) = engine.sql(
        "with copies as (select dense_rank() over "
        f"(partition by {equal} order by segments_source_file) as file "
        f"from {relation}) select count_if(file > 1) from copies"
    ).fetchall()
    if not count:
        return []
    return [
        f"{path}: {count:,} lines are equal to one of an earlier file. They are "
        "counted, as no column is the number of the order; map order_id, or leave out "
        "what overlaps."
    ]

"""Find the columns of order lines that say something of the customer, not of the order.

A country, a date of birth or a level is the same in all of a customer's orders. Whether
a column is, two orders of each customer tell: they agree far more often than orders of
different customers do (Cohen's kappa).
"""

from segmentation.reading.arranging import OF_CUSTOMERS
from segmentation.reading.definition import Draft
from segmentation.reading.looks import ColumnContent, look_at
from segmentation.reading.order_amounts import Lines
from segmentation.reading.recognition import FreeNames, fits
from segmentation.reading.sources import Source
from segmentation.reading.spellings import SPELLINGS
from segmentation.reading.wide_recognition import Taken, recognised
from segmentation.warehouse.quoting import identifier

__all__ = ["customer_columns", "customers_told"]

_LEAST_KAPPA = 0.8
_LEAST_CUSTOMERS = 10
_MOST_LINES = 200_000


def customers_told(
    draft: Draft, names: FreeNames, lines: Lines, used: dict[str, ColumnContent]
) -> list[Taken]:
    """Take the columns that say something of the customer.

    Parameters
    ----------
    draft : Draft
        Receives what is doubtful.
    names : FreeNames
        The columns that nothing of an order claims.
    lines : Lines
    used : dict
        Field of the lines -> its column; receives attributes such as ``country``.

    Returns
    -------
    list of Taken
        What is declared by own names, and what is left out with the reason.
    """
    found = customer_columns(lines, list(names.left.values()), used)
    for content in found:
        names.take(content)
    if not found:
        return []
    customers = FreeNames(_by_customer(lines, found, used))
    for what in OF_CUSTOMERS:
        fitting = [
            c
            for c in customers.named(SPELLINGS.get(what, ()))
            if what not in used and fits(draft, what, c)
        ]
        if fitting:
            used[what] = customers.take(fitting[0])
    own = set(used)
    return [recognised(content, own) for content in list(customers.left.values())]


def customer_columns(
    lines: Lines, contents: list[ColumnContent], used: dict[str, ColumnContent]
) -> list[ColumnContent]:
    """Return the columns that are the same in all of a customer's orders."""
    order = used.get("order_id") or used.get("ordered_at")
    asked = [c for c in contents if c.filled and c.distinct > 1]
    if order is None or not asked:
        return []
    key = identifier(used["customer_id"].column.name)
    place = identifier(order.column.name)
    figures = ", ".join(
        f"min({place}) filter ({name} is not null) "
        f"< max({place}) filter ({name} is not null) as several_{i}, "
        f"{_first_and_last(name, place)} as agree_{i}"
        for i, c in enumerate(asked)
        for name in [identifier(c.column.name)]
    )
    counts = ", ".join(
        f"count_if(several_{i}), count_if(several_{i} and agree_{i})"
        for i in range(len(asked))
    )
    step = max(1, order.rows // _MOST_LINES)
    row = lines.row(
        f", customers as (select {figures} from lines where {key} is not null "
        f"and hash({key}) % {step} = 0 group by {key}) select {counts} from customers"
    )
    pairs = zip(asked, row[::2], row[1::2], strict=True)
    return [c for c, several, agree in pairs if _is_of_customers(c, several, agree)]


def _first_and_last(name: str, place: str) -> str:
    """Return SQL for whether the first and the last order say the same."""
    # lines of one order differ: the value breaks the tie
    return f"arg_min({name}, ({place}, {name})) = arg_max({name}, ({place}, {name}))"


def _is_of_customers(content: ColumnContent, several: int, agree: int) -> bool:
    if several < _LEAST_CUSTOMERS:
        return False
    by_chance = sum((n / max(content.sampled, 1)) ** 2 for _, n in content.frequent)
    return agree / several - by_chance >= _LEAST_KAPPA * (1 - by_chance)


def _by_customer(
    lines: Lines, contents: list[ColumnContent], used: dict[str, ColumnContent]
) -> list[ColumnContent]:
    """Return what is in the columns, counted a customer and not a line."""
    key = identifier(used["customer_id"].column.name)
    time = used.get("ordered_at") or used["order_id"]
    place = identifier(time.column.name)
    said = ", ".join(
        f"arg_max({name}, ({place}, {name})) as {name}"
        for name in [identifier(c.column.name) for c in contents]
    )
    lines.engine.execute(
        "create or replace temp table customers_of_lines as "
        "select *, row_number() over (order by segments_key) as segments_row from ("
        f"select {key} as segments_key, {said} from {lines.relation} "
        f"where {key} is not null group by {key})"
    )
    row = "segments_row"
    source = Source("customers_of_lines", row, row, "''")
    source.columns = [content.column for content in contents]
    return look_at(lines.engine, source, "the orders")

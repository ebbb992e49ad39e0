"""Find the columns of order lines that say something of the customer, not of the order.

A country, a date of birth or a level is the same in all of a customer's orders. Whether
a column is, two orders of each customer tell: they agree far more often than orders of
different customers do (Cohen's kappa).
"""

from segmentation.reading.arranging import OF_CUSTOMERS
from segmentation.reading.definition import Draft
from segmentation.reading.looks import ColumnContent, look_at
from segmentation.reading.order_amounts import Lines
from segmentation.reading.predicted import take_target
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
        Field of the lines -> its column; receives attributes such as ``country``, and
        ``target``, what is to be predicted.

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
    take_target(draft, customers, used)
    own = set(used)
    return [recognised(content, own) for content in list(customers.left.values())]


def customer_columns(
    lines: Lines, contents: list[ColumnContent], used: dict[str, ColumnContent]
) -> list[ColumnContent]:
    """Return the columns that are the same in all of a customer's orders.

    Where rows have neither a number nor a day, two of them that differ are enough.
    """
    order = used.get("order_id") or used.get("ordered_at")
    asked = [c for c in contents if c.distinct > 1 or 0 < c.filled < c.rows]
    if not asked:
        return []
    key = identifier(used["customer_id"].column.name)
    place = identifier(order.column.name) if order else "1"
    figures = ", ".join(
        f"{_several(said, place) if order else f'count({said}) > 1'} as several_{i}, "
        f"{_first_and_last(said, place)} as agree_{i}"
        for i, said in enumerate(map(_said, asked))
    )
    counts = ", ".join(
        f"count_if(several_{i}), count_if(several_{i} and agree_{i})"
        for i in range(len(asked))
    )
    step = max(1, used["customer_id"].rows // _MOST_LINES)
    row = lines.row(
        f", customers as (select {figures} from lines where {key} is not null "
        f"and hash({key}) % {step} = 0 group by {key}) select {counts} from customers"
    )
    pairs = zip(asked, row[::2], row[1::2], strict=True)
    return [c for c, several, agree in pairs if _is_of_customers(c, several, agree)]


def _said(content: ColumnContent) -> str:
    """Return SQL for what a line says; one value says whether there is any."""
    name = identifier(content.column.name)
    return name if content.distinct > 1 else f"({name} is not null)"


def _several(said: str, place: str) -> str:
    """Return SQL for whether more than one order says it."""
    is_said = f"filter ({said} is not null)"
    return f"min({place}) {is_said} < max({place}) {is_said}"


def _first_and_last(said: str, place: str) -> str:
    """Return SQL for whether the first and the last order say the same."""
    # lines of one order differ: the value breaks the tie
    return f"arg_min({said}, ({place}, {said})) = arg_max({said}, ({place}, {said}))"


def _is_of_customers(content: ColumnContent, several: int, agree: int) -> bool:
    if several < _LEAST_CUSTOMERS:
        return False
    shares = [n / max(content.sampled, 1) for _, n in content.frequent]
    if content.distinct == 1:
        has = content.filled / content.rows
        shares = [has, 1 - has]
    by_chance = sum(share**2 for share in shares)
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

"""Recognise order lines: a person who comes again, a time and an amount.

Names tell first, in several languages; what is in the columns confirms them or takes
their place, and then it is asked.
"""

import re
from dataclasses import dataclass, field

import duckdb

from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.definition import Draft
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_amounts import Lines, is_of_order
from segmentation.reading.order_spellings import (
    LINE_TOTALS,
    ORDER_LINES,
    ORDER_TOTALS,
    PERSONS,
    TIMES,
    UNIT_PRICES,
)
from segmentation.reading.recognition import FreeNames, shown
from segmentation.reading.sources import Source
from segmentation.reading.spellings import words
from segmentation.warehouse.quoting import identifier

__all__ = ["Orders", "kind_lines", "lines_of", "recognised_orders"]

_REPEATED = 0.9  # fewer different keys than this share of the rows: people come again
# what looks like a number but is a time: 20240131; seconds and milliseconds since 1970
_TIME_NUMBERS = (
    r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([.]0+)?|"
    r"(9|1\d)\d{8}([.]0+)?|1\d{12}([.]0+)?"
)
_NEARLY_ALL = 0.9
_CHOICES = 6


@dataclass
class Orders:
    """Columns of order lines.

    Attributes
    ----------
    found : dict
        Field of the lines -> its column. ``amount`` is the money of a line,
        ``unit_price`` that of a piece, ``order_amount`` that of an order.
    choices : dict
        Field of the lines that only its content tells -> the columns it could be.
    doubts : list of str
        Why the rows may be no orders; empty where they are.
    """

    found: dict[str, ColumnContent] = field(default_factory=dict)
    choices: dict[str, list[ColumnContent]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def lines_of(engine: duckdb.DuckDBPyConnection, source: Source) -> Lines:
    """Return the readable lines of a source, their texts cleaned."""
    columns = ", ".join(
        f"{cleaned_sql(c.name)} as {identifier(c.name)}"
        if c.data_type == "VARCHAR"
        else identifier(c.name)
        for c in source.columns
    )
    # files that overlap have lines twice, which tells nothing of an order
    once = "distinct " if source.source_file_sql.startswith("segments_") else ""
    return Lines(
        engine,
        f"(select {once}{columns} from {source.relation_sql} "
        f"where {source.reject_reason_sql} is null)",
    )


def recognised_orders(names: FreeNames, lines: Lines) -> Orders | None:
    """Return the columns of order lines, or None where rows are no orders."""
    orders = Orders()
    order = _order(names)
    person = _person(names, order, orders)
    if person is None:
        return None
    orders.found["customer_id"] = names.take(person)
    if order is None:
        order = next((c for c in names.named(("id",)) if c.distinct == c.filled), None)
    if order:
        orders.found["order_id"] = names.take(order)
    _find_time(names, lines, orders)
    _find_optional(names, orders)
    _find_amount(names, lines, orders)
    if {"ordered_at", "amount"} <= {*orders.found, *orders.choices}:
        return orders
    is_there = {"order_amount", "unit_price"} & {*orders.found}
    if is_there and "ordered_at" in {*orders.found, *orders.choices}:
        return orders
    doubtful = [c for choices in orders.choices.values() for c in choices]
    taken = [*orders.found.values(), *doubtful]
    free = {*map(id, taken), *names.left}  # for a wide file they are free again
    names.left = {id(c): c for c in names.contents if id(c) in free}
    return None


def kind_lines(orders: Orders | None, draft: Draft) -> list[str]:
    """Return the lines that say what a row is, as a choice where that is doubtful."""
    if orders is None:
        return ["kind: wide  # one row per customer"]
    key = orders.found["customer_id"]
    each = key.filled / max(key.distinct, 1)
    said = f"the values of {shown(key)} come {each:.1f} times each"
    if not orders.doubts:
        return [f"kind: orders  # one row per order or line: {said}"]
    choice = Draft()
    choice.choose(
        0,
        "whether a row is an order",
        [
            ("kind", "orders", f"{said}; but {' and '.join(orders.doubts)}"),
            ("kind", "wide", "a row is a customer; then map its columns as of such"),
        ],
    )
    draft.decisions += choice.decisions
    return choice.lines


def _order(names: FreeNames) -> ColumnContent | None:
    named = names.named(ORDER_LINES["order_id"])
    # Shopify calls the number of an order its name
    marked = [c for c in names.named(("name",)) if c.example.startswith("#")]
    return next(iter(named or marked), None)


def _person(
    names: FreeNames, order: ColumnContent | None, orders: Orders
) -> ColumnContent | None:
    """Return the key of a person: the surest name whose values come again.

    The key that a person is known by beats one that changes with the order.
    """
    named = [c for c in names.named(PERSONS) if c is not order and not c.is_date]
    if not named:
        return None
    repeated = [c for c in named if c.distinct < _REPEATED * c.filled]
    if order:
        of_person = [c for c in named if c.distinct < _REPEATED * order.distinct]
        if of_person:
            return of_person[0]
        if order.filled > order.distinct and repeated:
            return repeated[0]  # a young shop: nearly everybody has ordered once
        if not repeated:
            orders.doubts.append("hardly anybody comes twice")
            return min(named, key=lambda c: (c.distinct / max(c.filled, 1), 0))
    elif named[0].distinct == named[0].filled:
        return None  # customers have one row each, whatever else comes again
    return repeated[0] if repeated else None


def _find_time(names: FreeNames, lines: Lines, orders: Orders) -> None:
    for content in names.named(TIMES):
        if content.is_date or _is_time_number(lines, content):
            orders.found["ordered_at"] = names.take(content)
            return
    dates = [c for c in names.left.values() if c.is_date][:_CHOICES]
    if dates:
        orders.doubts.append("no column is called like the time of an order")
        orders.choices["ordered_at"] = [names.take(c) for c in dates]


def _is_time_number(lines: Lines, content: ColumnContent) -> bool:
    if not content.filled or content.is_date:
        return content.is_date
    (times,) = lines.row(
        "select count_if(regexp_full_match("
        f"cast({identifier(content.column.name)} as varchar), '{_TIME_NUMBERS}')) "
        "from lines"
    )
    return times >= _NEARLY_ALL * content.filled


def _find_optional(names: FreeNames, orders: Orders) -> None:
    tests = {
        "quantity": "is_number",
        "discount": "is_number",
        "refunded": "is_number",
        "is_cancelled": "is_flag",
        "is_returned": "is_flag",
        "is_test": "is_flag",
        "may_contact": "is_flag",
        "has_opted_out": "is_flag",
    }
    for what, spellings in ORDER_LINES.items():
        if what == "order_id":
            continue
        for content in names.named(spellings):
            if what == "cancelled_at" and not (content.is_date or not content.filled):
                continue
            if what in tests and not getattr(content, tests[what]):
                continue
            orders.found[what] = names.take(content)
            break


def _find_amount(names: FreeNames, lines: Lines, orders: Orders) -> None:
    """Find the money: of the line, else of the order, else of a piece.

    An amount that only the first line of an order has is after what was taken off the
    order, so that it comes before prices.
    """

    def numbers(spellings: tuple[str, ...]) -> list[ColumnContent]:
        return [c for c in names.named(spellings) if c.is_number]

    order = orders.found.get("order_id")
    is_of_lines = order is not None and order.distinct < order.filled
    of_lines: list[ColumnContent] = []
    of_orders: list[ColumnContent] = []
    for content in numbers((*LINE_TOTALS, *ORDER_TOTALS)):
        whole = order and is_of_lines and is_of_order(lines, content, order)
        (of_orders if whole else of_lines).append(content)
    if not is_of_lines:
        of_lines.sort(key=lambda c: words(c.column.header) not in ORDER_TOTALS[:3])
    prices = numbers(UNIT_PRICES)
    on_first_line = [c for c in of_orders if c.filled < orders.found["order_id"].filled]
    first = sorted(on_first_line, key=lambda c: _place(ORDER_TOTALS, c))
    if first:
        orders.found["order_amount"] = names.take(first[0])
    elif of_lines:
        orders.found["amount"] = names.take(of_lines[0])
    elif prices:
        orders.found["unit_price"] = names.take(prices[0])
    elif of_orders:
        ranked = sorted(of_orders, key=lambda c: _place(ORDER_TOTALS, c))
        orders.found["order_amount"] = names.take(ranked[0])
    else:
        _find_unnamed_amount(names, orders)


def _place(spellings: tuple[str, ...], content: ColumnContent) -> int:
    name = words(content.column.header)
    return spellings.index(name) if name in spellings else len(spellings)


def _find_unnamed_amount(names: FreeNames, orders: Orders) -> None:
    numbers = [
        c
        for c in names.left.values()
        if c.is_number
        and not c.is_flag
        and not re.search(r"\bid\b|\bnr\b|\bno\b", words(c.column.header))
    ]
    if numbers:
        orders.doubts.append("no column is called like an amount of money")
        orders.choices["amount"] = [names.take(c) for c in numbers[:_CHOICES]]

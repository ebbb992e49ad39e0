"""Recognise order lines: a person who comes again, a time and an amount.

Names tell first, in several languages; what is in the columns confirms them or takes
their place, and then it is asked.
"""

import re
from dataclasses import dataclass, field

import duckdb

from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.dates import COMPACT_DAY, SINCE_1970
from segmentation.reading.definition import Draft
from segmentation.reading.key_words import is_called_key, is_called_person
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_amounts import Lines, is_of_order, product_of_two
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
from segmentation.reading.wide_recognition import are_days
from segmentation.reading.wide_words import says
from segmentation.warehouse.quoting import identifier

__all__ = [
    "NO_DAY",
    "NO_MONEY",
    "Orders",
    "kind_lines",
    "lines_of",
    "recognised_orders",
    "repeats_asked",
]

_REPEATED = 0.9  # fewer different keys than this share of the rows: people come again
# what looks like a number but is a time: 20240131; seconds since 1970, or parts of them
_TIME_NUMBERS = rf"(?:{COMPACT_DAY}|{SINCE_1970})([.]0+)?"
_NEARLY_ALL = 0.9
_ON_SEVERAL_DAYS = 0.05
NO_DAY = "no column is a day"
NO_MONEY = "no column is called like an amount of money"
_OF_PERSONS = (
    *("person", "place", "identity", "code", "money", "count", "share", "moment"),
    *("start", "end", "days", "months", "years", "duration", "score", "total"),
)
_RARE = 0.02  # of the rows: fewer different values are branches, agents, products
_OFTEN = 2  # rows a person
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

    @property
    def has_money(self) -> bool:
        """Whether some column is, or could be, the money of a line or an order."""
        money = {"amount", "order_amount", "unit_price"}
        return bool(money & {*self.found, *self.choices})

    @property
    def can_be_orders(self) -> bool:
        """Whether there is money, and a day or somebody to ask for it."""
        return self.has_money and NO_DAY not in self.doubts


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
    person = _person(names, order, orders) or _id_of_somebody(names, lines, orders)
    if person is None:
        return None
    orders.found["customer_id"] = names.take(person)
    number = order or _numbered(names)
    if number:
        orders.found["order_id"] = names.take(number)
    _find_time(names, lines, orders)
    _find_optional(names, orders)
    _find_amount(names, lines, orders)
    has_day = "ordered_at" in {*orders.found, *orders.choices}
    if orders.has_money and has_day:
        return orders
    if person.filled >= _OFTEN * person.distinct:
        # people who come again and no order to add up: their comings are counted
        if has_day:
            orders.doubts.append(NO_MONEY)
            return orders
        # a number of the rows that is not an order's may be the customer's own
        if order or not number:
            orders.doubts.append(NO_DAY)
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


def repeats_asked(key: ColumnContent | None, draft: Draft) -> list[str]:
    """Return the question what rows are, where most of them repeat a customer."""
    if key is None or key.distinct >= key.filled / 2:
        return []
    choice = Draft()
    each = f"the values of {shown(key)} come {key.filled / key.distinct:.1f} times each"
    choice.choose(
        0,
        "what a row is",
        [
            ("kind", "orders", f"{each}; map ordered_at and amount under columns"),
            ("kind", "wide", "a customer; with rows: first the first of each counts"),
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
    named = [
        c
        for c in names.named(PERSONS)
        if c is not order and not c.is_date and not _is_kind_of_card(c)
    ]
    if not named:
        return next((c for c in names.left.values() if _comes_again(c)), None)
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


def _id_of_somebody(
    names: FreeNames, lines: Lines, orders: Orders
) -> ColumnContent | None:
    """Return a plain id that comes on several days, as no order's number does."""
    times = [c for c in names.named(TIMES) if c.is_date or _is_time_number(lines, c)]
    for content in names.named(("id",)) if times else []:
        if content.distinct >= _REPEATED * content.filled:
            continue
        key, time = (identifier(c.column.name) for c in (content, times[0]))
        (several,) = lines.row(
            f", ids as (select {key} from lines where {key} is not null group by {key} "
            f"having min(left(cast({time} as varchar), 10)) "
            f"!= max(left(cast({time} as varchar), 10))) select count(*) from ids"
        )
        if several > _ON_SEVERAL_DAYS * content.distinct:
            orders.doubts.append(f"{shown(content)} does not say whose number it is")
            return content
    return None


def _is_kind_of_card(content: ColumnContent) -> bool:
    """Return whether a column says which card is used, and not whose."""
    few = content.distinct <= _RARE * content.filled or content.is_flag
    return few and words(content.column.header) == "card"


def _comes_again(content: ColumnContent) -> bool:
    """Return whether a column is called a person's key, and people come again in it."""
    header = content.column.header
    # "Member" alone is one, "Member type" and "Account balance" say something of one
    is_key = is_called_key(header) or "@" in content.example
    is_figure = any(says(words(header), what) for what in _OF_PERSONS)
    return (
        is_called_person(header)
        and (is_key or not is_figure)
        and not content.is_date
        # a key may look like a number with decimals: 1403869.2005341179
        and (is_key or content.is_whole or not content.is_number)
        and _RARE * content.filled < content.distinct < _REPEATED * content.filled
    )


def _numbered(names: FreeNames) -> ColumnContent | None:
    """Return what numbers the rows, which are orders of one line then."""
    unique = [c for c in names.left.values() if c.is_unique and not c.is_date]
    called = [c for c in unique if is_called_key(c.column.header)]
    return next(iter([c for c in names.named(("id",)) if c in unique] or called), None)


def _find_time(names: FreeNames, lines: Lines, orders: Orders) -> None:
    for content in names.named(TIMES):
        if content.is_date or _is_time_number(lines, content):
            orders.found["ordered_at"] = names.take(content)
            return
    left = names.left.values()
    dates = [c for c in left if c.is_date or are_days(c)][:_CHOICES]
    if dates:
        orders.doubts.append("no column is called like the time of an order")
        if len(dates) == 1:
            orders.found["ordered_at"] = names.take(dates[0])
        else:
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
        if whole or _are_of_rows(content):
            (of_orders if whole else of_lines).append(content)
    if not is_of_lines:
        of_lines.sort(key=lambda c: words(c.column.header) not in ORDER_TOTALS[:3])
    prices = [c for c in numbers(UNIT_PRICES) if _are_of_rows(c)]
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
        _find_unnamed_amount(names, lines, orders)


def _place(spellings: tuple[str, ...], content: ColumnContent) -> int:
    name = words(content.column.header)
    return spellings.index(name) if name in spellings else len(spellings)


def _find_unnamed_amount(names: FreeNames, lines: Lines, orders: Orders) -> None:
    """Find the money that has no usual name: by a word, by a product, else ask."""
    numbers = [
        c
        for c in names.left.values()
        if c.is_number
        and not c.is_flag
        and not re.search(r"\bid\b|\bnr\b|\bno\b", words(c.column.header))
    ][:_CHOICES]
    money = [c for c in numbers if _is_called_money(c)]
    if not _are_of_rows(*money):
        numbers, money = [c for c in numbers if c not in money], []
    product = product_of_two(lines, numbers)
    if len(money) == 1:
        orders.found["amount"] = names.take(money[0])
    elif product:
        amount, quantity = product
        orders.found["amount"] = names.take(amount)
        if "quantity" not in orders.found:
            orders.found["quantity"] = names.take(quantity)
    elif numbers:
        doubt = "several columns could be its money" if money else NO_MONEY
        orders.doubts.append(doubt)
        orders.choices["amount"] = [names.take(c) for c in money or numbers]


def _are_of_rows(*contents: ColumnContent) -> bool:
    """Return whether most rows have a value of some: few sessions end with money."""
    return 2 * sum(c.filled for c in contents) >= max(
        (c.rows for c in contents), default=0
    )


def _is_called_money(content: ColumnContent) -> bool:
    spelled = words(content.column.header)
    others = ("share", "paid_out", "owned", "count", "days", "score")
    return says(spelled, "money") and not any(says(spelled, what) for what in others)

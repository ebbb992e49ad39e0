"""Tell from the lines what their money is of: a piece, a line or a whole order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import duckdb

from segmentation.reading.looks import ColumnContent
from segmentation.reading.numbers import Marks, decimal_marks
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["Lines", "is_of_order", "is_of_piece", "negative_share", "product_of_two"]

_LEAST_LINES = 20  # fewer tell nothing
# share of the variation of prices that is left when they are divided by the quantity
_OF_PIECE, _OF_LINE = 1 / 3, 2 / 3
_FLAT, _PROPORTIONAL = 0.3, 0.7  # slopes of log price by log quantity
_NEARLY_ALL, _EXACT = 0.95, 0.99


@dataclass(frozen=True)
class Lines:
    """The lines of a file, to be asked for figures."""

    engine: duckdb.DuckDBPyConnection
    relation: str

    def number(self, content: ColumnContent) -> str:
        """Return SQL for a column's number, however it is written; null if unclear."""
        name = identifier(content.column.name)
        if content.column.data_type != "VARCHAR":
            return f"try_cast({name} as double)"
        try:
            marks = decimal_marks(
                self.engine,
                self.relation,
                [content.column.name],
                path="",
                declared=Marks(),
                null_words=(),  # cleaned once, as the engine copies what is nested
            )[content.column.name]
        except UserError:
            return "cast(null as double)"
        mark = marks.decimal_mark or "."
        digits = f"regexp_replace({name}, '[^0-9{mark}-]', '', 'g')"
        return f"try_cast(replace({digits}, '{mark}', '.') as double)"

    def row(self, sql: str) -> tuple:
        """Return the one row of a query on ``lines``."""
        return self.engine.sql(
            f"with lines as (select * from {self.relation}) {sql}"
        ).fetchall()[0]


def is_of_piece(
    lines: Lines,
    price: ColumnContent,
    quantity: ColumnContent,
    product: ColumnContent | None,
) -> bool | None:
    """Return whether a price is that of one piece; None where it cannot be told.

    A product's price of one piece is the same whatever the quantity, and its price of a
    line divided by the quantity is. Without products, prices of pieces do not rise
    with the quantity, and those of lines do in proportion.
    """
    group = identifier(product.column.name) if product else "1"
    count, of_price, of_quotient, slope = lines.row(
        f"""
        , logs as (
            select
                {group} as product,
                ln({lines.number(price)}) as price,
                ln({lines.number(quantity)}) as quantity
            from lines
            where {lines.number(price)} > 0 and {lines.number(quantity)} > 0
        ), products as (
            select
                count(*) as n,
                var_pop(price) * count(*) as of_price,
                var_pop(price - quantity) * count(*) as of_quotient,
                regr_slope(price, quantity) as slope
            from logs
            where product is not null
            group by product
            having count(distinct quantity) > 1
        )
        select coalesce(sum(n), 0), sum(of_price), sum(of_quotient), max(slope)
        from products
        """
    )
    if count < _LEAST_LINES:
        return None
    if product is None:
        return True if abs(slope) < _FLAT else False if slope > _PROPORTIONAL else None
    share = of_price / ((of_price + of_quotient) or 1)
    return True if share < _OF_PIECE else False if share > _OF_LINE else None


def is_of_order(lines: Lines, amount: ColumnContent, order: ColumnContent) -> bool:
    """Return whether an amount is that of the order: one value an order of many lines.

    Either every line of the order repeats it, or its first line alone has it.
    """
    key, value = identifier(order.column.name), identifier(amount.column.name)
    orders, alike = lines.row(
        f"""
        , orders as (
            select count(distinct {value}) as amounts from lines
            where {key} is not null
            group by {key} having count(*) > 1 and count({value}) > 0
        )
        select count(*), count_if(amounts = 1) from orders
        """
    )
    return orders >= _LEAST_LINES / 4 and alike >= _NEARLY_ALL * orders


def product_of_two(
    lines: Lines, numbers: Sequence[ColumnContent]
) -> tuple[ColumnContent, ColumnContent] | None:
    """Return the column that is the product of two others, and the smaller of these.

    A line's money is its price times its quantity, whatever the columns are called.
    """
    tried = [
        (amount, price, quantity)
        for amount, price, quantity in permutations(numbers, 3)
        if quantity.is_whole
        and min(price.distinct, quantity.distinct) > 1
        and (quantity.highest or 0) < (price.highest or 0)
    ]
    if not tried:
        return None
    number = {id(c): lines.number(c) for c in numbers}
    tests = ", ".join(
        f"avg(cast(abs({number[id(a)]} - {number[id(b)]} * {number[id(c)]}) < 0.011 "
        "as integer))"
        for a, b, c in tried
    )
    shares = lines.row(f"select {tests} from lines")
    for (amount, _, quantity), share in zip(tried, shares, strict=True):
        if share and share >= _EXACT:
            return amount, quantity
    return None


def negative_share(lines: Lines, amount: ColumnContent) -> tuple[float, float]:
    """Return which share of the amounts, and of all money, is below zero."""
    number = lines.number(amount)
    below, known, money, all_money = lines.row(
        f"select count_if({number} < 0), count({number}), "
        f"sum(greatest(-{number}, 0)), sum(abs({number})) from lines"
    )
    return below / (known or 1), (money or 0) / (all_money or 1)

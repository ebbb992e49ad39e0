"""Find out how a file writes its numbers; say where it cannot be told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.reading.cleaning import (
    MOST_SLIPS,
    NULL_WORDS,
    cleaned_text,
    short_text,
)
from segmentation.warehouse.errors import TwoReadings, UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["Marks", "decimal_marks", "declared_marks"]

# as `number_pattern` of the macros has it: `Rs. 68,024`, `1.234,50 TL`, `CHF100`
CURRENCY = (
    r"(?:\p{Sc}|[A-Z]{1,2}\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|"
    r"CZK|HUF|BRL|ZAR|MXN|TRY|RUB|RON|KRW|SGD|HKD|IDR|PHP|THB|ILS|AED|SAR|ARS|CLP|COP|"
    r"(?:Rs|Rp|kr|Fr|TL|Ft|Lei|lei|Kč|zł|руб|грн)[.]?|元|円|원)"
)
_COMMA = (
    r"^\d+,(\d{1,2}|\d{4,})$|^0\d*,\d+$|^\d{4,},\d{3}$|"
    r"^\d{1,3}(\.\d{3})+,\d*$|^\d{1,3}(\.\d{3}){2,}$"
)
_POINT = (
    r"^\d*\.(\d{1,2}|\d{4,})$|^0\d*\.\d+$|^\d{4,}\.\d{3}$|"
    r"^\d{1,3}(,\d{2,3})+\.\d*$|^\d{1,3}(,\d{2,3})*(,\d{3}){2,}$"
)
_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"
# nobody writes a thousandth of these, so that three digits behind a mark are thousands
_WITHOUT_CENTS = r"(?:[¥￥₩]|JPY|KRW|IDR|Rp[.]?|円|원)"


@dataclass(frozen=True)
class Marks:
    """How numbers are written; empty where it makes no difference."""

    decimal_mark: str = ""
    thousands_mark: str = ""


@dataclass(frozen=True)
class _Seen:
    """What the values of one column show."""

    column: str
    comma: int
    point: int
    either: str | None
    example_comma: str | None
    example_point: str | None


def declared_marks(definition: dict) -> Marks:
    """Return the marks that a definition declares.

    Raises
    ------
    UserError
        If they are no marks, or the same one.
    """
    decimal = str(definition.get("decimal_mark") or "")
    thousands = str(definition.get("thousands_mark") or "")
    if decimal not in ("", ".", ","):
        raise UserError(
            f"decimal_mark is '{decimal}' in dbt_project.yml; it is either '.' or ','."
        )
    if len(thousands) > 1 or thousands.isdigit() or (thousands and not decimal):
        raise UserError(
            f"thousands_mark is '{thousands}' in dbt_project.yml; it is one character, "
            "and decimal_mark has to be declared with it."
        )
    if thousands and thousands == decimal:
        raise UserError(
            "thousands_mark and decimal_mark are the same in dbt_project.yml; they "
            "have to differ."
        )
    return Marks(decimal, thousands)


def decimal_marks(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    columns: list[str],
    *,
    path: str,
    declared: Marks,
    null_words: Iterable[str] = NULL_WORDS,
) -> dict[str, Marks]:
    """Return how the numbers of each text column are written.

    Columns of plain numbers, such as ``1234.5``, have no marks: the engine reads them.

    Parameters
    ----------
    engine : DuckDB connection
    relation : str
        What is read, as SQL.
    columns : list of str
        Columns of text that hold numbers.
    path : str
        The file, for what is said of it.
    declared : Marks

    Returns
    -------
    dict
        Marks by column.

    Raises
    ------
    UserError
        If a column's numbers can be read in two ways, are of two currencies, or are
        none at all.
    """
    cleaned = cleaned_text(relation, columns, null_words)
    odd = _odd_columns(engine, cleaned, columns)
    seen = [
        _look_at(engine, cleaned_text(relation, [column], null_words), column, path)
        for column in odd
    ]
    shown = {mark: [s for s in seen if _shows(s) == mark] for mark in ",."}
    marks = dict.fromkeys(columns, Marks())
    for column in seen:
        mark = declared.decimal_mark or _shows(column)
        if not mark and column.either:
            # the other columns of a file are written the same way
            others = [mark for mark, those in shown.items() if those]
            mark = others[0] if len(others) == 1 else ""
            if not mark:
                raise _two_readings(path, column)
        if not declared.decimal_mark and column.comma and column.point:
            _require_few_slips(path, column)
        if odd[column.column] or mark == ",":
            marks[column.column] = Marks(mark or ".", declared.thousands_mark)
    return marks


def _odd_columns(
    engine: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> dict[str, int]:
    """Return the columns whose numbers the engine's own cast could misread.

    With each, how many values it cannot read at all.
    """
    if not columns:
        return {}
    looks = []
    for column in columns:
        text = identifier(column)
        looks.append(
            f"count_if({text} is not null and try_cast({text} as double) is null), "
            f"count_if(contains({identifier(column)}, '.'))"
        )
    row = engine.sql(f"select {', '.join(looks)} from {relation}").fetchall()[0]
    counts = zip(columns, row[::2], row[1::2], strict=True)
    return {column: unread for column, unread, dotted in counts if unread or dotted}


def _look_at(
    engine: duckdb.DuckDBPyConnection, relation: str, column: str, path: Path | str
) -> _Seen:
    text = identifier(column)
    blanks = r"[\s\x{a0}\x{202f}\x{2009}''’()+−%-]"
    core = f"regexp_replace(value, '{blanks}|{CURRENCY}', '', 'g')"
    row = engine.sql(
        f"""
        with counted as (
            select {text} as value, count(*) as n from {relation}
            where {text} is not null group by all
        ),
        bare as (select *, {core} as core from counted)
        select
            sum(n),
            coalesce(sum(n) filter (regexp_full_match(core, '[0-9.,]*[0-9][.,]?')), 0),
            coalesce(sum(n) filter (
                regexp_matches(core, '{_COMMA}') or {_are_thousands(".")}
            ), 0),
            coalesce(sum(n) filter (
                regexp_matches(core, '{_POINT}') or {_are_thousands(",")}
            ), 0),
            min(value) filter (regexp_matches(core, '{_EITHER}')),
            min(value) filter (regexp_matches(core, '{_COMMA}')),
            min(value) filter (regexp_matches(core, '{_POINT}')),
            min(value),
            list_sort(
                list(distinct rtrim(regexp_extract(value, '{CURRENCY}'), '.'))
                filter (regexp_matches(value, '{CURRENCY}'))
            )
        from bare
        """
    ).fetchall()[0]
    total, numbers, comma, point, either, with_comma, with_point, example, signs = row
    if total and not numbers:
        raise UserError(
            f"No value in column '{short_text(column)}' of {path} is a number (for "
            f"example '{short_text(example)}'); map another column in dbt_project.yml, "
            "or write plain numbers."
        )
    if len(signs or []) > 1:
        raise UserError(
            f"The amounts in column '{short_text(column)}' of {path} are in several "
            f"currencies: {' and '.join(signs)}; convert them to one."
        )
    return _Seen(column, comma, point, either, with_comma, with_point)


def _are_thousands(mark: str) -> str:
    """Return SQL for whether a mark parts the thousands of money without cents."""
    digits = rf"\d+[{mark}]\d{{3}}"
    return (
        f"regexp_matches(value, '{_WITHOUT_CENTS}') "
        f"and regexp_full_match(core, '{digits}')"
    )


def _shows(seen: _Seen) -> str:
    """Return the decimal mark that most values of a column show, or none."""
    if seen.comma == seen.point:
        return ""
    return "," if seen.comma > seen.point else "."


def _two_readings(path: str, seen: _Seen) -> TwoReadings:
    value = short_text(seen.either)
    whole, parts = re.sub("[.,]", "", value), re.sub(",", ".", value)
    first, second = (".", ",") if "," in value else (",", ".")
    return TwoReadings(
        f"The numbers in column '{short_text(seen.column)}' of {path} can be read in "
        f"two ways: '{value}' is {whole}, or has three decimals; say which in "
        f"dbt_project.yml: decimal_mark: '{first}' for the first, "
        f"decimal_mark: '{second}' for the second.",
        "decimal_mark",
        {first: f"'{value}' is {whole}", second: f"'{value}' is {parts}"},
    )


def _require_few_slips(path: str, seen: _Seen) -> None:
    fewer = min(seen.comma, seen.point)
    if fewer > MOST_SLIPS * (seen.comma + seen.point):
        column = short_text(seen.column)
        raise TwoReadings(
            f"Column '{column}' of {path} mixes decimal commas and points: "
            f"'{short_text(seen.example_comma)}' and "
            f"'{short_text(seen.example_point)}'; write them in one way, or say in "
            "dbt_project.yml which counts, for example decimal_mark: ','; the others "
            "are missing then.",
            "decimal_mark",
            {
                ",": f"'{short_text(seen.example_comma)}' is read, not the others",
                ".": f"'{short_text(seen.example_point)}' is read, not the others",
            },
        )

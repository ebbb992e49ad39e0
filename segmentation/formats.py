"""Find out how a file writes its numbers, dates and keys; say where it cannot be told.

Nothing is guessed: a format is what the values themselves show. Where they can be read
in two ways, one sentence says so and how to declare which.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.errors import TwoReadings, UserError
from segmentation.quoting import identifier, literal

__all__ = [
    "DATE_FORMATS",
    "FLAG",
    "NULL_WORDS",
    "Keys",
    "Marks",
    "cleaned_sql",
    "date_format_of",
    "decimal_marks",
    "declared_marks",
    "has_dates_of_birth",
    "keys_of",
]

# compared in lower case; an empty value is always missing
NULL_WORDS = (
    *("na", "n/a", "#n/a", "null", "#null!", "(null)", "\\n", "nan", "none"),
    *("-", "--", "."),
)
DATE_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"),
    *("%d-%m-%y", "%m-%d-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%d. %B %Y"),
    *("%b %d, %Y", "%B %d, %Y"),
)
# how many distinct dates are looked at to tell their format
DATE_SAMPLE = 50_000
# a time of day behind a date, which is left out
TIME_OF_DAY = r"[ T]+\d{1,2}:\d{2}.*$"
# the other order of day and month may read this share of what one order cannot
_MOST_OF_ANOTHER_ORDER = 0.05
# a separator that this share of the numbers contradicts is a slip, not the rule
_MOST_SLIPS = 0.05
CURRENCY = (
    r"(?:\p{Sc}|US\$|R\$|\b(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|"
    r"CZK|HUF|BRL|ZAR|MXN|kr|zł)\b)"
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


# a date with the whole year in it
DATE_WITH_YEAR = (
    r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|"
    r"^[0-9A-Za-z]{1,9}[-/. ]+[0-9A-Za-z]{1,9}[-/., ]+[0-9]{4}($|[^0-9])"
)
# a word for yes or no, in lower case; `spoken` in macros/input has the same
FLAG = r"[01]([.,]0+)?|true|t|yes|y|ja|oui|si|sí|x|wahr|false|f|no|n|nein|non|falsch"
# staging reads up to 34 digits before the point
_WHOLE_KEY = r"(0|[1-9][0-9]{0,33})([.]0+)?"


@dataclass(frozen=True)
class Keys:
    """How keys are read, and what is to be said of it."""

    is_whole: bool = False
    note: str | None = None


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


def cleaned_sql(column: str, null_words: Iterable[str] = NULL_WORDS) -> str:
    """Return SQL for a column as trimmed text in which a word for missing is null."""
    text = f"trim(cast({identifier(column)} as string))"
    # no list of words: the engine takes a tenth of a second to plan one, per column
    words = " ".join(f"when {literal(word)} then null" for word in ("", *null_words))
    return f"case lower({text}) {words} else {text} end"


def _cleaned(relation: str, columns: Iterable[str], null_words: Iterable[str]) -> str:
    """Return SQL for nothing but some columns, cleaned: others would cost as much."""
    selected = ", ".join(
        f"{cleaned_sql(column, null_words)} as {identifier(column)}"
        for column in columns
    )
    return f"(select {selected} from {relation})"


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
    cleaned = _cleaned(relation, columns, null_words)
    odd = _odd_columns(engine, cleaned, columns)
    seen = [
        _look_at(engine, _cleaned(relation, [column], null_words), column, path)
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


def _odd_columns(engine, relation, columns) -> dict[str, int]:
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


def _look_at(engine, relation, column, path) -> _Seen:
    text = identifier(column)
    blanks = r"[\s\x{a0}\x{202f}\x{2009}''’()+−-]"
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
            coalesce(sum(n) filter (regexp_matches(core, '{_COMMA}')), 0),
            coalesce(sum(n) filter (regexp_matches(core, '{_POINT}')), 0),
            min(value) filter (regexp_matches(core, '{_EITHER}')),
            min(value) filter (regexp_matches(core, '{_COMMA}')),
            min(value) filter (regexp_matches(core, '{_POINT}')),
            min(value),
            list_sort(
                list(distinct regexp_extract(value, '{CURRENCY}'))
                filter (regexp_matches(value, '{CURRENCY}'))
            )
        from bare
        """
    ).fetchall()[0]
    total, numbers, comma, point, either, with_comma, with_point, example, signs = row
    if total and not numbers:
        raise UserError(
            f"No value in column '{_short(column)}' of {path} is a number (for example "
            f"'{_short(example)}'); map another column in dbt_project.yml, or write "
            "plain numbers."
        )
    if len(signs or []) > 1:
        raise UserError(
            f"The amounts in column '{_short(column)}' of {path} are in several "
            f"currencies: {' and '.join(signs)}; convert them to one."
        )
    return _Seen(column, comma, point, either, with_comma, with_point)


def _shows(seen: _Seen) -> str:
    """Return the decimal mark that most values of a column show, or none."""
    if seen.comma == seen.point:
        return ""
    return "," if seen.comma > seen.point else "."


def _two_readings(path: str, seen: _Seen) -> TwoReadings:
    value = _short(seen.either)
    whole, parts = re.sub("[.,]", "", value), re.sub(",", ".", value)
    first, second = (".", ",") if "," in value else (",", ".")
    return TwoReadings(
        f"The numbers in column '{_short(seen.column)}' of {path} can be read in two "
        f"ways: '{value}' is {whole}, or has three decimals; say which in "
        f"dbt_project.yml: decimal_mark: '{first}' for the first, "
        f"decimal_mark: '{second}' for the second.",
        "decimal_mark",
        {first: f"'{value}' is {whole}", second: f"'{value}' is {parts}"},
    )


def _require_few_slips(path: str, seen: _Seen) -> None:
    fewer = min(seen.comma, seen.point)
    if fewer > _MOST_SLIPS * (seen.comma + seen.point):
        column = _short(seen.column)
        raise TwoReadings(
            f"Column '{column}' of {path} mixes decimal commas and points: "
            f"'{_short(seen.example_comma)}' and '{_short(seen.example_point)}'; write "
            "them in one way, or say in dbt_project.yml which counts, for example "
            "decimal_mark: ','; the others are missing then.",
            "decimal_mark",
            {
                ",": f"'{_short(seen.example_comma)}' is read, not the others",
                ".": f"'{_short(seen.example_point)}' is read, not the others",
            },
        )


def date_format_of(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    *,
    path: str,
    declared: str = "",
    null_words: Iterable[str] = NULL_WORDS,
) -> str | None:
    """Return the one format that reads the dates of a column.

    Parameters
    ----------
    engine : DuckDB connection
    relation, column : str
        What is read, as SQL, and its column.
    path : str
        The file, for what is said of it.
    declared : str
        The format that the user says; it has to read at least one date.

    Returns
    -------
    str or None
        None where the column is empty.

    Raises
    ------
    UserError
        If no known format reads the dates, several do equally well, or two orders of
        day and month are mixed.
    """
    text = identifier(column)
    relation = _cleaned(relation, [column], null_words)
    engine.execute(
        "create or replace temp table dates as "
        f"select distinct regexp_replace(value, '{TIME_OF_DAY}', '') as value "
        f"from (select distinct {text} as value from {relation}) "
        f"where value is not null limit {DATE_SAMPLE}"
    )
    formats = (declared,) if declared else DATE_FORMATS
    name = f"The dates in column '{_short(column)}' of {path}"
    try:
        *counts, total, example = engine.sql(
            f"select {', '.join(f'count({_parsed(f)})' for f in formats)}, "
            "count(*), min(value) from dates"
        ).fetchall()[0]
    except duckdb.Error:
        raise UserError(
            f"The date format '{declared}' is none; write it like %d-%m-%Y."
        ) from None
    if not total:
        return declared or None
    best = max(counts)
    if best == 0 and declared:
        raise UserError(
            f"{name} are not written as {declared} (for example '{_short(example)}'); "
            "declare the format that they have, or none."
        )
    if best == 0:
        hint = (
            "look like Excel's day numbers; format the column as dates, export it "
            "again, or "
            if re.fullmatch(r"[2-5]\d{4}", example)
            else f"are in no known format (for example '{_short(example)}'); "
        )
        raise UserError(
            f"{name} {hint}say how they are written, for example "
            "SEGMENTS_DATE_FORMAT='%d %b %Y'."
        )
    tied = [f for f, n in zip(formats, counts, strict=True) if n == best]
    either = [tied[0], *(f for f in tied[1:] if _differ(engine, tied[0], f))]
    if len(either) > 1:
        readings = ", ".join(f"min(strftime({_parsed(f)}, '%Y-%m-%d'))" for f in either)
        value, *days = engine.sql(
            f"select value, {readings} from dates group by value "
            f"order by {' + '.join(f'count({_parsed(f)})' for f in either)} desc, value"
        ).fetchall()[0]
        raise TwoReadings(
            f"{name} can be read as {' or as '.join(either)} (for example "
            f"'{_short(value)}'); say which, for example "
            f"SEGMENTS_DATE_FORMAT='{either[0]}', or date_format in dbt_project.yml.",
            "date_format",
            {
                date_format: f"'{_short(value)}' is {day or 'no date'}"
                for date_format, day in zip(either, days, strict=True)
            },
        )
    if not declared:
        _require_one_order(engine, name, tied[0], best)
    return tied[0]


def _parsed(date_format: str) -> str:
    date = f"try_strptime(value, {literal(date_format)})"
    return f"case when year({date}) between 1900 and 2100 then {date} end"


def _differ(engine, first: str, second: str) -> bool:
    ((differing,),) = engine.sql(
        "select count(*) from dates "
        f"where {_parsed(first)} is distinct from {_parsed(second)}"
    ).fetchall()
    return bool(differing)


def _require_one_order(engine, name: str, chosen: str, read: int) -> None:
    """Refuse a column in which day and month are written in both orders."""
    for other in DATE_FORMATS:
        ((further, example),) = engine.sql(
            f"select count(*), min(value) from dates where {_parsed(chosen)} is null "
            f"and {_parsed(other)} is not null"
        ).fetchall()
        if further > _MOST_OF_ANOTHER_ORDER * read:
            raise TwoReadings(
                f"{name} are written in more than one way: {read:,} of the different "
                f"ones as {chosen}, {further:,} others as {other} (for example "
                f"'{_short(example)}'); write them in one way, or say which counts, "
                f"for example SEGMENTS_DATE_FORMAT='{chosen}'; the others are missing "
                "then.",
                "date_format",
                {
                    chosen: f"{read:,} of the different dates are read",
                    other: f"'{_short(example)}' and its like are read",
                },
            )


def has_dates_of_birth(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    null_words: Iterable[str] = NULL_WORDS,
) -> bool:
    """Return whether what is called a year of birth holds dates for the most part.

    Dates with the whole year, that is: ``1962-08-13``, ``13.8.1962``. The order of day
    and month makes no difference to the year.
    """
    relation = _cleaned(relation, [column], null_words)
    ((filled, dates),) = engine.sql(
        f"select count({identifier(column)}), "
        f"count_if(regexp_matches({identifier(column)}, '{DATE_WITH_YEAR}')) "
        f"from {relation}"
    ).fetchall()
    return 2 * dates > filled


def keys_of(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    *,
    path: str,
    null_words: Iterable[str] = NULL_WORDS,
) -> Keys:
    """Return whether keys are whole numbers that were written with decimals.

    A key of 5524 comes out of some programs as 5524.0; it is the same customer. Keys
    are rewritten all together or not at all: 00001 would become another one.

    Raises
    ------
    UserError
        If keys are in scientific notation, so that their last digits are lost.
    """
    text = identifier(column)
    relation = _cleaned(relation, [column], null_words)
    relation = f"(select {text} as value from {relation} where {text} is not null)"
    _require_whole_digits(engine, relation, column, path)
    keys, dotted, whole, padded, example, zero = engine.sql(
        "select count(*), count_if(contains(value, '.')), "
        f"count_if(regexp_full_match(value, '{_WHOLE_KEY}')), "
        "count_if(regexp_full_match(value, '0[0-9]+([.]0+)?')), "
        "min(value) filter (contains(value, '.')), "
        "min(value) filter (regexp_full_match(value, '0[0-9]+([.]0+)?')) "
        f"from {relation}"
    ).fetchall()[0]
    if not dotted or whole + padded < keys:
        return Keys()
    said = (
        f"{Path(path).name}: {dotted:,} of {keys:,} keys in column '{_short(column)}' "
        f"are written with decimals, such as '{_short(example)}'"
    )
    if padded:
        return Keys(
            note=f"{said}; they are kept as they are, as keys that begin with a zero "
            f"('{_short(zero)}') would become other ones."
        )
    return Keys(True, f"{said}, and were read as '{example.split('.')[0]}'.")


def _require_whole_digits(engine, relation: str, column: str, path: str) -> None:
    keys, cut, example = engine.sql(
        "select count(*), count(value) filter (is_cut), min(value) filter (is_cut) "
        "from (select value, contains(value, '+') and regexp_full_match("
        "value, '[0-9][.,]?[0-9]*[eE][+][0-9]+') as is_cut "
        f"from {relation})"
    ).fetchall()[0]
    if cut > _MOST_SLIPS * keys:
        raise UserError(
            f"The keys in column '{_short(column)}' of {path} have lost digits "
            f"(for example '{_short(example)}', a spreadsheet's short form); "
            "format the column as text, and export it again."
        )


def _short(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= 40 else f"{text[:37]}..."

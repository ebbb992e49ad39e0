"""Find out how a file writes its dates; say where it cannot be told."""

import re
from collections.abc import Iterable

import duckdb

from segmentation.reading.cleaning import NULL_WORDS, cleaned_text, short_text
from segmentation.reading.months import (
    ARE_MONTHS,
    first_of_hundred,
    format_of_months,
    parsed_month,
    year_of_hundred,
)
from segmentation.warehouse.errors import TwoReadings, UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = [
    "COMPACT_DAY",
    "DATE_FORMATS",
    "DATE_WITH_YEAR",
    "MONTH_STARTS",
    "NAMED_MONTHS",
    "SINCE_1970",
    "date_format_of",
    "digits_of_years",
    "is_day_type",
    "parsed_date",
]

# the first letters of the months, without accents, in English, German, French, Spanish,
# Portuguese, Italian, Dutch and Turkish; macros/engine/parse_date has the same
MONTH_STARTS = (
    ("01", "jan|ene|gen|oca"),
    ("02", "feb|fev|sub"),
    ("03", "mar|maa|mae|mrt"),
    ("04", "apr|avr|abr|nis"),
    ("05", "may|mai|maj|mag|mei"),
    ("06", "jun|juin|giu|haz"),
    ("07", "jul|juil|lug|tem"),
    ("08", "aug|aou|ago|agu"),
    ("09", "sep|set|eyl"),
    ("10", "oct|okt|out|ott|eki"),
    ("11", "nov|kas"),
    ("12", "dec|dez|dic|des|ara"),
)
# day, month in words and year, as 5 de enero de 2024
NAMED_MONTHS = "day month year"

DATE_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"),
    *("%d-%m-%y", "%m-%d-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%d. %B %Y"),
    *("%b %d, %Y", "%B %d, %Y"),
    *("%Y年%m月%d日", "%Y년 %m월 %d일", NAMED_MONTHS),
    *("unix seconds", "unix milliseconds", "unix microseconds"),
)
# since 1970-01-01 00:00 UTC; parse_date reads the same words
UNIX_FORMATS = {
    "unix seconds": 1,
    "unix milliseconds": 1000,
    "unix microseconds": 1_000_000,
}
# 20240131
COMPACT_DAY = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# these from March 1973 on; ten other digits are a telephone's
SINCE_1970 = r"(?:[2-9]\d{8}|1\d{8,9})(?:\d{3}){0,2}"
# how many distinct dates are looked at to tell their format
DATE_SAMPLE = 50_000
# a time of day behind a date, which is left out
TIME_OF_DAY = r"[ T]+\d{1,2}:\d{2}.*$"
# the other order of day and month may read this share of what one order cannot
_MOST_OF_ANOTHER_ORDER = 0.05
_SHORT_YEAR = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}$"
# a date with a year in it
DATE_WITH_YEAR = (
    r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|"
    rf"{_SHORT_YEAR}|"
    r"^[0-9A-Za-z]{1,9}[-/. ]+[0-9A-Za-z]{1,9}[-/., ]+[0-9]{4}($|[^0-9])"
)


def is_day_type(data_type: str | None) -> bool:
    """Return whether the engine knows a column's values as days."""
    return (data_type or "").startswith(("DATE", "TIMESTAMP"))


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
    relation = cleaned_text(relation, [column], null_words)
    engine.execute(
        "create or replace temp table dates as "
        f"select distinct regexp_replace(value, '{TIME_OF_DAY}', '') as value "
        f"from (select distinct {text} as value from {relation}) "
        f"where value is not null limit {DATE_SAMPLE}"
    )
    formats = (declared,) if declared else (*DATE_FORMATS, *_months(engine, column))
    name = f"The dates in column '{short_text(column)}' of {path}"
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
    if best == 0:
        raise UserError(f"{name} {_unread(example, declared)}")
    tied = [f for f, n in zip(formats, counts, strict=True) if n == best]
    either = [tied[0], *(f for f in tied[1:] if _differ(engine, tied[0], f))]
    if len(either) > 1:
        raise _two_readings(engine, name, either)
    if not declared:
        _require_one_order(engine, name, tied[0], best)
    return tied[0] + _century(engine, tied[0], column)


def _century(engine: duckdb.DuckDBPyConnection, date_format: str, column: str) -> str:
    """Return from which year on years of two digits count, where it is not usual."""
    if "%y" not in date_format or " from " in date_format:
        return ""
    years = engine.sql(
        f"select distinct strftime({_parsed(date_format)}, '%y') from dates "
        f"where {_parsed(date_format)} is not null"
    ).fetchall()
    first = first_of_hundred([year for (year,) in years], column)
    return f" from {first}" if first else ""


def _months(engine: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Return the format of months in digits, where dates could be such."""
    rows = engine.sql(
        f"select distinct regexp_extract(value, '^{ARE_MONTHS}$', 1) from dates "
        f"where regexp_full_match(value, '{ARE_MONTHS}')"
    ).fetchall()
    return [format_of_months([year for (year,) in rows], column)] if rows else []


def _unread(example: str, declared: str) -> str:
    """Return what is to be said of dates that nothing reads."""
    if declared:
        return (
            f"are not written as {declared} (for example '{short_text(example)}'); "
            "declare the format that they have, or none."
        )
    if re.fullmatch(r"[2-5]\d{4}", example):
        found = (
            "look like Excel's day numbers; format the column as dates, export it "
            "again, or "
        )
    else:
        found = f"are in no known format (for example '{short_text(example)}'); "
    return (
        f"{found}say how they are written, for example SEGMENTS_DATE_FORMAT='%d %b %Y'."
    )


def _two_readings(
    engine: duckdb.DuckDBPyConnection, name: str, either: list[str]
) -> TwoReadings:
    """Return the question which of several formats it is, with a date that tells."""
    readings = ", ".join(f"min(strftime({_parsed(f)}, '%Y-%m-%d'))" for f in either)
    value, *days = engine.sql(
        f"select value, {readings} from dates group by value "
        f"order by {' + '.join(f'count({_parsed(f)})' for f in either)} desc, value"
    ).fetchall()[0]
    return TwoReadings(
        f"{name} can be read as {' or as '.join(either)} (for example "
        f"'{short_text(value)}'); say which, for example "
        f"SEGMENTS_DATE_FORMAT='{either[0]}', or date_format in dbt_project.yml.",
        "date_format",
        {
            date_format: f"'{short_text(value)}' is {day or 'no date'}"
            for date_format, day in zip(either, days, strict=True)
        },
    )


def parsed_date(text: str, date_format: str) -> str:
    """Return SQL for the date that a text is in a format; null where it is none."""
    value = f"regexp_replace({text}, '{TIME_OF_DAY}', '')"
    return _parsed(date_format).replace("value", value)


def _parsed(date_format: str) -> str:
    if date_format in UNIX_FORMATS:
        # nine digits and more: fewer are too likely another number
        per_second = UNIX_FORMATS[date_format]
        least = len(str(per_second)) + 8
        digits = f"[0-9]{{{least},{least + 1}}}"
        seconds = f"try_cast(value as double) / {per_second}"
        return (
            f"case when regexp_full_match(value, '{digits}([.]0+)?') then timestamp "
            f"'1970-01-01' + to_seconds(cast({seconds} as bigint)) end"
        )
    if date_format.startswith("yy"):
        return parsed_month("value", date_format)
    if date_format == NAMED_MONTHS:
        return _named_month("value")
    plain, _, first = date_format.partition(" from ")
    date = f"try_strptime(value, {literal(plain)})"
    if first.isdigit():  # two digits of a year, of the hundred years from it on
        years = f"{year_of_hundred(f'year({date})', first)} - year({date})"
        date = f"({date} + to_years(cast({years} as integer)))"
    return f"case when year({date}) between 1900 and 2100 then {date} end"


def _named_month(text: str) -> str:
    """Return SQL for a day whose month is a word of one of eight languages."""
    parts = (
        r"'^(\d{1,2})[.]?[ -]+(?:de |di )?(\pL+)[.]?,?[ -]+(?:de |del |di )?(\d{4})$'"
    )
    plain = f"lower(strip_accents({text}))"
    part = [f"regexp_extract({plain}, {parts}, {n})" for n in (1, 2, 3)]
    months = " ".join(
        f"when regexp_matches({part[1]}, '^({starts})') then '{number}'"
        for number, starts in MONTH_STARTS
    )
    return (
        f"try_strptime({part[2]} || '-' || (case {months} end) || '-' || {part[0]}, "
        "'%Y-%m-%d')"
    )


def _differ(engine: duckdb.DuckDBPyConnection, first: str, second: str) -> bool:
    ((differing,),) = engine.sql(
        "select count(*) from dates "
        f"where {_parsed(first)} is distinct from {_parsed(second)}"
    ).fetchall()
    return bool(differing)


def _require_one_order(
    engine: duckdb.DuckDBPyConnection, name: str, chosen: str, read: int
) -> None:
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
                f"'{short_text(example)}'); write them in one way, or say which "
                f"counts, for example SEGMENTS_DATE_FORMAT='{chosen}'; the others are "
                "missing then.",
                "date_format",
                {
                    chosen: f"{read:,} of the different dates are read",
                    other: f"'{short_text(example)}' and its like are read",
                },
            )


def digits_of_years(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    null_words: Iterable[str] = NULL_WORDS,
) -> int:
    """Return how many digits the years of a column's dates have for the most part.

    4 of ``1962-08-13``, 2 of ``13.8.62``, 0 where most values are no dates. The order
    of day and month makes no difference to the year.
    """
    relation = cleaned_text(relation, [column], null_words)
    text = identifier(column)
    ((filled, dates, short),) = engine.sql(
        f"select count({text}), count_if(regexp_matches({text}, '{DATE_WITH_YEAR}')), "
        f"count_if(regexp_matches({text}, '{_SHORT_YEAR}')) from {relation}"
    ).fetchall()
    if 2 * dates <= filled:
        return 0
    return 2 if 2 * short > filled else 4

"""Years of two digits, and months without a day as donors' files write them: 9503.

Two digits of a year say no century. They are read within the hundred years after the
widest gap between them, which is in the format: ``yymm from 1949``,
``%d/%m/%y from 1931``.
"""

import re
from collections.abc import Iterable

from segmentation.reading.spellings import words
from segmentation.reading.wide_words import says

__all__ = [
    "ARE_MONTHS",
    "are_months",
    "first_of_hundred",
    "format_of_months",
    "parsed_month",
    "year_of_hundred",
]

ARE_MONTHS = r"(\d{2}|(?:19|20)\d{2})(0[1-9]|1[0-2])(?:[.]0+)?"
_DATED = re.compile(r".*(?:date|dob|birth|month|yymm)")
# a gap of so many years tells where two-digit years begin
_LEAST_GAP = 20
# years of two digits up to it are of this century, as POSIX has it; and of a birth
_LAST_OF_THIS, _LAST_BORN = 68, 29


def are_months(header: str, values: Iterable[str]) -> bool:
    """Return whether numbers are months: by their digits, those of four by name too.

    A 0 stands for none.

    Examples
    --------
    >>> are_months("LASTDATE", ["9503", "9612", "0"]), are_months("shop", ["9503"])
    (True, False)
    >>> are_months("cohort", ["199503", "199612"])
    True
    """
    found = [re.fullmatch(ARE_MONTHS, value) for value in values if value != "0"]
    if not found or not all(found):
        return False
    years = {match[1] for match in found if match}
    if all(len(year) == 4 for year in years):
        return len(found) > 1
    is_named = bool(_DATED.match(header.casefold()))
    return is_named and all(len(y) == 2 for y in years) and _gap(years)[1] > _LEAST_GAP


def format_of_months(years: Iterable[str], header: str = "") -> str:
    """Return the format of months whose years are these, of two digits or four.

    Examples
    --------
    >>> format_of_months(["95", "49", "96"]), format_of_months(["1995", "1996"])
    ('yymm from 1949', 'yyyymm')
    >>> format_of_months(["28", "52"], "DOB")
    'yymm from 1928'
    """
    if any(len(year) == 4 for year in years):
        return "yyyymm"
    return f"yymm from {_first_year(*_gap(years), _is_birth(header))}"


def first_of_hundred(years: Iterable[str], header: str) -> int | None:
    """Return the year from which years of two digits count; none where it is 1969.

    Examples
    --------
    >>> first_of_hundred(["46", "88", "99", "03"], "joined")
    1946
    >>> first_of_hundred(["60", "85"], "CustomerDOB"), first_of_hundred(["16"], "day")
    (1960, None)
    """
    first, gap = _gap(years)
    is_birth = _is_birth(header)
    if gap > _LEAST_GAP:
        year = _first_year(first, gap, is_birth)
    elif is_birth:
        year = 1901 + _LAST_BORN
    else:
        return None
    as_usual = {1900 + int(y) + 100 * (int(y) <= _LAST_OF_THIS) for y in years}
    return None if all(year <= y < year + 100 for y in as_usual) else year


def year_of_hundred(year: str, first: str) -> str:
    """Return SQL for the year of the hundred from one on that ends like a year.

    Examples
    --------
    >>> year_of_hundred("31", "1949")
    '1949 + (31 + 2000 - 1949) % 100'
    """
    return f"{first} + ({year} + 2000 - {first}) % 100"


def _is_birth(header: str) -> bool:
    return says(words(header), "birth")


def _first_year(first: int, gap: int, is_birth: bool) -> int:
    last = (first - gap) % 100
    century = 2000 if last <= (_LAST_BORN if is_birth else _LAST_OF_THIS) else 1900
    return century + last - (last - first) % 100


def _gap(years: Iterable[str]) -> tuple[int, int]:
    """Return the year after the widest gap on the circle of a hundred, and the gap."""
    on_circle = sorted({int(year) for year in years})
    gaps = [
        (after - before) % 100 or 100
        for before, after in zip([on_circle[-1], *on_circle], on_circle, strict=False)
    ]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    return on_circle[widest], gaps[widest]


def parsed_month(text: str, date_format: str) -> str:
    """Return SQL for the first day of a month; null where the text is none."""
    year = f"try_cast(regexp_extract({text}, '^{ARE_MONTHS}$', 1) as integer)"
    first = date_format.split()[-1]
    if first.isdigit():
        year = year_of_hundred(year, first)
    month = f"try_cast(regexp_extract({text}, '^{ARE_MONTHS}$', 2) as integer)"
    return f"cast(make_date({year}, {month}, 1) as timestamp)"

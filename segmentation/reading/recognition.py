"""Recognise a column by its name and by what is in it."""

import re
from collections import Counter
from dataclasses import dataclass

import duckdb

from segmentation.reading.cleaning import FLAG, cleaned_sql
from segmentation.reading.dates import DATE_WITH_YEAR
from segmentation.reading.definition import Draft
from segmentation.reading.dialect import ATTRIBUTES
from segmentation.reading.sources import Column, Source, name_key
from segmentation.reading.spellings import CATEGORY_WORDS, PATTERNS, words
from segmentation.warehouse.errors import UserError

__all__ = [
    "CODE",
    "ColumnContent",
    "FreeNames",
    "by_pattern",
    "fits",
    "in_time_order",
    "kind_tests",
    "look_at",
    "one_line",
    "shown",
]

_ENOUGH = 0.9  # of the values have to be of the type
DATE_LIKE = (
    r"(?:\d{1,4}-[A-Za-z0-9]{1,9}-\d{1,4}|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}[/.]\d{1,2}[/.]|"
    r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,2}\.? [A-Za-z]{3,9},? \d{2,4}|"
    r"[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
_NO_CATEGORIES = {
    *("total", "sum", "all", "gesamt", "average", "avg", "mean", "score", "per month"),
}
_NAME_LETTERS = 40
CODE = re.compile(r"{[{%#]")


@dataclass
class ColumnContent:
    """What is in a column."""

    column: Column
    filled: int
    distinct: int
    numbers: int
    flags: int
    dates: int
    example: str

    @property
    def is_number(self) -> bool:
        """Whether nearly all values are numbers."""
        return self.filled > 0 and self.numbers >= _ENOUGH * self.filled

    @property
    def is_flag(self) -> bool:
        """Whether nearly all values say yes or no."""
        return self.filled > 0 and self.flags >= _ENOUGH * self.filled

    @property
    def is_date(self) -> bool:
        """Whether nearly all values look like dates."""
        return self.filled > 0 and self.dates >= _ENOUGH * self.filled


class FreeNames:
    """Columns by their names as plain words; each is given away once."""

    def __init__(self, contents: list[ColumnContent]) -> None:
        self.contents = contents
        # dbt reads such names in dbt_project.yml as code, and stops there
        self.left = {
            id(content): content
            for content in contents
            if not CODE.search(content.column.header)
            and name_key(content.column.header)
        }
        self.same = Counter(name_key(c.column.header) for c in contents)
        self.nameless = self.same.pop("", 0)

    def named(self, spellings: tuple[str, ...]) -> list[ColumnContent]:
        """Return what is called by one of the spellings, the surest first."""
        found = []
        for spelling in spellings:
            packed = spelling.replace(" ", "")
            for content in self.left.values():
                spelled = words(content.column.header)
                if spelled == spelling or spelled.replace(" ", "") == packed:
                    found.append(content)
        return list({id(content): content for content in found}.values())

    def take(self, content: ColumnContent) -> ColumnContent:
        """Return the column, which is no longer free."""
        return self.left.pop(id(content))


def look_at(
    engine: duckdb.DuckDBPyConnection, source: Source, path: str
) -> list[ColumnContent]:
    """Return what is in each column of a source."""
    looks = []
    for column in source.columns:
        text = cleaned_sql(column.name)
        number, flag, date = kind_tests(column)
        looks.append(
            f"count({text}), count(distinct {text}), count_if({number}), "
            f"count_if({flag}), count_if({date}), coalesce(min({text}), '')"
        )
    *row, rows = engine.sql(
        f"select {', '.join(looks)}, count(*) from {source.relation_sql} "
        f"where {source.reject_reason_sql} is null"
    ).fetchall()[0]
    if not rows:
        raise UserError(f"The input file {path} has a header but no rows.")
    return [
        ColumnContent(column, *row[6 * i : 6 * i + 6])
        for i, column in enumerate(source.columns)
    ]


def kind_tests(column: Column) -> tuple[str, str, str]:
    """Return SQL for whether a value of a column is a number, a flag, a date."""
    number = r"[^0-9A-Za-z]*[0-9][0-9.,''’\s\x{a0}\x{202f}]*[^0-9A-Za-z]*"
    text = cleaned_sql(column.name)
    date = f"regexp_matches({text}, '^{DATE_LIKE}')"
    if column.data_type.startswith(("DATE", "TIMESTAMP")):
        date = "true"
    return (
        f"regexp_full_match({text}, '{number}') and not ({date})",
        f"regexp_full_match(lower({text}), '{FLAG}')",
        date,
    )


def fits(draft: Draft, what: str, content: ColumnContent) -> bool:
    """Return whether the values can be what the name says."""
    data_type = ATTRIBUTES[what]
    if data_type == "text" or not content.filled:
        return True
    if data_type == "date":
        # whether 20140131 is a date, its name says
        fits = content.is_date or content.is_number
    elif data_type == "boolean":
        fits = content.is_flag
    else:
        fits = content.is_number
    if what == "birth_year" and content.is_date:
        fits = bool(re.match(DATE_WITH_YEAR, content.example))
    if not fits:
        draft.remarks.append(
            f"Ignored: {shown(content)} is called like {what}, but holds no "
            f"{'dates' if data_type == 'date' else 'numbers'}."
        )
    return fits


def by_pattern(names: FreeNames, role: str) -> dict[str, ColumnContent]:
    """Return the columns whose names follow a role's patterns, by the user's name."""
    found: dict[str, ColumnContent] = {}
    for content in list(names.left.values()):
        is_of_role = content.is_flag if role == "campaigns" else content.is_number
        spelled = words(content.column.header)
        for pattern in PATTERNS[role]:
            match = re.fullmatch(pattern, spelled)
            if not match or not is_of_role:
                continue
            if match[1] in _NO_CATEGORIES:
                continue
            key = _own_name(role, match[1])
            if key not in found:
                found[key] = names.take(content)
            break
    return found


def _own_name(role: str, text: str) -> str:
    if role == "campaigns" and text.isdigit():
        return f"campaign_{text}"
    text = re.sub(r" (?:products?|prods?|goods)$", "", text)
    return "_".join(CATEGORY_WORDS.get(text, text).split())[:_NAME_LETTERS]


def in_time_order(campaigns: dict[str, ColumnContent]) -> dict[str, ColumnContent]:
    """Order campaigns by the numbers in their names, else as in the file."""
    numbers = {key: [int(n) for n in re.findall(r"\d+", key)] for key in campaigns}
    if not all(numbers.values()):
        return campaigns
    return {key: campaigns[key] for key in sorted(campaigns, key=numbers.get)}


def shown(content: ColumnContent) -> str:
    """Return the header of a column, quoted, on one line."""
    return f"'{one_line(content.column.header)}'"


def one_line(text: str) -> str:
    """Return a text on one line, at most 60 characters long."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."

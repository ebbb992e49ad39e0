"""Recognise a column by its name and by what is in it."""

import re
from collections import Counter

from segmentation.reading.dates import DATE_WITH_YEAR
from segmentation.reading.definition import Draft
from segmentation.reading.dialect import ATTRIBUTES
from segmentation.reading.looks import ColumnContent
from segmentation.reading.sources import name_key
from segmentation.reading.spellings import CATEGORY_WORDS, LINES, PATTERNS, words

__all__ = [
    "CODE",
    "FreeNames",
    "by_pattern",
    "fits",
    "has_orders",
    "in_time_order",
    "one_line",
    "shown",
]

_REPEATED = 0.9  # fewer different keys than this share of the rows: no key of customers
_NO_CATEGORIES = {
    *("total", "sum", "all", "gesamt", "average", "avg", "mean", "score", "per month"),
}
_NAME_LETTERS = 40
CODE = re.compile(r"{[{%#]")


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


def has_orders(names: FreeNames) -> bool:
    """Return whether customers come several times, with a day and an amount."""
    keys = names.named(LINES["customer_id"])
    dates = [c for c in names.named(LINES["ordered_at"]) if c.is_date]
    amounts = [c for c in names.named(LINES["amount"]) if c.is_number]
    repeated = [c for c in keys if c.distinct < _REPEATED * c.filled]
    return bool(repeated and dates and amounts)


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

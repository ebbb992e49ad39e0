"""Recognise a column by its name and by what is in it."""

import re
from collections import Counter

from segmentation.reading.dates import DATE_WITH_YEAR
from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.dialect import ATTRIBUTES
from segmentation.reading.field import CONTACT
from segmentation.reading.looks import ColumnContent
from segmentation.reading.sources import name_key
from segmentation.reading.spellings import (
    CATEGORY_WORDS,
    PATTERNS,
    SPEND_WORDS,
    words,
)
from segmentation.reading.wide_words import WORDS, says, unit_in_brackets

__all__ = [
    "CODE",
    "FreeNames",
    "bare_categories",
    "by_pattern",
    "fits",
    "in_time_order",
    "one_line",
    "shown",
    "take_first",
]

_NO_CATEGORIES = {
    *("total", "sum", "all", "gesamt", "average", "avg", "mean", "score", "per month"),
    "amount",
}
_NAME_LETTERS = 40
_UNITS = {"recency_days": "days", "age_years": "years"}
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
        self.spelled: dict[str, list[ColumnContent]] = {}
        for content in self.left.values():
            packed = words(content.column.header).replace(" ", "")
            self.spelled.setdefault(packed, []).append(content)
        self.same = Counter(name_key(c.column.header) for c in contents)
        self.nameless = self.same.pop("", 0)

    def named(self, spellings: tuple[str, ...]) -> list[ColumnContent]:
        """Return what is called by one of the spellings, the surest first."""
        found = {
            id(content): content
            for spelling in spellings
            for content in self.spelled.get(spelling.replace(" ", ""), ())
            if id(content) in self.left
        }
        return list(found.values())

    def take(self, content: ColumnContent) -> ColumnContent:
        """Return the column, which is no longer free."""
        return self.left.pop(id(content))


def fits(draft: Draft, what: str, content: ColumnContent) -> bool:
    """Return whether the values can be what the name says."""
    data_type = ATTRIBUTES[what]
    is_constant = content.distinct == 1 < content.rows and what not in CONTACT
    if not content.filled or is_constant:
        return content.rows < 20
    if data_type == "text":
        # codes have a name of their own, so that their meaning can be said
        return not content.is_number
    if data_type == "date":
        # whether 20140131 is a date, its name says
        fits = content.is_date or content.is_number
    elif data_type == "boolean":
        fits = content.is_flag
    else:
        fits = content.is_number
    if data_type == "integer" and what != "birth_year" and content.rows >= 20:
        fits = fits and content.is_whole
        fits = fits and (what != "age_years" or (content.highest or 0) < 1000)
    if what == "income" and content.rows >= 20 and 3 <= content.distinct <= 12:
        # 1 to 7 are codes of brackets
        fits = fits and not (content.is_whole and (content.highest or 0) < 15)
    if what == "birth_year" and content.is_number and not content.is_date:
        # beside 0 for "not known"; 4512 is a year and a month
        fits = content.lowest is None or 1800 < (content.highest or 0) < 2100
    if what in _UNITS and (unit := unit_in_brackets(content.column.header)):
        fits = fits and unit == _UNITS[what]
    if what == "birth_year" and content.is_date:
        fits = bool(re.match(DATE_WITH_YEAR, content.example))
    if not fits and not content.is_number:
        draft.remarks.append(
            f"Check: {shown(content)} is called like {what}, but holds no "
            f"{ {'date': 'dates', 'boolean': 'yes or no'}.get(data_type, 'numbers') }."
        )
    return fits


def by_pattern(
    names: FreeNames, role: str, *, take: bool = True
) -> dict[str, ColumnContent]:
    """Return the columns whose names follow a role's patterns, by the user's name."""
    found: dict[str, ColumnContent] = {}
    for content in names.left.values():
        spelled = words(content.column.header)
        for pattern in PATTERNS[role]:
            match = re.fullmatch(pattern, spelled)
            if not match or not _is_of_role(role, content, match[1], spelled):
                continue
            found.setdefault(_own_name(role, match[1]), content)
            break
    if role == "channels" and not any(
        says(key.replace("_", " "), "online_or_not") for key in found
    ):
        return {}
    for content in found.values() if take else ():
        names.take(content)
    return found


def _is_of_role(role: str, content: ColumnContent, own: str, spelled: str) -> bool:
    """Return whether values and further words are those of a role."""
    if own in _NO_CATEGORIES or says(own, "total"):
        return False
    if role == "campaigns":
        return content.is_flag
    further = own.split()
    if role == "channels":
        is_word = not (says(own, "count") or says(own, "share") or says(own, "money"))
        return content.is_whole and is_word and max(map(len, further)) > 2
    is_additive = content.is_number and not content.is_share
    is_additive &= content.lowest is None or content.lowest >= 0
    is_named = re.search(rf"\b(?:{SPEND_WORDS}|mnt)\b", spelled) or says(own, "goods")
    # an amount of products is money all the same
    no_money = ["share", "paid_out", "months", "days"]
    no_money += [] if re.match("(mnt|amt|amount) ", spelled) else ["count"]
    is_word = not any(says(own, list_) for list_ in no_money)
    return bool(is_additive and is_named and is_word and not own[-1].isdigit())


def bare_categories(names: FreeNames) -> dict[str, ColumnContent]:
    """Return amounts that are called after goods and nothing else, three or more."""
    found = {
        _own_name("spend", words(c.column.header)): c
        for c in names.left.values()
        if c.is_number
        and WORDS["goods"].issuperset(words(c.column.header).split())
        and (c.lowest or 0) >= 0
        and (c.highest or 0) > 100
        and c.distinct > 20
    }
    if len(found) < 3:
        return {}
    for content in found.values():
        names.take(content)
    return found


def take_first(
    draft: Draft, names: FreeNames, what: str, found: list[ColumnContent]
) -> ColumnContent:
    """Take the surest of several columns, and say what it could be as well."""
    chosen = names.take(found[0])
    example = f"for example {one_line(chosen.example)}" if chosen.example else "empty"
    draft.say(2, what, yaml_scalar(chosen.column.header), example)
    for other in found[1:]:
        draft.remarks.append(
            f"Check: {what} could be {shown(other)} as well as {shown(chosen)}."
        )
    return chosen


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
    return {key: campaigns[key] for key in sorted(campaigns, key=numbers.__getitem__)}


def shown(content: ColumnContent) -> str:
    """Return the header of a column, quoted, on one line."""
    return f"'{one_line(content.column.header)}'"


def one_line(text: str) -> str:
    """Return a text on one line, at most 60 characters long."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."

"""Take every column of a file of customers for what it is, with the reason.

A name that is known decides first, then what is in the column. Nothing is left out that
could be a measure, a group, a date or a list.
"""

import re
from dataclasses import dataclass, field

from segmentation.reading.dates import COMPACT_DAY, SINCE_1970
from segmentation.reading.declared import RESERVED, sql_words
from segmentation.reading.field import ATTRIBUTES
from segmentation.reading.key_words import is_called_row
from segmentation.reading.looks import ColumnContent
from segmentation.reading.months import are_months
from segmentation.reading.spellings import latin_words, words
from segmentation.reading.wide_words import is_figure, says, unit_in_brackets

__all__ = [
    "KINDS",
    "NAMED",
    "Taken",
    "are_days",
    "is_outcome",
    "own_name",
    "recognised",
    "unit_of",
]

# names of what is to be predicted
OUTCOME = re.compile(
    r"(?:is |has |customer )?"
    r"(?:churn(?:ed|er)?|attrition|attrited|exited|default(?:ed)?|response|responded|"
    r"converted|subscribed|renewed|cancelled|canceled|target(?: [a-z0-9])?|"
    r"abwanderung|gekundigt|"
    r"kundigung|resilie|resiliation|abandono|cancelado|abbandono|disdetta|opgezegd|"
    r"verloop|ayrildi|terk|inadimplencia|inadimplente|evasao|aderiu|"
    r"(?:booking|reservation)(?= status))"
    r"(?: flag| status| label| payment.*| next month| last campaign)?"
)
# these are only where they hold yes and no: revenue is money elsewhere
_OUTCOME_IF_FLAG = re.compile(
    r"y|revenue|deposit|purchased?|bought|(?:is )?fraud(?: reported)?"
)
# a text with more different values is no group, and neither are numbers
MOST_VALUES = 50
MOST_CODES = 12
_MOST_NAMED_CODES = 40
# part of a date -> its least and greatest number
_CALENDAR = {
    "year": (1900, 2100),
    "month": (1, 12),
    "week": (0, 53),
    "week number": (0, 53),
    "day": (1, 31),
    "date": (1, 31),
    "day of month": (1, 31),
    "day of week": (0, 7),
    "dow": (0, 7),
    "hour": (0, 24),
    "hour of day": (0, 24),
    "hour of the day": (0, 24),
}
_FEW_ROWS, _LONG_NUMBER = 10, 6  # rows that tell nothing; digits of an account
# when something was counted, which is no unit of it
_PERIOD = re.compile(
    r"\b(?:last|past|previous|prior|this|per|each)(?: \d+)? "
    r"(?:days?|weeks?|months?|years?)\b"
)
# what a name gets behind it that the project has for something else
KINDS = ("amount", "flag", "code", "own")
_SIGN = re.compile(r"[$£€¥₹₽₺₩]")
_SIZE_IN_HEADS = re.compile(r"(?:family|household|group|team|party|company) size")
# of the values have to hold several words for a list
_LEAST_SEPARATED = 0.15
_NAME_LETTERS = 40
NAMED = "says who somebody is"


@dataclass
class Taken:
    """What a column is taken for: its role, own name and settings, and why."""

    content: ColumnContent
    role: str
    name: str = ""
    why: str = ""
    settings: dict = field(default_factory=dict)
    is_personal: bool = False
    is_feature: bool = True
    not_feature: str = ""


def is_outcome(content: ColumnContent) -> bool:
    """Return whether a column is called like something to be predicted."""
    spelled = words(content.column.header)
    if content.is_flag and _OUTCOME_IF_FLAG.fullmatch(spelled):
        return True
    return bool(OUTCOME.fullmatch(spelled))


def recognised(content: ColumnContent, taken_names: set[str]) -> Taken:
    """Return what a column that no canonical name claims is taken for.

    Parameters
    ----------
    content : ColumnContent
    taken_names : set of str
        Names that are given already; the column's own is added.

    Returns
    -------
    Taken
        With role measures, groups, dates, lists, or left.
    """
    spelled = words(content.column.header)
    reason = _left_out(content, spelled)
    if reason:
        return Taken(content, "left", why=reason)
    role, why, settings = _role(content, spelled)
    if role == "left":
        return Taken(content, "left", why=why)
    name = own_name(content.column.header, content, taken_names)
    taken = Taken(content, role, name, why, settings)
    taken.is_personal = says(spelled, "person")
    if _numbers_rows(content, spelled):
        taken.not_feature = "numbers the rows"
    if says(spelled, "coordinate") and not content.is_whole:
        taken.not_feature = "says where somebody is"
    if says(spelled, "predicted"):
        taken.not_feature = "was predicted by somebody's model"
    if _is_of_calendar(content, spelled):
        taken.not_feature = "is a point in the calendar"
    if is_outcome(content):
        no_flag = "" if content.is_flag else "; it holds no yes or no"
        taken.not_feature = f"is perhaps what is to be predicted{no_flag}"
    return taken


def _numbers_rows(content: ColumnContent, spelled: str) -> bool:
    """Return whether whole numbers that all differ are those of a list.

    So are long ones of equally many digits, and what rises with every row, unless the
    name says what is measured.
    """
    low, high = content.lowest, content.highest
    if not content.is_unique or not content.is_whole or low is None or high is None:
        return False
    if content.filled < content.rows or content.rows <= _FEW_ROWS:
        return False
    are_digits = len(f"{abs(low):.0f}") == len(f"{abs(high):.0f}") >= _LONG_NUMBER
    is_list = high - low < 2 * content.rows
    is_number = are_digits or content.is_rising
    return is_list or (is_number and not is_figure(spelled))


def _left_out(content: ColumnContent, spelled: str) -> str:
    """Return why a column can be nothing, or nothing."""
    header = content.column.header.strip()
    if not content.filled:
        return "empty"
    if content.distinct == 1 < content.rows and 2 * content.filled > content.rows:
        return "the same for everybody"
    if header.startswith("#"):
        return "its name is a spreadsheet's error"
    differs = content.rows >= 20 and content.distinct > 0.9 * content.filled
    if is_called_row(header) and content.is_whole and differs:
        return "numbers the rows"
    if content.filled < 0.01 * content.rows:
        return f"filled in {content.filled:,} of {content.rows:,} rows"
    few = content.distinct <= MOST_CODES
    few |= content.is_number and (content.highest or 0) < 1000
    names = ("first name", "last name", "full name", "vorname", "nachname")
    if says(spelled, "identity") and not few and not content.is_flag:
        return "says who or where somebody is"
    if spelled in names:
        return NAMED
    is_key = says(spelled, "key") or spelled.endswith("num")
    if is_key and differs and (content.is_whole or not content.is_number):
        return "identifies a row, and nothing else"
    return ""


def _role(content: ColumnContent, spelled: str) -> tuple[str, str, dict]:
    """Return role, reason and settings of a column by what is in it."""
    distinct = content.distinct
    if content.is_date:
        return "dates", "dates", {}
    is_zero_one = content.is_whole and content.lowest == 0 and content.highest == 1
    if is_zero_one or (content.is_flag and distinct <= 2):
        return "groups", *_yes_or_no(content, spelled)
    if content.is_number and are_days(content):
        return "dates", "days as numbers", {}
    if content.is_number:
        return _role_of_numbers(content, spelled)
    separator = _separator(content)
    if separator:
        return "lists", "several words in one field", {"separator": separator}
    if distinct <= MOST_VALUES and (
        content.rows < 20 or 2 * distinct <= content.filled
    ):
        return "groups", f"{distinct} values", {}
    if content.numbers > 0.5 * content.filled:
        share = content.numbers / content.filled
        return "measures", f"numbers in {share:.0%}; the rest counts as missing", {}
    often = sum(n for _, n in content.frequent[:MOST_VALUES])
    if distinct <= 0.2 * content.filled and often:
        return "groups", f"{distinct:,} values; the frequent ones count", {}
    return "left", f"{distinct:,} different texts, no group", {}


def _role_of_numbers(content: ColumnContent, spelled: str) -> tuple[str, str, dict]:
    distinct = content.distinct
    if distinct == 2 and content.rows >= 20 and content.is_whole:
        return "groups", "two values", {}
    is_code = (says(spelled, "code") or _names_another(spelled)) and not any(
        says(spelled, other) for other in ("count", "months", "days", "duration")
    )
    is_code = is_code and content.is_whole and (content.lowest or 0) >= 0
    is_code = is_code and not _SIZE_IN_HEADS.fullmatch(spelled)
    is_named = says(spelled.split()[-1] if spelled else "", "nominal")
    is_named |= _names_another(spelled)
    if is_code and distinct <= (_MOST_NAMED_CODES if is_named else MOST_CODES):
        return "groups", f"{distinct} codes, by its name", {}
    if is_code and _names_another(spelled):
        return "left", "numbers something else", {}
    unit = unit_of(content, spelled)
    return "measures", _range(content), {} if unit == "number" else {"unit": unit}


def _names_another(spelled: str) -> bool:
    """Return whether whole numbers are those of an agent, a branch or the like."""
    return bool(re.fullmatch(r".+ id|[a-z]+codes?", spelled))


def _is_of_calendar(content: ColumnContent, spelled: str) -> bool:
    """Return whether numbers are years, months or days of a date, and no amounts."""
    return (
        (content.highest or 0) > 1
        and content.is_whole
        and any(
            re.fullmatch(rf"(?:.+ )?{part}", spelled)
            and lowest <= (content.lowest or 0)
            and (content.highest or 0) <= highest
            for part, (lowest, highest) in _CALENDAR.items()
        )
    )


def are_days(content: ColumnContent) -> bool:
    """Return whether numbers are days: 20240131, or a time since 1970 by the name."""
    if not content.is_whole or content.distinct < 2:
        return False
    values = [value for value, _ in content.frequent]
    if all(re.fullmatch(rf"{COMPACT_DAY}(?:[.]0+)?", value) for value in values):
        return True
    if are_months(content.column.header, values):
        return True
    return says(words(content.column.header), "moment") and all(
        re.fullmatch(rf"{SINCE_1970}(?:[.]0+)?", value) for value in values
    )


def _yes_or_no(content: ColumnContent, spelled: str) -> tuple[str, dict]:
    """Return reason and labels: what 0 and 1 stand for in a code, nobody can tell."""
    if not content.is_number:
        return "yes or no", {}
    if says(spelled.split()[-1] if spelled else "", "code"):
        return "two codes; say what they stand for under values", {}
    return "0 and 1", {"values": '{0: "no", 1: "yes"}'}


def unit_of(content: ColumnContent, spelled: str) -> str:
    """Return the unit of a measure, by its name and its values."""
    bracketed = unit_in_brackets(content.column.header)
    if bracketed and (content.lowest or 0) >= 0:
        return "number" if bracketed == "weeks" else bracketed
    lasting = _PERIOD.sub("", spelled)
    time = next((u for u in ("months", "days", "years") if says(lasting, u)), "")
    is_price = says(spelled, "money") and not says(spelled, "share")
    if content.is_share and not (is_price and " to " not in spelled):
        return "share"
    if re.search(r"\b(?:index|idx)\b", spelled):
        return "number"
    if re.search(r"\b(?:score|rating)$", spelled):
        return "score"
    if spelled == "tenure" and not content.lowest and (content.highest or 0) <= 10:
        return "number"  # 0 to 10 are years as likely as months
    if re.match(r"(?:mean |median )?days between ", spelled):
        return "days"
    if _is_of_calendar(content, spelled):
        return "number"
    if not content.is_share and _SIGN.search(content.example):
        return "money"
    is_counted = content.is_whole and (content.lowest or 0) >= 0
    if re.search(r" in \d+ days$", spelled) and is_counted:
        return "count"
    if re.match(r"(?:months|days|years) ", spelled) and is_counted:
        return time
    if re.search(
        r"\b(?:amt|amount|betrag|montant|importe)\b(?!.* (?:chn?g|hike|growth))",
        spelled,
    ):
        return "money"
    if says(spelled, "score") and not says(spelled, "money"):
        return "score"
    if says(spelled, "share") or re.search(
        r"\b(?:ch(?:n?g|ange)|hike|growth)\b", spelled
    ):
        return "number"
    if says(spelled, "count") and is_counted:
        return "count"
    if says(spelled, "money"):
        return "number" if content.is_whole and content.distinct <= 15 else "money"
    return time if is_counted and time and " per " not in spelled else "number"


def _range(content: ColumnContent) -> str:
    return f"numbers, {_figure(content.lowest)} to {_figure(content.highest)}"


def _figure(value: float | None) -> str:
    if value is None:
        return "?"
    return (
        f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    )


def _separator(content: ColumnContent) -> str:
    """Return what stands between the words of a list, or nothing."""
    if content.separated < _LEAST_SEPARATED * content.filled:
        return ""
    values = [value for value, _ in content.frequent]
    for mark in ";|,":
        words_of = {
            value: [part.strip(" []{}'\"").casefold() for part in value.split(mark)]
            for value in values
        }
        parts = [part for found in words_of.values() for part in found]
        several = len(parts) >= 1.15 * len(values)
        short = all(len(part) <= 30 for part in parts)
        # a word of several stands alone as well, or most words stand more than once
        alone = {found[0] for found in words_of.values() if len(found) == 1}
        together = {part for found in words_of.values() if found[1:] for part in found}
        is_told = together & alone or len(set(parts)) <= 0.6 * len(parts)
        if several and short and is_told:
            return mark
    return ""


def own_name(header: str, content: ColumnContent, taken_names: set[str]) -> str:
    """Return a name for a column that no other has, and add it to those taken."""
    plain = re.sub(r"\([^)]*\)", " ", latin_words(header)) or ""
    plain = re.sub(r"\b([a-z]) (\d)", r"\1\2", plain)  # Q4 is one word, and so is L1Y
    plain = re.sub(r"(\d) ([a-z])\b", r"\1\2", plain)
    name = "_".join(plain.split())
    if not name:
        letters = re.findall(r"[^\W_]+", header.casefold())
        name = "_".join(letters)
    name = name[:_NAME_LETTERS].strip("_") or f"column_{content.place + 1}"
    if not re.match(r"[^\W\d]", name):
        name = f"n_{name}"
    if name in ATTRIBUTES or name in RESERVED or name in sql_words():
        name = f"{name}_{_kind_of(content)}"
    number, free = 1, name
    while free in taken_names:
        number += 1
        free = f"{name}_{number}"
    taken_names.add(free)
    return free


def _kind_of(content: ColumnContent) -> str:
    if content.is_number and not content.is_whole:
        return "amount"
    if content.is_flag and not content.is_number:
        return "flag"
    return "code" if content.distinct <= MOST_CODES else "own"

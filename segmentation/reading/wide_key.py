"""Find the key of a file with one row for each customer, or ask for it."""

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.key_words import is_called_key, is_called_row
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import FreeNames, shown, take_first
from segmentation.reading.spellings import SPELLINGS, words
from segmentation.reading.wide_words import is_figure, says

__all__ = ["draft_key"]

_MOST_CHOICES = 3
_MOST_ROWS_EACH = 60
_NEARLY_ALL = 0.9
# fewer are products or places
_FEW_CODES = 50
# what comes again of one person, so that its number is no person's
_OF_EVENT = re.compile(
    r"(?:booking|reservation|order|invoice|transaction|receipt|ticket|claim|session|"
    r"call|visit|purchase|trip|ride|event|payment|sale|buchung|bestell|rechnung|beleg|"
    r"reserva|pedido|commande|facture|ordine|fattura|check ?in)\b"
)


def draft_key(
    draft: Draft,
    names: FreeNames,
    used: dict[str, ColumnContent],
    pair: Callable[[ColumnContent, ColumnContent], bool] | None = None,
    known: str = "",
) -> list[ColumnContent]:
    """Say which column is the key, which could be, or that rows are numbered.

    Parameters
    ----------
    draft : Draft
    names : FreeNames
    used : dict
        Receives the key where it is certain.
    pair : callable, optional
        Whether the values of two columns together differ in every row.
    known : str, default=''
        Header of the key that a query counts by.

    Returns
    -------
    list of ColumnContent
        What could be the key, where that is asked.
    """
    found = names.named(SPELLINGS["customer_id"])
    specific = [c for c in found if words(c.column.header) != "id"]
    unique = [c for c in specific if c.is_unique]
    others = _other_keys(names)
    of_query = [c for c in names.left.values() if known and c.column.header == known]
    if of_query or unique or (specific and not others):
        draft.say(1, "columns")
        used["customer_id"] = take_first(
            draft, names, "customer_id", of_query or unique or specific
        )
        return []
    plain = [c for c in found if c not in specific]
    repeating = [*specific, *(c for c in others if not c.is_unique)]
    if plain and not repeating:
        draft.say(1, "columns")
        used["customer_id"] = take_first(draft, names, "customer_id", plain)
        return []
    sure = [c for c in others if c.is_unique and _is_certain(c)]
    # one address can be a person's, and one telephone a household's
    numbers = [c for c in sure if _is_called_key(c) and not _is_telephone(c)]
    certain = numbers or [c for c in sure if "@" in c.example] or sure
    is_alone = len(certain) == 1 and not repeating and not plain
    if is_alone and not _is_of_event(certain[0]):
        draft.say(1, "columns")
        used["customer_id"] = take_first(draft, names, "customer_id", certain)
        return []
    choices = list({id(c): c for c in [*repeating, *certain, *others, *plain]}.values())
    # a number that is called nothing we know may be one all the same
    choices = choices or _numbering(names) or _of_several_rows(names)
    numbered = ("key", "row_number", "none is: every row is one customer, numbered")
    if not choices:
        what = "no column is a key: every row is one customer, numbered"
        why = "cannot be followed from one file to the next"
        if _warned_of_events(draft, names, []):
            what = "no column says whose rows these are"
            why = f"a row is taken for a customer; {why}"
        draft.choose(1, what, [("key", "row_number", why)])
        draft.say(1, "columns")
        return []
    _warned_of_events(draft, names, choices)
    choices = choices[:_MOST_CHOICES]
    said = [("key", yaml_scalar(c.column.header), _said(c)) for c in choices]
    # what nobody would call a key comes after the honest way out
    is_named = any(_is_certain(c) for c in choices) or bool(specific)
    is_named |= any(c.is_number or _are_codes(c) for c in choices)
    said.insert(len(said) if is_named else 0, numbered)
    said += _pairs(choices, pair)
    draft.choose(1, "which column is the customer's key", said)
    draft.say(1, "columns")
    return choices


def _said(content: ColumnContent) -> str:
    if not content.is_unique:
        different, filled = content.distinct, content.filled
        if different > _NEARLY_ALL * filled:
            return f"all but {filled - different:,} of {filled:,} rows have their own"
        return f"{different:,} different in {filled:,}: several rows each"
    if _is_of_event(content):
        return "all values are different, but they number what one person may do again"
    return "all values are different"


def _is_of_event(content: ColumnContent) -> bool:
    return bool(_OF_EVENT.match(words(content.column.header)))


def _warned_of_events(
    draft: Draft, names: FreeNames, choices: list[ColumnContent]
) -> bool:
    """Warn where rows are numbered as orders or calls are, and nobody is named."""
    events = [c for c in names.left.values() if _is_numbered_event(c)]
    if not events or not all(_is_of_event(c) for c in choices):
        return False
    draft.remarks.append(
        f"Danger: {shown(events[0])} numbers what one person may do again, and no "
        "column says who: segments of rows are no segments of customers. Get the file "
        "with the customer's number or address."
    )
    return True


def _is_numbered_event(content: ColumnContent) -> bool:
    """Return whether a column has the numbers of orders, calls or the like."""
    is_often = content.distinct > 0.05 * content.filled
    is_number = content.is_whole or not content.is_number
    is_called = re.search(
        r"\b(?:id|no|nr|number|num|ref|key)$", words(content.column.header)
    )
    return bool(_is_of_event(content) and is_often and is_number and is_called)


def _pairs(choices: list[ColumnContent], pair: Any) -> list[tuple[str, str, str]]:
    """Return two columns that are a key together, where none is alone."""
    if pair is None or any(c.is_unique for c in choices):
        return []
    return [
        (
            "key",
            f"[{yaml_scalar(a.column.header)}, {yaml_scalar(b.column.header)}]",
            "both together differ in every row",
        )
        for a, b in combinations(choices[:_MOST_CHOICES], 2)
        if pair(a, b)
    ][:1]


def _is_certain(content: ColumnContent) -> bool:
    return _is_called_key(content) or "@" in content.example


def _is_telephone(content: ColumnContent) -> bool:
    return says(words(content.column.header), "telephone")


def _is_called_key(content: ColumnContent) -> bool:
    return is_called_key(content.column.header)


def _numbering(names: FreeNames) -> list[ColumnContent]:
    """Return whole numbers that differ in every row: the first column, or a count."""
    return [
        c
        for c in names.left.values()
        if c.is_unique
        and c.filled == c.rows
        and c.is_whole
        and not c.is_date
        and not is_called_row(c.column.header)
        and not is_figure(words(c.column.header))
        and (c.place == 0 or (c.highest or 0) - (c.lowest or 0) < 2 * c.rows)
    ]


def _of_several_rows(names: FreeNames) -> list[ColumnContent]:
    """Return numbers that rise along the file and come a few times each, and codes.

    Rows are written person by person, whatever the number of the person is called.
    """
    full = [c for c in names.left.values() if c.filled == c.rows and not c.is_unique]
    return [
        c
        for c in full
        if (
            c.is_rising
            and c.rows / _MOST_ROWS_EACH <= c.distinct <= c.rows / 1.5
            and not is_figure(words(c.column.header))
        )
        or _are_codes(c)
    ]


def _are_codes(content: ColumnContent) -> bool:
    """Return whether words are numbered, such as MAC004421, and many."""
    values = [value for value, _ in content.frequent]
    is_long = len({len(value) for value in values}) == 1
    return (
        not content.is_number
        and not content.is_date
        and content.distinct > _FEW_CODES
        and is_long
        and all(re.fullmatch(r"[^\W\d_]{1,6}[-_ ]?\d{3,}", value) for value in values)
    )


def _other_keys(names: FreeNames) -> list[ColumnContent]:
    """Return columns that could be a key by their names or values, likeliest first."""
    named, mails, unique = [], [], []
    for content in names.left.values():
        spelled = words(content.column.header)
        if content.is_date or (content.is_number and not content.is_whole):
            continue
        if spelled == "id" or is_called_row(spelled) or not content.filled:
            continue
        if content.distinct <= 0.05 * content.filled:
            continue
        # a member card number counts nothing
        if _is_called_key(content) and not says(
            spelled.removesuffix(" number"), "count"
        ):
            named.append(content)
        elif "@" in content.example:
            mails.append(content)
        elif (
            content.is_unique
            and content.filled == content.rows
            and not (content.is_number or says(spelled, "identity"))
        ):
            unique.append(content)  # a number that is not called a key is a figure
    return [*named, *mails, *unique]

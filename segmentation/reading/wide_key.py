"""Find the key of a file with one row for each customer, or ask for it."""

import re

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import FreeNames, take_first
from segmentation.reading.spellings import SPELLINGS, words
from segmentation.reading.wide_words import says

__all__ = ["draft_key"]

_MOST_CHOICES = 4
_ID = re.compile(
    r".+ (?:id|ids|num|number|no|nr|nummer|numero|uuid|key|code|kod)|.+num"
)
_OF_A_ROW = re.compile(r"id|(?:row|record|line|index|unnamed).*")


def draft_key(draft: Draft, names: FreeNames, used: dict[str, ColumnContent]) -> None:
    """Say which column is the key, which could be, or that rows are numbered."""
    found = names.named(SPELLINGS["customer_id"])
    specific = [c for c in found if words(c.column.header) != "id"]
    unique = [c for c in specific if c.is_unique]
    others = _other_keys(names)
    if unique or (specific and not others):
        draft.say(1, "columns")
        used["customer_id"] = take_first(
            draft, names, "customer_id", unique or specific
        )
        return
    plain = [c for c in found if c not in specific]
    repeating = [*specific, *(c for c in others if not c.is_unique)]
    if plain and not repeating:
        draft.say(1, "columns")
        used["customer_id"] = take_first(draft, names, "customer_id", plain)
        return
    certain = [c for c in others if c.is_unique and _is_called_key(c)]
    if len(certain) == 1 and not repeating and not plain:
        draft.say(1, "columns")
        used["customer_id"] = take_first(draft, names, "customer_id", certain)
        return
    choices = list({id(c): c for c in [*repeating, *certain, *others, *plain]}.values())
    if not choices:
        draft.choose(
            1,
            "no column is a key: every row is one customer, numbered",
            [("key", "row_number", "cannot be followed from one file to the next")],
        )
        draft.say(1, "columns")
        return
    draft.say(1, "columns")
    draft.choose(
        2,
        "which column is the customer's key (if none, write key: row_number above)",
        [
            (
                "customer_id",
                yaml_scalar(c.column.header),
                "all values are different"
                if c.is_unique
                else f"{c.distinct:,} different in {c.filled:,}: several rows each",
            )
            for c in choices[:_MOST_CHOICES]
        ],
    )


def _is_called_key(content: ColumnContent) -> bool:
    return bool(_ID.fullmatch(words(content.column.header)))


def _other_keys(names: FreeNames) -> list[ColumnContent]:
    """Return columns that could be a key by their names or values, likeliest first."""
    named, mails, unique = [], [], []
    for content in names.left.values():
        spelled = words(content.column.header)
        if content.is_date or (content.is_number and not content.is_whole):
            continue
        if _OF_A_ROW.fullmatch(spelled) or not content.filled:
            continue
        if content.distinct <= 0.05 * content.filled:
            continue
        if _is_called_key(content) and not says(spelled, "count"):
            named.append(content)
        elif "@" in content.example:
            mails.append(content)
        elif content.is_unique and not says(spelled, "money"):
            extent = (content.highest or 0) - (content.lowest or 0)
            is_list = content.is_number and extent < 2 * content.filled
            if not content.is_number or is_list or content.rows < 20:
                unique.append(content)
    return [*named, *mails, *unique]

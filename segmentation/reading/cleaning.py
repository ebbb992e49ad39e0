"""Text without what only looks like a value, in SQL; keys that are whole numbers."""

import re
from collections.abc import Iterable

from segmentation.warehouse.quoting import identifier, literal
from segmentation.warehouse.spoken import NO, YES

__all__ = [
    "FLAG",
    "MOST_SLIPS",
    "NO",
    "NULL_WORDS",
    "YES",
    "cleaned_sql",
    "cleaned_text",
    "short_text",
]

# compared in lower case; an empty value is always missing
NULL_WORDS = (
    *("na", "n/a", "#n/a", "null", "#null!", "(null)", "\\n", "nan", "none"),
    *("-", "--", "."),
)
# a separator that this share of the numbers contradicts is a slip, not the rule
MOST_SLIPS = 0.05
# one of these words, or a flag of 1 that some programs write as 1.0
FLAG = rf"({'|'.join(map(re.escape, (*YES, *NO)))}|[01][.,]0+)"


def cleaned_sql(column: str, null_words: Iterable[str] = NULL_WORDS) -> str:
    """Return SQL for a column as trimmed text in which a word for missing is null."""
    text = f"trim(cast({identifier(column)} as string))"
    # no list of words: the engine takes a tenth of a second to plan one, per column
    words = " ".join(f"when {literal(word)} then null" for word in ("", *null_words))
    return f"case lower({text}) {words} else {text} end"


def cleaned_text(
    relation: str, columns: Iterable[str], null_words: Iterable[str]
) -> str:
    """Return SQL for nothing but some columns, cleaned: others would cost as much."""
    selected = ", ".join(
        f"{cleaned_sql(column, null_words)} as {identifier(column)}"
        for column in columns
    )
    return f"(select {selected} from {relation})"


def short_text(text: str | None) -> str:
    """Return at most 40 characters of one line."""
    text = " ".join((text or "").split())
    return text if len(text) <= 40 else f"{text[:37]}..."

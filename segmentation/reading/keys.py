"""Keys that are whole numbers: rewritten all together or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.reading.cleaning import (
    MOST_SLIPS,
    NULL_WORDS,
    cleaned_text,
    short_text,
)
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["Keys", "keys_of"]

# staging reads up to 34 digits before the point
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
_MOST_EMAILS = 0.9
_WHOLE_KEY = r"(0|[1-9][0-9]{0,33})([.]0+)?"


@dataclass(frozen=True)
class Keys:
    """How keys are read, and what is to be said of it."""

    is_whole: bool = False
    is_email: bool = False
    note: str | None = None


def keys_of(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    *,
    path: str,
    null_words: Iterable[str] = NULL_WORDS,
) -> Keys:
    """Return whether keys are e-mail addresses, or numbers written with decimals.

    A key of 5524 comes out of some programs as 5524.0; it is the same customer. Keys
    are rewritten all together or not at all: 00001 would become another one.

    Raises
    ------
    UserError
        If keys are in scientific notation, so that their last digits are lost.
    """
    text = identifier(column)
    relation = cleaned_text(relation, [column], null_words)
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
        return _email_keys(engine, relation, column, path)
    said = (
        f"{Path(path).name}: {dotted:,} of {keys:,} keys in column "
        f"'{short_text(column)}' are written with decimals, such as "
        f"'{short_text(example)}'"
    )
    if padded:
        return Keys(
            note=f"{said}; they are kept as they are, as keys that begin with a zero "
            f"('{short_text(zero)}') would become other ones."
        )
    read = example.split(".")[0]
    return Keys(is_whole=True, note=f"{said}, and were read as '{read}'.")


def _email_keys(
    engine: duckdb.DuckDBPyConnection, relation: str, column: str, path: str
) -> Keys:
    """Return that keys are e-mail addresses, of which capitals tell nobody apart."""
    keys, emails, written, persons = engine.sql(
        f"select count(*), count_if(regexp_full_match(value, '{_EMAIL}')), "
        f"count(distinct value), count(distinct lower(value)) from {relation}"
    ).fetchall()[0]
    if emails <= _MOST_EMAILS * keys:
        return Keys()
    joined = written - persons
    note = (
        f"{Path(path).name}: {joined:,} of {written:,} addresses in column "
        f"'{short_text(column)}' differ from another in capitals alone, and count as "
        "the same."
    )
    return Keys(is_email=True, note=note if joined else None)


def _require_whole_digits(
    engine: duckdb.DuckDBPyConnection, relation: str, column: str, path: str
) -> None:
    keys, cut, example = engine.sql(
        "select count(*), count(value) filter (is_cut), min(value) filter (is_cut) "
        "from (select value, contains(value, '+') and regexp_full_match("
        "value, '[0-9][.,]?[0-9]*[eE][+][0-9]+') as is_cut "
        f"from {relation})"
    ).fetchall()[0]
    if cut > MOST_SLIPS * keys:
        raise UserError(
            f"The keys in column '{short_text(column)}' of {path} have lost digits "
            f"(for example '{short_text(example)}', a spreadsheet's short form); "
            "format the column as text, and export it again."
        )

"""Keys that are whole numbers: rewritten all together or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.reading.cleaning import (
    MOST_SLIPS,
    NULL_WORDS,
    cleaned_sql,
    short_text,
)
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["Keys", "keys_of", "lost_digits", "require_exact"]

_WIDE, _NARROW = "０１２３４５６７８９", "0123456789"
# blanks of all kinds, and what has no width
_UNSEEN = r"\s\x{a0}\x{2000}-\x{200f}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}\x{ad}"
_MOST_EMAILS = 0.9
# of a key
_IS_EMAIL = r"regexp_full_match(value, '[^@\s]+@[^@\s]+\.[^@\s]+')"
_IS_DOTTED = "contains(value, '.')"
# staging reads up to 34 digits before the point
_IS_WHOLE = "regexp_full_match(value, '(0|[1-9][0-9]{0,33})([.]0+)?')"
_IS_PADDED = "regexp_full_match(value, '0[0-9]+([.]0+)?')"


@dataclass(frozen=True)
class Keys:
    """How keys are read, and what is to be said of it."""

    is_whole: bool = False
    is_email: bool = False
    notes: tuple[str, ...] = ()


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

    Keys that look alike, stand for a missing value or have lost digits are noted.

    Raises
    ------
    UserError
        If most keys are in scientific notation, so that their last digits are lost.
    """
    text = identifier(column)
    # customers have many order lines, and each key is looked at once
    engine.execute(
        "create or replace temp table segments_written_keys as "
        f"select {text}, count(*) as n from {relation} group by {text}"
    )
    said = _read_as_missing(engine, column, path, tuple(null_words))
    engine.execute(
        "create or replace temp table segments_keys as "
        "select value, sum(n) as n from ("
        f"select {cleaned_sql(column, null_words)} as value, n "
        "from segments_written_keys) where value is not null group by value"
    )
    relation = "segments_keys"
    said += _cut_keys(engine, relation, column, path)
    keys, dotted, whole, padded, example, zero = engine.sql(
        f"select {_rows('true')}, {_rows(_IS_DOTTED)}, {_rows(_IS_WHOLE)}, "
        f"{_rows(_IS_PADDED)}, "
        f"min(value) filter ({_IS_DOTTED}), min(value) filter ({_IS_PADDED}) "
        f"from {relation}"
    ).fetchall()[0]
    if not dotted or whole + padded < keys:
        return _email_keys(engine, relation, column, path, said)
    written = (
        f"{Path(path).name}: {dotted:,} of {keys:,} keys in column "
        f"'{short_text(column)}' are written with decimals, such as "
        f"'{short_text(example)}'"
    )
    if padded:
        said.append(
            f"{written}; they are kept as they are, as keys that begin with a zero "
            f"('{short_text(zero)}') would become other ones."
        )
        said += _near_copies(engine, relation, column, path)
        return Keys(notes=tuple(said))
    said.append(f"{written}, and were read as '{example.split('.')[0]}'.")
    return Keys(is_whole=True, notes=tuple(said))


def _rows(condition: str) -> str:
    """Return SQL for how many rows have a key of a kind."""
    return f"coalesce(sum(n) filter ({condition}), 0)"


def _email_keys(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    path: str,
    said: list[str],
) -> Keys:
    """Return that keys are e-mail addresses, of which capitals tell nobody apart."""
    keys, emails, written, persons = engine.sql(
        f"select {_rows('true')}, {_rows(_IS_EMAIL)}, count(*), "
        f"count(distinct lower(value)) from {relation}"
    ).fetchall()[0]
    if emails <= _MOST_EMAILS * keys:
        return Keys(notes=tuple(said + _near_copies(engine, relation, column, path)))
    joined = written - persons
    if joined:
        said.append(
            f"{Path(path).name}: {joined:,} of {written:,} addresses in column "
            f"'{short_text(column)}' differ from another in capitals alone, and count "
            "as the same."
        )
    return Keys(is_email=True, notes=tuple(said))


def require_exact(
    source_type: str,
    column: str,
    path: str,
    *,
    engine: duckdb.DuckDBPyConnection,
    relation: str,
) -> None:
    """Refuse keys of floating point that are too long to be exact.

    Raises
    ------
    UserError
    """
    if source_type not in ("FLOAT", "DOUBLE"):
        return
    most = 2**24 if source_type == "FLOAT" else 2**53
    ((longest,),) = engine.sql(
        f"select max(abs({identifier(column)})) from {relation}"
    ).fetchall()
    if longest is not None and longest >= most:
        raise lost_digits(column, path, f"{longest:.0f}")


def lost_digits(column: str, path: str, example: str) -> UserError:
    """Return what is to be said of keys whose last digits a file does not hold."""
    return UserError(
        f"The keys in column '{short_text(column)}' of {path} have lost digits (for "
        f"example '{short_text(example)}'): as numbers they are kept to some 15 digits "
        "only, so customers would fall together; export the column as text."
    )


def _cut_keys(
    engine: duckdb.DuckDBPyConnection, relation: str, column: str, path: str
) -> list[str]:
    """Return what is to be said of keys in a spreadsheet's short form, if few are."""
    keys, cut, example = engine.sql(
        f"select {_rows('true')}, {_rows('is_cut')}, min(value) filter (is_cut) "
        "from (select value, n, contains(value, '+') and regexp_full_match("
        "value, '[0-9][.,]?[0-9]*[eE][+][0-9]+') as is_cut "
        f"from {relation})"
    ).fetchall()[0]
    if cut > MOST_SLIPS * keys:
        raise UserError(
            f"The keys in column '{short_text(column)}' of {path} have lost digits "
            f"(for example '{short_text(example)}', a spreadsheet's short form); "
            "format the column as text, and export it again."
        )
    if not cut:
        return []
    return [
        f"{Path(path).name}: {cut:,} of {keys:,} keys in column '{short_text(column)}' "
        f"are in a spreadsheet's short form, such as '{short_text(example)}': their "
        "last digits are lost, and customers may have fallen together."
    ]


def _near_copies(
    engine: duckdb.DuckDBPyConnection, relation: str, column: str, path: str
) -> list[str]:
    """Return what is to be said of keys that look alike and are not the same."""
    alike = (
        f"regexp_replace(lower(nfc_normalize(translate(value, '{_WIDE}', '{_NARROW}')))"
        f", '[{_UNSEEN}]+', '', 'g')"
    )
    groups, example, other = engine.sql(
        "select count(*), min(first_key), min_by(last_key, first_key) from ("
        "select min(value) as first_key, max(value) as last_key "
        f"from {relation} group by {alike} having min(value) != max(value))"
    ).fetchall()[0]
    if not groups:
        return []
    return [
        f"{Path(path).name}: {groups:,} "
        f"{'keys' if groups > 1 else 'key'} in column '{short_text(column)}' "
        f"{'are' if groups > 1 else 'is'} written in ways that look alike, such "
        f"as {example!a} and {other!a}: they count as different customers. "
        "Write each in one way if they are the same."
    ]


def _read_as_missing(
    engine: duckdb.DuckDBPyConnection,
    column: str,
    path: str,
    null_words: tuple[str, ...],
) -> list[str]:
    """Return what is to be said of keys that are words for a missing value."""
    words = ", ".join(literal(word) for word in null_words)
    text = f"trim(cast({identifier(column)} as varchar))"
    if not words:
        return []
    rows, example = engine.sql(
        f"select sum(n), min({text}) from segments_written_keys "
        f"where lower({text}) in ({words})"
    ).fetchall()[0]
    if not rows:
        return []
    return [
        f"{Path(path).name}: {rows:,} {'rows have' if rows > 1 else 'row has'} "
        f"'{example}' in column '{short_text(column)}', which is read as no key, so "
        f"{'they are' if rows > 1 else 'it is'} left out; if it is a key, declare "
        "null_words without it."
    ]

"""Write files for others: whole or not at all, for their owner, free of formulas."""

import os
from pathlib import Path

import duckdb

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["copy_csv", "keep_private", "neutral"]

# who may read what is written, and the bits of access that others are denied
_DENIED = {"owner": 0o077, "group": 0o027, "everybody": 0o022}
# blanks of all kinds and what has no width: spreadsheets overlook them
_UNSEEN = (
    r"\s\x{a0}\x{ad}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{2064}\x{3000}"
    r"\x{feff}"
)
# = + - @ and the full-width signs that some spreadsheets take for them
_SIGNS = r"=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}"
_FORMULA = rf"^([{_UNSEEN}\x00]*[{_SIGNS}]|[\t\r\n])"
_NUMBER = r"[+\-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+\-]?[0-9]+)?"


def keep_private() -> None:
    """Have what is written from now on belong to its owner alone.

    Warehouse, lists and CSV hold persons. The environment's SEGMENTS_READERS (owner,
    group or everybody) widens it.

    Raises
    ------
    UserError
        If it is none of these.
    """
    readers = os.environ.get("SEGMENTS_READERS", "owner")
    if readers not in _DENIED:
        raise UserError(
            f"SEGMENTS_READERS is '{readers}'; it is one of {', '.join(_DENIED)}."
        )
    os.umask(_DENIED[readers])


def copy_csv(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    """Write rows as CSV that a spreadsheet takes for values; return their number.

    Parameters
    ----------
    connection : DuckDB connection
    query : str
    file : Path
    """
    columns = [
        neutral(name) if kind == "VARCHAR" else identifier(name)
        for name, kind, *_ in connection.execute(f"describe {query}").fetchall()
    ]
    ((rows,),) = connection.execute(
        f"copy (select {', '.join(columns)} from ({query})) to {literal(file)} "
        "(format csv, header, delimiter ',')"
    ).fetchall()
    return rows


def neutral(column: str) -> str:
    """Return SQL for a text with an apostrophe in front where it begins as a formula.

    A plain number stays one, as an identifier may be. Source: OWASP, "CSV Injection".
    """
    name = identifier(column)
    # nearly all begin with a digit or a letter, which is seen without the pattern
    return (
        f"case when {name} >= '0' and {name} < ':' or {name} >= 'A' and {name} < '{{' "
        f"then {name} when regexp_matches({name}, '{_FORMULA}') "
        f"and not regexp_full_match({name}, '{_NUMBER}') "
        f"then '''' || {name} else {name} end as {name}"
    )

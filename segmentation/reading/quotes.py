"""Tell whether a text has quotes of another kind than most."""

import io
import json
from pathlib import Path

from segmentation.reading.delimited import text_records
from segmentation.reading.layout import PLAIN, Layout, Quotes
from segmentation.warehouse.errors import TwoReadings, UserError

__all__ = ["declared_quotes", "require_plain_quotes"]

_TOLD = {"quote": "single quotes", "escape": "backslashes before quotes"}
_USUAL = {"quote": "'", "escape": "\\"}


def declared_quotes(layout: Layout) -> Quotes:
    """Return the quotes that a definition says.

    Raises
    ------
    UserError
        If they are more than one character.
    """
    for key, usual in _USUAL.items():
        mark = getattr(layout, key)
        if len(mark) > 1 or mark in ("\n", "\r", "\0"):
            raise UserError(
                f"The {key} {mark!r} in dbt_project.yml is not one character; write, "
                f"for example, {key}: {json.dumps(usual)}."
            )
    if len({layout.quote or PLAIN.quote, layout.escape, layout.delimiter}) < 3 and (
        layout.escape or layout.delimiter
    ):
        raise UserError(
            "The delimiter, quote and escape of an input in dbt_project.yml are three "
            "different characters; quotes that are doubled need no escape."
        )
    return Quotes(layout.quote or PLAIN.quote, layout.escape)


def require_plain_quotes(path: Path, head: str, delimiter: str, width: int) -> None:
    """Stop where lines fit with other quotes, or with an escape, and not without.

    Parameters
    ----------
    path : Path
    head : str
        Whole lines from the header on.
    delimiter : str
    width : int
        Columns of the header.

    Raises
    ------
    TwoReadings
        With the mark under `quote` or `escape`.
    """
    signs = {"escape": '\\"', "quote": f"{delimiter}'"}
    keys = [key for key, sign in signs.items() if sign in head]
    if not keys:
        return
    lines = io.StringIO(head, newline="").readlines()
    plain = _misfits(lines, delimiter, width, PLAIN)
    for key in keys:
        mark = _USUAL[key]
        left = _misfits(lines, delimiter, width, Quotes(**{key: mark}))
        if len(left) < len(plain):
            raise TwoReadings(
                f"{len(plain) - len(left):,} of the first {len(lines):,} lines of "
                f"{path} can only be read with {_TOLD[key]} (line {plain[0]} first); "
                f"write {key}: {json.dumps(mark)} in dbt_project.yml.",
                key,
                {mark: _TOLD[key]},
            )


def _misfits(lines: list[str], delimiter: str, width: int, quotes: Quotes) -> list[int]:
    records = text_records(lines, delimiter=delimiter, width=width, quotes=quotes)
    return [line for line, _, reason, _ in records if reason]

"""Find the header of a text, and with it what separates and quotes its fields."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from segmentation.reading.layout import Layout, Quotes
from segmentation.reading.quotes import declared_quotes, require_plain_quotes
from segmentation.reading.separators import (
    found_delimiter,
    header_of,
    require_names,
)
from segmentation.warehouse.errors import UserError

__all__ = ["HEADER_CHARACTERS", "Header", "found_header"]

HEADER_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Header:
    """The first line of a table, and how the lines are taken apart.

    Attributes
    ----------
    names : list of str
    skipped : int
        Lines above it.
    is_titled : bool
        Whether a title was found there.
    delimiter : str
    quotes : Quotes
    """

    names: list[str]
    skipped: int
    is_titled: bool
    delimiter: str
    quotes: Quotes


def found_header(
    path: Path, head: str, wanted: tuple[str, ...], layout: Layout
) -> Header:
    """Return the header of a text by its first characters.

    Parameters
    ----------
    path : Path
    head : str
        At most `HEADER_CHARACTERS` characters.
    wanted : tuple of str
        Columns that are looked for; the separator is the one that finds most of them.
    layout : Layout

    Raises
    ------
    UserError
        If there is none.
    TwoReadings
        If lines have quotes of a kind that has to be declared.
    """
    said = re.match(r"sep=(.)\n", head)  # Excel's own line
    skipped = layout.header_row - 1 if layout.header_row else int(bool(said))
    body = _below(head, skipped)
    delimiter = layout.delimiter or (said[1] if said else found_delimiter(body, wanted))
    quotes = declared_quotes(replace(layout, delimiter=delimiter))
    line, names, is_titled = header_of(
        body, delimiter, quotes, is_first=bool(layout.header_row)
    )
    if not any(names):
        below = f" from line {layout.header_row} on" if layout.header_row else ""
        raise UserError(
            f"The input file {path} is empty{below}; it needs a header and rows."
        )
    require_names(path, names)
    if not layout.quote and not layout.escape and delimiter != " ":
        lines = _below(body, line - 1)
        if len(head) >= HEADER_CHARACTERS:  # the last is cut off
            lines = lines.rpartition("\n")[0]
        require_plain_quotes(path, lines, delimiter, len(names))
    return Header(names, skipped + line - 1, is_titled, delimiter, quotes)


def _below(text: str, lines: int) -> str:
    """Return a text without its first lines; only line feeds end one."""
    return "\n".join(text.split("\n")[lines:])

"""Convert delimited text that the engine cannot read itself, once and streaming.

Records that cannot be read are kept, empty, with their line and the reason.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from segmentation.reading.encodings import Encoding, has_stray_bytes, open_text
from segmentation.reading.layout import PLAIN, Quotes
from segmentation.reading.parquet import (
    CHARACTERS,
    QUOTES,
    TOO_FEW,
    TOO_MANY,
    TOTAL,
    Conversion,
    written_parquet,
)
from segmentation.reading.reports import with_totals_told
from segmentation.warehouse.errors import UserError

__all__ = ["convert_text", "text_records"]

# a text of more lines than this is taken for a quote that was never closed
_MOST_LINES_OF_A_TEXT = 100
# more records than this that cannot be read: it is not this file's separator
_MOST_REJECTED = 0.5


def convert_text(
    path: Path,
    target: Path,
    *,
    encoding: Encoding,
    is_packed: bool,
    delimiter: str,
    names: list[str],
    skipped: int = 0,
    quotes: Quotes = PLAIN,
) -> Conversion:
    """Convert delimited text; lines that do not fit are kept with the reason.

    Parameters
    ----------
    path, target : Path
    encoding : Encoding
    is_packed : bool
        Whether it is compressed with gzip.
    delimiter : str
    names : list of str
        Names of the columns, all different.
    skipped : int, default=0
        Lines before the header.
    quotes : Quotes

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If most lines do not fit, with the first of them.
    """
    counts: dict[str | None, int] = {}
    first: list[tuple[int, int, str]] = []
    last_line = skipped + 1

    def rows(file: Iterable[str]) -> Iterator[tuple]:
        nonlocal last_line
        empty = (None,) * len(names)
        before = sum(1 for _ in islice(file, skipped))
        lines = map(_with_single_blanks, file) if delimiter == " " else file
        records = text_records(
            lines, delimiter=delimiter, width=len(names), quotes=quotes
        )
        next(records, None)  # the header
        for number, values, reason, width in with_totals_told(records):
            line = last_line = before + number
            counts[reason] = counts.get(reason, 0) + 1
            if reason and reason != TOTAL and not first:
                first.append((line, width, reason))
            yield line, reason, *(values or empty)

    with (
        open_text(path, encoding, is_packed=is_packed) as file,
        written_parquet(target, names) as write,
    ):
        write(rows(file))
        unread = (n for reason, n in counts.items() if reason not in (None, TOTAL))
        rejected = sum(unread)
        if rejected > _MOST_REJECTED * sum(counts.values()):
            raise UserError(
                _unfit(path, len(names), rejected, sum(counts.values()), *first[0])
            )
    return Conversion(target, path.name, last_line)


def _with_single_blanks(line: str) -> str:
    """Return a line of fields that any number of blanks separate, with one each."""
    return " ".join(line.split()) + "\n"


def text_records(
    lines: Iterable[str], *, delimiter: str, width: int, quotes: Quotes = PLAIN
) -> Iterator[tuple[int, list[str] | None, str | None, int]]:
    r"""Yield the records of delimited text, those that cannot be read with the reason.

    A quote that is not closed ends with its line, and the next line is a record again,
    where the lines that it would swallow look like records themselves. Blank lines are
    no records. Fields too many are ignored where they are empty.

    Parameters
    ----------
    lines : iterable of str
    delimiter : str
    width : int
        Fields that a record has to have.
    quotes : Quotes

    Yields
    ------
    tuple
        Number of its first line, values (None where unreadable), reason (None where
        readable), number of fields.

    Examples
    --------
    >>> lines = ['a,"b\n', "c,d\n", "e\n"]
    >>> for record in text_records(lines, delimiter=",", width=2):
    ...     print(record)
    (1, None, 'broken quotes', 0)
    (2, ['c', 'd'], None, 2)
    (3, None, 'too few fields', 1)
    """
    numbered = enumerate(lines, 1)
    waiting: list[tuple[int, str]] = []  # read, but given back
    while True:
        number, line = waiting.pop() if waiting else next(numbered, (0, ""))
        if not number:
            return
        if not line.strip("\r\n"):
            continue
        if not quotes.occur_in(line):
            values = line.rstrip("\r\n").split(delimiter)
        else:
            found, taken = _quoted_record(
                line, numbered, waiting, delimiter, width, quotes
            )
            if found is None:
                yield number, None, QUOTES, 0
                continue
            values = found
            line += "".join(text for _, text in taken)
        reason = _misfit(values, width)
        if has_stray_bytes(line):
            reason = CHARACTERS
        yield number, None if reason else values[:width], reason, len(values)


def _misfit(values: list[str], width: int) -> str | None:
    if len(values) < width:
        return TOO_FEW
    return TOO_MANY if any(value.strip() for value in values[width:]) else None


def _quoted_record(
    line: str,
    numbered: Iterator[tuple[int, str]],
    waiting: list[tuple[int, str]],
    delimiter: str,
    width: int,
    quotes: Quotes,
) -> tuple[list[str] | None, list[tuple[int, str]]]:
    """Return the fields of a record that begins with `line`, and its further lines."""
    taken: list[tuple[int, str]] = []
    text = line
    while True:
        try:
            reader = csv.reader(
                _physical(text),
                delimiter=delimiter,
                strict=True,
                skipinitialspace=True,
                **quotes.words,
            )
            values = next(reader)
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                further = waiting.pop() if waiting else next(numbered, None)
                if further and len(taken) < _MOST_LINES_OF_A_TEXT:
                    taken.append(further)
                    text += further[1]
                    continue
                if further:
                    taken.append(further)
            values = None
        break
    swallowed = [text for _, text in taken]
    if values is None or (width > 1 and _are_records(swallowed, delimiter, width)):
        waiting.extend(reversed(taken))
        return None, []
    return values, taken


def _physical(text: str) -> list[str]:
    """Return the lines of a text; only line feeds end one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _are_records(lines: list[str], delimiter: str, width: int) -> bool:
    """Return whether lines within a text look like the records of the file."""
    inner = lines[:-1] or lines
    return bool(lines) and any(line.count(delimiter) >= width - 1 for line in inner)


def _unfit(
    path: Path, width: int, rejected: int, records: int, line: int, found: int, why: str
) -> str:
    what = (
        f"line {line} has {found} fields where the header has {width}"
        if why in (TOO_FEW, TOO_MANY)
        else f"line {line} has {why}"
    )
    return (
        f"The input file {path} cannot be read as a table: {what}, and "
        f"{rejected:,} of {records:,} records do not fit; look for a separator "
        "within values (a decimal comma?) or quotes that are not closed, and export "
        "it again, or declare its delimiter in dbt_project.yml."
    )

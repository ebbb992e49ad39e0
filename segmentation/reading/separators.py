"""Find out what separates the fields of a text, and the names in its first line."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from segmentation.reading.layout import PLAIN, Quotes
from segmentation.reading.names import name_key
from segmentation.reading.reports import titles_above
from segmentation.warehouse.errors import UserError

__all__ = [
    "declared_delimiter",
    "found_delimiter",
    "header_of",
    "require_names",
]

DELIMITERS = (";", ",", "\t", "|", " ")  # blanks where nothing else separates
LINES_COMPARED = 50
# no year, month or day, which tables of sums have as names
_A_VALUE = re.compile(r"[+-]?\d+[.,]\d+|(?!(?:19|20)\d{4}(?:\d{2})?$)\d{6,}")
_LEAST_BLANK = 3  # columns that blanks may separate: fewer are words of a text


def declared_delimiter(delimiter: str) -> str:
    """Return the character that a definition means by its separator."""
    words = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
    delimiter = words.get(str(delimiter).lower(), str(delimiter))
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise UserError(
            f"The separator {delimiter!r} in dbt_project.yml is not one character; "
            "write delimiter: ';' or ',' or '|' or tab."
        )
    return delimiter


def found_delimiter(head: str, wanted: tuple[str, ...]) -> str:
    """Return the separator that finds most wanted columns, else splits most evenly."""
    keys = {name_key(name) for name in wanted}

    def fit(delimiter: str) -> tuple:
        _, header, _ = header_of(head, delimiter)
        found = len(keys & {name_key(name) for name in header})
        widths = [len(row) for _, row in _records(head, delimiter)][
            : LINES_COMPARED + 1
        ]
        even = sum(width == len(header) for width in widths) if len(header) > 1 else 0
        return found, even, len(header)

    *usual, blank = DELIMITERS
    best = max(usual, key=fit)
    lines = len([line for line in head.splitlines() if line.strip()])
    _, even, width = fit(blank)
    is_blank = width >= _LEAST_BLANK and even == min(lines, LINES_COMPARED + 1)
    return (
        blank
        if is_blank and len(header_of(head, best, is_first=True)[1]) == 1
        else best
    )


def require_names(path: Path, header: list[str]) -> None:
    """Refuse a first line of values: columns are not called so.

    Numbers alone are values, and so are codes and addresses beside a decimal, and two
    numbers that are no years, months or days.
    """
    double = (
        re.search(r"\w(::|\|\||~\|~|\^\^)\w", header[0]) if len(header) == 1 else None
    )
    if double:
        raise UserError(
            f"The fields of {path} are separated by '{double[1]}', which is more than "
            "one character; write one in its place, such as a tab, and put a line with "
            "names above."
        )
    are_numbers = all(re.fullmatch(r"[+-]?\d[\d.,:/-]*", n) for n in header)
    has_decimal = any(re.fullmatch(r"[+-]?\d+[.,]\d+", n) for n in header)
    are_values = has_decimal and all(re.search(r"[\d@]", n) for n in header)
    are_values |= sum(bool(_A_VALUE.fullmatch(name)) for name in header) > 1
    if len(header) > 1 and (are_numbers or are_values):
        raise UserError(
            f"The input file {path} has no header. Its first line looks like data "
            f"({', '.join(header[:4])}): put a line with names above it, for example "
            "customer_id, date, quantity, amount."
        )


def header_of(
    head: str, delimiter: str, quotes: Quotes = PLAIN, *, is_first: bool = False
) -> tuple[int, list[str], bool]:
    """Return line and names of the header, and whether a title stands above it.

    Parameters
    ----------
    head : str
    delimiter : str
    quotes : Quotes
    is_first : bool, default=False
        Whether it is the first record that is not blank, whatever that looks like.
    """
    records = [(line, record) for line, record in _records(head, delimiter, quotes)]
    records = [(line, record) for line, record in records if record]
    # the last may be cut off
    whole = records[:-1] if len(records) > LINES_COMPARED else records
    titles = 0 if is_first else titles_above([record for _, record in whole])
    for line, record in records[titles:]:
        if any(record):
            return line, record, titles > 0
    return 1, [], False


def _records(
    head: str, delimiter: str, quotes: Quotes = PLAIN
) -> Iterator[tuple[int, list[str]]]:
    """Yield line and fields of the first records; what follows a broken one is left."""
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=delimiter,
        skipinitialspace=True,
        **quotes.words,
    )
    line = 1
    try:
        for number, record in enumerate(reader):
            if number > LINES_COMPARED:
                return
            yield line, record
            line = reader.line_num + 1
    except csv.Error:  # a field as long as the head: nothing that separates it
        return

"""Open delimited text: by the engine where it is regular, converted where it is not."""

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from segmentation.reading.delimited import Quotes, convert_text, text_records
from segmentation.reading.encodings import (
    detect_encoding,
    has_stray_bytes,
    open_text,
)
from segmentation.reading.foreign import reader_connection
from segmentation.reading.parquet import Conversion, unique_names
from segmentation.reading.source import Column, Layout, Source, name_key, verbatim
from segmentation.reading.titles import ROWS_COMPARED, require_no_title
from segmentation.warehouse.errors import TwoReadings, UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["open_delimited"]

DELIMITERS = (";", ",", "\t", "|")
HEADER_CHARACTERS = 1 << 20
_CHUNK = 1 << 20
_QUOTED = {"quote": "single quotes", "escape": "backslashes before quotes"}
_QUOTING = {"quote": "'", "escape": "\\"}


def open_delimited(
    path: Path,
    target: Path,
    wanted: tuple[str, ...],
    layout: Layout,
    *,
    is_packed: bool,
) -> tuple[Source, int] | Conversion:
    """Return how the engine reads delimited text, or into what it was converted.

    Parameters
    ----------
    path, target : Path
        The file, and where it goes if it has to be converted.
    wanted : tuple of str
        Columns that are looked for.
    layout : Layout
        What the definition declares.
    is_packed : bool
        Whether it is compressed with gzip.

    Returns
    -------
    tuple of Source and int, or Conversion
        The first where the engine reads it in place, with the number of its lines.

    Raises
    ------
    UserError
        If it is no table.
    TwoReadings
        If it has a title above, or quotes of another kind, and nobody has said so.
    """
    found = detect_encoding(path, is_packed=is_packed, declared=layout.encoding)
    with open_text(path, found, is_packed=is_packed) as file:
        head = file.read(HEADER_CHARACTERS)
    _require_table(path, head)
    said = re.match(r"sep=(.)\r?\n", head)  # Excel's own line
    skipped = layout.header_row - 1 if layout.header_row else int(bool(said))
    body = "".join(io.StringIO(head, newline="").readlines()[skipped:])
    delimiter = _delimiter_declared(layout.delimiter) or (
        said[1] if said else _delimiter(body, wanted)
    )
    quotes = _quotes_declared(layout)
    header, line = _header(body, delimiter, quotes)
    if not any(header):
        raise UserError(f"The input file {path} is empty; it needs a header and rows.")
    if not layout.header_row and not _has_wanted(header, wanted):
        require_no_title(path, list(_records(head, delimiter, quotes)))
    if not layout.quote and not layout.escape:
        _require_plain_quotes(path, body, delimiter, len(header))
    skipped += line - 1
    columns = _columns(header)
    lines = None
    if found.name == "utf-8" and not skipped and quotes.are_plain:
        lines = _regular_lines(path, delimiter, columns, is_packed)
    notes = [f"{path.name}: {note}" for note in found.notes]
    described = {"notes": notes, "delimiter": delimiter, "encoding": found.name}
    if lines is not None:
        source = Source(
            _read_csv(path, delimiter, columns),
            "row_number() over () + 1",  # the header is the first line
            "row_number() over () + 1",
            literal(path.name),
            columns=columns,
            **described,
        )
        return source, lines
    conversion = convert_text(
        path,
        target,
        encoding=found,
        is_packed=is_packed,
        delimiter=delimiter,
        names=[column.name for column in columns],
        skipped=skipped,
        quotes=quotes,
    )
    headers = tuple(column.header for column in columns)
    return replace(conversion, headers=headers, described=described)


def _has_wanted(header: list[str], wanted: tuple[str, ...]) -> bool:
    return bool({name_key(n) for n in wanted} & {name_key(n) for n in header})


def _quotes_declared(layout: Layout) -> Quotes:
    for key in ("quote", "escape"):
        mark = getattr(layout, key)
        if len(mark) > 1 or mark in ("\n", "\r"):
            raise UserError(
                f"The {key} {mark!r} in dbt_project.yml is not one character; write, "
                f"for example, {key}: {json.dumps(_QUOTING[key])}."
            )
    return Quotes(layout.quote or '"', layout.escape)


def _require_plain_quotes(path: Path, body: str, delimiter: str, width: int) -> None:
    """Stop where lines fit with other quotes, or with an escape, and not without."""
    others = [
        (key, mark)
        for key, mark, sign in (
            ("escape", "\\", '\\"'),
            ("quote", "'", f"{delimiter}'"),
        )
        if sign in body
    ]
    if not others:
        return
    lines = io.StringIO(body, newline="").readlines()
    lines = lines[:-1] if len(body) >= HEADER_CHARACTERS else lines
    plain = _misfits(lines, delimiter, width, Quotes())
    for key, mark in others:
        left = _misfits(lines, delimiter, width, Quotes(**{key: mark}))
        if len(left) < len(plain):
            raise TwoReadings(
                f"{len(plain) - len(left):,} of the first {len(lines):,} lines of "
                f"{path} can only be read with {_QUOTED[key]} (line {plain[0]} first); "
                f"write {key}: {json.dumps(mark)} in dbt_project.yml.",
                key,
                {mark: _QUOTED[key]},
            )


def _misfits(lines: list[str], delimiter: str, width: int, quotes: Quotes) -> list[int]:
    records = text_records(lines, delimiter=delimiter, width=width, quotes=quotes)
    return [line for line, _, reason, _ in records if reason]


def _require_table(path: Path, head: str) -> None:
    start = head.lstrip()[:200].casefold()
    if not start:
        raise UserError(f"The input file {path} is empty; it needs a header and rows.")
    if start.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise UserError(
            f"{path} is a web page or XML, not a table; open it in a spreadsheet and "
            "save it as CSV."
        )
    if start.startswith(("{", "[{", "[\n", "[\r\n")):
        raise UserError(f"{path} is JSON, not a table; export it as CSV or Parquet.")


def _delimiter_declared(delimiter: str) -> str:
    """Return the character that a definition means by its separator."""
    words = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
    delimiter = words.get(str(delimiter).lower(), str(delimiter))
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise UserError(
            f"The separator {delimiter!r} in dbt_project.yml is not one character; "
            "write delimiter: ';' or ',' or '|' or tab."
        )
    return delimiter


def _delimiter(head: str, wanted: tuple[str, ...]) -> str:
    """Return the separator that finds most wanted columns, else splits most evenly."""
    keys = {name_key(name) for name in wanted}

    def fit(delimiter: str) -> tuple:
        records = [record for _, record in _records(head, delimiter, Quotes())]
        header = next((record for record in records if any(record)), [])
        found = len(keys & {name_key(name) for name in header})
        widths = [len(record) for record in records]
        even = sum(width == len(header) for width in widths) if len(header) > 1 else 0
        # a title above the table has no separator at all
        most = max(Counter(widths).items(), key=lambda pair: pair[1], default=(0, 0))
        return found, even, most[1] if most[0] > 1 else 0, len(header)

    return max(DELIMITERS, key=fit)


def _header(head: str, delimiter: str, quotes: Quotes) -> tuple[list[str], int]:
    """Return the first record with anything in it, and the line it begins on."""
    for line, record in _records(head, delimiter, quotes):
        if any(record):
            return record, line
    return [], 1


def _records(
    head: str, delimiter: str, quotes: Quotes
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
            if number > ROWS_COMPARED:
                return
            yield line, record
            line = reader.line_num + 1
    except csv.Error:  # a field as long as the head: nothing that separates it
        return


def _columns(header: list[str]) -> list[Column]:
    """Name the columns so that the engine can tell them apart."""
    header = [_readable(name) for name in header]
    names = unique_names(header)
    return [Column(*pair, "VARCHAR") for pair in zip(header, names, strict=True)]


def _readable(name: str) -> str:
    """Return a name without stray bytes: what another encoding makes of them."""
    if not has_stray_bytes(name):
        return name
    raw = name.encode("utf-8", "surrogateescape")
    return raw.decode("windows-1252", "replace").replace("\0", "")


def _read_csv(path: Path, delimiter: str, columns: list[Column]) -> str:
    types = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({literal(verbatim(path))}, auto_detect = false, header = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, columns = {{{types}}})"
    )


def _regular_lines(
    path: Path, delimiter: str, columns: list[Column], is_packed: bool
) -> int | None:
    """Return the number of lines if the engine reads every line as one record.

    A record of several lines may be a text with line ends, or a quote that was never
    closed and has swallowed customers: the engine cannot tell, `convert_text` can.
    """
    lines, has_nul = _count_lines(path, is_packed)
    if has_nul:
        return None
    counted = ", ".join(f"count({identifier(column.name)})" for column in columns)
    try:
        with reader_connection() as engine:
            # counting every column has every value looked at
            row = engine.sql(
                f"select count(*), {counted} from {_read_csv(path, delimiter, columns)}"
            ).fetchall()[0]
    except (duckdb.InvalidInputException, duckdb.InvalidTypeException):
        return None
    except duckdb.Error as error:
        raise UserError(
            f"The input file {path} cannot be read as a table: "
            f"{str(error).splitlines()[0]}"
        ) from None
    return lines if row[0] + 1 == lines else None


def _count_lines(path: Path, is_packed: bool) -> tuple[int, bool]:
    """Return the lines up to the last that is not blank, and whether there is a NUL."""
    ends = trailing = 0
    has_nul = False
    with gzip.open(path) if is_packed else path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            ends += chunk.count(b"\n")
            has_nul = has_nul or b"\0" in chunk
            content = chunk.rstrip(b"\r\n")
            blank = chunk.count(b"\n", len(content))
            trailing = blank if content else trailing + blank
    return ends - trailing + 1, has_nul

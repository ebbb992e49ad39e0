"""Convert what the engine cannot read itself into Parquet, once and streaming.

A conversion is written beside its target and takes its place when it is whole, so that
a build that is killed leaves the one before it. Records that cannot be read are kept,
empty, with their line and the reason.
"""

import csv
import datetime
import math
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.addresses import filled_in
from segmentation.encodings import Encoding, has_stray_bytes, open_text
from segmentation.errors import UserError
from segmentation.quoting import identifier, literal

__all__ = [
    "CONVERTED_COLUMNS",
    "READING_REASONS",
    "Conversion",
    "convert_database",
    "convert_postgres",
    "convert_text",
    "convert_workbook",
    "text_records",
    "unique_names",
]

# number of a record's first line, and why the record cannot be read
CONVERTED_COLUMNS = ("segments_line_number", "segments_reject_reason")
TOO_FEW, TOO_MANY, QUOTES, CHARACTERS = READING_REASONS = (
    "too few fields",
    "too many fields",
    "broken quotes",
    "unreadable characters",
)
_BATCH = 50_000
# a text of more lines than this is taken for a quote that was never closed
_MOST_LINES_OF_A_TEXT = 100
# more records than this that cannot be read: it is not this file's separator
_MOST_REJECTED = 0.5


@dataclass(frozen=True)
class Conversion:
    """A converted file: where it is, what it is of, and the lines it had."""

    file: Path
    label: str
    lines: int
    headers: tuple[str, ...] = ()
    table: str | None = None


def convert_text(
    path: Path,
    target: Path,
    *,
    encoding: Encoding,
    is_packed: bool,
    delimiter: str,
    names: list[str],
    skipped: int = 0,
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

    def rows(file) -> Iterator[tuple]:
        nonlocal last_line
        empty = (None,) * len(names)
        records = text_records(file, delimiter=delimiter, width=len(names))
        header = skipped + 1
        for line, values, reason, width in records:
            last_line = line
            if header:  # what stands before the header, and the header
                header -= 1
                continue
            counts[reason] = counts.get(reason, 0) + 1
            if reason and not first:
                first.append((line, width, reason))
            yield line, reason, *(empty if reason else values)

    with (
        open_text(path, encoding, is_packed=is_packed) as file,
        _written(target, names) as write,
    ):
        write(rows(file))
        rejected = sum(n for reason, n in counts.items() if reason)
        if rejected > _MOST_REJECTED * sum(counts.values()):
            raise UserError(
                _unfit(path, len(names), rejected, sum(counts.values()), *first[0])
            )
    return Conversion(target, path.name, last_line)


def text_records(
    lines: Iterable[str], *, delimiter: str, width: int
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
        if '"' not in line:
            values = line.rstrip("\r\n").split(delimiter)
        else:
            values, taken = _quoted_record(line, numbered, waiting, delimiter, width)
            if values is None:
                yield number, None, QUOTES, 0
                continue
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


@contextmanager
def _written(target: Path, names: list[str]):
    """Give a function that writes rows of text; the file is there when all are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    number, reason = CONVERTED_COLUMNS
    schema = pa.schema(
        [
            pa.field(number, pa.int64()),
            *(pa.field(name, pa.string()) for name in (reason, *names)),
        ]
    )
    new = target.with_name(f".{target.name}.new")

    def write(rows: Iterable[tuple]) -> None:
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            columns = list(zip(*batch, strict=True))
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))

    try:
        with pq.ParquetWriter(new, schema) as writer:
            yield write
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def convert_workbook(path: Path, sheet: str, target: Path) -> Conversion:
    """Convert one sheet of an Excel workbook; its first row with text is the header.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file.
    sheet : str
        Name of the sheet; may be empty where only one has anything in it.
    target : Path

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If it is no workbook, has no such sheet, or several to choose from.
    """
    import openpyxl  # half a second that other files can do without

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise UserError(
            f"{path} cannot be read as an Excel workbook; it is damaged, protected by "
            "a password or another kind of file. Save it as .xlsx or CSV."
        ) from None
    try:
        chosen = _sheet(book, path, sheet)
        rows = _cells(chosen)
        header_row, header = next(rows, (0, ()))
        headers = tuple("" if cell is None else str(cell) for cell in header)
        names = unique_names(headers)
        if not names:
            raise UserError(
                f"Sheet '{chosen.title}' of {path} is empty; it needs a header and "
                "rows."
            )
        lines = header_row
        width = len(names)

        def records() -> Iterator[tuple]:
            nonlocal lines
            for lines, cells in rows:
                values = [_cell_text(cell) for cell in cells]
                further = [value for value in values[width:] if value is not None]
                values = values[:width] + [None] * (width - len(values))
                reason = TOO_MANY if further else None
                yield lines, reason, *((None,) * width if reason else values)

        with _written(target, names) as write:
            write(records())
    finally:
        book.close()
    return Conversion(target, path.name, lines, headers, chosen.title)


def _sheet(book, path: Path, sheet: str):
    if sheet:
        if sheet not in book.sheetnames:
            raise UserError(
                f"{path} has no sheet '{sheet}'; it has {', '.join(book.sheetnames)}."
            )
        return book[sheet]
    filled = [s for s in book.worksheets if next(_cells(s), None) is not None]
    if len(filled) > 1:
        raise UserError(
            f"{path} has several sheets: {', '.join(s.title for s in filled)}; say "
            f"which in dbt_project.yml, for example sheet: {filled[0].title}."
        )
    if not filled:
        raise UserError(f"{path} is empty; it needs a header and rows.")
    return filled[0]


def _cells(sheet) -> Iterator[tuple[int, tuple]]:
    """Yield the rows of a sheet that have anything in them, with their numbers."""
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        while cells and cells[-1] is None:
            cells = cells[:-1]
        if cells:
            yield number, cells


def _cell_text(value) -> str | None:
    """Return a cell as text that reads the same in every locale.

    Examples
    --------
    >>> _cell_text(5524.0), _cell_text(datetime.datetime(2012, 9, 4)), _cell_text(True)
    ('5524', '2012-09-04', '1')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, float):
        # never in scientific notation, which is no amount for people
        return format(value, "f") if "e" in repr(value) else repr(value)
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def convert_database(path: Path, table: str, target: Path) -> Conversion:
    """Convert a table of a SQLite or DuckDB file.

    Parameters
    ----------
    path : Path
    table : str
        Name, with or without its schema; may be empty where there is only one.
    target : Path

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If the file cannot be opened, or has no such table, or several to choose from.
    """
    with path.open("rb") as file:
        is_sqlite = file.read(16) == b"SQLite format 3\0"
    return (_convert_sqlite if is_sqlite else _convert_duckdb)(path, table, target)


def _convert_sqlite(path: Path, table: str, target: Path) -> Conversion:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        tables = [
            name
            for (name,) in connection.execute(
                "select name from sqlite_master where type in ('table', 'view') "
                "and name not like 'sqlite_%' order by name"
            )
        ]
        chosen = _table(path, table, tables)
        cursor = connection.execute(f"select * from {identifier(chosen)}")
        headers = tuple(column[0] for column in cursor.description)
        names = unique_names(headers)
        lines = 0

        def records() -> Iterator[tuple]:
            nonlocal lines
            for lines, row in enumerate(cursor, 1):
                yield lines, None, *map(_cell_text, row)

        with _written(target, names) as write:
            write(records())
    except sqlite3.Error as error:
        raise UserError(f"{path} cannot be read as a database: {error}.") from None
    finally:
        connection.close()
    return Conversion(target, path.name, lines, headers, chosen)


def _convert_duckdb(path: Path, table: str, target: Path) -> Conversion:
    with duckdb.connect() as engine:
        try:
            engine.execute(f"attach {literal(path)} as source (read_only)")
        except duckdb.Error as error:
            raise UserError(
                f"The database {path} cannot be opened; close the program that has it "
                f"open, if any. The engine says: {str(error).splitlines()[0]}"
            ) from None
        return _convert_attached(engine, path, table, target)


def convert_postgres(address: str, table: str, target: Path) -> Conversion:
    """Convert a table of a Postgres database, where the engine can reach one.

    Parameters
    ----------
    address : str
        ``postgresql://${USER}:${PASSWORD}@host/database``, names of variables
    table : str
    target : Path

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If the engine lacks its extension, or there is no such database or table.
    """
    filled = filled_in(address)
    shown = re.sub(r"//[^@/]*@", "//", address)
    with duckdb.connect() as engine:
        try:
            engine.execute("install postgres")
            engine.execute("load postgres")
        except duckdb.Error:
            raise UserError(
                f"Reading {shown} needs the engine's extension 'postgres', which is "
                "neither installed nor to be had without a network; export the table "
                "as CSV or Parquet and name that file."
            ) from None
        try:
            engine.execute(
                f"attach {literal(filled)} as source (type postgres, read_only)"
            )
        except duckdb.Error:
            raise UserError(
                f"The database {shown} does not answer; check its address, name and "
                "password."
            ) from None
        return _convert_attached(engine, shown, table, target)


def _convert_attached(
    engine: duckdb.DuckDBPyConnection, path: Path | str, table: str, target: Path
) -> Conversion:
    listed = engine.sql(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'source' and table_schema not in "
        "('information_schema', 'pg_catalog') order by all"
    ).fetchall()
    tables = {f"{schema}.{name}": (schema, name) for schema, name in listed}
    by_name = [f"{s}.{n}" for s, n in listed if n == table]
    full = by_name[0] if len(by_name) == 1 else table
    schema, name = tables[_table(path, full, list(tables))]
    number, reason = CONVERTED_COLUMNS
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    try:
        ((lines,),) = engine.sql(
            f"copy (select row_number() over () as {number}, "
            f"cast(null as varchar) as {reason}, * "
            f"from source.{identifier(schema)}.{identifier(name)}) "
            f"to {literal(new)} (format parquet)"
        ).fetchall()
        new.replace(target)
    except duckdb.Error as error:
        raise UserError(
            f"Table {schema}.{name} of {path} cannot be read: "
            f"{str(error).splitlines()[0]}"
        ) from None
    finally:
        new.unlink(missing_ok=True)
    label = path.name if isinstance(path, Path) else path
    return Conversion(target, label, lines, table=f"{schema}.{name}")


def _table(path: Path | str, table: str, tables: list[str]) -> str:
    if table in tables:
        return table
    if not table and len(tables) == 1:
        return tables[0]
    if not tables:
        raise UserError(f"The database {path} has no tables.")
    shown = ", ".join(tables[:12]) + (", ..." if len(tables) > 12 else "")
    if table:
        raise UserError(f"The database {path} has no table '{table}'; it has {shown}.")
    raise UserError(
        f"The database {path} has several tables: {shown}; say which in "
        f"dbt_project.yml, for example table: {tables[0]}."
    )


def unique_names(headers: Sequence[str]) -> list[str]:
    """Return names that the engine can tell apart; an empty one goes by its place.

    Examples
    --------
    >>> unique_names(["ID", "Income", "id", ""])
    ['ID', 'Income', 'id_2', 'column_4']
    """
    taken = {name.casefold() for name in CONVERTED_COLUMNS}
    unique = []
    for number, header in enumerate(headers, 1):
        text = header.encode("utf-8", "replace").decode()  # no stray bytes in names
        base = name = text if text.strip() else f"column_{number}"
        copy = 1
        while " ".join(name.split()).casefold() in taken:
            copy += 1
            name = f"{base}_{copy}"
        taken.add(" ".join(name.split()).casefold())
        unique.append(name)
    return unique

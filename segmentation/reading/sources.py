"""Find out how a customer's file, files or table can be read, whatever they are.

The engine reads regular CSV and Parquet in place. All else (another encoding, lines
that do not fit, workbooks, databases) is converted once, streaming, into a Parquet
file beside the warehouse (`converting`), which the engine then reads. Every record has
the number of its line, and a reason where it cannot be used.
"""

import gzip
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from segmentation.reading.archives import is_workbook, unpacked
from segmentation.reading.cleaning import short_text
from segmentation.reading.databases import convert_database, convert_postgres
from segmentation.reading.delimited import convert_text
from segmentation.reading.encodings import (
    detect_encoding,
    has_stray_bytes,
    open_text,
)
from segmentation.reading.foreign import foreign_file, reader_connection
from segmentation.reading.headers import HEADER_CHARACTERS, found_header
from segmentation.reading.json_files import convert_json, is_json
from segmentation.reading.layout import AS_FOUND, PLAIN, Layout
from segmentation.reading.names import name_key
from segmentation.reading.parquet import CONVERTED_COLUMNS, Conversion, unique_names
from segmentation.reading.places import count_lines, files_of
from segmentation.reading.reports import IS_TOTAL
from segmentation.reading.separators import declared_delimiter
from segmentation.reading.workbooks import convert_workbook
from segmentation.warehouse.errors import TwoReadings, UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = [
    "Column",
    "Source",
    "converted_source",
    "name_key",
    "open_as_found",
    "open_source",
]

_DUMP = r"(create (table|database)|insert into|drop table|set names|pragma |begin;|-- )"
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
    (b"BZh", "compressed with bzip2", "unpack it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it, or compress it with gzip"),
    (b"\x89PNG", "a picture", "copy the table out of it"),
    (b"\xff\xd8\xff", "a picture", "copy the table out of it"),
    (b"GIF8", "a picture", "copy the table out of it"),
    (b"{\\rtf", "a text document (RTF)", "export the table as CSV"),
)


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, in the relation, and its type there."""

    header: str
    name: str
    data_type: str


@dataclass
class Source:
    """What the engine reads.

    Attributes
    ----------
    relation_sql : str
        The engine's expression for the records.
    record_number_sql : str
        Number of a record over all files, unique; the line it begins on where there is
        one file.
    line_number_sql, source_file_sql : str
        The line in its file on which the record begins, and the name of the file.
    reject_reason_sql : str
        Why a record cannot be read, or null.
    columns : list of Column
    notes : list of str
        Sentences about what was found and decided.
    """

    relation_sql: str
    record_number_sql: str
    line_number_sql: str
    source_file_sql: str
    reject_reason_sql: str = "cast(null as varchar)"
    columns: list[Column] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # headers of numbers that have lost digits -> one of them
    cut: dict[str, str] = field(default_factory=dict)
    table_key: str = "table"
    delimiter: str | None = None
    encoding: str | None = None
    table: str | None = None
    # line of the header where a title was found above it
    header_row: int = 0


@dataclass
class _Part:
    """One file as the engine reads it, and how many lines it has."""

    source: Source
    lines: int


def open_source(
    path: str,
    *,
    folder: Path,
    name: str = "input",
    wanted: tuple[str, ...] = (),
    layout: Layout = AS_FOUND,
) -> Source:
    """Return how the engine reads a path, converting what it cannot read itself.

    Parameters
    ----------
    path : str
        A file, a pattern of several files (``exports/*.csv``), or the address of a
        Postgres database.
    folder : Path
        Where converted files go; made where it is needed.
    name : str, default='input'
        Name of the input: a converted file goes by it.
    wanted : tuple of str
        Columns that are looked for; the separator is the one that finds most of them.
    layout : Layout, optional
        What the definition declares; found out where omitted.

    Returns
    -------
    Source

    Raises
    ------
    UserError
        If there is no such file, or it cannot be read as a table.
    TwoReadings
        If something has to be declared before it can.
    """
    layout = replace(layout, delimiter=declared_delimiter(layout.delimiter))
    if re.match("postgres(ql)?://", path):
        return converted_source(
            convert_postgres(path, layout.table, folder / f"{name}.parquet")
        )
    files = files_of(path)
    parts = []
    for number, file in enumerate(files, 1):
        suffix = f"_{number}" if len(files) > 1 else ""
        target = folder / f"{name}{suffix}.parquet"
        parts.append(_open_file(file, target, wanted, layout))
    return parts[0].source if len(parts) == 1 else _together(files, parts)


def open_as_found(
    path: str, *, folder: Path, name: str, layout: Layout = AS_FOUND
) -> tuple[Source, dict[str, tuple[str | int, str]]]:
    """Return how a path is read, with what has to be declared for it, and why.

    Where something has to be declared and one reading alone fits, that is taken.
    """
    seen: dict[str, tuple[str | int, str]] = {}
    while True:
        try:
            return open_source(path, folder=folder, name=name, layout=layout), seen
        except TwoReadings as doubt:
            if len(doubt.choices) != 1 or getattr(layout, doubt.key, True):
                raise
            ((text, why),) = doubt.choices.items()
            value: Any = int(text) if doubt.key == "header_row" else text
            seen[doubt.key] = value, why
            layout = replace(layout, **{doubt.key: value})


def _open_file(
    path: Path, target: Path, wanted: tuple[str, ...], layout: Layout
) -> _Part:
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise UserError(
            f"The input file {path} cannot be opened: {error.strerror}."
        ) from None
    if not start:
        raise UserError(f"The input file {path} is empty; it needs a header and rows.")
    if start[:4] == b"PAR1":
        return _parquet(path)
    if start[:16] == b"SQLite format 3\0" or start[8:12] == b"DUCK":
        return _part(convert_database(path, layout.table, target))
    if start[:4] == b"PK\x03\x04" and is_workbook(path):
        part = _part(convert_workbook(path, layout, target))
        part.source.table_key = "sheet"
        return part
    if start[:4] == b"PK\x03\x04":
        return _open_file(unpacked(path, target.parent), target, wanted, layout)
    for magic, what, cure in _OTHER_KINDS:
        if start.startswith(magic):
            raise UserError(f"{path} is {what}, not a table; {cure}.")
    is_packed = start[:2] == b"\x1f\x8b"
    try:
        return _text(path, target, wanted, is_packed, layout)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UserError(
            f"{path} is a damaged gzip file: it ends too early or has been changed; "
            "copy it again."
        ) from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"The input file {path} is not whole as {error.encoding} text "
            f"({error.reason}); copy it again, declare another encoding in "
            "dbt_project.yml, or save it as 'CSV UTF-8'."
        ) from None


def _text(
    path: Path,
    target: Path,
    wanted: tuple[str, ...],
    is_packed: bool,
    layout: Layout,
) -> _Part:
    found = detect_encoding(path, is_packed=is_packed, declared=layout.encoding)
    with open_text(path, found, is_packed=is_packed) as file:
        head = file.read(HEADER_CHARACTERS)
    if is_json(head):
        return _part(convert_json(path, target, is_packed=is_packed))
    _require_table(path, head)
    top = found_header(path, head, wanted, layout)
    columns = _columns(top.names)
    notes = [f"{path.name}: {note}" for note in found.notes]
    if top.is_titled:
        notes.append(
            f"{path.name}: a title stands above the table; "
            f"'{short_text(', '.join(filter(None, top.names)))}' was read as its "
            "header."
        )
    lines = None
    is_plain = top.quotes == PLAIN and top.delimiter != " " and not top.skipped
    if found.name == "utf-8" and is_plain:
        lines = _regular_lines(path, top.delimiter, columns, is_packed)
    if lines is not None:
        source = Source(
            _read_csv(path, top.delimiter, columns),
            "row_number() over () + 1",  # the header is the first line
            "row_number() over () + 1",
            literal(path.name),
            columns=columns,
        )
        part = _Part(source, lines)
    else:
        conversion = convert_text(
            path,
            target,
            encoding=found,
            is_packed=is_packed,
            delimiter=top.delimiter,
            names=[column.name for column in columns],
            skipped=top.skipped,
            quotes=top.quotes,
        )
        part = _part(conversion)
        part.source.columns = columns
    part.source.notes[:0] = notes
    part.source.delimiter = top.delimiter
    part.source.encoding = found.name
    part.source.header_row = top.skipped + 1 if top.is_titled else 0
    return part


def _require_table(path: Path, head: str) -> None:
    start = head.lstrip()[:200].casefold()
    if not start:
        raise UserError(f"The input file {path} is empty; it needs a header and rows.")
    if start.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise UserError(
            f"{path} is a web page or XML, not a table; open it in a spreadsheet and "
            "save it as CSV."
        )
    if re.match(_DUMP, start):
        raise UserError(
            f"{path} is a dump of a database in SQL, not a table; load it into SQLite, "
            "or export the table as CSV."
        )


def _columns(header: list[str]) -> list[Column]:
    """Name the columns so that the engine can tell them apart."""
    header = [_readable(name) for name in header]
    names = unique_names(header)
    return [Column(*pair, "VARCHAR") for pair in zip(header, names, strict=True)]


def _readable(name: str) -> str:
    """Return a name without stray bytes: what another encoding makes of them."""
    if not has_stray_bytes(name):
        return name
    # halves of pairs are no bytes of a file
    name = re.sub("[\ud800-\udc7f\udd00-\udfff]", "", name)
    raw = name.encode("utf-8", "surrogateescape")
    return raw.decode("windows-1252", "replace").replace("\0", "")


def _read_csv(path: Path, delimiter: str, columns: list[Column]) -> str:
    types = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({literal(_verbatim(path))}, auto_detect = false, header = true, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, columns = {{{types}}})"
    )


def _verbatim(path: Path) -> str:
    """Return a path in which the engine sees no pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _regular_lines(
    path: Path, delimiter: str, columns: list[Column], is_packed: bool
) -> int | None:
    """Return the number of lines if the engine reads every line as one record.

    A record of several lines may be a text with line ends, or a quote that was never
    closed and has swallowed customers: the engine cannot tell, `convert_text` can.
    """
    lines, has_nul = count_lines(path, is_packed)
    if has_nul:
        return None
    counted = ", ".join(f"count({identifier(column.name)})" for column in columns)
    first = ", ".join(f"nullif({identifier(c.name)}, '')" for c in columns[:3])
    is_total = f"regexp_full_match(lower(trim(coalesce({first}, ''))), '{IS_TOTAL}')"
    try:
        with reader_connection() as engine:
            # counting every column has every value looked at
            row = engine.sql(
                f"select count(*), count_if({is_total}), {counted} "
                f"from {_read_csv(path, delimiter, columns)}"
            ).fetchall()[0]
    except (duckdb.InvalidInputException, duckdb.InvalidTypeException):
        return None
    except duckdb.Error as error:
        raise UserError(
            f"The input file {path} cannot be read as a table: "
            f"{str(error).splitlines()[0]}"
        ) from None
    # what may be totals below the table is told apart by its place
    return lines if row[0] + 1 == lines and not row[1] else None


def _parquet(path: Path) -> _Part:
    with (
        foreign_file(path, "{path} is a damaged Parquet file; copy it again."),
        reader_connection() as engine,
    ):
        relation = f"read_parquet({literal(_verbatim(path))})"
        columns = _described(engine, path, relation)
        # a damaged block shows when it is read, and every value is
        read = ", ".join(f"bit_xor(hash({identifier(c.name)}))" for c in columns)
        ((rows, *_),) = engine.sql(
            f"select count(*), {read} from {relation}"
        ).fetchall()
    number = "row_number() over () + 1"
    if not any(name_key(c.name) == "file_row_number" for c in columns):
        relation = f"read_parquet({literal(_verbatim(path))}, file_row_number = true)"
        number = "file_row_number + 1"
    source = Source(relation, number, number, literal(path.name), columns=columns)
    return _Part(source, rows)


def _described(
    engine: duckdb.DuckDBPyConnection, path: Path, relation: str
) -> list[Column]:
    try:
        described = engine.sql(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"The input file {path} cannot be read as a table: "
            f"{str(error).splitlines()[0]}"
        ) from None
    return [Column(name, name, data_type) for name, data_type, *_ in described]


def converted_source(conversion: Conversion) -> Source:
    """Return how the engine reads what was converted."""
    with reader_connection() as engine:
        relation = f"read_parquet({literal(_verbatim(conversion.file))})"
        columns = _described(engine, conversion.file, relation)
    number, reason = CONVERTED_COLUMNS
    columns = [column for column in columns if column.name not in CONVERTED_COLUMNS]
    headers = conversion.headers or [column.name for column in columns]
    return Source(
        relation,
        number,
        number,
        literal(conversion.label),
        reason,
        columns=[
            Column(header, column.name, column.data_type)
            for header, column in zip(headers, columns, strict=True)
        ],
        table=conversion.table,
        notes=list(conversion.notes),
        cut=conversion.cut,
    )


def _part(conversion: Conversion) -> _Part:
    return _Part(converted_source(conversion), conversion.lines)


def _together(files: list[Path], parts: list[_Part]) -> Source:
    """Return several files as one, one after the other in the order of their names."""
    first = parts[0].source.columns
    keys = [name_key(column.header) for column in first]
    selects, offset = [], 0
    for file, part in zip(files, parts, strict=True):
        columns = {name_key(column.header): column for column in part.source.columns}
        found = [name_key(column.header) for column in part.source.columns]
        _require_same_columns(files[0], keys, file, found)
        selected = ", ".join(
            f"cast({identifier(columns[key].name)} as {column.data_type}) "
            f"as {identifier(column.name)}"
            for key, column in zip(keys, first, strict=True)
        )
        source = part.source
        selects.append(
            f"select {source.record_number_sql} + {offset} as segments_record_number, "
            f"{source.line_number_sql} as segments_line_number, "
            f"{source.source_file_sql} as segments_source_file, "
            f"{source.reject_reason_sql} as segments_reject_reason, "
            f"{selected} from {source.relation_sql}"
        )
        # the first file's header is line 1, so numbers go on behind its last line
        offset += part.lines
    return Source(
        f"({' union all '.join(selects)})",
        "segments_record_number",
        "segments_line_number",
        "segments_source_file",
        "segments_reject_reason",
        columns=first,
        notes=[note for part in parts for note in part.source.notes],
        delimiter=parts[0].source.delimiter,
        encoding=parts[0].source.encoding,
        table=parts[0].source.table,
        table_key=parts[0].source.table_key,
        cut={k: v for part in parts for k, v in part.source.cut.items()},
    )


def _require_same_columns(
    first: Path, expected: list[str], file: Path, found: list[str]
) -> None:
    # counted, as a name may come twice, and not in both
    lacking = list((Counter(expected) - Counter(found)).elements())
    further = list((Counter(found) - Counter(expected)).elements())
    if lacking or further:
        parts = [f"lacks '{key}'" for key in lacking[:3]]
        parts += [f"has '{key}' besides" for key in further[:3]]
        raise UserError(
            f"The files do not have the same columns: {file} {' and '.join(parts)}, "
            f"compared with {first}; give them the same header, or leave one out."
        )

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
from pathlib import Path

import duckdb

from segmentation.reading.databases import convert_database, convert_postgres
from segmentation.reading.foreign import foreign_file, reader_connection
from segmentation.reading.parquet import CONVERTED_COLUMNS, Conversion
from segmentation.reading.source import Column, Layout, Part, Source, name_key, verbatim
from segmentation.reading.texts import open_delimited
from segmentation.reading.workbooks import convert_workbook
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["open_source"]

_AS_WRITTEN = Layout()
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
    (b"BZh", "compressed with bzip2", "unpack it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it, or compress it with gzip"),
    (b"{\\rtf", "a text document (RTF)", "export the table as CSV"),
)


def open_source(
    path: str,
    *,
    folder: Path,
    name: str = "input",
    wanted: tuple[str, ...] = (),
    layout: Layout = _AS_WRITTEN,
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
    """
    if re.match("postgres(ql)?://", path):
        return _converted(
            convert_postgres(path, layout.table, folder / f"{name}.parquet")
        )
    files = _files(path)
    parts = []
    for number, file in enumerate(files, 1):
        suffix = f"_{number}" if len(files) > 1 else ""
        target = folder / f"{name}{suffix}.parquet"
        parts.append(_open_file(file, target, wanted, layout))
    return parts[0].source if len(parts) == 1 else _together(files, parts)


def _files(path: str) -> list[Path]:
    """Return the files that a path or pattern means, in the order of their names."""
    single = Path(path)
    if single.is_file():
        return [single]
    if single.is_dir():
        raise UserError(
            f"{path} is a folder; name a file in it, or several as {path}/*.csv."
        )
    if any(mark in path for mark in "*?["):
        root = Path(single.anchor) if single.is_absolute() else Path()
        pattern = str(single.relative_to(root)) if single.anchor else path
        files = sorted(file for file in root.glob(pattern) if file.is_file())
        if files:
            return files
        raise UserError(
            f"No file is called like {path} (looked from {Path.cwd().name}/); give a "
            "pattern that finds some in SEGMENTS_PATH or in dbt_project.yml."
        )
    raise UserError(
        f"The input file {path} does not exist (looked from {Path.cwd().name}/); "
        "give the path of a file in SEGMENTS_PATH or in dbt_project.yml."
    )


def _open_file(
    path: Path, target: Path, wanted: tuple[str, ...], layout: Layout
) -> Part:
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
    if start[:4] == b"PK\x03\x04":
        if path.suffix.lower() == ".zip":
            raise UserError(f"{path} is a ZIP archive; unpack it and name a file.")
        row = layout.header_row
        return _part(convert_workbook(path, layout.sheet, target, header_row=row))
    for magic, what, cure in _OTHER_KINDS:
        if start.startswith(magic):
            raise UserError(f"{path} is {what}, not a table; {cure}.")
    is_packed = start[:2] == b"\x1f\x8b"
    try:
        opened = open_delimited(path, target, wanted, layout, is_packed=is_packed)
        return _part(opened) if isinstance(opened, Conversion) else Part(*opened)
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


def _parquet(path: Path) -> Part:
    with (
        foreign_file(path, "{path} is a damaged Parquet file; copy it again."),
        reader_connection() as engine,
    ):
        plain = f"read_parquet({literal(verbatim(path))})"
        columns = _described(engine, path, plain)
        # a damaged block shows when it is read, and every value is
        read = ", ".join(f"bit_xor(hash({identifier(c.name)}))" for c in columns)
        ((rows, *_),) = engine.sql(f"select count(*), {read} from {plain}").fetchall()
    relation, number = plain, "row_number() over () + 1"
    if not any(name_key(c.name) == "file_row_number" for c in columns):
        relation = f"read_parquet({literal(verbatim(path))}, file_row_number = true)"
        number = "file_row_number + 1"
    source = Source(relation, number, number, literal(path.name), columns=columns)
    return Part(source, rows)


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


def _converted(conversion: Conversion) -> Source:
    with reader_connection() as engine:
        relation = f"read_parquet({literal(verbatim(conversion.file))})"
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
        cut=conversion.cut,
        **conversion.described,
    )


def _part(conversion: Conversion) -> Part:
    return Part(_converted(conversion), conversion.lines)


def _together(files: list[Path], parts: list[Part]) -> Source:
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

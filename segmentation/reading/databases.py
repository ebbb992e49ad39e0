"""Convert a table of SQLite, DuckDB or PostgreSQL."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb

from segmentation.reading.addresses import filled_in
from segmentation.reading.foreign import foreign_file, reader_connection
from segmentation.reading.parquet import (
    CONVERTED_COLUMNS,
    Conversion,
    unique_names,
    written_parquet,
)
from segmentation.reading.workbooks import cell_text
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["convert_database", "convert_postgres", "tables_of"]

_DAMAGED = "{path} is a damaged database; copy or export it again."
_NOT_FOLLOWED = "; a view over another file is not followed, so name a table"


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
    convert = _convert_sqlite if is_sqlite else _convert_duckdb
    with foreign_file(path, _DAMAGED):
        return convert(path, table, target)


def tables_of(path: Path) -> list[str]:
    """Return the tables of a SQLite or DuckDB file; none of another file.

    Raises
    ------
    UserError
        If it is damaged.
    """
    with foreign_file(path, _DAMAGED):
        return _tables_of(path)


def _tables_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        start = file.read(16)
    if start == b"SQLite format 3\0":
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return _sqlite_tables(connection)
        finally:
            connection.close()
    if start[8:12] != b"DUCK":
        return []
    with reader_connection() as engine:
        _attach(engine, path)
        return [f"{schema}.{name}" for schema, name in _attached_tables(engine)]


def _sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "select name from sqlite_master where type in ('table', 'view') "
            "and name not like 'sqlite_%' order by name"
        )
    ]


def _convert_sqlite(path: Path, table: str, target: Path) -> Conversion:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        chosen = _table(path, table, _sqlite_tables(connection))
        cursor = connection.execute(f"select * from {identifier(chosen)}")
        headers = tuple(column[0] for column in cursor.description)
        names = unique_names(headers)
        lines = 0

        def records() -> Iterator[tuple]:
            nonlocal lines
            for lines, row in enumerate(cursor, 1):
                yield lines, None, *map(cell_text, row)

        with written_parquet(target, names) as write:
            write(records())
    except sqlite3.Error as error:
        raise UserError(f"{path} cannot be read as a database: {error}.") from None
    finally:
        connection.close()
    return Conversion(target, path.name, lines, headers, chosen)


def _convert_duckdb(path: Path, table: str, target: Path) -> Conversion:
    with reader_connection() as engine:
        _attach(engine, path)
        # what is written is the one other file that it may touch: a view in a
        # database can read any
        new = _new_file(target).resolve()
        engine.execute(f"set allowed_paths = [{literal(new)}]")
        engine.execute("set enable_external_access = false")
        return _convert_attached(engine, path, table, target)


def _attach(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        engine.execute(f"attach {literal(path)} as source (read_only)")
    except duckdb.Error as error:
        raise UserError(
            f"The database {path} cannot be opened; close the program that has it "
            f"open, if any. The engine says: {str(error).splitlines()[0]}"
        ) from None


def _attached_tables(engine: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return engine.sql(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = 'source' and table_schema not in "
        "('information_schema', 'pg_catalog') order by all"
    ).fetchall()


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
    with reader_connection() as engine:
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
    listed = _attached_tables(engine)
    tables = {f"{schema}.{name}": (schema, name) for schema, name in listed}
    by_name = [f"{s}.{n}" for s, n in listed if n == table]
    full = by_name[0] if len(by_name) == 1 else table
    schema, name = tables[_table(path, full, list(tables))]
    number, reason = CONVERTED_COLUMNS
    target.parent.mkdir(parents=True, exist_ok=True)
    new = _new_file(target).resolve()
    try:
        ((lines,),) = engine.execute(
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
            f"{_NOT_FOLLOWED if isinstance(error, duckdb.PermissionException) else ''}"
        ) from None
    finally:
        new.unlink(missing_ok=True)
    label = path.name if isinstance(path, Path) else path
    return Conversion(target, label, lines, table=f"{schema}.{name}")


def _new_file(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")


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

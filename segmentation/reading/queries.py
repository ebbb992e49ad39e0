"""An input that is a query: a shop's orders, lines and customers, joined.

The definition names the file of the query and the tables in it; each table is a file or
a table of a database, and is opened as any other input is, so that its encoding and
marks are found out. The query can read and nothing else. What it returns is written
once into a Parquet file beside the warehouse, in the order of its values, so that the
same files give the same numbers of rows.
"""

import tempfile
from pathlib import Path

import duckdb

from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.layout import Layout
from segmentation.reading.parquet import CONVERTED_COLUMNS, Conversion
from segmentation.reading.sources import Source, converted_source, open_source
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["open_query", "open_table", "query_text", "with_tables"]


def query_text(file: str) -> str:
    """Return the query of a file.

    Raises
    ------
    UserError
        If there is no such file.
    """
    try:
        return Path(file).read_text("utf-8")
    except OSError as error:
        raise UserError(
            f"The query {file} of an input in dbt_project.yml cannot be opened: "
            f"{error.strerror}."
        ) from None


def open_query(file: str, sql: str, tables: dict, *, folder: Path, name: str) -> Source:
    """Return how the engine reads what a query gives.

    Parameters
    ----------
    file : str
        Where the query stands, for messages.
    sql : str
    tables : dict
        Name in the query -> path, or ``{path: shop.duckdb, table: main.orders}``.
    folder : Path
        Where the result goes.
    name : str
        Of the input.

    Returns
    -------
    Source

    Raises
    ------
    UserError
        If a table cannot be read, or the query does not run, or does more than read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.parquet"
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        limited_connection(Path(scratch) / "spill") as engine,
    ):
        notes = with_tables(engine, tables, Path(scratch))
        rows = _written(engine, file, sql, target)
    source = converted_source(Conversion(target, Path(file).name, rows))
    source.notes = notes
    return source


def with_tables(
    engine: duckdb.DuckDBPyConnection, tables: dict, folder: Path
) -> list[str]:
    """Make a view of every table; return what is to be said of them."""
    notes = []
    for name, where in tables.items():
        source = open_table(where, folder=folder, name=name)
        read = f"{source.reject_reason_sql} is null"
        rows = f"(select * from {source.relation_sql} where {read})"
        if source.source_file_sql.startswith("segments_"):  # several files
            rows = _once(source, rows)
        columns = ", ".join(
            f"{cleaned_sql(c.name)} as {identifier(c.header)}"
            if c.data_type == "VARCHAR"
            else f"{identifier(c.name)} as {identifier(c.header)}"
            for c in source.columns
            if c.header.strip()
        )
        engine.execute(
            f"create view {identifier(name)} as select {columns} from {rows}"
        )
        lines, readable, kept = engine.sql(
            f"select count(*), count(*) filter ({read}), "
            f"(select count(*) from {identifier(name)}) from {source.relation_sql}"
        ).fetchall()[0]
        notes += source.notes
        if lines > readable:
            lost = lines - readable
            notes.append(f"{name}: {lost:,} lines cannot be read and are left out.")
        if readable > kept:
            twice = readable - kept
            notes.append(f"{name}: {twice:,} lines are in an earlier file, too.")
    return notes


def _once(source: Source, rows: str) -> str:
    """Return rows without those that an earlier file has, as staged orders are.

    The second equal line of one file is another line.
    """
    columns = ", ".join(identifier(c.name) for c in source.columns)
    number = source.record_number_sql
    return (
        f"(select * from (select *, row_number() over (partition by {columns}, "
        f"{source.source_file_sql} order by {number}) as segments_place from {rows}) "
        f"qualify row_number() over (partition by {columns}, segments_place "
        f"order by {number}) = 1)"
    )


def open_table(where: str | dict, *, folder: Path, name: str) -> Source:
    """Return how the engine reads one of a query's tables."""
    settings = where if isinstance(where, dict) else {"path": where}
    path = settings.get("path", "")
    if not path or "://" in str(path):
        raise UserError(
            f"dbt_project.yml gives no file for the table {name} of a query; write "
            f"tables: {{{name}: folder/{name}.csv}}."
        )
    layout = Layout.of(settings)
    return open_source(str(path), folder=folder, name=f"table_{name}", layout=layout)


def _written(
    engine: duckdb.DuckDBPyConnection, file: str, sql: str, target: Path
) -> int:
    """Write what a query gives as Parquet; return its rows."""
    number, reason = CONVERTED_COLUMNS
    try:
        statements = engine.extract_statements(sql)
        kinds = [statement.type for statement in statements]
        if kinds != [duckdb.StatementType.SELECT]:
            raise UserError(
                f"The query {file} has to be one select and nothing else: an input is "
                "only read."
            )
        query = sql.strip().rstrip(";")
        columns = engine.sql(f"describe {query}").fetchall()
        order = ", ".join(str(place) for place in range(1, len(columns) + 1))
        new = target.with_name(f".{target.name}.new")
        ((rows,),) = engine.execute(
            f"copy (select row_number() over () as {number}, "
            f"cast(null as varchar) as {reason}, * "
            f"from (select * from ({query}\n) order by {order})) "
            f"to {literal(new)} (format parquet)"
        ).fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"The query {file} does not run: {str(error).splitlines()[0]}"
        ) from None
    new.replace(target)
    return rows

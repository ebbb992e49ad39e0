"""Read the input file for Spark, which does not read it as DuckDB does.

A file on dbt's own machine is read there by DuckDB, so that what a file means does not
depend on where it is analysed; its rows pass through the memory of dbt's process. A
Parquet file or folder with the address of a storage that the cluster reaches (s3://,
gs://, abfss://, hdfs://, file:// where a disk is shared) is read by the cluster alone,
whatever its size.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.reading.dialect import InputDialect
from segmentation.warehouse.connection import file_reader
from segmentation.warehouse.protocols import Relation, Session
from segmentation.warehouse.spark import SparkConnection

__all__ = ["input_records", "inspected"]

# rows of a file in a storage that are looked at to describe it
INSPECTED_ROWS = 50_000
PARQUET = "parquet."


def inspected(
    session: Session, path: str, inspect: Callable[..., InputDialect]
) -> InputDialect:
    """Return the description of an input, wherever its file is.

    Parameters
    ----------
    session : SparkConnection or DuckDB connection
        The build's own.
    path : str
        What SEGMENTS_PATH says, or "".
    inspect : callable
        Returns the description of the file on this machine that `path` gives.

    Returns
    -------
    InputDialect
    """
    if "://" not in path or not isinstance(session, SparkConnection):
        return inspect(path=path)
    relation = f"{PARQUET}`{path}`"
    with TemporaryDirectory() as folder:
        first_rows = Path(folder) / f"{Path(path).stem}.parquet"
        rows = session.sql(f"select * from {relation} limit {INSPECTED_ROWS}")
        pq.write_table(rows.to_arrow_table(), first_rows)
        dialect = inspect(path=str(first_rows))
    dialect.source_path = path
    if dialect.problem:
        dialect.problem = dialect.problem.replace(str(first_rows), path)
    else:
        dialect.relation_sql = relation
    return dialect


def input_records(session: Session, dialect: Relation) -> Any:
    """Return the records of the input as the file has them.

    Parameters
    ----------
    session : SparkConnection or DuckDB connection
        The build's own.
    dialect : relation
        The one row that says how the file is read.

    Returns
    -------
    SparkRelation, DuckDB relation or pyarrow.Table
        Number, line, file and reason for rejection of every record, and the columns
        that are wanted; no rows where the file cannot be read.
    """
    ((relation_sql, columns),) = dialect.project(
        "relation_sql, wanted_columns"
    ).fetchall()
    if not relation_sql:
        return pa.table({"segments_record_number": pa.array([], pa.int64())})
    if relation_sql.startswith(PARQUET):
        return session.sql(_numbered(relation_sql, columns))
    return file_reader(session).sql(f"select * from {relation_sql}")


def _numbered(relation_sql: str, columns: str) -> str:
    """Return the query of all rows, numbered by file and place in it without a sort."""
    return f"""
        with records as (
            select
                {columns},
                _metadata.file_path as input_file,
                _metadata.file_name as segments_source_file,
                _metadata.row_index as input_row
            from {relation_sql}
        ),
        files as (
            select input_file, count(*) as input_rows from records group by input_file
        ),
        offsets as (
            select
                input_file as numbered_file,
                sum(input_rows) over (order by input_file) - input_rows as input_offset
            from files
        )
        select
            records.*,
            input_offset + input_row + 1 as segments_record_number,
            input_row + 1 as segments_line_number,
            cast(null as string) as segments_reject_reason
        from records
        inner join offsets on records.input_file = offsets.numbered_file
    """

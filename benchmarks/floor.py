"""The least that the engine has to do for the tables about segments.

    python -m benchmarks.floor WAREHOUSE INPUT.parquet RECORD.json

Reads every column of the input, writes the tables of single customers from tables
that hold them already, assigns everybody to the nearest centroid, and takes means,
spreads and counts of all features by segment as often as there are marts of segments:
no cleaning, no tests, no words, no start of dbt. The floor of publishing writes every
mart as Parquet, once.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

from segmentation.segments.current import current_assignment_sql
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["main", "timed", "written"]

OF_CUSTOMERS = ("customers", "customers_wide", "customer_segments")
MARTS_OF_SEGMENTS = 10


def main(arguments: list[str]) -> None:
    """Time the steps on the warehouse and the input, into the file named last."""
    warehouse, file, record = map(Path, arguments)
    scratch = warehouse.with_name("floor.duckdb")
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as connection:
        connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        connection.execute(
            f"attach {literal(scratch)} as scratch (storage_version 'v1.2.0')"
        )
        versions = connection.sql("from warehouse.ml.ml_segment_model")
        _, assignment = current_assignment_sql(
            versions, "warehouse.marts.customers_wide"
        )
        steps = {
            "read": [_counts(connection, file)],
            **{
                f"write {table}": [written(f"select * from warehouse.marts.{table}")]
                for table in OF_CUSTOMERS
            },
            "assign": [written(f"select segment_key from ({assignment})")],
            "aggregate": [_aggregates(connection)] * MARTS_OF_SEGMENTS,
            "publish": _copies(connection, scratch.with_suffix(".parquet")),
        }
        figures = {name: timed(connection, step) for name, step in steps.items()}
    for made in (scratch, scratch.with_suffix(".parquet")):
        made.unlink()
    record.write_text(json.dumps(figures), encoding="utf-8")


def _counts(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    columns = connection.read_parquet(str(file)).columns
    counts = ", ".join(f"count({identifier(column)})" for column in columns)
    return f"select {counts} from {literal(file)}"


def written(query: str) -> str:
    """Return SQL that writes the rows of a query into the scratch file."""
    return f"create or replace table scratch.written as {query}"


def _aggregates(connection: duckdb.DuckDBPyConnection) -> str:
    features = connection.sql(
        "select feature from warehouse.intermediate.int_feature_catalogue "
        "where kind = 'number' order by feature"
    ).fetchall()
    figures = ", ".join(
        f"avg({name}), stddev_samp({name}), count({name})"
        for name in (identifier(feature) for (feature,) in features)
    )
    return (
        f"select segment_key, {figures} from warehouse.marts.customers_wide "
        "group by segment_key"
    )


def _copies(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    marts = connection.sql(
        "select table_name from duckdb_tables() where database_name = 'warehouse' "
        "and schema_name = 'marts' order by table_name"
    ).fetchall()
    return [
        f"copy warehouse.marts.{identifier(mart)} to {literal(file)} "
        "(format parquet, compression zstd)"
        for (mart,) in marts
    ]


def timed(connection: duckdb.DuckDBPyConnection, queries: list[str]) -> dict:
    """Return the seconds and CPU seconds of the queries, and of writing to the disk."""
    start, cpu_start = time.perf_counter(), time.process_time()
    for query in queries:
        connection.execute(query).fetchall()
    connection.execute("checkpoint scratch")
    return {
        "cpu_seconds": round(time.process_time() - cpu_start, 3),
        "seconds": round(time.perf_counter() - start, 3),
    }


if __name__ == "__main__":
    main(sys.argv[1:])

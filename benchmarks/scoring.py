"""The scoring step alone, against the least that any scoring has to do.

    python -m benchmarks.scoring WAREHOUSE RECORD.json

The floor reads the features of the segmentation of every customer and writes one
integer. Scoring reads the same and writes the segment; the whole row is what a build
writes: key, segment, second segment, both distances, margin, outlier. Each is done
three times, and the fastest counts.
"""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.floor import timed, written
from segmentation.segments.current import current_assignment_sql
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["main"]

REPEATS = 3


def main(arguments: list[str]) -> None:
    """Time the queries on the warehouse named first, into the file named second."""
    warehouse, record = map(Path, arguments)
    scratch = warehouse.with_name("scratch.duckdb")
    with duckdb.connect(config={"threads": 2, "memory_limit": "3GB"}) as connection:
        connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {literal(scratch)} as scratch")
        versions = connection.sql("from warehouse.ml.ml_segment_model")
        customers = "warehouse.marts.customers"
        _, assignment = current_assignment_sql(versions, customers)
        features = connection.sql(
            "select unnest(features).feature from warehouse.ml.ml_segment_model "
            "where is_current"
        ).fetchall()
        added = " + ".join(
            f"coalesce(cast({identifier(name)} as double), 0)" for (name,) in features
        )
        queries = {
            "floor": f"select cast({added} as integer) as number from {customers}",
            "segment": f"select segment_key from ({assignment})",
            "row": assignment,
        }
        figures = {name: _best(connection, query) for name, query in queries.items()}
    scratch.unlink()
    record.write_text(json.dumps(figures), encoding="utf-8")


def _best(connection: duckdb.DuckDBPyConnection, query: str) -> dict:
    tries = [timed(connection, [written(query)]) for _ in range(REPEATS)]
    return {unit: min(run[unit] for run in tries) for unit in tries[0]}


if __name__ == "__main__":
    main(sys.argv[1:])

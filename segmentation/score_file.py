"""Score a file of customers outside the build, without touching the warehouse."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from segmentation.project import run_dbt
from segmentation.targets import asked_of_dbt, places, warehouse_path
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.exports import copy_csv
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["environment", "score_file"]

_READ = (
    ("ml", "ml_segment_model"),
    ("intermediate", "int_input_statistics"),
    ("staging", "input_dialect"),
)
COLUMNS = """
    customer_id, segment_key, segment_name, model_version, distance_to_centroid,
    second_segment_key, margin, is_outlier
"""


def score_file(
    file: Path,
    warehouse: Path,
    output: Path,
    *,
    words: tuple[str, ...] = (),
    report: Callable[[str], None],
) -> int:
    """Write the segment of every customer of a file by a warehouse's current version.

    The project's own models read the file and assign its customers, in a scratch
    warehouse that holds nothing but the fitted versions: the same SQL as in a build,
    and no fit.

    Parameters
    ----------
    file : Path
        Customers of the same input.
    warehouse : Path
        Warehouse whose current version is used; it is only read.
    output : Path
        CSV, or Parquet where the name ends in .parquet.
    words : tuple of str
        Options of dbt, such as ``--target prod``.
    report : callable
        Takes a line of progress.

    Returns
    -------
    int
        Customers that were scored.

    Raises
    ------
    UserError
        If there is no fitted version, or the file cannot be scored.
    """
    if not warehouse.exists():
        raise UserError(
            f"There is no warehouse {warehouse} to score by; build it first with "
            "segments build."
        )
    tables = places(Path.cwd(), words, is_parsed=False).tables
    with tempfile.TemporaryDirectory() as folder:
        places_of_scores = {"SEGMENTS_WAREHOUSE": folder, "SEGMENTS_PATH": str(file)}
        # the day is that of the warehouse, below
        with environment(**places_of_scores, SEGMENTS_AS_OF_DATE=""):
            scratch = warehouse_path(Path.cwd(), words)
            if not scratch.is_relative_to(folder):
                raise UserError(
                    "The profile's path does not follow SEGMENTS_WAREHOUSE, so there "
                    "is no other place to score in; segments export-sql writes the "
                    "assignment as SQL."
                )
            version, observed_on = _copy_versions(warehouse, scratch, tables)
            given = asked_of_dbt(["build", *words])["vars"]
            settings = {"model_version": version, "as_of_date": observed_on}
            failures = run_dbt(
                [
                    *("build", "--select", "+customer_segments"),
                    *("--exclude-resource-type", "test"),
                    *("--exclude-resource-type", "unit_test"),
                    *("--target-path", f"{folder}/target"),
                    *(word for word in words if not word.startswith("--vars=")),
                    *("--vars", json.dumps({**given, **settings})),
                ],
                report=report,
            )
        if failures:
            raise UserError(failures[0])
        return _export(scratch, output, tables)


def _copy_versions(warehouse: Path, scratch: Path, tables: dict) -> tuple[int, str]:
    """Copy the fitted versions; return the current one and the day to score by."""
    try:
        with duckdb.connect(scratch) as engine:
            engine.execute(f"attach {literal(warehouse)} as source (read_only)")
            versions, statistics, dialect = (
                ".".join(map(identifier, tables[table])) for table in _READ
            )
            schema, _, _ = versions.partition(".")
            engine.execute(f"create schema if not exists {schema}")
            engine.execute(f"create table {versions} as from source.{versions}")
            rows = engine.sql(
                # orders of later days are what a file of orders is scored for
                "select model_version, (select case when kind = 'orders' then '' "
                f"else cast(observed_on as varchar) end from source.{statistics}, "
                f"source.{dialect}) from {versions} where is_current"
            ).fetchall()
    except duckdb.CatalogException:
        raise UserError(
            f"{warehouse} holds no fitted segments; build it first with segments build."
        ) from None
    except duckdb.IOException as error:
        raise UserError(
            f"{warehouse} cannot be read: {str(error).splitlines()[0]}"
        ) from None
    return rows[0]


def _export(scratch: Path, output: Path, tables: dict) -> int:
    scored_table = ".".join(map(identifier, tables["marts", "customer_segments"]))
    query = f"select {COLUMNS} from {scored_table} order by customer_id"
    with (
        written_whole(output) as new,
        duckdb.connect(scratch, read_only=True) as engine,
    ):
        if output.suffix != ".parquet":
            return copy_csv(engine, query, new)
        ((scored,),) = engine.execute(
            f"copy ({query}) to {literal(new)} (format parquet)"
        ).fetchall()
        return scored


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set variables of the environment for as long as a ``with`` lasts."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""Compare the marts of a Spark catalogue with those of a DuckDB warehouse.

    python tests/spark/compare.py warehouse/sample.duckdb sample --remote sc://HOST:PORT

Rows are matched by the primary key of the mart. Keys, whole numbers, words, flags and
dates have to be the same. Amounts of money may differ by the last digit, as a quotient
in the middle of two cents is rounded either way, and other figures by a relative 1e-8
(1e-12 near zero): they are added in six decimals, and what lies in the middle of two is
rounded either way, too.
"""

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

__all__ = ["compare", "compare_tables", "main", "spark_session"]

RELATIVE, ABSOLUTE = 1e-8, 1e-12
# how long something took is no figure about customers
NOT_COMPARED = {"seconds"}


@contextmanager
def spark_session(remote: str) -> Iterator:
    """Open a Spark session that ends with the block, also where its server has ended.

    One that is left open asks its server, at the exit of Python, to forget its models:
    without end where the server is gone.

    Parameters
    ----------
    remote : str
        Address of the Spark Connect server.
    """
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).create()
    try:
        yield session
    finally:
        # the server is not asked: its leave, too, is waited for where it is gone
        session.release_session_on_close = False
        session.stop()


def compare(
    warehouse: Path, name: str, session, *, relative: float = RELATIVE
) -> list[str]:
    """Return a sentence for every difference between the marts of two builds.

    Parameters
    ----------
    warehouse : Path
        DuckDB file of one build.
    name : str
        Name of the input, which begins the schemas of the Spark build.
    session : SparkSession
        See ``spark_session``.
    relative : float, default=1e-8
        Difference of figures that is rounding.
    """
    with duckdb.connect(str(warehouse), read_only=True) as engine:
        marts = _primary_keys(engine)
        schema = f"{name}_marts"
        others = {row[1] for row in session.sql(f"show tables in {schema}").collect()}
        problems = [f"{mart}: not on Spark" for mart in sorted(set(marts) - others)]
        problems += [f"{mart}: not on DuckDB" for mart in sorted(others - set(marts))]
        for mart in sorted(set(marts) & others):
            here = engine.table(f"marts.{mart}").to_arrow_table()
            there = session.table(f"{schema}.{mart}").toArrow()
            found = compare_tables(here, there, key=marts[mart], relative=relative)
            problems += [f"{mart}: {problem}" for problem in found]
            print(f"{mart}: {here.num_rows} rows, {len(found)} differences")
    return problems


def compare_tables(
    here: pa.Table, there: pa.Table, *, key: list[str], relative: float = RELATIVE
) -> list[str]:
    """Return what differs between two tables, a sentence a column.

    Parameters
    ----------
    here, there : pyarrow.Table
    key : list of str
        Columns that tell rows apart.
    relative : float, default=1e-8
        Difference of figures that is rounding.

    Examples
    --------
    >>> here = pa.table({"i": [1, 2], "x": [0.1 + 0.2, 1.0]})
    >>> compare_tables(here, pa.table({"i": [2, 1], "x": [1.0, 0.3]}), key=["i"])
    []
    >>> compare_tables(here, pa.table({"i": [1, 2], "x": [0.3, None]}), key=["i"])
    ["x differs in 1 rows, for example 1.0 against None at {'i': 2}"]
    """
    if here.column_names != there.column_names:
        return [f"columns {here.column_names} against {there.column_names}"]
    with duckdb.connect() as engine:
        engine.register("here", here)
        engine.register("there", there)
        types = dict(zip(here.column_names, engine.table("here").types, strict=True))
        matched = " and ".join(
            f'here."{c}" is not distinct from there."{c}"' for c in key
        )
        alone = engine.sql(
            f"select count(*) from here full join there on {matched} "
            f'where here."{key[0]}" is null or there."{key[0]}" is null'
        ).fetchall()[0][0]
        problems = [f"{alone} keys are in one table only"] if alone else []
        for column, data_type in types.items():
            if column in NOT_COMPARED:
                continue
            a, b = f'here."{column}"', f'there."{column}"'
            same = f"{a} is not distinct from {b}"
            least = _rounding(str(data_type))
            if least is not None:
                same += (
                    f" or coalesce(abs({a} - {b}) <= {least} + {relative} * abs({a})"
                    ", false)"
                )
            keys = ", ".join(f'here."{c}"' for c in key)
            different = engine.sql(
                f"select {a}, {b}, {keys} from here inner join there on {matched} "
                f"where not ({same}) order by {keys}"
            ).fetchall()
            if different:
                first, second, *at = different[0]
                problems.append(
                    f"{column} differs in {len(different)} rows, for example {first!r} "
                    f"against {second!r} at {dict(zip(key, at, strict=True))}"
                )
    return problems


def _rounding(data_type: str) -> float | None:
    """Return the difference that is rounding in any figure; None for other columns."""
    if data_type.startswith("DECIMAL"):
        return 10.0 ** -int(data_type.rstrip(")").rpartition(",")[2])
    return ABSOLUTE if data_type == "DOUBLE" else None


def _primary_keys(engine: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the key columns of every mart; customers_wide has no contract."""
    return dict(
        engine.sql(
            "select table_name, coalesce(constraint_column_names, ['customer_id']) "
            "from duckdb_tables() left join (from duckdb_constraints() "
            "where constraint_type = 'PRIMARY KEY') using (schema_name, table_name) "
            "where schema_name = 'marts'"
        ).fetchall()
    )


def main() -> int:
    """Compare as the command line says; 1 where something differs."""
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description="Compare marts of DuckDB and Spark.")
    parser.add_argument("warehouse", type=Path, help="DuckDB file")
    parser.add_argument("name", help="input, for example sample")
    parser.add_argument("--remote", default="sc://127.0.0.1:15002")
    parser.add_argument(
        "--relative", type=float, default=RELATIVE, help="what counts as rounding"
    )
    asked = parser.parse_args()
    with spark_session(asked.remote) as session:
        problems = compare(
            asked.warehouse, asked.name, session, relative=asked.relative
        )
    print("\n".join(problems) or "All marts agree.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())

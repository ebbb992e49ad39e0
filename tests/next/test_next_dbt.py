"""The next version of dbt makes the marts that this one makes.

`make test-next` makes its environment; the sample is built by both.
"""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation.warehouse.quoting import identifier, literal

PROJECT = Path(__file__).parents[2]


def built(python: Path, folder: Path) -> Path:
    """Build and publish with the dbt of an interpreter; return the published file."""
    environment = os.environ | {
        "SEGMENTS_INPUT": "sample",
        "SEGMENTS_WAREHOUSE": str(folder / "warehouse"),
        "SEGMENTS_OUTPUT": str(folder / "output"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "PATH": f"{python.parent}:{os.environ['PATH']}",
    }
    subprocess.run(
        [python.with_name("segments"), "build"],
        cwd=PROJECT,
        env=environment,
        check=True,
    )
    return folder / "output" / "sample" / "segments.duckdb"


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """Return a connection with both published files attached."""
    python = os.environ.get("SEGMENTS_NEXT_PYTHON")
    if not python:
        pytest.skip("make test-next makes the environment of the next dbt")
    folder = tmp_path_factory.mktemp("next")
    connection = duckdb.connect()
    for name, interpreter in (("this", sys.executable), ("next", python)):
        file = built(Path(interpreter), folder / name)
        connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
    return connection


def test_every_mart_is_the_same(both):
    marts = {
        catalog: {
            name
            for (name,) in both.execute(
                "select table_name from information_schema.tables "
                f"where table_catalog = {literal(catalog)} and table_schema = 'marts'"
            ).fetchall()
        }
        for catalog in ("this", "next")
    }
    assert marts["this"] == marts["next"]
    assert len(marts["this"]) > 60
    # generation tells when it was published, and seconds how long a fit took
    different = [
        name
        for name in sorted(marts["this"] - {"generation"})
        if both.execute(
            "with this as (select columns(lambda c: c != 'seconds') "
            f"from this.marts.{identifier(name)}), "
            "next as (select columns(lambda c: c != 'seconds') "
            f"from next.marts.{identifier(name)}) "
            "select count(*) from ((from this except all from next) "
            "union all (from next except all from this))"
        ).fetchone()
        != (0,)
    ]
    assert different == []

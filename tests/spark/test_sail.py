"""The target spark against Sail, which speaks Spark Connect and needs no Java.

Sail takes less SQL than Spark and interpolates quantiles to a millionth: what passes
here is likely, not sure, to pass on Spark; test_cluster.py is the proof.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segmentation.warehouse.quoting import literal

sys.path.insert(0, str(Path(__file__).parent))
from compare import compare, spark_session
from conftest import MODELS_ONLY, PROJECT

# Sail has neither names nor comments of tables to change afterwards
LIMITS = ("--vars", "{table_swap: copy, table_comments: false}")
RELATIVE = 1e-6
START_SECONDS = 60


@contextmanager
def sail_server(folder: Path) -> Iterator[str]:
    """Run Sail for as long as the block; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            Path(sys.executable).with_name("sail"),
            *("spark", "server", "--ip", "127.0.0.1", "--port", str(port)),
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(START_SECONDS * 5):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            pytest.fail(f"Sail does not listen after {START_SECONDS} s.")
        # its catalogue is a session's own, so all builds have to share one
        session = "6d1f1f0c-8f4e-4a35-9d0e-0c9b3f0f7a11"
        yield f"sc://127.0.0.1:{port}/;session_id={session}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    with sail_server(tmp_path_factory.mktemp("sail")) as address:
        yield address


@pytest.fixture(scope="module")
def session(remote):
    with spark_session(remote) as opened:
        yield opened


@pytest.fixture(scope="module")
def built(build, remote):
    build.run(*LIMITS, "--exclude-resource-type", "unit_test", remote=remote)
    return build


def differences(build, session) -> list[str]:
    warehouse = build.folder / f"{build.name}.duckdb"
    return compare(warehouse, build.name, session, relative=RELATIVE)


# a test that fails while its session is in use, and a server that goes first
BROKEN_TEST = """
import sys
from pathlib import Path
from compare import spark_session
from test_sail import sail_server

is_server_first = sys.argv[2] == "server first"
server = sail_server(Path(sys.argv[1]))
with server as remote, spark_session(remote) as session:
    assert session.sql("select 1 as one").toArrow().to_pylist() == [{"one": 1}]
    if is_server_first:
        server.gen.close()
    raise AssertionError("the test has failed")
"""


@pytest.mark.parametrize("order", ["session first", "server first"])
def test_the_process_ends_whatever_the_test_did(tmp_path, order):
    # a file, as pyspark looks for itself where there is none
    script = tmp_path / "broken_test.py"
    script.write_text(BROKEN_TEST, "utf-8")
    places = os.pathsep.join([str(PROJECT), str(Path(__file__).parent)])
    run = subprocess.run(
        [sys.executable, script, tmp_path, order],
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1
    assert "AssertionError: the test has failed" in run.stderr


def test_data_tests_pass_and_all_marts_agree_with_duckdb(built, session):
    assert differences(built, session) == []


def test_years_of_two_digits_are_of_the_same_century(remote, tmp_path):
    """Spark begins with 2000 where others begin with 1969."""
    days = [("3/2/75", "%d/%m/%y"), ("3/2/05", "%d/%m/%y")]
    days += [(day, "%d/%m/%y from 1931") for day in ("3/2/31", "3/2/60", "3/2/30")]
    query = ", ".join(
        f"{{{{ parse_date(\"'{day}'\", '{form}') }}}} as day_{number}"
        for number, (day, form) in enumerate(days)
    )
    shown = [
        subprocess.run(
            [
                Path(sys.executable).with_name("dbt"), "show", "--quiet",
                *("--inline", f"select {query}", "--output", "json"),
                *("--target", target, "--target-path", str(tmp_path / target)),
            ],
            cwd=PROJECT,
            env={**os.environ, "SEGMENTS_SPARK": remote, "DBT_PROFILES_DIR": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for target in ("dev", "spark")
    ]  # fmt: skip
    assert shown[0] == shown[1]
    years = [day[:4] for day in json.loads(shown[0])["show"][0].values()]
    assert years == ["1975", "2005", "1931", "1960", "2030"]


def test_a_second_build_fits_nothing_and_changes_nothing(built, remote, session):
    built.run(*LIMITS, *MODELS_ONLY, remote=remote)
    assert differences(built, session) == []


def test_a_table_whose_build_was_killed_while_it_was_put_in_place_is_not_lost(
    built, remote, session
):
    table = f"{built.name}_ml.ml_segment_model"
    mark = literal("kept from the killed build")
    session.sql(
        f"create table {table}__new_0123abcd using parquet as "
        f"select *, {mark} as mark from {table}"
    )
    session.sql(f"drop table {table}")
    # any build begins with it
    built.run(*LIMITS, "--select", "education_levels", remote=remote)
    assert session.table(table).select("mark").toArrow().to_pylist() == [
        {"mark": "kept from the killed build"}
    ]
    assert not session.catalog.tableExists(f"{table}__new_0123abcd")

"""The target spark against Sail, which speaks Spark Connect and needs no Java.

Sail takes less SQL than Spark and interpolates quantiles to a millionth: what passes
here is likely, not sure, to pass on Spark; test_cluster.py is the proof.
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from segmentation.quoting import literal

sys.path.insert(0, str(Path(__file__).parent))
from compare import compare
from conftest import MODELS_ONLY

# Sail has neither names nor comments of tables to change afterwards
LIMITS = ("--vars", "{table_swap: copy, table_comments: false}")
RELATIVE = 1e-6


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            Path(sys.executable).with_name("sail"),
            *("spark", "server", "--ip", "127.0.0.1", "--port", str(port)),
        ],
        cwd=tmp_path_factory.mktemp("sail"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    # its catalogue is a session's own, so all builds have to share one
    session = "6d1f1f0c-8f4e-4a35-9d0e-0c9b3f0f7a11"
    yield f"sc://127.0.0.1:{port}/;session_id={session}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def built(build, remote):
    build.run(*LIMITS, "--exclude-resource-type", "unit_test", remote=remote)
    return build


def differences(build, remote: str) -> list[str]:
    warehouse = build.folder / f"{build.name}.duckdb"
    return compare(warehouse, build.name, remote, relative=RELATIVE)


def test_data_tests_pass_and_all_marts_agree_with_duckdb(built, remote):
    assert differences(built, remote) == []


def test_a_second_build_fits_nothing_and_changes_nothing(built, remote):
    built.run(*LIMITS, *MODELS_ONLY, remote=remote)
    assert differences(built, remote) == []


def test_a_table_whose_build_was_killed_while_it_was_put_in_place_is_not_lost(
    built, remote
):
    session = SparkSession.builder.remote(remote).getOrCreate()
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

"""The target spark on a real cluster, one worker of which dies in mid-build."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import cluster
from compare import compare, spark_session
from conftest import MODELS_ONLY, PROJECT

SERVER = PROJECT / ".venv-spark-server"
# many models before it, many after it, and its result is used by all of those
HALF_WAY = "ml_customer_segments"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    cluster.start(folder, SERVER)
    yield folder
    cluster.stop(folder)


def test_a_worker_dies_and_all_marts_agree_with_duckdb(build, folder):
    remote = (folder / "remote").read_text("utf-8")
    # the disk is one that the cluster reaches
    process = build.start(*MODELS_ONLY, remote=remote, is_read_there=True)
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "START" in line and HALF_WAY in line:
            cluster.kill_worker(folder)
    assert process.wait() == 0, "".join(printed)[-8000:]
    assert "Removing worker" in (folder / "master.log").read_text("utf-8")
    warehouse = build.folder / f"{build.name}.duckdb"
    with spark_session(remote) as session:
        assert compare(warehouse, build.name, session) == []

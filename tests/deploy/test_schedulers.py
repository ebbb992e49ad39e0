"""The files of deploy/ in the real schedulers, each in an environment of its own.

`make test-deploy` makes the environments in build/deploy. Each runs a night of the
smallest input, and says which scheduler it could not have.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ENVIRONMENTS = PROJECT / "build" / "deploy"


@pytest.fixture
def night(tmp_path):
    """Return a function that runs words of a scheduler; folders are this test's own."""

    def run(tool: str, *words: str, **further: str) -> str:
        bins = PROJECT
        if tool:
            bins = ENVIRONMENTS / tool / "bin"
            if not (ENVIRONMENTS / tool / "ready").exists():
                pytest.skip(f"{tool} could not be installed, so its file was not run")
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SEGMENTS_", "DBT_"))
        } | {
            "PATH": f"{bins}:{os.environ['PATH']}",
            "SEGMENTS_PROJECT": str(PROJECT),
            "SEGMENTS": str(Path(sys.executable).with_name("segments")),
            "SEGMENTS_INPUT": "mall",
            "SEGMENTS_WAREHOUSE": str(tmp_path / "warehouse"),
            "SEGMENTS_OUTPUT": str(tmp_path / "output"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
            "DO_NOT_TRACK": "1",
        }
        done = subprocess.run(
            [bins / words[0], *words[1:]],
            cwd=PROJECT / "deploy",
            env=environment | further,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    return run


def published(folder: Path) -> dict:
    """Return what the night said; its marts are there."""
    output = folder / "output" / "mall"
    assert (output / "segments.duckdb").exists() and (
        output / "dashboard.html"
    ).exists()
    return json.loads((output / "build_summary.json").read_text("utf-8"))


def test_cron(night, tmp_path):
    said = night(
        "", "deploy/nightly.sh", PROJECT=str(PROJECT), LOGS=str(tmp_path / "l")
    )
    assert said == ""  # nobody has to be told
    assert published(tmp_path)["customers"] == 200


def test_dagster(night, tmp_path):
    (tmp_path / "home").mkdir()
    home = {"DAGSTER_HOME": str(tmp_path / "home")}
    file = ("-f", "dagster_definitions.py")
    said = night(
        "dagster", "dagster", "job", "execute", *file, "-j", "segments", **home
    )
    assert "RUN_SUCCESS" in said
    assert published(tmp_path)["customers"] == 200
    assert said.count("ASSET_MATERIALIZATION ") > 60  # tables, the file, the page
    assert said.count("ASSET_CHECK_EVALUATION ") > 40
    # an input that is not there stops the night, with its sentence
    with pytest.raises(AssertionError, match=r"exit 1: .*nowhere[.]csv"):
        night(
            *("dagster", "dagster", "job", "execute", *file, "-j", "segments"),
            **home,
            SEGMENTS_PATH="nowhere.csv",
        )


def test_airflow(night, tmp_path):
    home = {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "deploy"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    night("airflow", "airflow", "db", "migrate", **home)
    said = night("airflow", "airflow", "dags", "test", "segments", **home)
    assert "state=success" in said
    assert published(tmp_path)["customers"] == 200


def test_prefect(night, tmp_path):
    flow = "from prefect_flow import segments; segments('mall')"
    home = {
        "PREFECT_HOME": str(tmp_path / "home"),
        # its own server of a run; a busy machine takes its time
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    }
    night("prefect", "python", "-c", flow, **home)
    assert published(tmp_path)["customers"] == 200

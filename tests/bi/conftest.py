"""A Superset that has imported the bundles of two inputs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
INPUTS = ("sample", "orders")


@pytest.fixture(scope="session")
def output(tmp_path_factory) -> Path:
    """Build both inputs and write their bundles, or take those of a folder."""
    if os.environ.get("SEGMENTS_BI_OUTPUT"):
        return Path(os.environ["SEGMENTS_BI_OUTPUT"])
    folder = tmp_path_factory.mktemp("bi")
    for name in INPUTS:
        environment = os.environ | {
            "SEGMENTS_INPUT": name,
            "SEGMENTS_WAREHOUSE": str(folder / "warehouse"),
            "SEGMENTS_OUTPUT": str(folder / "output"),
        }
        for words in (("build",), ("bi", "superset")):
            subprocess.run(
                [Path(sys.executable).with_name("segments"), *words],
                cwd=PROJECT,
                env=environment,
                check=True,
            )
    return folder / "output"


@pytest.fixture(scope="session")
def superset_home(tmp_path_factory) -> Path:
    """Return the folder of a Superset of its own, or one that is there."""
    home = os.environ.get("SEGMENTS_BI_HOME") or tmp_path_factory.mktemp("superset")
    return Path(home)


@pytest.fixture(scope="session")
def found(output, superset_home) -> dict:
    """Import the bundles of two inputs into one Superset, and ask all charts."""
    said = subprocess.run(
        [
            os.environ["SEGMENTS_BI_PYTHON"],
            Path(__file__).with_name("ask_superset.py"),
            superset_home,
            *(output / name / "superset.zip" for name in INPUTS),
        ],
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(said.stdout.splitlines()[-1])

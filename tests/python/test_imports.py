"""What is imported before anything is done: seconds that people would wait for."""

import subprocess
import sys

import pytest

HEAVY = ("dbt.cli", "duckdb", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "yaml")


def imported_by(statement: str) -> set[str]:
    """Return the heavy packages that a statement imports in a fresh interpreter."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(HEAVY) & set(done.stdout.split())


def test_help_imports_none_of_the_large_packages():
    ask = """
from segmentation.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
"""
    assert imported_by(ask) == set()


@pytest.mark.parametrize(
    "module",
    [
        "segmentation.score_file",
        "segmentation.segments.current",
        "segmentation.segments.drift",
        "segmentation.segments.versions",
        "segmentation.campaign.response",
    ],
)
def test_scoring_imports_neither_pandas_nor_scikit_learn(module):
    found = imported_by(f"import {module}")
    assert not found & {"pandas", "scipy", "sklearn"}

"""Builds of the same input on DuckDB and on Spark."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from samples.marketing import generate_customers

PROJECT = Path(__file__).parents[2]
# figures and lists are compared mart by mart; data tests run where a test asks for them
MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test")
# customers of a generated file that takes the sample's place; 0: the sample
CUSTOMERS = int(os.environ.get("SEGMENTS_SPARK_CUSTOMERS", "0"))


@dataclass
class Build:
    """How to build one input.

    Attributes
    ----------
    folder : Path
        Everything that the builds leave behind.
    file : Path or None
        The input; None is the project's sample.
    """

    folder: Path
    file: Path | None = None

    @property
    def name(self) -> str:
        """Name of the input, by which its warehouse and its schemas go."""
        return self.file.stem if self.file else "sample"

    def start(
        self, *words: str, remote: str = "", is_read_there: bool = False
    ) -> subprocess.Popen:
        """Start ``dbt build`` on Spark where an address is given, else on DuckDB.

        The file is read here and handed over, or by the cluster itself.
        """
        file = f"file://{self.file}" if is_read_there else str(self.file)
        target = "spark" if remote else "dev"
        return subprocess.Popen(
            [
                Path(sys.executable).with_name("dbt"), "build", *words,
                "--project-dir", PROJECT, "--profiles-dir", PROJECT,
                "--target", target, "--no-use-colors",
                "--target-path", self.folder / f"target-{target}",
                "--log-path", self.folder / f"logs-{target}",
            ],
            cwd=PROJECT,
            env={
                **os.environ,
                "SEGMENTS_INPUT": "",
                "SEGMENTS_PATH": file if self.file else "",
                "SEGMENTS_WAREHOUSE": str(self.folder),
                "SEGMENTS_SPARK": remote,
                "PYTHONPATH": str(PROJECT),
                "OMP_NUM_THREADS": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip

    def run(self, *words: str, remote: str = "") -> str:
        """Run ``dbt build`` and return what it printed; fails as the build does."""
        process = self.start(*words, remote=remote)
        printed = process.communicate()[0]
        assert process.returncode == 0, printed[-8000:]
        return printed


@pytest.fixture(scope="session")
def build(tmp_path_factory) -> Build:
    """Build the input on DuckDB, for other builds to be compared with."""
    folder = tmp_path_factory.mktemp("builds")
    file = None
    if CUSTOMERS:
        file = folder / "customers.parquet"
        generate_customers(CUSTOMERS).to_parquet(file)
    ours = Build(folder, file)
    ours.run(*MODELS_ONLY)
    return ours

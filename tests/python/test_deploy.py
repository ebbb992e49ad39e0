"""The script of a night ends as the build does, and tells somebody what to do."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
SCRIPT = PROJECT / "deploy" / "nightly.sh"


def night(folder: Path, code: int) -> subprocess.CompletedProcess:
    """Run a night whose build ends with a code."""
    fake = folder / "segments"
    fake.write_text(f"#!/bin/sh\necho 'segments: the sentence' >&2\nexit {code}\n")
    fake.chmod(0o755)
    return subprocess.run(
        [str(SCRIPT)],
        env={
            **os.environ,
            "PROJECT": str(folder),
            "SEGMENTS": str(fake),
            "SEGMENTS_INPUT": "shop",
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, ""),
        (1, "The build failed: segments: the sentence"),
        (3, "A data test failed"),
        (4, "the next night tries again"),
        (5, "Disk, memory or permissions: segments: the sentence"),
        (6, "Built and not published: segments: the sentence"),
    ],
)
def test_night_ends_as_the_build_does_and_says_why(tmp_path, code, told):
    done = night(tmp_path, code)
    assert done.returncode == code
    assert told in done.stdout
    assert bool(done.stdout) == bool(told)
    assert len(list((tmp_path / "logs" / "nights").glob("shop-*.log"))) == 1


def test_files_for_orchestrators_are_whole():
    for file in (PROJECT / "deploy").glob("*.y*ml"):
        assert yaml.safe_load(file.read_text())
    for file in (PROJECT / "deploy").glob("*.py"):
        compile(file.read_text(), str(file), "exec")

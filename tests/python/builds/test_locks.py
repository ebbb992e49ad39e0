"""One build at a time, and nobody else at the warehouse while it lasts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation.cli import main
from segmentation.warehouse.errors import LOCKED, UserError
from segmentation.warehouse.locks import lock_build

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
SEEDS = ("--select", "genders", "playbook", "education_levels")
# another process: the system's locks are between processes
TRIES_TO_WRITE = """
import sys, duckdb
opened = 0
for line in sys.stdin:
    try:
        duckdb.connect(sys.argv[1]).close()
        opened += 1
    except duckdb.IOException:
        pass
print(opened)
"""
HOLDS = """
import sys, time
from pathlib import Path
from segmentation.warehouse.locks import lock_build
held = lock_build(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def started(*words: str, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=PROJECT,
        env={**os.environ, **{name: str(at) for name, at in environment.items()}},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def holder(tmp_path):
    """Have another process hold the lock of a build."""
    process = started("-c", HOLDS, str(tmp_path / "sample.duckdb"))
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_nobody_can_write_from_a_builds_first_table_to_its_last(tmp_path):
    target = ("--target-path", str(tmp_path / "target"))
    untested = ("--exclude-resource-type", "test")
    words = ("-m", "segmentation.cli", "build", *SEEDS, *untested, *target)
    build = started(*words, SEGMENTS_WAREHOUSE=tmp_path)
    writer = started("-c", TRIES_TO_WRITE, str(tmp_path / "sample.duckdb"))
    said = []
    for line in build.stdout:
        said.append(line)
        if " of 3  " in line and " 3 of 3 " not in line:
            writer.stdin.write("try\n")
            writer.stdin.flush()
    assert build.wait() == 0, said
    opened, _ = writer.communicate()
    assert sum(" of 3  " in line for line in said) == 3, said
    assert opened == "0\n"


def test_second_build_is_told_at_once(holder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    assert main(["build"]) == LOCKED
    said = capsys.readouterr().err
    assert said.startswith("segments: Another build of ")
    assert said.count("\n") == 1


def test_dbt_itself_is_refused_with_the_same_sentence(holder, tmp_path):
    words = ("-m", "dbt.cli.main", "seed", *SEEDS, "--profiles-dir", ".")
    target = ("--target-path", str(tmp_path / "target"))
    dbt = started(*words, *target, SEGMENTS_WAREHOUSE=tmp_path)
    said, _ = dbt.communicate()
    assert dbt.returncode != 0
    assert "Another build of " in said
    assert "Traceback" not in said


def test_lock_goes_with_a_killed_process_and_may_be_taken_twice_by_one(
    holder, tmp_path
):
    warehouse = tmp_path / "sample.duckdb"
    with pytest.raises(UserError, match="Another build of"):
        lock_build(warehouse)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with lock_build(warehouse):
        with lock_build(warehouse):
            pass
        second = started("-c", HOLDS, str(warehouse))
        assert "Another build of" in second.communicate()[0]
    third = started("-c", HOLDS, str(warehouse))
    assert third.stdout.readline() == "held\n"
    third.kill()
    third.communicate()


@pytest.mark.parametrize(
    "command", [["publish"], ["dashboard"], ["plots"], ["score", "customers.csv"]]
)
def test_readers_say_that_a_build_is_running(command, tmp_path, monkeypatch, capsys):
    warehouse = tmp_path / "sample.duckdb"
    holds = (
        "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); "
        "print('held', flush=True); time.sleep(600)"
    )
    writer = started("-c", holds, str(warehouse))
    assert writer.stdout.readline() == "held\n"
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("SEGMENTS_OUTPUT", str(tmp_path / "output"))
    monkeypatch.chdir(PROJECT)
    assert main(command) == LOCKED
    said = capsys.readouterr().err
    assert f"Another program (process {writer.pid}) has" in said
    writer.kill()
    writer.communicate()


@pytest.mark.parametrize("command", [["publish"], ["dashboard"]])
def test_readers_read_beside_a_reader(command, tiny_warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("SEGMENTS_INPUT", "tiny")
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("SEGMENTS_OUTPUT", str(tmp_path / "output"))
    monkeypatch.chdir(PROJECT)
    reads = (
        "import sys, time, duckdb; "
        "held = duckdb.connect(sys.argv[1], read_only=True); "
        "print('held', flush=True); time.sleep(600)"
    )
    with duckdb.connect(tiny_warehouse):
        pass
    reader = started("-c", reads, str(tiny_warehouse))
    assert reader.stdout.readline() == "held\n"
    assert main(command) == 0
    reader.kill()
    reader.communicate()

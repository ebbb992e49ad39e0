"""A small, seeded part of `make torture`; the whole takes hours."""

import random
import shutil
from pathlib import Path

import pytest

from tests.torture import definitions, files, processes

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", files.KINDS)
def test_whole_files_are_read_as_they_were_written(tmp_path, kind):
    chance = random.Random(kind)
    rows = files.table(chance)
    file = tmp_path / f"shop.{files.SUFFIX.get(kind, kind)}"
    file.write_bytes(files.written(kind, rows, chance))
    assert files.judged(file, rows, tmp_path) == "clean"


@pytest.mark.parametrize("seed", range(27))
def test_damaged_files_are_read_or_refused(seed):
    kind, outcome = files.try_file(seed)
    assert outcome in ("clean", "clean, not compared", "sentence"), (kind, outcome)


def test_changed_definitions_are_read_or_refused(tmp_path):
    outcomes = [definitions.try_definition(seed, tmp_path) for seed in range(40)]
    assert set(outcomes) <= {"clean", "sentence"}


def test_words_without_sense_are_refused(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(PROJECT / "dbt_project.yml", project)
    outcomes = {
        definitions.try_words(seed, project, tmp_path).split(":")[0]
        for seed in range(30)
    }
    assert outcomes <= {"clean", "sentence"}


def test_killed_and_racing_publishes_lose_nothing():
    killed = processes.killed_publishes(1, 2)
    assert killed == {"whole": 2, "left behind": 0}
    raced = processes.racing_publishes(1, 2)
    assert raced["bad reads"] == raced["tracebacks"] == 0
    assert raced["reads"] > 0

"""A small, seeded part of `make torture`; the whole takes hours."""

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.torture import definitions, files, processes
from tests.torture.results import Results

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def engine():
    with files.one_engine() as engine:
        yield engine


@pytest.mark.parametrize("kind", files.KINDS)
def test_whole_files_are_read_as_they_were_written(tmp_path, kind, engine):
    chance = random.Random(kind)
    rows = files.table(chance)
    file = tmp_path / f"shop.{files.SUFFIX.get(kind, kind)}"
    file.write_bytes(files.written(kind, rows, chance))
    assert files.judged(file, kind, rows, tmp_path) == "clean"
    assert files.judged(file, kind, rows, tmp_path, engine) == "clean"
    # the independent reader knows the format as well
    said = files.judged(file, kind, None, tmp_path, engine)
    assert said in ("clean", "clean, not compared")


@pytest.mark.parametrize("seed", range(56))
def test_damaged_files_are_read_or_refused(seed, engine):
    kind, outcome = files.try_file(seed, engine)
    assert outcome in ("clean", "clean, not compared", "sentence"), (kind, outcome)


def test_harness_sees_what_is_read_wrongly(tmp_path, engine, monkeypatch):
    chance = random.Random(1)
    rows = files.table(chance)
    file = tmp_path / "shop.csv"
    file.write_bytes(files.written("csv", rows, chance))
    fewer = files.judged(file, "csv", rows[1:], tmp_path, engine)
    assert fewer.startswith("wrong: ")
    assert Results.is_fault(fewer)
    monkeypatch.setattr(files, "open_source", lambda *a, **b: 1 / 0)
    content = random.Random(3)
    monkeypatch.setattr(files, "damaged", lambda data, chance: data)
    said = {files.try_file(seed, engine)[1] for seed in (15, 43, content.randrange(9))}
    assert any(outcome.startswith("traceback: ZeroDivision") for outcome in said)


def test_changed_definitions_are_read_or_refused(tmp_path, engine):
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


@pytest.mark.skipif(sys.platform != "linux", reason="signals, links and mounts")
def test_killed_publishes_and_bad_clocks_lose_nothing():
    assert processes.killed_publishes([1, 2]) == ["whole", "whole"]
    assert processes.clock_backwards([1]) == ["the last publish is there"]


def test_results_go_on_where_they_stopped_and_say_what_is_open(tmp_path):
    results = Results(tmp_path / "results.json")
    results.add("files", 1, 0, ["clean", "sentence", "wrong: 3 read, 4 there"])
    results.add("files", 1, 3, ["clean"])
    again = Results(tmp_path / "results.json")
    assert (again.done("files", 1), again.done("files", 2)) == (4, 0)
    assert [fault["case"] for fault in again.found] == [2]
    assert "STILL OPEN" in again.faults()
    again.found[0]["mended"] = "abc"
    assert "mended, and tried again at abc" in again.faults()
    assert again.totals({"files": "files"}) == "| 4 | files | 1 | 0 |"

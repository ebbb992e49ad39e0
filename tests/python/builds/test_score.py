"""Scoring a file outside the build gives what the build gives."""

import csv
from pathlib import Path

import pytest

from segmentation.cli import main

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"


@pytest.fixture
def in_project(sample, monkeypatch):
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(sample.folder))
    monkeypatch.delenv("SEGMENTS_INPUT", raising=False)
    monkeypatch.delenv("SEGMENTS_PATH", raising=False)
    monkeypatch.chdir(PROJECT)


def test_scored_file_agrees_with_the_build_and_leaves_the_warehouse_alone(
    sample, in_project, tmp_path
):
    file = tmp_path / "some customers.csv"
    file.write_text("\n".join(SAMPLE.read_text("utf-8").splitlines()[:61]) + "\n")
    before = sample.warehouse.read_bytes()
    output = tmp_path / "scores" / "scored.csv"
    assert main(["score", str(file), "--output", str(output)]) == 0
    assert sample.warehouse.read_bytes() == before
    with output.open(newline="") as scores:
        scored = {row["customer_id"]: row for row in csv.DictReader(scores)}
    assert len(scored) == 60
    built = sample.query(
        "select customer_id, segment_key, distance_to_centroid, margin, is_outlier "
        "from marts.customer_segments"
    )
    for customer_id, key, distance, margin, is_outlier in built:
        if customer_id in scored:
            row = scored[customer_id]
            assert row["segment_key"] == key
            assert float(row["distance_to_centroid"]) == distance
            assert float(row["margin"]) == margin
            assert (row["is_outlier"] == "true") == is_outlier


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("Income\n1\n", "has no key column 'ID'"), (None, "does not exist")],
)
def test_file_that_cannot_be_scored_is_one_sentence(
    in_project, tmp_path, capsys, text, sentence
):
    file = tmp_path / "bad.csv"
    if text:
        file.write_text(text)
    assert main(["score", str(file), "--output", str(tmp_path / "x.csv")]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()


def test_scoring_without_a_warehouse_says_what_to_do(
    in_project, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    assert main(["score", str(SAMPLE)]) == 1
    assert "build it first" in capsys.readouterr().err

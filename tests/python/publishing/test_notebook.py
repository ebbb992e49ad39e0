"""The example notebook runs from top to bottom, and agrees with the marts."""

import runpy
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation.publishing.generations import publish

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "published_file.py"


def test_notebook_reads_the_published_file(sample, tmp_path, monkeypatch):
    publish(sample.warehouse, tmp_path)
    file = tmp_path / "segments.duckdb"
    monkeypatch.setenv("SEGMENTS_FILE", str(file))
    _, made = runpy.run_path(str(NOTEBOOK))["app"].run()
    with duckdb.connect(file, read_only=True) as connection:
        ((customers, contacts, profit),) = connection.sql(
            "select (select count(*) from marts.customer_segments), "
            "contacts, expected_profit from marts.campaign_summary"
        ).fetchall()
    assert made["profile"]["customers"].sum() == customers
    # at the cost of the definition, the decision is that of the marts
    assert made["plan"]["contacts"].sum() == contacts
    assert made["plan"]["expected_profit"].sum() == pytest.approx(profit, abs=0.01)
    days = made["as_of"].groupby("customer_id")["segment_key"].agg(list)
    assert all(isinstance(now, str) for _, now in days)
    assert all(not isinstance(before, str) for before, _ in days)
    assert "Who brings the spend" in made["chart"].to_json()


def test_notebook_without_a_published_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGMENTS_FILE", str(tmp_path / "none.duckdb"))
    done = subprocess.run([sys.executable, NOTEBOOK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_notebook_is_one_that_marimo_can_edit():
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "check", "--strict", NOTEBOOK],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr

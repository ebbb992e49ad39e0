"""Every question in analyses/ compiles, runs on a warehouse and gets an answer."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[3]
QUESTIONS = sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


@pytest.fixture(scope="module")
def compiled(sample, tmp_path_factory):
    """Return a connection to a copy of the warehouse and the folder of compiled SQL."""
    folder = tmp_path_factory.mktemp("analyses")
    copy = folder / "sample.duckdb"
    shutil.copy(sample.warehouse, copy)
    arguments = ["compile", "--select", "resource_type:analysis", "--quiet"]
    places = ["--profiles-dir", ".", "--target-path", folder, "--log-path", folder]
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), *arguments, *places],
        cwd=PROJECT,
        env={
            **os.environ,
            "SEGMENTS_WAREHOUSE": str(folder),
            "SEGMENTS_INPUT": "sample",
            "SEGMENTS_PATH": "",
        },
        check=True,
    )
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection, folder / "compiled/segmentation/analyses"


def test_there_are_questions_to_ask():
    assert len(QUESTIONS) >= 8


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_is_answered(compiled, question):
    connection, folder = compiled
    rows = connection.sql((folder / f"{question}.sql").read_text()).fetchall()
    assert rows


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_reads_marts_and_says_how_to_read_the_answer(question):
    text = (PROJECT / "analyses" / f"{question}.sql").read_text()
    # a host of the package does not get them
    head = re.sub(r"^\{\{ config.*\}\}\n", "", text).split("\n\n")[0]
    assert re.match(r"-- .*\?\n--\n", head), "the first line asks the question"
    assert len(head.splitlines()) >= 5, "and the rest says how to read the answer"
    marts = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    assert set(re.findall(r"ref\('(\w+)'\)", text)) <= marts

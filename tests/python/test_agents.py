"""What assistants are told about the marts is about the marts that there are."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from segmentation.publishing.generations import publish
from tests.write_llms import llms_text

PROJECT = Path(__file__).parents[2]
SKILL = PROJECT / "skills" / "customer-segments" / "SKILL.md"
# made by publishing
OF_THE_FILE = {"generation", "published_columns", "published_relations"}


def marts() -> dict[str, set[str]]:
    """Return the columns of every mart."""
    return {
        model["name"]: {column["name"] for column in model["columns"]}
        for file in (PROJECT / "models" / "marts").rglob("*.yml")
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
    }


def test_skill_has_a_question_for_every_mart_and_names_no_other():
    text = SKILL.read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("| ")][2:]
    named = set(re.findall(r"`(\w+)`", " ".join(table)))
    assert named == set(marts())


def test_columns_that_the_skill_names_are_there():
    known = marts()
    columns = set().union(*known.values())
    text = SKILL.read_text("utf-8")
    for mart, column in re.findall(r"`(\w+)\.(\w+)`", text):
        assert mart in OF_THE_FILE or column in known[mart], (mart, column)
    rules = text[text.index("## What must not be said") :]
    for column in (
        "is_estimate",
        "accuracy",
        "has_skill",
        "suspicion",
        "expected_spend",
    ):
        assert f"`{column}`" in rules
        assert column in columns


def test_skill_has_a_name_and_says_when_it_is_of_use():
    head = yaml.safe_load(SKILL.read_text("utf-8").split("---\n")[1])
    assert head["name"] == SKILL.parent.name
    assert 100 < len(head["description"]) < 1024


def test_llms_is_written_from_the_marts():
    text = (PROJECT / "llms.txt").read_text("utf-8")
    assert text == llms_text(), "python -m tests.write_llms"
    assert set(re.findall(r"(?m)^- `(\w+)`: ", text)) == set(marts())


@pytest.mark.parametrize("file", ["AGENTS.md", "llms.txt", str(SKILL)])
def test_what_is_linked_or_named_is_there(file):
    text = (PROJECT / file).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PROJECT / file).parent.joinpath(link).exists(), link


def test_places_that_agents_are_told_of_are_there():
    text = (PROJECT / "AGENTS.md").read_text("utf-8")
    for place in re.findall(r"(?:pytest -n 0|sqlfluff lint) (\S+)", text):
        assert (PROJECT / place).exists(), place
    for module in re.findall(r"python -m ([\w.]+)", text):
        assert (PROJECT / module.replace(".", "/")).with_suffix(".py").exists(), module


def test_queries_of_the_skill_run_on_the_published_file(sample, tmp_path):
    publish(sample.warehouse, tmp_path)
    queries = re.findall(r"```sql\n(.*?)```", SKILL.read_text("utf-8"), re.DOTALL)
    assert len(queries) >= 6
    with duckdb.connect(tmp_path / "segments.duckdb", read_only=True) as connection:
        for sql in queries:
            assert connection.sql(sql).fetchall(), sql

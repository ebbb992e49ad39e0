"""Answers for assistants: sixty questions, what is refused, and what cannot be done."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation.answering import tools
from segmentation.answering.caveats import caveats_of
from segmentation.answering.published import opened
from segmentation.answering.server import Desk, make_server
from segmentation.publishing.generations import publish
from segmentation.warehouse.errors import UserError
from tests.python.answering.asking import QUESTIONS, ask, named

TOOLS = set(tools.__all__) - {"MOST_ROWS", "Answer"}


@pytest.fixture(scope="module")
def file(sample, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish(sample.warehouse, folder, source_file="customers.csv")
    return folder / "segments.duckdb"


def test_there_are_sixty_questions_and_every_tool_is_asked():
    asked = [question for questions in QUESTIONS.values() for question in questions]
    assert len(asked) >= 60
    assert {question["tool"] for question in asked} == TOOLS
    assert len({question["ask"] for question in asked}) == len(asked)


def test_docs_list_the_tools_and_count_the_questions():
    text = (Path(__file__).parents[3] / "docs" / "agents.md").read_text("utf-8")
    assert set(re.findall(r"(?m)^\| `(\w+)` \|", text)) == TOOLS
    assert "Sixty-three" in text
    assert sum(map(len, QUESTIONS.values())) == 63


@pytest.mark.parametrize("question", QUESTIONS["sample"], ids=named)
def test_questions_about_the_sample(file, question):
    ask(file, question)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into marts.segments select * from marts.segments",
        "create table marts.mine as from marts.segments",
        "create temp table mine as from marts.segments",
        "drop table marts.segments",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "call duckdb_settings()",
        "export database 'folder'",
        "select 1; delete from marts.segments",
        "",
        "nonsense",
    ],
)
def test_query_answers_one_select_and_nothing_else(file, sql):
    assert "refused" in Desk(file).query(sql)


@pytest.mark.parametrize(
    "reading",
    [
        "read_csv('/etc/hosts')",
        "read_text('/etc/hosts')",
        "glob('/etc/*')",
        "'/etc/hosts'",
        "read_parquet('https://example.com/a.parquet')",
    ],
)
def test_query_reads_no_other_file(file, reading):
    said = Desk(file).query(f"from {reading}, marts.segments")
    assert "disabled" in said["refused"] or "does not exist" in said["refused"]


def test_the_file_stays_as_it_is_and_nothing_is_written_beside_it(file):
    place = file.resolve()
    before = place.read_bytes(), sorted(place.parent.iterdir())
    with opened(file) as published:
        for sql in (
            "create table marts.t (i int)",
            "copy (select 1) to 'x.csv'",
            "attach 'x.duckdb'",
            "set enable_external_access = true",
            "set lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                published.rows(sql)
    assert (place.read_bytes(), sorted(place.parent.iterdir())) == before


def test_a_long_query_is_stopped(file, monkeypatch):
    monkeypatch.setattr("segmentation.answering.published._SECONDS", 0.5)
    customers = ", ".join(f"marts.customers as c{number}" for number in range(5))
    said = Desk(file).query(f"select count(*) as n from {customers} where c0.age > 0")
    assert "was stopped" in said["refused"]


def test_many_rows_are_cut_and_that_is_said(file):
    said = Desk(file).query("select customer_id from marts.customers order by 1")
    assert len(said["answer"]) == tools.MOST_ROWS
    assert "Only the first 200 rows" in said["caveats"][0]


def test_a_figure_by_sql_carries_the_caveats_of_the_tool(file):
    with opened(file) as published:
        of_the_tool = caveats_of(published, {"value_by_segment"})
    said = Desk(file).query("select sum(expected_spend) as s from marts.customer_value")
    assert said["caveats"] == of_the_tool
    assert any("There is no forecast" in caveat for caveat in said["caveats"])


def test_a_query_of_the_catalogue_alone_asks_nothing_of_the_marts(file):
    desk = Desk(file)
    for sql in ("from information_schema.tables", "from duckdb_settings()"):
        assert "asks nothing of the marts" in desk.query(sql)["refused"]
    said = desk.query("with s as (from marts.segments) select count(*) as n from s")
    assert said["source"] == ["marts.segments"]


def test_a_new_generation_is_answered_from_at_once(sample, tmp_path):
    publish(sample.warehouse, tmp_path)
    desk = Desk(tmp_path / "segments.duckdb")
    first = desk.overview()["generation"]["published_at"]
    publish(sample.warehouse, tmp_path)
    assert desk.overview()["generation"]["published_at"] > first


def test_the_protocol_offers_the_tools_as_such_that_only_read(file):
    from mcp import Client

    async def talk():
        async with Client(make_server(file)) as client:
            listed = (await client.list_tools()).tools
            said = await client.call_tool("segments", {"segment": "S01"})
            return listed, said.structured_content

    listed, said = asyncio.run(talk())
    assert {tool.name for tool in listed} == TOOLS
    assert all(tool.annotations.read_only_hint for tool in listed)
    assert said == Desk(file).segments("S01")


def test_command_serves_on_standard_output_and_says_nothing_else_there(file):
    from mcp import Client, StdioServerParameters

    async def talk():
        server = StdioServerParameters(
            command=sys.executable,
            args=[
                "-c",
                "from segmentation.cli import main; main()",
                *("mcp", "--file", str(file)),
            ],
            env=dict(os.environ),
        )
        async with Client(server) as client:
            said = await client.call_tool("overview", {})
            return said.structured_content

    assert asyncio.run(talk()) == Desk(file).overview()


def test_what_is_no_published_file_is_refused(sample, tmp_path):
    with pytest.raises(UserError, match="no published file"):
        make_server(tmp_path / "segments.duckdb")
    (tmp_path / "text.duckdb").write_text("no database")
    with pytest.raises(UserError, match="cannot be opened"):
        make_server(tmp_path / "text.duckdb")
    with pytest.raises(UserError, match="holds no published segments"):
        make_server(sample.warehouse)


def test_without_the_extra_the_command_says_how_to_get_it(file):
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from segmentation.cli import main\n"
        "raise SystemExit(main(['mcp', '--file', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "pip install 'segmentation[mcp]'" in done.stderr

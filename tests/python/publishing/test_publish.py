"""Publishing: what readers see during it, what spreadsheets get, what is refused."""

import csv
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from filelock import FileLock

from segmentation.cli import main
from segmentation.publishing import generations
from segmentation.publishing.generations import publish
from segmentation.publishing.marts import file_slug
from segmentation.publishing.ordering import Lookup, columns_beside
from segmentation.warehouse.errors import UserError

PROJECT = Path(__file__).parents[3]
# reads the model version in two marts and in the CSV, all by one generation's path
READER = """
import sys, pathlib, duckdb
output, seen, rounds = pathlib.Path(sys.argv[1]), [], 0
while not (output / "stop").exists():
    rounds += 1
    with duckdb.connect(output / "segments.duckdb", read_only=True) as connection:
        one, other = connection.execute(
            "select (select model_version from marts.generation), "
            "(select distinct model_version from marts.customer_segments)"
        ).fetchone()
    current = (output / "current").resolve()
    flat, stated = (
        dict(zip(*(line.split(",") for line in lines[:2])))["model_version"]
        for name in ("customer_segments", "generation")
        for lines in [(current / "csv" / f"{name}.csv").read_text().splitlines()]
    )
    assert one == other, (one, other)
    assert flat == stated, (flat, stated)
    seen.append(one)
    if rounds == 1:
        print("reading", flush=True)
print(rounds, len(set(seen)), seen == sorted(seen))
"""


def read(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def listed(file: Path) -> list[dict]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def set_version(warehouse: Path, version: int) -> None:
    with duckdb.connect(warehouse) as connection:
        for mart in ("segment_model_versions", "customer_segments"):
            connection.execute(f"update marts.{mart} set model_version = {version}")


def test_a_reader_sees_whole_generations_through_ten_publishes(
    tiny_warehouse, tmp_path
):
    output = tmp_path / "output"
    with duckdb.connect(tiny_warehouse) as connection:
        # plain names: the reader splits the lines by hand
        connection.execute("update marts.customer_segments set segment_name = 'n'")
    publish(tiny_warehouse, output)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(output)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "reading\n"
    for version in range(2, 12):
        set_version(tiny_warehouse, version)
        publish(tiny_warehouse, output)
    (output / "stop").touch()
    said, errors = reader.communicate(timeout=60)
    assert errors == ""
    rounds, versions, in_order = said.split()
    assert int(rounds) > int(versions) >= 3
    assert in_order == "True"


def test_who_has_the_old_file_open_keeps_it(tiny_warehouse, tmp_path):
    publish(tiny_warehouse, tmp_path / "output")
    held = duckdb.connect(tmp_path / "output" / "segments.duckdb", read_only=True)
    for version in (2, 3, 4):
        set_version(tiny_warehouse, version)
        publish(tiny_warehouse, tmp_path / "output")
    query = "select model_version from marts.generation"
    assert held.execute(query).fetchall() == [(1,)]
    held.close()
    assert read(tmp_path / "output" / "segments.duckdb", query) == [(4,)]


def test_generation_says_what_was_published(tiny_warehouse, tmp_path):
    publication = publish(tiny_warehouse, tmp_path / "output", source_file="my.csv")
    (row,) = read(
        tmp_path / "output" / "segments.duckdb",
        "select model_version, input_name, cast(observed_on as varchar), source_file, "
        "customers, strftime(published_at, '%Y%m%dT%H%M%S.%fZ') from marts.generation",
    )
    assert row == (1, "tiny", "2024-06-30", "my.csv", 300, publication.generation)


def test_what_no_spreadsheet_holds_is_not_written_as_csv(tiny_warehouse, tmp_path):
    output = tmp_path / "output"
    publication = publish(tiny_warehouse, output, most_csv_rows=299)
    longer = {
        mart
        for mart, rows in read(
            output / "segments.duckdb",
            "select relation, rows_found from marts.published_relations",
        )
        if rows >= 300
    }
    assert "customer_segments" in longer
    assert set(publication.without_csv) == longer
    assert publication.said.endswith(
        f"Too long for csv/ (var most_csv_rows): {', '.join(sorted(longer))}."
    )
    files = {
        folder: {file.stem for file in (output / folder).iterdir()}
        for folder in ("csv", "parquet")
    }
    assert files["parquet"] - files["csv"] == longer
    assert files["csv"] <= files["parquet"]
    assert len(list((output / "audiences").iterdir())) == len(publication.audiences)


# of no table of the warehouse
MADE_HERE = ("generation", "published_columns", "published_relations")


def test_comments_keys_and_rows_are_published(sample, tmp_path):
    publish(sample.warehouse, tmp_path / "output")
    for query in (
        "select table_name, comment from duckdb_tables() where schema_name = 'marts' "
        f"and table_name not in {MADE_HERE} order by all",
        "select table_name, column_name, data_type, is_nullable, comment "
        "from duckdb_columns() where schema_name = 'marts' "
        f"and table_name not in {MADE_HERE} order by all",
        "select table_name, constraint_type, constraint_column_names "
        "from duckdb_constraints() where schema_name = 'marts' "
        f"and table_name not in {MADE_HERE} order by all",
        "select customer_id, segment_key, age_group, income, total_spend "
        "from marts.customers order by customer_id",
    ):
        published = read(tmp_path / "output" / "segments.duckdb", query)
        # beside them are the columns to sort by
        assert [row for row in published if not is_beside(row)] == [
            row for row in read(sample.warehouse, query) if not is_beside(row)
        ]
        assert published
    assert read(
        tmp_path / "output" / "segments.duckdb",
        "select count(*) from duckdb_columns() where schema_name = 'marts' and "
        "(comment is null or not regexp_full_match(data_type, 'BIGINT|INTEGER|DOUBLE"
        "|VARCHAR|BOOLEAN|DATE|TIMESTAMP|DECIMAL\\(18,[0-9]+\\)'))",
    ) == [(0,)]


def test_every_column_says_its_role_its_unit_and_what_it_says_of_a_person(
    sample, tmp_path
):
    publish(sample.warehouse, tmp_path)
    file = tmp_path / "segments.duckdb"
    described = read(
        file,
        "select relation, column_name from marts.published_columns "
        "where relation not like 'published%' order by all",
    )
    assert described == read(
        file,
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and table_name not like 'published%' order by all",
    )
    assert read(
        file,
        "select relation, column_name from marts.published_columns "
        "where (role = 'figure') != (unit is not null) "
        "or unit = 'row' and relation not in (select relation "
        "from marts.published_columns where column_name = 'unit')",
    ) == []  # fmt: skip
    # persons are where the key is, and nowhere else
    assert read(
        file,
        "select distinct relation from marts.published_columns "
        "where personal is not null order by 1",
    ) == read(
        file,
        "select relation from marts.published_relations where is_of_persons order by 1",
    )
    ((own, core),) = read(
        file,
        "select count(*) filter (personal = 'attribute' and column_name = "
        "'wine_spend'), count(*) filter (personal = 'behaviour' and column_name = "
        "'total_spend') from marts.published_columns where relation = 'customers_wide'",
    )
    assert (own, core) == (1, 1)  # an input's own column may say who somebody is


def test_file_is_of_a_version_that_old_clients_open(tiny_warehouse, tmp_path):
    publish(tiny_warehouse, tmp_path / "output")
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{tmp_path / 'output' / 'segments.duckdb'}' as p (read_only)"
        )
        ((tags,),) = connection.execute(
            "select tags from duckdb_databases() where database_name = 'p'"
        ).fetchall()
        ((block_bytes,),) = connection.execute(
            "select block_size from pragma_database_size() where database_name = 'p'"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.0.0")
    assert block_bytes == 65_536  # others take twice the space, of many rows or of few


def test_parquet_holds_the_marts(tiny_warehouse, tmp_path):
    publish(tiny_warehouse, tmp_path / "output")
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select * from '{tmp_path / 'output' / 'parquet' / 'segments.parquet'}'"
        ).fetchall()
    assert rows == read(tiny_warehouse, "select * from marts.segments")


def test_hostile_names_are_text_in_files_and_file_names(
    tiny_warehouse, tmp_path, hostile_names
):
    publication = publish(tiny_warehouse, tmp_path / "output")
    folder = tmp_path / "output" / "audiences"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        publication.audiences
    )
    assert publication.audiences == (
        "s01_img-src-x-onerror-alert-1.csv",
        "s02_hyperlink-http-example-invalid-script-script-alert-2-script.csv",
        f"s03_a-b-c-quoted-twice-{'x' * 41}.csv",
        "campaign_targets.csv",
        "campaign_holdout.csv",
    )
    for name, file in zip(hostile_names, publication.audiences, strict=False):
        rows = listed(folder / file)
        assert len(rows) == 99  # and one held out
        assert {row["segment_name"] for row in rows} == {
            f"'{name}" if name.startswith("=") else name
        }


@pytest.mark.parametrize(
    "held_out",
    [
        "contact_rank % 7 = 1",
        "contact_rank = 1",
        "segment_key = 'S01'",
        "true",
        "false",
    ],
)
def test_who_is_held_out_stands_in_no_other_list(tiny_warehouse, tmp_path, held_out):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(f"update marts.campaign_targets set is_holdout = {held_out}")
    publication = publish(tiny_warehouse, tmp_path / "output")
    folder = tmp_path / "output" / "audiences"
    lists = {
        file.name: [row["customer_id"] for row in listed(file)]
        for file in folder.iterdir()
    }
    assert set(lists) == set(publication.audiences)
    kept_back = lists.pop("campaign_holdout.csv", [])
    assert len(kept_back) == publication.held_out
    assert kept_back == [
        customer
        for (customer,) in read(
            tiny_warehouse,
            "select customer_id from marts.campaign_targets where is_holdout "
            "order by contact_rank",
        )
    ]
    assert [key for keys in lists.values() for key in keys if key in kept_back] == []
    contacted = lists.pop("campaign_targets.csv", [])
    assert len(contacted) + len(kept_back) == 20
    # and everybody else is in the list of their segment
    assert sum(map(len, lists.values())) + len(kept_back) == 300


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-5", "-5"),
        ("+49.5", "+49.5"),
        ("a=b", "a=b"),
        ('a,"b"\nc', 'a,"b"\nc'),
        ("", ""),
    ],
)
def test_texts_that_begin_as_formulas_are_neutralised(
    tiny_warehouse, tmp_path, value, written
):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute("update marts.campaign_targets set offer = ?", [value])
    publish(tiny_warehouse, tmp_path / "output")
    for file in ("audiences/campaign_targets.csv", "csv/campaign_targets.csv"):
        with (tmp_path / "output" / file).open(newline="", encoding="utf-8") as lines:
            row = next(csv.DictReader(lines))
        assert row["offer"] == written
        assert row["expected_profit"] == "-1.5"  # a number is no formula


def test_a_failed_publish_leaves_the_old_generation_and_no_rest(
    tiny_warehouse, tmp_path
):
    output = tmp_path / "output"
    before = publish(tiny_warehouse, output)
    (output / "generations" / ".20240101T000000.000000Z").mkdir()  # of a killed one
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute("alter table marts.customer_segments drop column margin")
    with pytest.raises(duckdb.Error, match="margin"):
        publish(tiny_warehouse, output)
    assert [path.name for path in (output / "generations").iterdir()] == [
        before.generation
    ]
    assert read(
        output / "segments.duckdb", "select count(*) from marts.customer_segments"
    ) == [(300,)]


def test_what_is_not_ours_among_the_generations_stays(tiny_warehouse, tmp_path):
    output, elsewhere = tmp_path / "output", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.txt").write_text("precious")
    publish(tiny_warehouse, output)
    made = output / "generations"
    (made / "notes.txt").write_text("mine")
    (made / "my folder").mkdir()
    (made / "20240101T000000.000000Z").symlink_to(elsewhere)
    for _ in range(2):
        publish(tiny_warehouse, output)
    left = {path.name for path in made.iterdir()}
    assert {"notes.txt", "my folder", "20240101T000000.000000Z"} < left
    assert (elsewhere / "precious.txt").read_text() == "precious"


def test_clock_that_stands_or_goes_back_loses_no_publish(
    tiny_warehouse, tmp_path, monkeypatch
):
    now = datetime(2026, 3, 29, 1, tzinfo=UTC)
    output, seen = tmp_path / "output", []
    for seconds in (0, 0, 0, 3600, 1):
        now -= timedelta(seconds=seconds)
        clock = mock.Mock(now=lambda zone, at=now: at)
        monkeypatch.setattr(generations, "datetime", clock)
        generation = publish(tiny_warehouse, output).generation
        assert (output / "current").resolve().name == generation
        seen.append(generation)
    assert len({*seen}) == len(seen)


def test_two_generations_are_kept(tiny_warehouse, tmp_path):
    names = [publish(tiny_warehouse, tmp_path / "output").generation for _ in range(4)]
    kept = (tmp_path / "output" / "generations").iterdir()
    assert sorted(path.name for path in kept) == names[-2:]


def test_what_cannot_be_published_is_said(tiny_warehouse, tmp_path):
    with pytest.raises(UserError, match="There is no warehouse"):
        publish(tmp_path / "none.duckdb", tmp_path / "output")
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    with pytest.raises(UserError, match="no segments to publish"):
        publish(tmp_path / "empty.duckdb", tmp_path / "output")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "csv").mkdir()
    with pytest.raises(UserError, match="csv is no link of an earlier publish"):
        publish(tiny_warehouse, tmp_path / "taken")


def test_two_publishers_at_once_are_refused(tiny_warehouse, tmp_path):
    publish(tiny_warehouse, tmp_path / "output")
    with (
        FileLock(tmp_path / "output" / ".lock"),
        pytest.raises(UserError, match="Another process is publishing"),
    ):
        publish(tiny_warehouse, tmp_path / "output")


def test_slug_of_a_name_of_signs_is_empty():
    assert file_slug("../..//") == ""
    assert file_slug("日本") == ""


def test_commands_say_where_the_files_are(
    tiny_warehouse, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SEGMENTS_INPUT", "tiny")
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("SEGMENTS_OUTPUT", str(tmp_path / "output"))
    monkeypatch.chdir(Path(__file__).parents[3])
    assert main(["publish"]) == main(["dashboard"]) == 0
    folder = tmp_path / "output" / "tiny"
    said = capsys.readouterr().out
    assert f"to {folder}: segments.duckdb, parquet/ and csv/; 5 lists" in said
    assert "audiences/ (3 held out: in campaign_holdout.csv and no other)." in said
    assert f"The dashboard is {folder / 'dashboard.html'};" in said
    assert (folder / "dashboard.html").is_file()
    assert main(["publish", "--nonsense"]) == 1
    assert "--nonsense is not understood" in capsys.readouterr().err


def test_generation_says_what_the_definition_declares(tiny_warehouse, tmp_path):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "create schema staging; create table staging.input_dialect as "
            "select 'EUR' as currency, '2012-07-30' as first_day, 'de-CH' as language"
        )
    publish(tiny_warehouse, tmp_path / "output")
    assert read(
        tmp_path / "output" / "segments.duckdb",
        "select currency, cast(first_on as varchar), language, page_language "
        "from marts.generation",
    ) == [("EUR", "2012-07-30", "en", "de-CH")]


def is_beside(row: tuple) -> bool:
    names = r"\w*value_rank\w*|\w+_(order|label)|is_current_version"
    return len(row) > 2 and bool(re.fullmatch(names, str(row[1])))


def test_segments_and_ordered_words_have_beside_them_what_sorts(
    tiny_warehouse, tmp_path
):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "create table marts.moves as select 'S02' as from_segment_key, "
            "'new' as to_segment_key, 'low' as deal_level union all "
            "select 'S03', 'S01', 'high'; "
            "create table marts.own as select 'S01' as segment_key, 7 as value_rank"
        )
    publish(tiny_warehouse, tmp_path / "output")
    file = tmp_path / "output" / "segments.duckdb"
    assert read(
        file,
        "select from_value_rank, to_value_rank, deal_level_order from marts.moves "
        "order by deal_level_order",
    ) == [(3, 1, 1), (2, None, 3)]
    assert read(file, "select * from marts.own") == [("S01", 7)]
    assert read(
        file,
        "select comment from duckdb_columns() where table_name = 'moves' "
        "and column_name = 'deal_level_order'",
    ) == [("Order of deal_level: high, middle, low, unknown.",)]
    targets = listed(tmp_path / "output" / "audiences" / "campaign_targets.csv")
    assert "value_rank" not in targets[0]


def test_lists_have_contacts_and_the_published_file_has_not(tiny_warehouse, tmp_path):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "create schema staging; "
            "create table staging.stg_input__contacts as "
            "select customer_id, 'e mail' as contact, 1 as contact_order, "
            "customer_id || '@example.org' as contact_value from marts.customers "
            "union all select 'C-000004', 'phone', 2, '=1+1'"
        )
    publish(tiny_warehouse, tmp_path / "output")
    folder = tmp_path / "output"
    for path in (folder / "audiences").iterdir():
        rows = listed(path)
        assert list(rows[0])[-2:] == ["e mail", "phone"]
        assert all(row["e mail"] == f"{row['customer_id']}@example.org" for row in rows)
        for row in rows:
            assert row["phone"] == ("'=1+1" if row["customer_id"] == "C-000004" else "")
    everything = (folder / "segments.duckdb").resolve().read_bytes()
    assert b"@example.org" not in everything
    assert not any(
        "@example.org" in path.read_text("utf-8")
        for path in (folder / "csv").resolve().iterdir()
    )


def test_target_of_the_published_file_reads_it_and_writes_nothing(
    tiny_warehouse, tmp_path
):
    publish(tiny_warehouse, tmp_path / "tiny")

    def dbt(*words: str) -> str:
        asked = {"SEGMENTS_INPUT": "tiny", "SEGMENTS_OUTPUT": str(tmp_path)}
        done = subprocess.run(
            [
                Path(sys.executable).with_name("dbt"),
                *words,
                *("--vars", '{"inputs": {"tiny": {"kind": "wide", "path": "x.csv"}}}'),
                *("--target", "published", "--target-path", str(tmp_path / "target")),
            ],
            cwd=PROJECT,
            env={k: v for k, v in os.environ.items() if "SEGMENTS" not in k} | asked,
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    question = "select count(*) as n from {{ ref('customers') }}"
    assert "300" in dbt("--quiet", "show", "--inline", question)
    assert "read-only mode" in dbt("run", "--select", "segment_profiles")


def test_an_own_column_may_be_called_like_one_that_has_an_order():
    levels = Lookup(r"\w+\.(\w+_level)", r"\1_order", {"high": 1}, "")
    columns = ["deal_level", "calls_level"]
    beside = columns_beside("customers_wide", columns, [levels], {"calls_level"})
    assert [column.name for column in beside] == ["deal_level_order"]

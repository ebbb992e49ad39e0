"""What a user is told about a file, before anything is read from it."""

from pathlib import Path

import duckdb
import pytest

from segmentation.reading.dialect import input_name, inspect_input

DEFINITION = {
    "kind": "wide",
    "path": "missing.csv",
    "columns": {"customer_id": "ID", "income": "Income", "enrolled_on": "Joined"},
    "spend": {"wine": "Wine"},
    "target_campaign": {"name": "last", "response": "Response"},
}


def inspect(path: Path, text: str | bytes | None = None, **options):
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return inspect_input(
        {"shop": DEFINITION}, default="shop", path=str(path), **options
    )


@pytest.mark.parametrize(
    ("case", "text", "sentence"),
    [
        ("missing", None, "does not exist"),
        ("empty", "", "is empty; it needs a header and rows"),
        ("header only", "ID,Income\n", "has a header but no rows"),
        ("no key", "Income,Wine\n1,2\n", "no key column 'ID'; its columns are Inc"),
        ("two keys", "ID,Id,Income\n1,1,2\n", "has 2 columns called 'ID'"),
        ("not text", b"ID,Income\n1,\xff\xfe\xfa\n", "UTF-8 text (byte 13, line 2)"),
        ("day or month", "ID,Joined\n1,04-09-2012\n", "as %d-%m-%Y or as %m-%d-%Y"),
        ("no dates", "ID,Joined\n1,soon\n", "are in no known format"),
    ],
)  # fmt: skip
def test_problem_is_one_sentence(tmp_path, case, text, sentence):
    problem = inspect(tmp_path / "file.csv", text).problem
    assert sentence in problem
    assert "\n" not in problem
    assert "file.csv" in problem


def test_unknown_input_names_the_known_ones():
    dialect = inspect_input({"shop": DEFINITION}, default="shop", name="shopp")
    assert "no input called 'shopp'" in dialect.problem
    assert "it knows shop" in dialect.problem


def test_unknown_attribute_in_a_definition_is_a_problem(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text("ID\n1\n")
    definition = {"path": str(file), "columns": {"customer_id": "ID", "incom": "x"}}
    dialect = inspect_input({"shop": definition}, default="shop")
    assert "maps incom, which this project does not know" in dialect.problem


@pytest.mark.parametrize(
    ("clash", "kind"),
    [
        ({"spend": {"Wine": "a", "wine": "b"}}, "spend"),
        (
            {"campaigns": {"last": "a"}, "target_campaign": {"name": "Last"}},
            "campaigns",
        ),
    ],
)
def test_names_that_differ_only_in_case_are_a_problem(tmp_path, clash, kind):
    file = tmp_path / "file.csv"
    file.write_text("ID,a,b\n1,2,3\n")
    definition = {"path": str(file), "columns": {"customer_id": "ID"}, **clash}
    dialect = inspect_input({"shop": definition}, default="shop")
    assert f"among the {kind} of an input" in dialect.problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_separator_mark_and_line_end_reads_the_same(
    tmp_path, delimiter, mark, line_end
):
    rows = [["Id", " Income ", "Joined"], ["7", "100", "2012-09-24"]]
    text = mark + "".join(delimiter.join(row) + line_end for row in rows)
    dialect = inspect(tmp_path / "file.csv", text)
    assert dialect.problem is None
    columns = {f.name: f.source_column for f in dialect.fields}
    assert columns["customer_id"] == "Id"
    assert columns["income"].strip() == "Income"
    with duckdb.connect() as engine:
        assert engine.sql(f"from {dialect.relation_sql}").fetchall() == [
            (2, 2, "file.csv", None, "7", "100", "2012-09-24")
        ]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2012-09-04"], "%Y-%m-%d"),
        (["04-09-2012", "24-09-2012"], "%d-%m-%Y"),
        (["6/16/14", "1/2/13"], "%m/%d/%y"),
        (["24/09/2012", "31/02/2014", "25/01/2013"], "%d/%m/%Y"),
        (["24.09.2012"], "%d.%m.%Y"),
    ],
)
def test_date_format_is_the_only_one_that_reads_the_dates(tmp_path, dates, expected):
    text = "ID,Joined\n" + "".join(f"{i},{d}\n" for i, d in enumerate(dates))
    fields = {f.name: f for f in inspect(tmp_path / "file.csv", text).fields}
    assert fields["enrolled_on"].date_format == expected


def test_declared_date_format_wins(tmp_path):
    text = "ID,Joined\n1,04-09-2012\n"
    dialect = inspect(tmp_path / "file.csv", text, date_format="%m-%d-%Y")
    assert {f.date_format for f in dialect.fields} == {None, "%m-%d-%Y"}


def test_parquet_keeps_its_types(tmp_path):
    file = tmp_path / "file.parquet"
    with duckdb.connect() as engine:
        engine.sql(f"copy (select 7 as id, date '2012-09-04' as joined) to '{file}'")
    fields = {f.name: f for f in inspect(file).fields}
    assert fields["customer_id"].source_type == "INTEGER"
    assert fields["enrolled_on"].source_type == "DATE"
    assert fields["enrolled_on"].date_format is None


def test_header_cut_in_the_middle_of_a_character_is_text(tmp_path, monkeypatch):
    monkeypatch.setattr("segmentation.reading.sources.HEADER_CHARACTERS", 12)
    dialect = inspect(tmp_path / "file.csv", "ID,Income,\u00e9\u00e9\n1,2,3\n")
    assert dialect.problem is None


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("", "", "sample"),
        ("mall", "", "mall"),
        ("", "/data/marketing campaign (1).csv", "marketing_campaign_1_"),
        ("mall", "/data/x.csv", "mall"),
        ("", "/data/archive.csv.gz", "archive"),
    ],
)
def test_input_name(name, path, expected):
    assert input_name(name, path, "sample") == expected

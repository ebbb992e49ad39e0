"""Damaged, hostile and odd files: the right result or one sentence, never a stack."""

import gzip
import io
import random
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.keys import keys_of
from segmentation.reading.proposal import propose
from segmentation.reading.sources import _readable
from segmentation.warehouse.errors import UserError

pytestmark = pytest.mark.long

TABLE = pa.table({"ID": [f"c{i}" for i in range(40)], "Income": list(range(40))})


def workbook(rows, **sheets) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return file.getvalue()


def changed_member(packed: bytes, name: str, change) -> bytes:
    """Return a zip file, one member of which is changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.endswith(name) else content)
    return file.getvalue()


ROWS = [["ID", "Income"], *([f"c{i}", 1000 + i] for i in range(20))]


@pytest.fixture
def proposed(tmp_path):
    """Propose a definition; a sentence where there is none, never anything else."""

    def make(content: bytes | str, name: str = "shop.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            return propose(str(file), name="shop", folder=tmp_path / "converted")
        except UserError as error:
            assert "\n" not in str(error)
            return str(error)

    return make


@pytest.mark.parametrize("name", ["shop.xlsx", "shop.csv", "shop.xls", "shop"])
def test_workbook_is_one_by_its_content_not_by_its_name(proposed, name):
    definition = yaml.safe_load(proposed(workbook(ROWS), name).text)["shop"]
    assert definition["columns"] == {"customer_id": "ID", "income": "Income"}
    assert definition["sheet"] == "Sheet"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("member", ["sheet1.xml", "workbook.xml", "styles.xml", ""])
def test_damaged_workbook_is_a_sentence_or_is_read(proposed, seed, member):
    chance = random.Random(seed)

    def damage(content: bytes) -> bytes:
        if seed % 3 == 0:
            return content[: chance.randrange(len(content))]
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)

    packed = workbook(ROWS)
    proposed(changed_member(packed, member, damage) if member else damage(packed))


@pytest.mark.parametrize("seed", range(16))
def test_damaged_parquet_is_a_sentence_or_is_read(proposed, seed):
    chance, content = random.Random(seed), bytearray(parquet())
    # the metadata stand at the end, where a change hurts most
    start = len(content) // 2 if seed % 2 else 4
    for _ in range(3):
        content[chance.randrange(start, len(content) - 4)] = chance.randrange(256)
    proposed(bytes(content), "shop.parquet")


def test_parquet_with_a_column_of_the_engines_own_name_is_read(proposed):
    table = TABLE.append_column("file_row_number", pa.array(range(40, 80)))
    file = io.BytesIO()
    pq.write_table(table, file)
    definition = yaml.safe_load(proposed(file.getvalue(), "a.parquet").text)["shop"]
    assert definition["columns"]["customer_id"] == "ID"


def test_formulas_without_values_are_not_taken_for_missing(proposed):
    rows = [["ID", "Income"], *([i, f"=A{i + 1}*1000"] for i in range(1, 9))]
    assert "has 8 formulas without a value" in proposed(workbook(rows), "a.xlsx")
    # Excel writes the value beside the formula
    worked_out = changed_member(
        workbook(rows), "sheet1.xml", lambda xml: xml.replace(b"<v />", b"<v>5</v>")
    )
    assert "income: Income" in proposed(worked_out, "b.xlsx").text


@pytest.mark.parametrize("above", [1, 2, 4])
@pytest.mark.parametrize("kind", ["csv", "commas", "xlsx"])
def test_title_above_a_table_is_said_and_its_header_declared(proposed, above, kind):
    table = [["ID", "Income", "City"], *([f"c{i}", i, "Bonn"] for i in range(9))]
    title = [["Customers of 2024"], [], ["as of May"], []][:above]
    if kind == "xlsx":
        proposal = proposed(workbook([*title, *table]), "a.xlsx")
    else:
        wide = [row + [""] * (3 - len(row)) for row in title]
        rows = [*(wide if kind == "commas" else title), *table]
        proposal = proposed("\n".join(",".join(map(str, row)) for row in rows))
    definition = yaml.safe_load(proposal.text)["shop"]
    assert definition["header_row"] == above + 1
    assert definition["columns"]["income"] == "Income"
    assert "Read 9 rows, 3 columns" in proposal.text
    assert incomes(definition) == [f"{i}" for i in range(9)]


def incomes(definition: dict) -> list[str]:
    """Return a column as a build reads it by a definition."""
    folder = Path(definition["path"]).parent
    dialect = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=str(folder)
    )
    assert dialect.problem is None
    with duckdb.connect() as engine:
        rows = engine.sql(
            f"select Income from {dialect.relation_sql} "
            "where segments_reject_reason is null order by segments_record_number"
        ).fetchall()
    return [income for (income,) in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("row", [1, 2, 4])
def test_header_is_in_the_row_that_is_declared(tmp_path, kind, row):
    # a title as wide as the table, which nobody could tell from a header
    above = [["shop", "year", "town"], ["a", "b", "c"], ["", "", ""]][: row - 1]
    rows = [*above, ["ID", "Income", "City"], *([f"c{i}", i, "x"] for i in range(5))]
    file = tmp_path / f"a.{kind}"
    file.write_bytes(
        workbook(rows)
        if kind == "xlsx"
        else "".join(",".join(map(str, r)) + "\n" for r in rows).encode()
    )
    columns = {"customer_id": "ID", "income": "Income"}
    definition = {"path": str(file), "columns": columns, "header_row": row}
    assert incomes(definition) == [str(i) for i in range(5)]
    definition["header_row"] = 40
    problem = inspect_input({"shop": definition}, default="shop").problem
    assert "is empty" in problem


@pytest.mark.parametrize(
    ("text", "key", "mark"),
    [
        ('ID,Income,Name\n1,5,"a\\"b"\n2,6,c\n', "escape", "\\"),
        ('ID,Income,Name\n1,5,"a\\",b"\n2,6,c\n', "escape", "\\"),
        ("ID,Income,Name\n1,5,'a,b'\n2,6,c\n", "quote", "'"),
        ("ID,Income,Name\n1,5,'a\nb'\n2,6,c\n", "quote", "'"),
    ],
)
def test_other_quotes_are_found_and_declared(proposed, tmp_path, text, key, mark):
    proposal = proposed(text)
    definition = yaml.safe_load(proposal.text)["shop"]
    assert definition[key] == mark
    assert "Read 2 rows, 3 columns" in proposal.text
    assert incomes(definition) == ["5", "6"]
    # nobody reads it in another way without a word
    del definition[key]
    folder = str(tmp_path / "other")
    problem = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=folder
    ).problem
    assert f"write {key}: " in problem


def test_other_quotes_of_a_table_of_a_query_are_declared_with_it(tmp_path):
    shop = tmp_path / "shop"
    shop.mkdir()
    people = "".join(f"{i},'a,b',{i % 3}\n" for i in range(20))
    (shop / "customers.csv").write_text(f"customer_id,name,age\n{people}")
    orders = "".join(f"{i},{i % 20},2024-01-{i % 28 + 1:02},{i}\n" for i in range(60))
    (shop / "orders.csv").write_text(f"order_id,customer_id,day,amount\n{orders}")
    proposal = propose(str(shop), name="shop", folder=tmp_path / "converted")
    tables = yaml.safe_load(proposal.text)["shop"]["tables"]
    assert tables["customers"]["quote"] == "'"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"quote": "''"}, 'is not one character; write, for example, quote: "\'"'),
        ({"escape": "ab"}, "is not one character"),
        ({"quote": ",", "delimiter": ","}, "three different characters"),
        ({"escape": '"'}, "three different characters"),
        ({"header_row": 0}, "has to be the number of a line"),
        ({"header_row": "2"}, "has to be the number of a line"),
    ],
)
def test_marks_that_cannot_be_are_a_sentence(tmp_path, settings, said):
    file = tmp_path / "a.csv"
    file.write_text("ID,Income\n1,5\n2,6\n")
    definition = {"path": str(file), "columns": {"customer_id": "ID"}, **settings}
    problem = inspect_input({"shop": definition}, default="shop").problem
    assert said in problem
    assert "\n" not in problem


@pytest.mark.parametrize("name", ["O'Brien", "'t Hooft", "back\\slash", "5' 6''"])
def test_apostrophes_and_backslashes_within_texts_are_no_quotes(proposed, name):
    proposal = proposed(f"ID,Income,Name\n1,5,{name}\n2,6,c\n")
    definition = yaml.safe_load(proposal.text)["shop"]
    assert not {"quote", "escape"} & set(definition)
    assert "Read 2 rows" in proposal.text


@pytest.mark.parametrize("code", [1, 8, 11, 12, 27, 31, 127, 133, 159])
@pytest.mark.parametrize("place", ["header", "value", "key"])
def test_control_characters_leave_valid_yaml(proposed, code, place):
    character = chr(code)
    header = f"Inc{character}ome" if place == "header" else "Income"
    value = f"a{character}b" if place == "value" else "7"
    key = f"k{character}1" if place == "key" else "k1"
    proposal = proposed(f"ID,{header},City\n{key},{value},x\nk2,8,y\nk3,9,y\n")
    if not isinstance(proposal, str):
        yaml.safe_load(proposal.text)
        assert character not in proposal.text.replace("\n", "")


@pytest.mark.parametrize("byte", [0xE9, 0xFC, 0x80, 0xFF])
def test_header_in_another_encoding_can_be_written_down(proposed, byte):
    content = b"ID,MntCaf%c,MntFruits\n1,5,3\n2,6,4\n" % byte
    proposal = proposed(content + "3,7,é\n".encode())
    yaml.safe_load(proposal.text.encode("utf-8"))
    # no line is left out, so nothing says that
    assert "left out" not in proposal.text
    assert "line 1 is not UTF-8; its names were read as Windows-1252" in proposal.text
    further = proposed(content + b"3,7,\xff\n" + "4,8,é\n5,9,é\n".encode())
    assert "1 line of this UTF-8 file cannot be read as UTF-8; it is" in further.text


@pytest.mark.parametrize("name", ["2024", "no", "null", "yes", "on", "1e3", "y", "0x1"])
def test_any_name_of_a_file_is_a_name_in_yaml(tmp_path, name):
    file = tmp_path / f"{name}.csv"
    file.write_text("ID,Income\n1,5\n2,6\n")
    assert list(yaml.safe_load(propose(str(file), folder=tmp_path).text)) == [name]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["A1", "a1", "b"], "look alike, such as 'A1' and 'a1'"),
        (["A1", "A1\u200b", "b"], "look alike"),
        (["A1", "\ufeffA1", "b"], "look alike"),
        (["caf\u00e9", "cafe\u0301", "b"], "look alike"),
        (["12", "１２", "b"], "look alike"),
        (["A1", "A1\t", "b"], "look alike"),
        (["NA", "b", "c"], "1 row has 'NA' in column 'ID', which is read as no key"),
        (["None", "b", "c"], "'None'"),
        (["1.2E+10", *(f"k{i}" for i in range(40))], "last digits are lost"),
    ],
)
def test_doubtful_keys_are_said(proposed, keys, said):
    rows = "".join(f'"{key}",{i}\n' for i, key in enumerate(keys))
    assert said in proposed(f"ID,Income\n{rows}").text


def test_long_keys_that_are_numbers_are_refused(proposed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where the warehouse is looked for
    keys = [1234567890123456789.0 + 4096 * i for i in range(9)]
    rows = [["ID", "Income"], *([key, i] for i, key in enumerate(keys))]
    proposal = proposed(workbook(rows), "a.xlsx")
    assert "Danger: The keys in column 'ID'" in proposal.text
    problem = inspect_input(yaml.safe_load(proposal.text), default="shop").problem
    assert "have lost digits" in problem
    file = io.BytesIO()
    pq.write_table(pa.table({"ID": keys, "Income": list(range(9))}), file)
    assert "have lost digits" in proposed(file.getvalue(), "a.parquet").text
    short = pa.table({"ID": [1.0, 2.0, 3.0], "Income": [1, 2, 3]})
    file = io.BytesIO()
    pq.write_table(short, file)
    assert "lost digits" not in proposed(file.getvalue(), "b.parquet").text


def test_line_or_file_without_end_is_refused_early(proposed, monkeypatch):
    line = gzip.compress(b"ID,Income\n" + b"x" * (9 << 20))
    assert "has a line of more than 8 MB" in proposed(line, "a.csv.gz")
    monkeypatch.setattr("segmentation.reading.foreign._EXPANSION_FLOOR", 1 << 20)
    rows = gzip.compress(b"ID,Income\n" + b"1,5\n" * (1 << 20))
    assert "unpacks to more than" in proposed(rows, "b.csv.gz")
    monkeypatch.setenv("SEGMENTS_EXPANSION", "5000")
    # read, and found to say the same of everybody
    assert "the same for everybody" in proposed(rows, "b.csv.gz")
    monkeypatch.setenv("SEGMENTS_EXPANSION", "many")
    assert "SEGMENTS_EXPANSION is 'many'" in proposed(rows, "b.csv.gz")


def test_half_of_a_pair_of_letters_in_a_header_is_left_out():
    assert _readable("a\udce9b\ud800c") == "aébc"


def test_keys_of_no_rows_are_no_addresses():
    with duckdb.connect() as engine:
        engine.execute("create table empty (id varchar)")
        assert keys_of(engine, "empty", "id", path="a.csv").notes == ()


def test_view_of_a_database_over_another_file_is_not_followed(proposed, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("ID,Income\nhidden,5\nother,6\n")
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(file) as engine:
        engine.execute(f"create view customers as from read_csv('{secret}')")
    said = proposed(file.read_bytes(), "copy.duckdb")
    assert "a view over another file is not followed" in said
    with duckdb.connect(file) as engine:
        engine.execute("drop view customers")
        engine.execute("create table customers as select 1 as ID, 5 as Income")
        engine.execute("insert into customers values (2, 6)")
    assert "customer_id: ID" in proposed(file.read_bytes(), "copy.duckdb").text


def test_lines_that_cannot_be_read_are_said(proposed):
    text = "ID,Income\n" + "".join(f"c{i},{i}\n" for i in range(9))
    proposal = proposed(text + "x\ny\nz,1,2\n")
    assert "Danger: 2 lines are left out: too few fields (line 11 first)." in (
        proposal.text
    )
    assert "1 line is left out: too many fields (line 13 first)." in proposal.text


@pytest.mark.parametrize("seed", range(12))
def test_damaged_database_or_archive_is_a_sentence_or_is_read(proposed, tmp_path, seed):
    chance, file = random.Random(seed), tmp_path / "whole"
    if seed % 2:
        with sqlite3.connect(file) as database:
            database.execute("create table t (ID text, Income text)")
            rows = [(f"c{i}", str(i)) for i in range(40)]
            database.executemany("insert into t values (?, ?)", rows)
        database.close()
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.csv", "ID,Income\n" + "c,1\n" * 40)
    content = bytearray(file.read_bytes())
    # the head of a database and the end of an archive say where all else is
    start, end = (24, 140) if seed % 2 else (len(content) - 90, len(content))
    for _ in range(4):
        content[chance.randrange(start, end)] = chance.randrange(256)
    proposed(bytes(content), "shop.db")

"""What a user sees of a file that is not as it should be, and what is read of it."""

import gzip
import io
import sqlite3
from datetime import date
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from segmentation.reading.dialect import inspect_input
from segmentation.reading.parquet import READING_REASONS
from segmentation.reading.proposal import propose

DEFINITION = {
    "columns": {
        "customer_id": "ID",
        "income": "Income",
        "enrolled_on": "Joined",
        "recency_days": "Recency",
        "education": "Education",
    },
    "spend": {"wine": "Wine"},
}
HEADER = "ID,Income,Joined,Recency,Education,Wine\n"
ROWS = "".join(f"{n},{n}000,2014-01-2{n},{n},PhD,{n}\n" for n in range(1, 6))
TOO_FEW, TOO_MANY, QUOTES, CHARACTERS, *_ = READING_REASONS
# without the time of packing, which would give the case another name in each process
CUT_GZIP = gzip.compress(ROWS.encode(), mtime=0)[:60]


@pytest.fixture
def inspect(tmp_path):
    """Write a file and describe it."""

    def inspect(content: str | bytes = "", name: str = "shop.csv", **definition):
        file = tmp_path / name
        if content:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        inputs = {"shop": {**DEFINITION, **definition, "path": str(file)}}
        return inspect_input(inputs, default="shop", warehouse_folder=str(tmp_path))

    return inspect


def column(name: str, *values: str, separator: str = ";") -> str:
    """Return a file in which one column has these values."""
    names = HEADER.strip().split(",")
    lines = [separator.join(names)]
    for number, value in enumerate(values, 1):
        row = dict.fromkeys(names, "") | {"ID": str(number), name: value}
        lines.append(separator.join(row.values()))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("case", "name", "content", "sentence"),
    [
        ("web page", "a.csv", "<html><table>", "is a web page or XML, not a table"),
        ("cut JSON", "a.csv", '{"id": 1', "cannot be read as JSON"),
        ("JSON of objects", "a.json", '{"a": {"id": 1}}', "is JSON without a table"),
        ("dump", "a.sql", "INSERT INTO x VALUES (1);\n", "is a dump of a database in"),
        ("picture", "a.png", b"\x89PNG\r\n\x1a\n", "is a picture, not a table"),
        ("PDF", "a.csv", b"%PDF-1.4", "is a PDF document, not a table"),
        ("old Excel", "a.xls", b"\xd0\xcf\x11\xe0xxxx", "save it as .xlsx or CSV"),
        ("no workbook", "a.xlsx", b"PK\x03\x04xxxx", "cannot be read as an Excel work"),
        ("archive", "a.zip", b"PK\x03\x04xxxx", "is a damaged ZIP archive"),
        ("cut gzip", "a.csv.gz", CUT_GZIP, "ends too early"),
        ("cut UTF-16", "a.csv", (HEADER + ROWS).encode("utf-16")[:-1], "not whole as"),
        ("no script", "a.csv", HEADER.encode() + b"1,\x81\xff\n", "ine 2)"),
        ("blank", "a.csv", "\n \n", "is empty; it needs a header and rows"),
        ("no header", "a.csv", ROWS, "Its first line looks like data"),
        ("two characters", "a.csv", "1::2::5\n" * 9, "are separated by '::', which is"),
        ("codes for names", "a.csv", "A8D95,B0063,5.0\nA50C5,B001,3.0\n" * 9,
         "Its first line looks like data (A8D95, B0063, 5.0)"),
        ("decimal commas", "a.csv", HEADER + "1,1,5,2014-01-01,1,2,3\n" * 9,
         "line 2 has 7 fields where the header has 6, and 9 of 9 records do not fit"),
        ("two readings", "a.csv", column("Income", "1,234", "2,345"),
         "can be read in two ways: '1,234' is 1234, or has three decimals"),
        ("German or not", "a.csv", column("Wine", "1.234"), "decimal_mark: '.'"),
        ("mixed marks", "a.csv", column("Income", "1,50", "2.50"),
         "mixes decimal commas and points: '1,50' and '2.50'"),
        ("currencies", "a.csv", column("Income", "$5", "€6"), "currencies: $ and €"),
        ("no numbers", "a.csv", column("Income", "15k", "20k"),
         "No value in column 'Income'"),
        ("cut keys", "a.csv", HEADER + "1.2E+10,1,,1,x,1\n",
         "have lost digits (for example '1.2E+10'"),
        ("mixed dates", "a.csv", column("Joined", "13/9/12", "14/9/12", "9/13/12"),
         "are written in more than one way"),
        ("day numbers", "a.csv", column("Joined", "41156"), "like Excel's day numbers"),
    ],
)  # fmt: skip
def test_bad_file_is_one_sentence_with_file_and_remedy(
    inspect, case, name, content, sentence
):
    problem = inspect(content, name).problem
    assert sentence in problem
    assert name in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("lines", "rejected", "kept"),
    [
        ("7,1\n8,1,2014-01-01,1,PhD,1\n", {7: TOO_FEW}, 6),
        ("7,1,2014-01-01,1,PhD,1,2\n", {7: TOO_MANY}, 5),
        ("7,1,2014-01-01,1,PhD,1,,\n", {}, 6),
        ('7,1,2014-01-01,1,"PhD,1\n8,1,2014-01-01,1,PhD,1\n', {7: QUOTES}, 6),
        # closed lines later: the engine alone would read one record of the three
        ('7,1,,1,"PhD,1\n8,1,,1,x,1\n9,1,,1,x",1\n', {7: QUOTES}, 7),
        ('7,1,2014-01-01,1,"PhD\nin art",1\n8,1,2014-01-01,1,x,1\n', {}, 7),
        ('7,1,2014-01-01,1,"a "big" one",1\n', {7: QUOTES}, 5),
        ("7,1,2014-01-01,1,a\0b,1\n", {7: CHARACTERS}, 5),
        (b"7,,,,caf\xc3\xa9,1\n8,,,,caf\xe9,1\n", {8: CHARACTERS}, 6),
        ("\n\n7,1,2014-01-01,1,PhD,1\n\n", {}, 6),
    ],
    ids=[
        *("too few", "too many", "empty ones too many", "open quote", "closed late"),
        *("text of two lines", "quotes in quotes", "zero byte", "stray byte", "blank"),
    ],
)
def test_line_that_does_not_fit_is_rejected_and_no_other(
    inspect, staged, lines, rejected, kept
):
    lines = lines if isinstance(lines, bytes) else lines.encode()
    records = staged(inspect((HEADER + ROWS).encode() + lines))
    found = dict(zip(records["line_number"], records["reading_problem"], strict=True))
    assert {line: reason for line, reason in found.items() if reason} == rejected
    assert list(found.values()).count(None) == kept
    assert records["record_number"] == records["line_number"]


@pytest.mark.parametrize(
    ("written", "definition", "expected"),
    [
        (["$84,835.00 ", "(12.00)", "-5"], {}, ["84835.00", "-12.00", "-5.00"]),
        (["€1.234,56", "12,5"], {}, ["1234.56", "12.50"]),
        (["1 234,50", "1\u202f234,50", "CHF 7,5"], {}, ["1234.50", "1234.50", "7.50"]),
        (["1'234.50", "7"], {}, ["1234.50", "7.00"]),
        (["Rs. 68,024", "Rs.1,00,024.50", "Rs 9.5"], {},
         ["68024.00", "100024.50", "9.50"]),
        (["1.234,50 TL", "99,90TL"], {}, ["1234.50", "99.90"]),
        (["kr. 1.234,50", "1.234,50 kr"], {}, ["1234.50", "1234.50"]),
        (["Fr. 1'234.50", "-Fr. 5.20"], {}, ["1234.50", "-5.20"]),
        (["CHF100", "CHF7.50"], {}, ["100.00", "7.50"]),
        (["C$1,234.50", "C$2"], {}, ["1234.50", "2.00"]),
        (["1 234,50 руб.", "7 руб."], {}, ["1234.50", "7.00"]),
        (["1,234"], {"decimal_mark": "."}, ["1234.00"]),
        (["1,234"], {"decimal_mark": ","}, ["1.23"]),
        (["1.234"], {"decimal_mark": ","}, ["1234.00"]),
        (["1.234", "1'234"], {"decimal_mark": ",", "thousands_mark": "."},
         ["1234.00", None]),
        (["12", "a lot", "12k", "N/A", "  ", "12 34"], {},
         ["12.00", None, None, None, None, None]),
        (["5", "999"], {"null_words": ["999"]}, ["5.00", None]),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it(
    inspect, staged, written, definition, expected
):
    # money that may be below zero
    columns = {"customer_id": "ID", "spend_90_days": "Income"}
    described = inspect(column("Income", *written), columns=columns, **definition)
    records = staged(described)
    assert records["spend_90_days"] == [e and Decimal(e) for e in expected]
    unparsed = [bool(fields) for fields in records["unparsed_fields"]]
    missing = {"N/A", "  ", *definition.get("null_words", [])}
    assert unparsed == [
        e is None and w not in missing for w, e in zip(written, expected, strict=True)
    ]


def test_values_that_cannot_be_are_missing_and_counted(inspect, staged):
    rows = (
        "1,5,9999-12-31,-3,x,-2.5\n2,5,2014-02-31,three,x,1\n3,5,2014-02-01,3.0,x,1\n"
    )
    records = staged(inspect(HEADER + rows))
    assert records["enrolled_on"] == [None, None, date(2014, 2, 1)]
    assert records["recency_days"] == [None, None, 3]
    assert records["unparsed_fields"][:2] == [
        ",enrolled_on,",
        ",enrolled_on,recency_days,",
    ]
    assert records["negative_fields"][:2] == [",recency_days,spend_wine,", None]
    assert records["spend_wine"][0] is None


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["5524.0", "17.0"], ["5524", "17"]),
        (["5524.0", "17.5"], ["5524.0", "17.5"]),
        (["007", "7"], ["007", "7"]),
        (["00017", "00050.0", "17"], ["00017", "00050.0", "17"]),
        (["0.0", "10.00", "5"], ["0", "10", "5"]),
        ([f"{10**36}.0", "5.0"], [f"{10**36}.0", "5.0"]),
        (["a-1", "A-1"], ["a-1", "A-1"]),
        (["3f2504e0-4f89-11d3-9a0c-0305e82c3301"],) * 2,
    ],
)
def test_keys_stay_as_they_are_written(inspect, staged, keys, expected):
    rows = "".join(f"{key},1,2014-01-01,1,x,1\n" for key in keys)
    assert staged(inspect(HEADER + rows))["customer_id"] == expected


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["31.0", "32"], "1 of 2 keys in column 'ID' are written with decimals, such "
         "as '31.0', and were read as '31'."),
        (["031", "32.0"], "1 of 2 keys in column 'ID' are written with decimals, such "
         "as '32.0'; they are kept as they are, as keys that begin with a zero "
         "('031') would become other ones."),
        (["a31", "32.0"], None),
        (["31", "32"], None),
    ],
)  # fmt: skip
def test_keys_with_decimals_are_spoken_of(inspect, keys, said):
    rows = "".join(f"{key},1,2014-01-01,1,x,1\n" for key in keys)
    assert inspect(HEADER + rows).notes == (f"shop.csv: {said}" if said else None)


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "  \u2003"])
@pytest.mark.parametrize("blanks", [1, 2])
def test_column_without_a_name_is_no_field(inspect, staged, blank, blanks):
    header = f"{(blank + ';') * blanks}ID;Income;Wine\n"
    rows = "".join(f"{f'{n};' * blanks}c{n};{n}00;{n}\n" for n in range(1, 5))
    dialect = inspect(header + rows, delimiter=";")
    found = {f.name: f.source_column for f in dialect.fields if f.source_column}
    assert found == {"customer_id": "ID", "income": "Income", "wine": "Wine"}
    records = staged(dialect)
    assert not any(records["children_at_home"] + records["age_years"])


def test_column_without_a_name_cannot_be_mapped(inspect):
    problem = inspect(
        " ,ID\n1,2\n", columns={"customer_id": "ID", "income": " "}
    ).problem
    assert "maps income to a column without a name; give the column" in problem


def test_files_that_have_a_column_twice_are_refused(inspect, tmp_path):
    (tmp_path / "a.csv").write_text("ID,Income\n1,5\n")
    (tmp_path / "b.csv").write_text("ID,Income,income\n2,5,6\n")
    assert "b.csv has 'income' besides" in inspect(name="[ab].csv").problem


@pytest.mark.parametrize(
    ("written", "multiply", "expected"),
    [
        (["3.5", "3.49", "0.5", "7"], {}, [4, 3, 1, 7]),
        (["3,5", "12,25", "1,0"], {}, [4, 12, 1]),
        (["0.25", "1.5"], {"recency_days": 100}, [25, 150]),
        (["99999999999.5", "2"], {}, [None, 2]),
    ],
)
def test_counts_with_decimals_are_numbers(inspect, staged, written, multiply, expected):
    dialect = inspect(column("Recency", *written), multiply=multiply)
    assert staged(dialect)["recency_days"] == expected


@pytest.mark.parametrize(
    "written",
    [
        ["1962-08-13", "1971/1/2", "1980"],
        ["13.08.1962", "2.1.1971", "31.12.1980"],
        ["13/08/1962", "1/2/1971", ""],
        ["Aug 13, 1962", "2 Jan 1971", "n/a"],
        ["1962-08-13 00:00:00", "1971-01-02T10:00", "x"],
        ["13.8.62", "02.01.71", "31.12.80"],
    ],
)
def test_date_of_birth_gives_its_year(inspect, staged, written):
    columns = {"customer_id": "ID", "birth_year": "Income"}
    records = staged(inspect(column("Income", *written), columns=columns))
    assert records["birth_year"][:2] == [1962, 1971]
    assert records["birth_year"][2] in (1980, None)
    assert [bool(f) for f in records["unparsed_fields"]] == [
        False, False, written[2] == "x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("yes", "no"),
    [("1.0", "0.0"), ("1,0", "0,0"), ("1.00", "0"), ("TRUE", "f"), ("x", ""),
     ("Ja", "Nein")],
)  # fmt: skip
def test_flags_are_flags_to_init_and_to_the_build(inspect, staged, yes, no, tmp_path):
    text = column("Income", yes, no, yes).replace("Income", "Response")
    dialect = inspect(text, target_campaign={"name": "last", "response": "Response"})
    answers = staged(dialect)["target_accepted"]
    assert answers == [True, None if no == "" else False, True]
    proposal = propose(str(tmp_path / "shop.csv"), folder=tmp_path)
    # where blank is the only no, the column is the same for everybody
    assert ("column: Response" in proposal.text) == bool(no)


def test_what_a_column_loses_is_counted_with_an_example(inspect, staged):
    rows = "1,5,2014-01-01,1.5,x,1\n2,a lot,2014-01-02,2,x,\n3,,2014-01-03,9,x,y\n"
    lost = staged(inspect(HEADER + rows), "stg_input__lost_values")
    found = {
        name: row for name, *row in zip(*list(lost.values())[:1], lost["filled_values"],
        lost["unread_values"], lost["unread_example"], lost["rounded_values"],
        lost["rounded_example"], strict=True)
    }  # fmt: skip
    assert found == {
        "enrolled_on": [3, 0, None, 0, None],
        "income": [2, 1, "a lot", 0, None],
        "recency_days": [3, 0, None, 1, "1.5"],
        "spend_wine": [2, 1, "y", 0, None],
    }


def test_what_is_below_zero_is_counted_with_an_example(inspect, staged):
    rows = "1,-5,2014-01-01,1,x,1\n2,7,2014-01-02,-2,x,-3\n3,,2014-01-03,9,x,4\n"
    lost = staged(inspect(HEADER + rows), "stg_input__lost_values")
    found = {
        name: row for name, *row in zip(*list(lost.values())[:1],
        lost["below_zero_values"], lost["below_zero_example"], strict=True)
    }  # fmt: skip
    assert found == {
        "enrolled_on": [0, None],
        "income": [1, "-5"],
        "recency_days": [1, "-2"],
        "spend_wine": [1, "-3"],
    }


def test_files_of_a_pattern_are_one_after_the_other(inspect, staged, tmp_path):
    (tmp_path / "b.csv").write_text(HEADER + "6,1,2014-01-01,1,x,1\n7,1\n")
    (tmp_path / "a.csv").write_text(HEADER + ROWS)
    records = staged(inspect(name="[ab].csv"))
    places = zip(records["source_file"], records["line_number"], strict=True)
    assert list(places)[-3:] == [("a.csv", 6), ("b.csv", 2), ("b.csv", 3)]
    assert len(set(records["record_number"])) == 7
    assert records["reading_problem"][-1] == TOO_FEW
    (tmp_path / "b.csv").write_text("ID,Income,Colour\n1,2,red\n")
    problem = inspect(name="[ab].csv").problem
    assert "b.csv lacks 'joined'" in problem
    assert "has 'colour' besides" in problem


def test_pattern_without_files_is_a_sentence(inspect):
    assert "No file is called like" in inspect(name="*.csv").problem


def workbook(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_workbook_is_read_like_text(inspect, staged):
    rows = [
        HEADER.strip().split(","),
        [5524.0, 1234.5, date(2014, 1, 2), 3, "PhD", 1],
        [],
        [17, "#N/A", date(2014, 1, 13), None, None, 2],
    ]
    records = staged(inspect(workbook(Customers=rows, Empty=[]), "shop.xlsx"))
    assert records["customer_id"] == ["5524", "17"]
    assert records["income"] == [Decimal("1234.50"), None]
    assert records["enrolled_on"] == [date(2014, 1, 2), date(2014, 1, 13)]
    assert records["line_number"] == [2, 4]
    assert records["unparsed_fields"] == [None, None]


def test_a_sheet_that_explains_the_columns_is_not_asked_about(inspect, staged):
    rows = [
        HEADER.strip().split(","),
        *([[1000 + i, 5, None, 1, None, 1] for i in range(40)]),
    ]
    notes = [["Column", "Meaning"], ["ID", "of a customer"], ["Income", "a year"]]
    records = staged(inspect(workbook(Notes=notes, Customers=rows), "shop.xlsx"))
    assert len(records["customer_id"]) == 40


def test_workbook_of_several_sheets_asks_which(inspect):
    book = workbook(Customers=[["ID"], [1]], Notes=[["hello"]])
    problem = inspect(book, "shop.xlsx").problem
    assert "several sheets: Customers, Notes; say which" in problem
    assert inspect(book, "shop.xlsx", sheet="Customers").problem is None
    assert "no sheet 'X'" in inspect(book, "shop.xlsx", sheet="X").problem


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_table_of_a_database_is_read(inspect, staged, tmp_path, engine):
    file = tmp_path / f"shop.{engine}"
    connect = sqlite3.connect if engine == "sqlite" else duckdb.connect
    connection = connect(file)
    connection.execute("create table people (ID integer, Income double, Wine integer)")
    connection.execute("insert into people values (5524, 10.5, 3), (17, null, 4)")
    connection.execute("create table other (x integer)")
    connection.commit()
    connection.close()
    assert "has several tables: " in inspect(name=file.name).problem
    assert "has no table 'x'" in inspect(name=file.name, table="x").problem
    records = staged(inspect(name=file.name, table="people"))
    assert records["customer_id"] == ["5524", "17"]
    assert records["income"] == [Decimal("10.50"), None]


def test_postgres_without_its_extension_is_a_sentence_without_the_password(monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "secret")
    address = "postgresql://me:${SHOP_PASSWORD}@localhost:1/shop"
    inputs = {"shop": {**DEFINITION, "path": address}}
    problem = inspect_input(inputs, default="shop").problem
    assert "extension 'postgres'" in problem or "does not answer" in problem
    assert "secret" not in problem


def test_sentence_about_a_column_of_two_lines_is_one_line(inspect):
    definition = {"columns": {"customer_id": "ID", "income": "In\ncome"}, "spend": {}}
    problem = inspect('ID;"In\ncome"\n1;1,234\n', **definition).problem
    assert "column 'In come'" in problem
    assert "\n" not in problem


def test_names_and_values_travel_as_data(inspect, staged):
    name = 'x\'); drop table customers; -- "<b>"\n=1+1 🎁 {[' + "y" * 500
    value = "'; select 1; <script>alert(1)</script> =cmd|' 💥"
    quoted = '"' + name.replace('"', '""') + '"'
    rows = f'"{value}",1,2014-01-21,1,"{value}",1,7\n'
    dialect = inspect(
        HEADER.strip() + f",{quoted}\n" + rows,
        spend={"wine": "Wine", "total": "Wine", "gold": "Wine", name: name},
    )
    records = staged(dialect)
    assert records["customer_id"] == [value]
    assert records["education"] == [value]
    assert records[f"spend_{name}"] == [Decimal("7.00")]
    # a category may be called like a column of the marts
    assert records["spend_total"] == records["spend_gold"] == [Decimal("1.00")]

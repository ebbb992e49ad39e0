"""Files in other encodings and forms: JSON, archives, reports."""

import gzip
import io
import json
import zipfile

import duckdb
import pytest

from segmentation.reading.encodings import detect_encoding
from segmentation.reading.layout import Layout
from segmentation.reading.parquet import TOTAL
from segmentation.reading.sources import open_source
from segmentation.warehouse.errors import UserError

SCRIPTS = {
    "cp932": "顧客番号,性別,地域\n1,女性,東京都\n2,男性,大阪府\n3,女性,北海道\n",
    "euc_jp": "顧客番号,性別,地域\n1,女性,東京都\n2,男性,大阪府\n",
    "gb18030": "客户编号,性别,城市\n1,女,北京\n2,男,上海\n3,男,广州\n",
    "big5": "客戶編號,性別,城市,消費金額\n1,女,臺北,12\n2,男,高雄,30\n",
    "cp949": "고객번호,성별,지역\n1,여성,서울\n2,남성,부산\n",
    "cp1251": "Номер клиента,Пол,Город\n1,женский,Москва\n2,мужской,Казань\n",
    "cp1256": "رقم العميل,الجنس,المدينة\n1,أنثى,القاهرة\n2,ذكر,الرياض\n",
    "cp1253": "Κωδικός,Φύλο,Πόλη\n1,γυναίκα,Αθήνα\n2,άνδρας,Πάτρα\n",
    "windows-1252": "Kundennr,Ort,Straße\n1,Köln,Große Gasse\n2,München,Am Öhr\n",
}


@pytest.fixture
def read(tmp_path):
    """Write a file and return its headers, rows with reasons, and notes."""

    def read(name: str, content: bytes, **declared):
        file = tmp_path / name
        file.write_bytes(content)
        source = open_source(
            str(file), folder=tmp_path / "converted", layout=Layout(**declared)
        )
        columns = ", ".join(f'cast("{c.name}" as varchar)' for c in source.columns)
        rows = duckdb.sql(
            f"select {source.reject_reason_sql}, {columns} from {source.relation_sql} "
            f"order by {source.record_number_sql}"
        ).fetchall()
        return [c.header for c in source.columns], rows, source.notes

    return read


@pytest.mark.parametrize("encoding", SCRIPTS)
def test_encoding_of_a_script_is_found_and_said(read, encoding):
    text = SCRIPTS[encoding]
    headers, rows, notes = read("shop.csv", text.encode(encoding))
    assert ",".join(headers) == text.splitlines()[0]
    assert [",".join(row[1:]) for row in rows] == text.splitlines()[1:]
    assert "it is not UTF-8, so it was read as" in notes[0]


def test_utf8_by_chance_in_few_lines_does_not_make_a_file_utf8(tmp_path):
    # two bytes of GB 18030 that are a letter in UTF-8 as well
    by_chance = b"\xc4\xa3,1\n"
    file = tmp_path / "shop.csv"
    file.write_bytes(SCRIPTS["gb18030"].encode("gb18030") * 3 + by_chance)
    assert detect_encoding(file, is_packed=False).name == "gb18030"


OBJECTS = [
    {"id": "001", "since": "2024-01-02", "visits": 3, "tags": ["vip", "web"]},
    {"id": "002", "since": "2024-02-03", "visits": 1.5, "address": {"city": "X"}},
]
READ = [
    (None, "001", "2024-01-02", "3.0", "vip, web"),
    (None, "002", "2024-02-03", "1.5", None),
]
CITIES = {None, "X"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(OBJECTS).encode()),
        ("a.json", json.dumps(OBJECTS, indent=2).encode()),
        ("a.jsonl", "\n".join(map(json.dumps, OBJECTS)).encode()),
        (
            "a.jsonl.gz",
            gzip.compress("\n".join(map(json.dumps, OBJECTS)).encode(), mtime=0),
        ),
    ],
    ids=["array", "indented", "lines", "packed lines"],
)
def test_json_is_read_as_a_table_with_lists_as_text(read, name, content):
    headers, rows, notes = read(name, content)
    assert headers == ["id", "since", "visits", "tags", "address_city"]
    assert [row[:-1] for row in rows] == READ
    assert {row[-1] for row in rows} == CITIES
    assert not notes


def archive(files: dict[str, str]) -> bytes:
    """Return a ZIP archive of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return buffer.getvalue()


def test_file_in_a_zip_archive_is_read(read):
    packed = archive({"__MACOSX/._out.csv": "", "out.csv": "id,age\n1,20\n2,30\n"})
    headers, rows, _ = read("a.zip", packed)
    assert headers == ["id", "age"]
    assert rows == [(None, "1", "20"), (None, "2", "30")]


def test_archive_of_several_files_says_which_there_are(read):
    with pytest.raises(UserError, match=r"of 2 files \(a.csv, b.csv\); unpack it"):
        read("a.zip", archive({"a.csv": "id\n1\n", "b.csv": "id\n1\n"}))


TABLE = "ID,Age,City\n1,20,Ulm\n2,30,Ulm\n3,40,Bonn\n"


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("plain titles", "Sales by customer\nAcme Ltd\n\n" + TABLE),
        ("padded titles", "Sales by customer,,\n2024-01-01,,\n,,\n" + TABLE),
        ("quoted title", '"1 Jan to 2 Feb"\n' + TABLE),
    ],
)
def test_title_above_the_header_is_found_and_said(read, case, text):
    headers, rows, notes = read("a.csv", text.encode())
    assert headers == ["ID", "Age", "City"]
    assert [row[1] for row in rows] == ["1", "2", "3"]
    assert "a title stands above the table; 'ID, Age, City' was read" in notes[0]


def test_totals_below_are_told_by_their_place_and_kept_apart(read):
    text = TABLE + "Total,x,y\n" + "5,50,Ulm\n" + ",Total,140\nGrand total:,,140\n"
    _, rows, _ = read("a.csv", text.encode())
    # a customer who is called Total stands among the others
    assert [row[:2] for row in rows] == [
        *((None, "1"), (None, "2"), (None, "3"), (None, "Total"), (None, "5")),
        *((TOTAL, None), (TOTAL, None)),
    ]


@pytest.mark.parametrize(
    "text", [TABLE, "a,b\n1,2\n3,4\n5,6\n7,8\n", "ID;Age;;\n1;2;;\n2;3;;\n3;4;;\n"]
)
def test_table_without_title_keeps_its_header(read, text):
    headers, rows, notes = read("a.csv", text.encode())
    assert headers[0] == text[: len(headers[0])]
    assert len(rows) == text.count("\n") - 1
    assert notes == []

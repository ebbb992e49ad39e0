"""Independent readers: what is in a file, found without any code of the project.

Only what can be told beyond doubt is told: text without quotes or stray bytes, and
what the libraries of a format read themselves.
"""

import gzip
import io
import json
import re
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pyarrow.parquet as pq

__all__ = ["HEADER", "independent", "is_plain", "value_of"]

HEADER = ["ID", "Income", "City"]
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MISSING = {"na", "n/a", "null", "nan", "none", "-", "--", "."}
Rows = Counter[tuple[str, str]]


def is_plain(key: object) -> bool:
    """Return whether a key is one of those that the generator makes."""
    return isinstance(key, str) and bool(re.fullmatch("c[0-9]+", key))


def independent(file: Path, kind: str) -> Rows | None:
    """Return how often each pair of key and income is there, or none if in doubt."""
    readers = {
        "parquet": _parquet,
        "sqlite": _sqlite,
        "duckdb": _duckdb,
        "xlsx": _workbook,
        "json": _json,
        "gzip": lambda f: _text(gzip.decompress(f.read_bytes()), "utf-8"),
        "zip": _zipped,
        "utf-16": lambda f: _text(f.read_bytes(), "utf-16"),
        "cp1252": lambda f: _text(f.read_bytes(), "cp1252"),
    }
    read = readers.get(kind, lambda f: _text(f.read_bytes(), "utf-8"))
    try:
        rows = read(file)
    except Exception:  # what another reader refuses cannot be compared
        return None
    if rows is None:
        return None
    pairs = ((k, v) for k, v in rows if is_plain(k))
    return Counter((k, value_of(v)) for k, v in pairs)


def value_of(value: object) -> str:
    """Return a value as it is compared: words for a missing one are none."""
    text = str(value if value is not None else "").strip(" ")
    return "" if text.lower() in _MISSING else text


def _parquet(file: Path) -> list[tuple] | None:
    table = pq.read_table(file)
    return list(zip(*(table.column(n).to_pylist() for n in HEADER[:2]), strict=True))


def _sqlite(file: Path) -> list[tuple]:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        try:
            return database.execute("select ID, Income from t").fetchall()
        finally:
            database.close()


def _duckdb(file: Path) -> list[tuple]:
    with duckdb.connect(file, read_only=True) as engine:
        return engine.sql("select ID, Income from t").fetchall()


def _json(file: Path) -> list[tuple] | None:
    rows = json.loads(file.read_bytes().decode("utf-8"))
    if any(set(row) != set(HEADER) for row in rows):
        return None
    if any(not isinstance(value, str) for row in rows for value in row.values()):
        return None
    return [(row["ID"], row["Income"]) for row in rows]


def _zipped(file: Path) -> list[tuple] | None:
    with zipfile.ZipFile(file) as archive:
        return _text(archive.read(archive.namelist()[0]), "utf-8")


def _workbook(file: Path) -> list[tuple] | None:
    with zipfile.ZipFile(file) as book:
        texts = [
            "".join(part.text or "" for part in entry.iter(f"{_SHEET}t"))
            for entry in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{_SHEET}row"):
        cells: dict[str, str] = {}
        for cell in row:
            value = cell.find(f"{_SHEET}v")
            if cell.get("t") != "s" or value is None or cell.get("r") is None:
                return None
            cells[re.sub("[0-9]", "", cell.get("r"))] = texts[int(value.text)]
        rows.append(cells)
    if [rows[0].get(letter) for letter in "ABC"] != HEADER or any(
        set(cells) != set("ABC") for cells in rows
    ):
        return None
    return [(cells["A"], cells["B"]) for cells in rows[1:]]


def _text(content: bytes, encoding: str) -> list[tuple] | None:
    """Read delimited text without any rule of quotes, so only where there are none."""
    text = content.decode(encoding).removeprefix("\ufeff")
    if any(mark in text for mark in ('"', "'", "\\", "\0")):
        return None
    if "\r" in text.replace("\r\n", "") or any(
        ord(c) < 32 for c in text if c not in "\r\n\t"
    ):
        return None
    lines = [line.removesuffix("\r") for line in io.StringIO(text, newline="\n")]
    lines = [line.rstrip("\r\n") for line in lines]
    lines = [line for line in lines if line]
    delimiters = [d for d in ",;\t|" if lines[0].split(d) == HEADER]
    if len(delimiters) != 1:
        return None
    rows = []
    for line in lines[1:]:
        values = line.split(delimiters[0])
        fits = len(values) >= len(HEADER)
        if fits and not any(v.strip() for v in values[len(HEADER) :]):
            rows.append((values[0].strip(" "), values[1]))
    return rows

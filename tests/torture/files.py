"""Files of every format, whole and damaged, against independent readers."""

import csv
import gzip
import io
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.reading.dialect import inspect_input

__all__ = ["KINDS", "damaged", "judged", "table", "try_file", "written"]

KINDS = (
    "csv",
    "gzip",
    "quoted",
    "utf-16",
    "cp1252",
    "xlsx",
    "parquet",
    "sqlite",
    "duckdb",
)
HEADER = ["ID", "Income", "City"]
DEFINITION = {
    "columns": {"customer_id": "ID", "income": "Income"},
    "groups": {"city": "City"},
}
CITIES = ("Bonn", "Köln", "Aix", "O'Fallon", "Saint-Denis", "a=b", "5 Oaks")
SUFFIX = {"gzip": "csv.gz", "quoted": "csv", "utf-16": "csv", "cp1252": "csv"}


def table(chance: random.Random) -> list[list[str]]:
    """Return rows of customers; every key is different."""
    first = chance.randrange(1000)
    return [
        [f"c{first + i}", str(chance.randrange(10_000, 99_999)), chance.choice(CITIES)]
        for i in range(chance.randrange(5, 60))
    ]


def written(kind: str, rows: list[list[str]], chance: random.Random) -> bytes:
    """Return rows as a file of a kind, in one of its dialects."""
    if kind in ("xlsx", "parquet", "sqlite", "duckdb"):
        return _packed(kind, rows)
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=chance.choice(",;\t|"),
        lineterminator=chance.choice(["\n", "\r\n"]),
        quoting=csv.QUOTE_ALL if kind == "quoted" else csv.QUOTE_MINIMAL,
    )
    writer.writerows([HEADER, *rows])
    encoding = {"utf-16": "utf-16", "cp1252": "cp1252"}.get(kind, "utf-8")
    if encoding == "utf-8" and chance.random() < 0.2:
        encoding = "utf-8-sig"
    content = text.getvalue().encode(encoding)
    return gzip.compress(content) if kind == "gzip" else content


def _packed(kind: str, rows: list[list[str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"a.{kind}"
        if kind == "xlsx":
            book = openpyxl.Workbook()
            for row in [HEADER, *rows]:
                book.active.append(row)
            book.save(file)
        elif kind == "parquet":
            columns = dict(zip(HEADER, zip(*rows, strict=True), strict=True))
            pq.write_table(pa.table({k: list(v) for k, v in columns.items()}), file)
        elif kind == "sqlite":
            with sqlite3.connect(file) as database:
                database.execute("create table t (ID text, Income text, City text)")
                database.executemany("insert into t values (?, ?, ?)", rows)
            database.close()
        else:
            with duckdb.connect(file) as engine:
                engine.execute("create table t (ID text, Income text, City text)")
                engine.executemany("insert into t values (?, ?, ?)", rows)
        return file.read_bytes()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return bytes that something has happened to."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at = chance.randrange(len(data))
        length = chance.choice([1, 1, 2, 8, 64])
        what = chance.randrange(7)
        if what == 0:
            data[at] = chance.randrange(256)
        elif what == 1:
            data = data[: max(at, 1)]
        elif what == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(length))
        elif what == 3 and len(data) > length:
            del data[at : at + length]
        elif what == 4:
            data[at:at] = data[at : at + length]
        elif what == 5:
            data[at : at + length] = bytes(len(data[at : at + length]))
        else:
            data[at:at] = chance.choice(
                [b'"', b"\n", b",", b";", b"\r", b"'", b"\\", b"\0"]
            )
        data = data or bytearray(b"x")
    return bytes(data)


def try_file(seed: int) -> tuple[str, str]:
    """Make a file, whole or damaged, and read it; return its kind and what came out."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    rows = table(chance)
    content = written(kind, rows, chance)
    is_whole = chance.random() < 0.1
    if not is_whole:
        content = damaged(content, chance)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"shop.{SUFFIX.get(kind, kind)}"
        file.write_bytes(content)
        return kind, judged(file, rows if is_whole else None, Path(folder))


def judged(file: Path, rows: list[list[str]] | None, folder: Path) -> str:
    """Read a file as a build does; say how it went.

    Parameters
    ----------
    file : Path
    rows : list of list of str or None
        What is in it, where that is known.
    folder : Path
        For what is converted.
    """
    definition = {**DEFINITION, "path": str(file)}
    try:
        dialect = inspect_input(
            {"shop": definition}, default="shop", warehouse_folder=str(folder)
        )
        if dialect.problem is not None:
            is_sentence = (
                "\n" not in dialect.problem and "Traceback" not in dialect.problem
            )
            return "sentence" if is_sentence and rows is None else "wrong: refused"
        key = next(f.source_column for f in dialect.fields if f.name == "customer_id")
        with duckdb.connect() as engine:
            read = engine.sql(
                f'select "{key.replace(chr(34), chr(34) * 2)}", '
                f"segments_reject_reason from {dialect.relation_sql}"
            ).fetchall()
    except Exception as error:  # whatever comes is what is looked for
        return f"traceback: {type(error).__name__}: {str(error)[:80]}"
    found = Counter(key for key, reason in read if reason is None and key is not None)
    if rows is not None:
        return "clean" if found == Counter(row[0] for row in rows) else "wrong: keys"
    expected = _independent(file, list(DEFINITION["columns"].values()))
    if expected is None:
        return "clean, not compared"
    counted = {key: n for key, n in found.items() if _is_plain(key)}
    return "clean" if counted == expected else "wrong: keys"


def _is_plain(key: str) -> bool:
    return key[:1] == "c" and key[1:].isascii() and key[1:].isdigit()


def _independent(file: Path, wanted: list[str]) -> dict[str, int] | None:
    """Return how often each plain key is in a file, or none if it cannot be told.

    Text is told without any rule of quotes, so only where there are none.
    """
    content = file.read_bytes()
    if file.suffix == ".parquet":
        try:
            keys = pq.read_table(file).column("ID").to_pylist()
        except Exception:  # what another reader refuses cannot be compared
            return None
        return dict(Counter(key for key in keys if key and _is_plain(key)))
    if file.suffix != ".csv":
        return None
    content = content.removeprefix(b"\xef\xbb\xbf")
    if any(mark in content for mark in (b'"', b"'", b"\\", b"\0")):
        return None
    if b"\r" in content.replace(b"\r\n", b""):
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    lines = [line for line in lines if line]
    delimiters = [d for d in ",;\t|" if lines[0].split(d) == HEADER]
    if len(delimiters) != 1:
        return None
    return dict(Counter(_plain_keys(lines[1:], delimiters[0])))


def _plain_keys(lines: list[str], delimiter: str) -> Iterator[str]:
    for line in lines:
        values = line.split(delimiter)
        if len(values) < len(HEADER) or any(v.strip() for v in values[len(HEADER) :]):
            continue
        if _is_plain(values[0].strip(" ")):
            yield values[0].strip(" ")

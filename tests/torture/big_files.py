"""Files of some 10 MB in shapes that make readers take memory."""

import gzip
import io
import json
import random
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose
from segmentation.warehouse.errors import UserError

__all__ = ["SHAPES", "try_big"]

BYTES = 10 << 20


def _rows(kind: str) -> str:
    return "".join(f"c{i},{i % 90_000},{kind}\n" for i in range(BYTES // 20))


def _plain(chance: random.Random) -> bytes:
    return f"ID,Income,City\n{_rows('Bonn')}".encode()


def _quotes(chance: random.Random) -> bytes:
    """Return texts that are opened and never closed."""
    rows = "".join(f'c{i},"{i},x\n' for i in range(BYTES // 12))
    return f"ID,Income,City\n{rows}".encode()


def _latin(chance: random.Random) -> bytes:
    return f"ID,Income,City\n{_rows('Köln')}".encode("cp1252")


def _wide(chance: random.Random) -> bytes:
    names = ",".join(f"m{i}" for i in range(1000))
    row = ",".join("7" for _ in range(1000))
    rows = "".join(f"c{i},{row}\n" for i in range(BYTES // 2010))
    return f"ID,{names}\n{rows}".encode()


def _endless(chance: random.Random) -> bytes:
    return b"ID,Income\n" + b"x" * BYTES


def _bomb(chance: random.Random) -> bytes:
    return gzip.compress(b"ID,Income\n" + b"0" * (3000 << 20), 1)[:BYTES]


def _packed_rows(chance: random.Random) -> bytes:
    text = "ID,Income,City\n" + _rows("Bonn") * 6
    return gzip.compress(text.encode(), 1)


def _separators(chance: random.Random) -> bytes:
    return b"ID,Income\n" + (b"," * 4000 + b"\n") * (BYTES // 4001)


def _json(chance: random.Random) -> bytes:
    rows = [{"ID": f"c{i}", "Income": i, "City": "x"} for i in range(BYTES // 42)]
    return json.dumps(rows).encode()


def _nested(chance: random.Random) -> bytes:
    return b'[{"ID": ' + b"[" * (BYTES // 2) + b"]" * (BYTES // 2) + b"}]"


def _keys_of_json(chance: random.Random) -> bytes:
    rows = ({f"k{i}": 1} for i in range(BYTES // 14))
    return ("[" + ",".join(map(json.dumps, rows)) + "]").encode()


def _workbook(chance: random.Random) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["ID", "Income", "City"])
    for i in range(60_000):
        sheet.append([f"c{i}", i, f"place {chance.random()}"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _archive(chance: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shop.csv", "ID,Income,City\n" + _rows("Bonn") * 4)
    return file.getvalue()


def _parquet(chance: random.Random) -> bytes:
    file = io.BytesIO()
    n = 400_000
    columns = {
        "ID": [f"c{i}" for i in range(n)],
        "Income": [chance.randrange(90_000) for _ in range(n)],
        "City": ["x" * 100] * n,  # one entry of a dictionary
    }
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def _database(chance: random.Random) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.sqlite"
        with sqlite3.connect(file) as database:
            database.execute("create table t (ID text, Income text, City text)")
            rows = ((f"c{i}", str(i), "x" * 20) for i in range(250_000))
            database.executemany("insert into t values (?, ?, ?)", rows)
        database.close()
        return file.read_bytes()


SHAPES: dict[str, Callable[[random.Random], bytes]] = {
    "plain.csv": _plain,
    "quotes.csv": _quotes,
    "latin.csv": _latin,
    "wide.csv": _wide,
    "endless.csv": _endless,
    "bomb.csv.gz": _bomb,
    "packed.csv.gz": _packed_rows,
    "separators.csv": _separators,
    "rows.json": _json,
    "nested.json": _nested,
    "keys.json": _keys_of_json,
    "book.xlsx": _workbook,
    "archive.zip": _archive,
    "rows.parquet": _parquet,
    "rows.sqlite": _database,
    "noise.csv": lambda chance: chance.randbytes(BYTES),
}


def made(name: str, folder: Path) -> Path:
    """Write a file of a shape; return it."""
    file = folder / name
    file.write_bytes(SHAPES[name](random.Random(name)))
    return file


def try_big(file: Path, *, is_proposed: bool) -> str:
    """Propose a definition of a large file, or read it by one."""
    with tempfile.TemporaryDirectory() as folder:
        if is_proposed:
            with suppress(UserError):
                propose(str(file), name="big", folder=Path(folder))
                return "proposed"
            return "sentence"
        columns = {"customer_id": "ID", "income": "Income"}
        dialect = inspect_input(
            {"big": {"path": str(file), "columns": columns}},
            default="big",
            warehouse_folder=folder,
        )
        return "read" if dialect.problem is None else "sentence"

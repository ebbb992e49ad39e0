"""Files of every format, whole and damaged, against independent readers.

A file costs some hundredths of a second: it is read in this process, with one engine
for all of them, and what it is made of is made once.
"""

import csv
import gzip
import io
import json
import random
import signal
import sqlite3
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from unittest import mock

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from segmentation.reading.dialect import inspect_input
from segmentation.reading.layout import Layout
from segmentation.reading.names import name_key
from segmentation.reading.proposal import propose
from segmentation.reading.sources import open_source
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier
from tests.torture.readers import HEADER, independent, is_plain, value_of

__all__ = ["KINDS", "SUFFIX", "damaged", "judged", "one_engine", "table", "try_file"]

KINDS = (
    *("csv", "gzip", "quoted", "utf-16", "cp1252", "single", "escaped", "titled"),
    *("zip", "json", "xlsx", "parquet", "sqlite", "duckdb"),
)
DEFINITION = {
    "columns": {"customer_id": "ID", "income": "Income"},
    "groups": {"city": "City"},
}
# what has to be said of a file that is written so
DECLARED = {"single": {"quote": "'"}, "escaped": {"escape": "\\"}}
CITIES = ("Bonn", "Köln", "Aix", "O'Fallon", "Saint-Denis", "a=b", "5 Oaks", 'the "x"')
SUFFIX = {
    **dict.fromkeys(("quoted", "utf-16", "cp1252", "titled", *DECLARED), "csv"),
    "gzip": "csv.gz",
}
VARIANTS = 16  # of what is slow to make
SECONDS = 60
# one in so many is read by a definition, and proposed, which takes longest
DESCRIBED, PROPOSED = 10, 30
Pairs = Counter[tuple[str, str]]
_PACKED = ("xlsx", "parquet", "sqlite", "duckdb")


def table(chance: random.Random) -> list[list[str]]:
    """Return rows of customers; every key is different."""
    first = chance.randrange(1000)
    return [
        [f"c{first + i}", str(chance.randrange(10_000, 99_999)), chance.choice(CITIES)]
        for i in range(chance.randrange(5, 60))
    ]


def written(kind: str, rows: list[list[str]], chance: random.Random) -> bytes:
    """Return rows as a file of a kind, in one of its dialects."""
    if kind in _PACKED:
        return _packed(kind, rows)
    if kind == "json":
        objects = [dict(zip(HEADER, row, strict=True)) for row in rows]
        return json.dumps(objects, ensure_ascii=chance.random() < 0.5).encode()
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=chance.choice(",;\t|"),
        lineterminator=chance.choice(["\n", "\r\n"]),
        quoting=csv.QUOTE_ALL if kind in ("quoted", *DECLARED) else csv.QUOTE_MINIMAL,
        quotechar="'" if kind == "single" else '"',
        doublequote=kind != "escaped",
        escapechar="\\" if kind == "escaped" else None,
    )
    title = [["Customers of a shop"], []] if kind == "titled" else []
    writer.writerows([*title, HEADER, *rows])
    encoding = {"utf-16": "utf-16", "cp1252": "cp1252"}.get(kind, "utf-8")
    if encoding == "utf-8" and chance.random() < 0.2:
        encoding = "utf-8-sig"
    content = text.getvalue().encode(encoding)
    if kind == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("shop.csv", content)
        return file.getvalue()
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


@cache
def _variant(kind: str, number: int) -> tuple[list[list[str]], bytes]:
    chance = random.Random(number)
    rows = table(chance)
    return rows, written(kind, rows, chance)


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


def _damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """Return a ZIP archive, one member of which something has happened to."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        hurt = chance.choice(old.namelist())
        for name in old.namelist():
            member = old.read(name)
            new.writestr(name, damaged(member, chance) if name == hurt else member)
    return file.getvalue()


@contextmanager
def one_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Read with one engine: a new one for each look at a file takes most of the time.

    Where a file could change the engine's settings or has tables (databases), the
    reader's own are left.
    """
    with duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": "1",
        }
    ) as base:
        rooms = ("relations", "sources", "proposal")
        patches = [
            mock.patch(f"segmentation.reading.{room}.reader_connection", base.cursor)
            for room in rooms
        ]
        for patch in patches:
            patch.start()
        try:
            yield base
        finally:
            for patch in patches:
                patch.stop()


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"no end after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def try_file(
    seed: int, engine: duckdb.DuckDBPyConnection | None = None
) -> tuple[str, str]:
    """Make a file, whole or damaged, and read it; return its kind and what came out."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    if kind in _PACKED:
        rows, content = _variant(kind, chance.randrange(VARIANTS))
    else:
        rows = table(chance)
        content = written(kind, rows, chance)
    is_whole = chance.random() < 0.1
    if not is_whole:
        is_inside = kind in ("xlsx", "zip") and chance.random() < 0.5
        content = (_damaged_inside if is_inside else damaged)(content, chance)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"shop.{SUFFIX.get(kind, kind)}"
        file.write_bytes(content)
        try:
            with _alarm():
                if seed % PROPOSED == 0:
                    _propose(file, Path(folder) / "init")
                known = rows if is_whole else None
                whole_way = seed % DESCRIBED == 0
                reader = None if whole_way else engine
                outcome = judged(file, kind, known, Path(folder), reader)
        except TimeoutError:
            outcome = "hang"
        except Exception as error:  # whatever comes is what is looked for
            outcome = f"traceback: {type(error).__name__}: {str(error)[:80]}"
        return kind, outcome


def _propose(file: Path, folder: Path) -> None:
    """Propose a definition, as `segments init` does; a sentence is an answer too."""
    with suppress(UserError):
        propose(str(file), name="shop", folder=folder)


def judged(
    file: Path,
    kind: str,
    rows: list[list[str]] | None,
    folder: Path,
    engine: duckdb.DuckDBPyConnection | None = None,
) -> str:
    """Read a file as a build does; say how it went.

    Parameters
    ----------
    file : Path
    kind : str
    rows : list of list of str or None
        What is in it, where that is known.
    folder : Path
        For what is converted.
    engine : DuckDB connection, optional
        Reads the records, and no definition settles what they mean, which takes most
        of the time.
    """
    try:
        read = (
            _opened(file, kind, folder, engine)
            if engine
            else _described(file, kind, folder)
        )
    except UserError as error:
        if "\n" in str(error) or rows is not None:
            return f"wrong: refused: {str(error)[:200]}"
        return "sentence"
    if rows is not None:
        whole = Counter((key, income) for key, income, _ in rows)
        return "clean" if read == whole else f"wrong: {_difference(read, whole)}"
    expected = independent(file, kind)
    if expected is None:
        return "clean, not compared"
    counted = Counter({p: n for p, n in read.items() if is_plain(p[0])})
    if counted == expected:
        return "clean"
    return f"wrong: {_difference(counted, expected)}"


def _described(file: Path, kind: str, folder: Path) -> Pairs:
    """Return the pairs of key and income that a definition has read."""
    definition = {**DEFINITION, **DECLARED.get(kind, {}), "path": str(file)}
    dialect = inspect_input(
        {"shop": definition}, default="shop", warehouse_folder=str(folder)
    )
    if dialect.problem is not None:
        raise UserError(dialect.problem)
    names = [
        next(f.source_column for f in dialect.fields if f.name == name)
        for name in ("customer_id", "income")
    ]
    with duckdb.connect(config={"threads": "1"}) as engine:
        return _pairs(engine, dialect.relation_sql, names, "segments_reject_reason")


def _opened(
    file: Path, kind: str, folder: Path, engine: duckdb.DuckDBPyConnection
) -> Pairs:
    """Return the pairs of key and income as they stand in the file."""
    layout = Layout(**DECLARED.get(kind, {}))
    source = open_source(str(file), folder=folder, wanted=tuple(HEADER), layout=layout)
    keys = [name_key(column.header) for column in source.columns]
    if keys.count("id") != 1 or keys.count("income") > 1:
        raise UserError("A build asks for the key.")
    names = [
        source.columns[keys.index(key)].name if key in keys else None
        for key in ("id", "income")
    ]
    return _pairs(engine, source.relation_sql, names, source.reject_reason_sql)


def _pairs(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    names: list[str | None],
    reason: str,
) -> Pairs:
    columns = [f"cast({identifier(n)} as varchar)" if n else "null" for n in names]
    read = engine.sql(
        f"select {', '.join(columns)} from {relation} where {reason} is null"
    ).fetchall()
    return Counter(((key or "").strip(" "), value_of(income)) for key, income in read)


def _difference(read: Counter, expected: Counter) -> str:
    """Return what was read besides, and what was not."""
    more, less = list(read - expected), list(expected - read)
    return (
        f"{sum(read.values())} read, {sum(expected.values())} there; "
        f"besides {more[:2]}, not {less[:2]}"
    )

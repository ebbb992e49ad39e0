"""Several tables of one shop: how they belong together, told by names and by counting.

A table belongs to another where a column of it is called like the key of the other and
most of its values are found there. The key has to be unique, so that a join adds no
rows; what has no partner is counted and said.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import duckdb

from segmentation.reading.databases import tables_of
from segmentation.reading.dates import MONTH_STARTS
from segmentation.reading.layout import Layout
from segmentation.reading.looks import ColumnContent, look_at
from segmentation.reading.places import files_of
from segmentation.reading.queries import open_table, with_tables
from segmentation.reading.sources import open_as_found
from segmentation.reading.spellings import words
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["Link", "Table", "links_of", "opened_tables", "tables_at"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".xlsx", ".json", ".jsonl")
_KEY_WORDS = {"id", "key", "code", "no", "nr", "number", "uuid", "pk"}
_FOUND = 0.5  # of the different values of a column have to be keys of the other table
_FOUND_BY_LOOK = 0.95  # where the names do not say so
_HASH_LETTERS = 16
_MOST_TABLES = 40
# a word that says of when or which part a file is: 2024, q1, part3, jan, march
_PART = re.compile(rf"\w*\d\w*|(?:{'|'.join(s for _, s in MONTH_STARTS)})\w{{0,7}}")


@dataclass
class Table:
    """A table of a folder or database, and what is in its columns."""

    name: str
    where: str | dict
    rows: int
    contents: list[ColumnContent] = field(default_factory=list)

    @property
    def headers(self) -> set[str]:
        """The names of its columns, as they are compared."""
        return {words(content.column.header) for content in self.contents}

    def content(self, header: str) -> ColumnContent:
        """Return a column by its name."""
        return next(c for c in self.contents if c.column.header == header)


@dataclass(frozen=True)
class Link:
    """A column whose values are keys of another table.

    Attributes
    ----------
    table, column : str
    to_table, to_column : str
        The other table and its unique key.
    without : int
        Rows of the first table without a partner in the other.
    unused : int
        Keys of the other that no row of the first has.
    """

    table: str
    column: str
    to_table: str
    to_column: str
    without: int
    unused: int


def tables_at(path: str, folder: Path) -> dict[str, str | dict]:
    """Return the tables of a folder or of a database of several, else none.

    Files that are parts of one table, as monthly exports are, are one table.

    Parameters
    ----------
    path : str
    folder : Path
        Where a file goes that has to be converted.

    Raises
    ------
    UserError
        If a folder has no table, or more than can be looked at.
    """
    place = Path(path)
    if place.is_dir():
        files = sorted(f for f in place.iterdir() if f.suffix.lower() in _SUFFIXES)
        if not files:
            raise UserError(
                f"The folder {path} holds no CSV, Parquet, .xlsx or JSON file; name a "
                "file."
            )
        found: dict[str, str | dict] = dict(_parts_together(files, folder))
    else:
        names = tables_of(place) if place.is_file() else []
        if len(names) < 2:
            return {}
        found = {_name(n.split(".")[-1]): {"path": path, "table": n} for n in names}
    if len(found) > _MOST_TABLES:
        raise UserError(
            f"{path} has {len(found)} tables; segments init looks at {_MOST_TABLES} at "
            "most. Put those that matter into a folder, or write the query by hand."
        )
    return found


def _parts_together(files: list[Path], folder: Path) -> list[tuple[str, str]]:
    """Return names and places of tables; files that differ in their month are one."""
    alike = defaultdict(list)
    for file in files:
        stem = words(file.name.removesuffix(file.suffix)).split()
        alike[*(w for w in stem if not _PART.fullmatch(w)), file.suffix].append(file)
    found = []
    for group in alike.values():
        pattern = _pattern(group)
        if pattern and _have_same_columns(group, folder):
            start = _common_words(group)
            is_word = re.search(r"[^\W\d_]", start)
            found.append((_name(start if is_word else group[0].parent.name), pattern))
        else:
            found += [(_name(file.name), str(file)) for file in group]
    return found


def _common_words(files: list[Path]) -> str:
    """Return the whole words that all names begin with."""
    if len(files) == 1:
        return files[0].name
    return re.sub(r"[^\W_]*$", "", _common_start([file.name for file in files]))


def _common_start(names: list[str]) -> str:
    """Return the letters that all names begin with."""
    alike = takewhile(lambda letters: len({*letters}) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike)


def _pattern(files: list[Path]) -> str:
    """Return the path of one file, or the widest pattern of just these files, or ""."""
    if len(files) == 1:
        return str(files[0])
    names = [file.name for file in files]
    start, words_of_all = _common_start(names), _common_words(files)
    end = _common_start([name[len(start) :][::-1] for name in names])[::-1]
    tries = [(words_of_all, files[0].suffix), (words_of_all, end), (start, end)]
    patterns = [str(files[0].with_name(f"{head}*{tail}")) for head, tail in tries]
    return next((p for p in patterns if files_of(p) == files), "")


def _have_same_columns(files: list[Path], folder: Path) -> bool:
    headers = []
    for file in files if len(files) > 1 else []:
        source, _ = open_as_found(str(file), folder=folder, name=_name(file.name))
        headers.append(Counter(words(c.header) for c in source.columns))
    return all(header == headers[0] for header in headers)


def _name(file: str) -> str:
    """Return a short name for the table of a file: olist_orders_dataset.csv, orders."""
    stem = re.sub(r"(?i)(_dataset|_table|_export)$", "", file.split(".")[0])
    return re.sub(r"\W+", "_", stem).strip("_").lower() or "table"


def opened_tables(
    engine: duckdb.DuckDBPyConnection, found: dict[str, str | dict], folder: Path
) -> list[Table]:
    """Look at all tables, which become views of the engine."""
    names = _without_common_start(list(found))
    places = zip(names, found.values(), strict=True)
    placed = {name: _settled(name, where, folder) for name, where in places}
    with_tables(engine, placed, folder)
    tables = []
    for name, where in placed.items():
        source = open_table(where, folder=folder, name=name)
        ((rows,),) = engine.sql(f"select count(*) from {identifier(name)}").fetchall()
        contents = look_at(engine, source, str(where)) if rows else []
        tables.append(Table(name, where, rows, contents))
    return tables


def _settled(name: str, where: str | dict, folder: Path) -> str | dict:
    """Return where a table is, with what has to be declared of its file."""
    settings = where if isinstance(where, dict) else {"path": where}
    layout = Layout.of(settings)
    _, seen = open_as_found(settings["path"], folder=folder, name=name, layout=layout)
    if not seen:
        return where
    return settings | {key: value for key, (value, _) in seen.items()}


def _without_common_start(names: list[str]) -> list[str]:
    """Return names without the word that nearly all of them begin with."""
    starts = [name.split("_")[0] + "_" for name in names]
    usual = max(starts, key=starts.count)
    if starts.count(usual) < max(2, 0.6 * len(names)):
        return names
    short = [name.removeprefix(usual) or name for name in names]
    return short if len({*short}) == len(names) else names


def links_of(engine: duckdb.DuckDBPyConnection, tables: list[Table]) -> list[Link]:
    """Return which columns are keys of other tables.

    Tables of the same columns are of the same things, and none is a key of another.
    """
    links = []
    for other in tables:
        for key in other.contents:
            is_key = key.filled == key.rows and key.is_unique and not key.is_date
            if not is_key or not key.column.header.strip():
                continue
            for table in tables:
                if table.headers != other.headers:
                    links += _links_to(engine, table, other, key)
    return links


def _links_to(
    engine: duckdb.DuckDBPyConnection, table: Table, other: Table, key: ColumnContent
) -> list[Link]:
    meant = _meaning(key.column.header, other.name)
    found = []
    for content in table.contents:
        is_called = _meaning(content.column.header, table.name) == meant
        if not content.filled or not (is_called or _is_written_like(content, key)):
            continue
        here, there = content.column.header, key.column.header
        least = _FOUND if is_called else _FOUND_BY_LOOK
        link = _counted(engine, table.name, here, other.name, there, least)
        found += [link] if link else []
    return found


def _is_written_like(content: ColumnContent, key: ColumnContent) -> bool:
    """Return whether values look like keys that nobody writes by chance: hashes."""
    return (
        len(content.example) == len(key.example) >= _HASH_LETTERS
        and not (content.is_number or content.is_date or key.is_number)
        and bool(re.search(r"\d", key.example))
    )


def _counted(
    engine: duckdb.DuckDBPyConnection,
    table: str,
    here: str,
    other: str,
    there: str,
    least: float,
) -> Link | None:
    """Return a link with what has no partner, None where most values are no keys."""
    column, key = (f"cast({identifier(name)} as varchar)" for name in (here, there))
    without, values, known, keys = engine.sql(
        f"with mine as (select {column} as value, count(*) as n "
        f"from {identifier(table)} group by 1), "
        f"theirs as (select distinct {key} as value from {identifier(other)}) "
        "select coalesce(sum(n) filter (theirs.value is null), 0), "
        "count(mine.value), count(theirs.value), (select count(*) from theirs) "
        "from mine left join theirs on mine.value = theirs.value"
    ).fetchall()[0]
    if not values or known < least * values:
        return None
    return Link(table, here, other, there, int(without), keys - known)


def _meaning(header: str, table: str) -> str:
    """Return what a key is of: customer, of customer_id or of the id of customers."""
    spelled = words(header).split()
    if set(spelled) <= _KEY_WORDS:
        spelled = words(table).split()[-1:]
    elif spelled[-1] in _KEY_WORDS:
        spelled = spelled[:-1]
    return " ".join(_singular(word) for word in spelled)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word

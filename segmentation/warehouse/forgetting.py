"""Remove persons from a warehouse: their rows, and the bytes of their keys.

What is counted of the past stays true: in the history of memberships a person becomes
a number that says nothing of whom it was. All other rows of the person go. The file is
written anew, as an engine only marks the place of a deleted row as free.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.personal import KEY
from segmentation.warehouse.places import Places, file_of
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["Forgotten", "forget_in_warehouse", "is_distinctive", "word_pattern"]

# their rows stay, so that sizes and moves of past days still add up
HISTORY = ("segment_membership_events", "segment_membership_history")
NAMELESS = "forgotten "
# copied from a host's relation anew by every build, under the host's own names
COPY = "stg_input__relation"
_LEAST_LETTERS = 6  # of a key of digits that no other number is likely to be


@dataclass(frozen=True)
class Forgotten:
    """What was removed.

    Attributes
    ----------
    rows, tables : int
        Rows that are gone, and the tables they were in.
    nameless : int
        Rows of history that no longer say whose they are.
    left : tuple of str
        ``schema.table.column`` that hold a key all the same.
    """

    rows: int
    tables: int
    nameless: int
    left: tuple[str, ...]


def forget_in_warehouse(warehouse: Path | Places, keys: list[str]) -> Forgotten:
    """Remove the rows of persons from a warehouse and write its file anew.

    Parameters
    ----------
    warehouse : Path or Places
        Nobody may be building it. In a file alone all tables are this project's; of
        places only those are touched, as the others are a host's.
    keys : list of str
        As `customer_id` has them.

    Returns
    -------
    Forgotten
    """
    listed = f"({', '.join(map(literal, keys))})"
    file = file_of(warehouse)
    with duckdb.connect(file) as engine:
        engine.execute("begin")
        nameless = sum(
            _make_nameless(engine, table, keys)
            for table in _tables(engine, warehouse, f"column_name = '{KEY}'", HISTORY)
        )
        rows = tables = 0
        for table in _tables(engine, warehouse, f"column_name = '{KEY}'"):
            ((gone,),) = engine.execute(
                f"delete from {table} where {KEY} in {listed}"
            ).fetchall()
            rows, tables = rows + gone, tables + (gone > 0)
        for table in _tables(engine, warehouse, "column_index = 1", (COPY,)):
            engine.execute(f"delete from {table}")
        of_lists = rf"data_type like 'STRUCT(%{KEY} VARCHAR%[]'"
        for table, column in _columns(engine, of_lists, warehouse):
            name = identifier(column)
            engine.execute(
                f"update {table} set {name} = list_filter({name}, lambda x: "
                f"x.{KEY} not in {listed}) where len(list_filter({name}, "
                f"lambda x: x.{KEY} in {listed})) > 0"
            )
        engine.execute("commit")
    _write_anew(file)
    return Forgotten(rows, tables, nameless, tuple(_left(file, keys)))


def is_distinctive(key: str) -> bool:
    """Return whether a key is no word or number that stands for other things as well.

    Examples
    --------
    >>> is_distinctive("cus_0042"), is_distinctive("1042")
    (True, False)
    """
    return len(key) >= _LEAST_LETTERS


def word_pattern(keys: list[str]) -> str:
    """Return a regular expression that finds the keys as whole words."""
    words = "|".join(re.escape(key) for key in keys)
    return f"(^|[^0-9A-Za-z_])({words})($|[^0-9A-Za-z_])"


def _columns(
    engine: duckdb.DuckDBPyConnection,
    condition: str,
    warehouse: Path | Places,
    names: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Return table and column where a condition on columns is met; no views.

    `names` are those that this project gives the tables, all where there are none.
    """
    found = engine.sql(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where (schema_name, table_name) in "
        "(select (schema_name, table_name) from duckdb_tables()) "
        f"and not internal and {condition} order by all"
    ).fetchall()
    own = {(schema, table): table for schema, table, _ in found}
    if isinstance(warehouse, Places):
        own = {place: name for (_, name), place in warehouse.tables.items()}
    return [
        (f"{identifier(schema)}.{identifier(table)}", column)
        for schema, table, column in found
        if (schema, table) in own and own[schema, table] in (names or own.values())
    ]


def _tables(
    engine: duckdb.DuckDBPyConnection,
    warehouse: Path | Places,
    condition: str,
    names: tuple[str, ...] = (),
) -> list[str]:
    return [table for table, _ in _columns(engine, condition, warehouse, names)]


def _make_nameless(
    engine: duckdb.DuckDBPyConnection, table: str, keys: list[str]
) -> int:
    """Give the rows of persons in a table of history numbers for keys."""
    changed = 0
    ((number,),) = engine.sql(
        f"select coalesce(max(cast(substr({KEY}, {len(NAMELESS) + 1}) as bigint)), "
        f"0) from {table} where regexp_full_match({KEY}, '{NAMELESS}[0-9]+')"
    ).fetchall()
    for place, key in enumerate(keys, number + 1):
        ((rows,),) = engine.execute(
            f"update {table} set {KEY} = '{NAMELESS}{place}' "
            f"where {KEY} = {literal(key)}"
        ).fetchall()
        changed += rows
    return changed


def _write_anew(warehouse: Path) -> None:
    """Copy a database into a new file, which takes the place of the old one."""
    new = warehouse.with_name(f".{warehouse.name}.new")
    new.unlink(missing_ok=True)
    # views name their database: it has to be there under its own name
    name = identifier(warehouse.stem)
    with limited_connection(warehouse.with_name(f".{warehouse.name}.spill")) as engine:
        engine.execute(f"attach {literal(warehouse)} as {name} (read_only)")
        ((version,),) = engine.sql(
            "select tags['storage_version'] from duckdb_databases() "
            f"where database_name = {literal(warehouse.stem)}"
        ).fetchall()
        version = re.match(r"v\d+\.\d+\.\d+", version or "")
        option = f" (storage_version '{version[0]}')" if version else ""
        engine.execute(f"attach {literal(new)} as anew{option}")
        engine.execute(f"copy from database {name} to anew")
        engine.execute("detach anew")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(warehouse)


def _left(warehouse: Path, keys: list[str]) -> list[str]:
    """Return the columns that hold one of the keys."""
    listed = f"({', '.join(map(literal, keys))})"
    distinctive = [key for key in keys if is_distinctive(key)]
    pattern = literal(word_pattern(distinctive))
    with duckdb.connect(warehouse, read_only=True) as engine:
        left = []
        for table, column in _columns(engine, "true", warehouse):
            text = f"cast({identifier(column)} as varchar)"
            test = f"{text} in {listed}" if column == KEY else "false"
            if distinctive:
                test = f"({test} or regexp_matches({text}, {pattern}))"
            if engine.sql(f"select 1 from {table} where {test} limit 1").fetchall():
                left.append(f"{table}.{column}")
    return left

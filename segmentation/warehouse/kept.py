"""Keep what was fitted: rows of earlier builds, read by name and carried over.

A row is kept under the definition that made it: what was asked for, the program that
did it, and the columns it has. Where a kept table was written by an earlier release,
columns that it lacks are null and columns too many are passed over, so that a new
field never costs a user the versions and the history.
"""

import ast
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from segmentation.warehouse.connection import query, table_exists
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.tables import rows

__all__ = [
    "current_model_version",
    "definition_hash",
    "is_empty_build",
    "is_switched_off",
    "kept_or_made",
    "kept_rows",
    "nothing_kept",
    "program_hash",
    "unless_empty",
]


def kept_or_made(
    session: Session,
    *,
    this: KeptTable,
    schema: pa.Schema,
    key: dict,
    make: Callable[[], Iterable[dict]],
    carried: Callable[[dict], dict] | None = None,
) -> Relation:
    """Return the rows of `key` as an earlier build left them, or make them now.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table as the last build left it.
    schema : pyarrow.Schema
        Columns of the table.
    key : dict
        ``definition_hash``, and ``model_version`` where the rows belong to a version
        of the segmentation.
    make : callable
        Returns the rest of the new rows.
    carried : callable, optional
        Takes a row of another version and returns what stays of it; without it only
        the rows of `key` stay.

    Returns
    -------
    DuckDB relation
        Of the columns of `schema`.
    """
    earlier = kept_rows(session, this, schema)
    if earlier is not None and earlier.filter(_equals(key)).fetchall():
        return earlier
    others = []
    if earlier is not None and carried:
        version = key["model_version"]
        others = earlier.filter(f"model_version != {version}").to_arrow_table()
        others = [carried(row) for row in others.to_pylist()]
    made = [{**key, **row} for row in make()]
    return _relation(session, rows(schema, [*others, *made]))


def is_empty_build() -> bool:
    """Return whether dbt was asked for tables without rows (``--empty``)."""
    from dbt.flags import get_flags

    asked: Any = get_flags  # it has no types
    return bool(getattr(asked(), "EMPTY", False))


def unless_empty(schema: pa.Schema) -> Callable[[Callable], Callable]:
    """Let a function that learns keep what there is where dbt builds no rows.

    dbt hands relations without rows to a Python model then, of which nothing can be
    learned, and what was learned before must not be lost.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of what the function returns; it takes the session first, if it takes it, and
        by `this` the table as the last build left it, if it is kept.
    """

    def decorated(function: Callable) -> Callable:
        @wraps(function)
        def learn(*session: Session, **given: Any) -> Any:
            if not is_empty_build():
                return function(*session, **given)
            kept = None
            if "this" in given:
                kept = kept_rows(session[0], given["this"], schema)
            return schema.empty_table() if kept is None else kept

        return learn

    return decorated


def nothing_kept(session: Session, schema: pa.Schema) -> Relation:
    """Return no rows, for what the input switches off."""
    return _relation(session, schema.empty_table())


def _relation(session: Session, table: pa.Table) -> Relation:
    return query(session, "select * from kept_rows", kept_rows=table)


def kept_rows(session: Session, this: KeptTable, schema: pa.Schema) -> Relation | None:
    """Return what earlier builds left in a table, with the columns of `schema`.

    Parameters
    ----------
    session : DuckDB connection
    this : dbt relation
    schema : pyarrow.Schema

    Returns
    -------
    DuckDB relation or None
        None where there is no table yet.
    """
    if not table_exists(session, this):
        return None
    kept = session.sql(f"select * from {this}")
    found = kept.limit(0).to_arrow_table().schema
    if list(map(_shape, found)) == list(map(_shape, schema)):
        return kept
    return _relation(session, rows(schema, kept.to_arrow_table().to_pylist()))


def _shape(field: pa.Field) -> tuple:
    """Return name and kind of a field; engines call the items of a list differently."""
    kind = field.type
    if pa.types.is_struct(kind):
        return field.name, tuple(map(_shape, kind))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return field.name, _shape(kind.value_field.with_name("item"))
    return field.name, str(kind).removeprefix("large_")


def _equals(key: dict) -> str:
    return " and ".join(
        f"{column} = {value}" if isinstance(value, int) else f"{column} = '{value}'"
        for column, value in key.items()
    )


def current_model_version(versions: Relation) -> int:
    """Return the number of the current version in the relation of all versions."""
    return versions.filter("is_current").project("model_version").fetchall()[0][0]


def definition_hash(definition: dict) -> str:
    """Return the fingerprint of a definition, whatever the order of its entries.

    Examples
    --------
    >>> definition_hash({"a": 1, "b": 2}) == definition_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(definition, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def program_hash(*modules: str) -> str:
    """Return the fingerprint of the code of `modules`, which are not imported.

    What an earlier program made is made again by another one. Comments and layout do
    not count.
    """
    code = hashlib.sha256()
    for module in modules:
        spec = find_spec(module)
        assert spec and spec.origin, f"{module} is no module of this package"
        text = Path(spec.origin).read_text(encoding="utf-8")
        code.update(ast.dump(ast.parse(text)).encode())
    return code.hexdigest()[:16]


def is_switched_off(switched_off: Relation, mart: str) -> bool:
    """Return whether the input lacks what `mart` needs.

    Parameters
    ----------
    switched_off : DuckDB relation
        The model int_switched_off.
    mart : str
    """
    return bool(switched_off.filter(f"mart = '{mart}'").fetchall())

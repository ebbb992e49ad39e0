"""Convert JSON: a list of objects, or one object after the other."""

from pathlib import Path
from typing import Any

import duckdb

from segmentation.reading.foreign import reader_connection
from segmentation.reading.parquet import CONVERTED_COLUMNS, Conversion
from segmentation.reading.spellings import words
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["convert_json", "is_json"]

_LARGEST_OBJECT = 1 << 26
_NUMBERS = ("BIGINT", "UBIGINT", "HUGEINT", "DOUBLE", "BOOLEAN")
_SEPARATOR = ", "


def is_json(head: str) -> bool:
    """Return whether a text begins as JSON does.

    Examples
    --------
    >>> is_json(' [{"id": 1}]'), is_json('{"id": 1}'), is_json("{id};{name}")
    (True, True, False)
    """
    start = "".join(head[:2000].split())
    return start.startswith(('{"', '[{"', "{}", "[]"))


def convert_json(path: Path, target: Path, *, is_packed: bool) -> Conversion:
    """Convert objects to rows: a list becomes one text, an object's values columns.

    Parameters
    ----------
    path, target : Path
    is_packed : bool
        Whether it is compressed with gzip.

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If it is no JSON, or no table.
    """
    number, reason = CONVERTED_COLUMNS
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    try:
        with reader_connection() as engine:
            read = _read(path, is_packed)
            relation = engine.sql(f"select * from {read}")
            types = dict(zip(relation.columns, relation.types, strict=True))
            columns = {n: _columns(n, t) for n, t in types.items()}
            nested = [name for name, sql in columns.items() if not sql]
            selected = [sql for several in columns.values() for sql in several]
            if all(t.id == "struct" for t in types.values()) or not selected:
                raise UserError(
                    f"{path} is JSON without a table: it needs objects such as "
                    '{"customer_id": 1, "visits": 3}, one for each row.'
                )
            ((lines,),) = engine.sql(
                f"copy (select row_number() over () as {number}, "
                f"cast(null as varchar) as {reason}, {', '.join(selected)} "
                f"from {_read(path, is_packed, types)}) "
                f"to {literal(new)} (format parquet)"
            ).fetchall()
            new.replace(target)
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise UserError(
            f"{path} cannot be read as JSON ({said}); export it again, or as CSV or "
            "Parquet."
        ) from None
    finally:
        new.unlink(missing_ok=True)
    return Conversion(target, path.name, lines, notes=_notes(path, nested))


def _read(path: Path, is_packed: bool, types: dict[str, Any] | None = None) -> str:
    options = [
        "records = true",
        "sample_size = -1",
        f"maximum_object_size = {_LARGEST_OBJECT}",
        f"compression = '{'gzip' if is_packed else 'uncompressed'}'",
    ]
    if types:
        # dates stay as they are written, for this project to tell their format
        wanted = ", ".join(
            f"{literal(n)}: {literal('JSON' if t.id == 'struct' else _plain(str(t)))}"
            for n, t in types.items()
        )
        options.append(f"columns = {{{wanted}}}")
    return f"read_json({literal(path)}, {', '.join(options)})"


def _plain(data_type: str) -> str:
    if data_type.endswith("[]"):
        return f"{_plain(data_type[:-2])}[]"
    return data_type if data_type in _NUMBERS else "VARCHAR"


def _columns(name: str, data_type: Any) -> list[str]:
    """Return SQL for a column, or for the values of the object that it holds."""
    if data_type.id != "struct":
        sql = _column(name, str(data_type))
        return [sql] if sql else []
    # "offer id" and "offer_id" are one
    parts: dict[str, list[str]] = {}
    for part, of_part in data_type.children:
        if _column(part, str(of_part)) and not str(of_part).endswith("[]"):
            path = literal(f'$."{part}"')
            value = f"json_extract_string({identifier(name)}, {path})"
            parts.setdefault("_".join(words(part).split()) or part, []).append(value)
    return [
        f"coalesce({', '.join(values)}, null) as {identifier(f'{name}_{part}')}"
        for part, values in parts.items()
    ]


def _column(name: str, data_type: str) -> str:
    """Return SQL for a column, or nothing where it holds objects."""
    if data_type.startswith(("STRUCT", "MAP", "JSON")) or data_type.endswith("[][]"):
        return ""
    if not data_type.endswith("[]"):
        return identifier(name)
    if _column(name, data_type[:-2]) == "":
        return ""
    return (
        f"array_to_string({identifier(name)}, {literal(_SEPARATOR)}) "
        f"as {identifier(name)}"
    )


def _notes(path: Path, nested: list[str]) -> tuple[str, ...]:
    if not nested:
        return ()
    shown = ", ".join(f"'{name}'" for name in nested[:8])
    more = ", ..." if len(nested) > 8 else ""
    return (
        f"{path.name}: {shown}{more} hold lists of objects, or objects in objects, and "
        "are left out; "
        "what is needed of them has to be written as columns of its own.",
    )

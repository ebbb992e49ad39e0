"""Where the tables of a build are: the schemas that dbt gave them, under our own names.

What reads a warehouse says ``marts.segments`` and ``staging.input_dialect``, as this
project calls them. In a host's project, or in another target, they are somewhere else
(``dev_anna_marts``): views of our own names stand between.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["Places", "attach_warehouse", "file_of", "place_of"]


@dataclass(frozen=True)
class Places:
    """A warehouse and the places of this project's tables in it.

    Attributes
    ----------
    file : Path
    tables : dict
        Schema and name in the file by schema and name in this project:
        ``{("marts", "segments"): ("dev_anna_marts", "segments")}``.
    target : str
        Name of dbt's target, "" for the profile's own.
    """

    file: Path
    tables: dict[tuple[str, str], tuple[str, str]]
    target: str = ""


def file_of(warehouse: Path | Places) -> Path:
    """Return the file of a warehouse."""
    return warehouse.file if isinstance(warehouse, Places) else warehouse


def place_of(warehouse: Path | Places, schema: str, name: str) -> str:
    """Return SQL for a table of this project where a warehouse has it.

    Examples
    --------
    >>> place_of(Path("shop.duckdb"), "marts", "segments")
    '"marts"."segments"'
    """
    place = (schema, name)
    if isinstance(warehouse, Places):
        place = warehouse.tables[place]
    return ".".join(map(identifier, place))


def attach_warehouse(
    connection: duckdb.DuckDBPyConnection, warehouse: Path | Places
) -> dict[str, tuple[str, str]]:
    """Attach a warehouse for reading, its tables under this project's names.

    Parameters
    ----------
    connection : DuckDB connection
        In memory; the warehouse becomes its database ``warehouse``.
    warehouse : Path or Places
        A file alone has this project's own schemas.

    Returns
    -------
    dict
        Schema and name in ``warehouse`` of every mart that is there.

    Raises
    ------
    UserError
        If there is no such file, or it cannot be opened.
    """
    file = file_of(warehouse)
    if not file.is_file():
        raise UserError(f"There is no warehouse {file}; run segments build first.")
    try:
        connection.execute(f"attach {literal(file)} as warehouse (read_only)")
    except duckdb.IOException as error:
        raise UserError(
            f"The warehouse {file} cannot be opened, most likely because a build is "
            "writing it; try again when it has ended."
        ) from error
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'warehouse' order by all"
    ).fetchall()
    here = {table: table for table in found}
    if isinstance(warehouse, Places):
        places = warehouse.tables.items()
        here = {name: place for name, place in places if place in set(found)}
    for schema in sorted({schema for schema, _ in here} - {"main"}):
        connection.execute(f"create schema {identifier(schema)}")
    for (schema, name), (actual_schema, actual) in here.items():
        connection.execute(
            f"create view {identifier(schema)}.{identifier(name)} as select * "
            f"from warehouse.{identifier(actual_schema)}.{identifier(actual)}"
        )
    return {name: place for (schema, name), place in here.items() if schema == "marts"}

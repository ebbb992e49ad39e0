"""Times with an offset: on which day they are depends on where the shop is."""

import re

import duckdb

from segmentation.reading.field import Field
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["says_utc", "settle_time_zone"]

# a time of day, and behind it Z or an offset
_MOMENT = r":.*([Zz]|[+-]\d\d:?\d{0,2})$"
_MOST = 0.5


def says_utc(header: str) -> bool:
    """Return whether a column's name says that its times are in UTC.

    Examples
    --------
    >>> says_utc("Created date (UTC)"), says_utc("outcome")
    (True, False)
    """
    return bool(re.search(r"(?i)(^|[^a-z])utc([^a-z]|$)", header))


def settle_time_zone(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    fields: list[Field],
    declared: str,
) -> None:
    """Give the fields that hold moments the time zone in which days are counted.

    Without one, a day is as the file writes it; only what has no day of its own (a
    timestamp with time zone, of which each machine would show another) is in UTC.

    Raises
    ------
    UserError
        If there is no such time zone.
    """
    if declared and not _is_known(engine, declared):
        raise UserError(
            f"dbt_project.yml has the time_zone '{declared}', which there is not; "
            "write it like Europe/Berlin."
        )
    for wanted in fields:
        if wanted.data_type != "date" or not wanted.source_column:
            continue
        if wanted.source_type == "TIMESTAMP WITH TIME ZONE":
            wanted.time_zone = declared or "UTC"
        elif declared and _has_moments(engine, relation, wanted):
            wanted.time_zone = declared


def _is_known(engine: duckdb.DuckDBPyConnection, zone: str) -> bool:
    found = engine.sql(
        f"select 1 from pg_timezone_names() where name = {literal(zone)}"
    ).fetchall()
    return bool(found)


def _has_moments(
    engine: duckdb.DuckDBPyConnection, relation: str, wanted: Field
) -> bool:
    if (wanted.date_format or "").startswith("unix"):
        return True
    is_time = (wanted.source_type or "").startswith("TIMESTAMP")
    if is_time or says_utc(wanted.column):
        return says_utc(wanted.column)
    text = identifier(wanted.column)
    filled, moments = engine.sql(
        f"select count({text}), count_if(regexp_matches({text}, '{_MOMENT}')) "
        f"from {relation}"
    ).fetchall()[0]
    return moments > _MOST * filled

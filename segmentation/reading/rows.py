"""Which row of a customer counts, where a wide file has several.

A month's state, or a contract with a start and an end, is a row of a customer but not
an order. Which counts is said in the definition; a file in which most rows would fall
away without that is not read.
"""

import duckdb

from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.dates import date_format_of, is_day_type, parsed_date
from segmentation.reading.field import JOINED_KEY, KEY, ROW_NUMBER, Field
from segmentation.reading.parquet import OTHER_ROW
from segmentation.reading.sources import Source, name_key
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["require_rows_told", "row_columns", "row_days", "rows_that_count"]

# a year, a wave, the number of a month
_PERIOD_NUMBER = r"\d{1,4}([.]0+)?"
# fewer customers than this share of the rows: nobody meant the others to fall away
LEAST_CUSTOMERS = 0.5
_HOW = (
    "rows: {latest: Date} for the last state of each, rows: {valid: [Start, End]} for "
    "the one that is valid on the day of the data, or rows: first"
)


def row_columns(definition: dict) -> list[str]:
    """Return the columns of dates by which the row of a customer is chosen.

    Raises
    ------
    UserError
        If ``rows`` of the definition is none of what it can be.

    Examples
    --------
    >>> row_columns({"rows": {"latest": "Month"}}), row_columns({"rows": "first"})
    (['Month'], [])
    """
    rows = definition.get("rows")
    if rows in (None, "first"):
        return []
    if isinstance(rows, dict) and len(rows) == 1:
        valid = rows.get("valid")
        if isinstance(rows.get("latest"), str):
            return [rows["latest"]]
        if isinstance(valid, list) and len(valid) == 2:
            return [str(column) for column in valid]
    raise UserError(f"dbt_project.yml has rows: {rows}; write {_HOW}.")


def row_days(
    engine: duckdb.DuckDBPyConnection, source: Source, definition: dict, path: str
) -> list[str]:
    """Return SQL for the days by which the row of a customer is chosen."""
    columns = row_columns(definition)
    return [
        f"{_day(engine, source, column, path, len(columns) == 1)} as segments_day_{n}"
        for n, column in enumerate(columns, 1)
    ]


def rows_that_count(relation: str, definition: dict, key: str) -> str:
    """Return the relation in which all rows of a customer but one are rejected.

    Parameters
    ----------
    relation : str
        SQL with the key and the days of `row_days`.
    definition : dict
    key : str
        Column of the key.

    Returns
    -------
    str
        SQL; the relation itself where the definition does not choose by days.
    """
    days = [f"segments_day_{n}" for n, _ in enumerate(row_columns(definition), 1)]
    if not days:
        return relation
    order = f"{days[0]} desc nulls last, segments_record_number desc"
    if len(days) == 2:
        start, end = days
        declared = definition.get("as_of_date")
        day = f"date {literal(str(declared))}" if declared else f"max({start}) over ()"
        valid = f"{start} <= {day} and coalesce({end} >= {day}, true)"
        order = f"({valid}) desc nulls last, {order}"
    customer = f"lower(trim(cast({identifier(key)} as varchar)))"
    place = (
        f"row_number() over (partition by segments_reject_reason is null, {customer} "
        f"order by {order})"
    )
    reason = (
        f"case when segments_reject_reason is null and {customer} is not null "
        f"and segments_place > 1 then {literal(OTHER_ROW)} "
        "else segments_reject_reason end"
    )
    return (
        f"(select * exclude (segments_place, {', '.join(days)}) replace ({reason} as "
        f"segments_reject_reason) from (select *, {place} as segments_place "
        f"from {relation}))"
    )


def _day(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    column: str,
    path: str,
    can_be_number: bool,
) -> str:
    """Return SQL for a column as a day, or as the number of a year, month or wave."""
    keys = [name_key(c.header) for c in source.columns]
    if name_key(column) not in keys:
        raise UserError(
            f"dbt_project.yml chooses rows by '{column}', which {path} does not have."
        )
    found = source.columns[keys.index(name_key(column))]
    if is_day_type(found.data_type):
        return f"cast({identifier(found.name)} as date)"
    text = cleaned_sql(found.name)
    if can_be_number and _is_numbered(engine, source.relation_sql, text):
        return f"try_cast({text} as double)"
    date_format = date_format_of(engine, source.relation_sql, found.name, path=path)
    if not date_format:
        return "cast(null as date)"
    return f"cast({parsed_date(text, date_format)} as date)"


def _is_numbered(engine: duckdb.DuckDBPyConnection, relation: str, text: str) -> bool:
    """Return whether periods are numbers, of which none is long enough for a date."""
    is_number = f"regexp_full_match({text}, '{_PERIOD_NUMBER}')"
    filled, numbered = engine.sql(
        f"select count({text}), count_if({is_number}) from {relation}"
    ).fetchall()[0]
    return bool(0 < filled == numbered)


def require_rows_told(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    fields: list[Field],
    definition: dict,
    path: str,
) -> None:
    """Stop where most rows of a wide file would fall away, and say why.

    Raises
    ------
    UserError
    """
    key = next(f for f in fields if f.name == KEY).column
    if definition.get("rows") or key == ROW_NUMBER:
        return
    rows, keyed, customers = engine.sql(
        f"select count(*), count({identifier(key)}), "
        f"count(distinct lower(trim(cast({identifier(key)} as varchar)))) "
        f"from {relation} where segments_reject_reason is null"
    ).fetchall()[0]
    name = "the key" if key == JOINED_KEY else f"column '{key}'"
    if keyed < LEAST_CUSTOMERS * rows:
        raise UserError(
            f"In {rows - keyed:,} of {rows:,} rows of {path} {name} is empty, so that "
            "most would fall away; map customer_id to a column that all have, or write "
            "key: row_number."
        )
    if customers < LEAST_CUSTOMERS * keyed:
        raise UserError(
            f"{path} has {keyed:,} rows of {customers:,} customers by {name}, so that "
            "most would fall away. If a row is a purchase, it is kind: orders; else "
            f"say which row of a customer counts in dbt_project.yml: {_HOW}."
        )

"""Say of every published relation what it is, and why where it is empty."""

import re

import duckdb

from segmentation.warehouse.personal import is_of_persons
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["describe_relations"]

_KEY = re.compile(r"\*\*Primary key:\*\*\s*([\w, ]+)", re.IGNORECASE)
_EXAMPLE = re.compile(r"```sql\n(.*?)```", re.DOTALL)
# a mart says in its description when it is empty
_EMPTY = re.compile(r"(Empty (?:where|until|unless|before)[^.]*\.)")
# empty for the reason of another mart
_BECAUSE_OF = {
    "category_affinity": "segment_category_mix",
    "category_demand": "segment_category_mix",
    "customer_category_spend": "segment_category_mix",
    "channel_affinity": "segment_channel_mix",
    "customer_channel_purchases": "segment_channel_mix",
    "customer_value_models": "customer_value",
    "value_by_segment": "customer_value",
    "recommendation_quality": "customer_recommendations",
    "segment_rfm_crosstab": "customer_rfm",
}
_COLUMNS = {
    "relation": "Name of the relation in the schema marts.",
    "rows_found": "Its rows.",
    "columns_found": "Its columns.",
    "grain": "What one row is of.",
    "key_columns": "Columns that are unique together, between commas; null of one row.",
    "has_segments": "Whether it has a segment_key to filter by.",
    "is_of_persons": "Whether its rows are about single customers.",
    "description": "What it holds.",
    "example_query": "A query to begin with; null where there is none.",
    "why_empty": "Why it has no rows, else null.",
}


def describe_relations(connection: duckdb.DuckDBPyConnection) -> None:
    """Write published.marts.published_relations, a row for each other relation.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the published file attached under that name, and the warehouse as
        `attach_warehouse` does it.
    """
    table = "published.marts.published_relations"
    connection.execute(
        f"create table {table} (relation varchar primary key, rows_found bigint, "
        "columns_found bigint, grain varchar, key_columns varchar, "
        "has_segments boolean, is_of_persons boolean, description varchar, "
        "example_query varchar, why_empty varchar)"
    )
    lacking = _lacking(connection)
    for relation, comment, columns in connection.execute(
        "select tables.table_name, any_value(tables.comment), "
        "list(columns.column_name) "
        "from duckdb_tables() as tables inner join duckdb_columns() as columns "
        "using (database_name, schema_name, table_name) "
        "where database_name = 'published' and table_name != 'published_relations' "
        "group by 1 order by 1"
    ).fetchall():
        ((rows,),) = connection.execute(
            f"select count(*) from published.marts.{identifier(relation)}"
        ).fetchall()
        row = _described(relation, comment or "", rows, lacking)
        row |= {
            "columns_found": len(columns),
            "has_segments": "segment_key" in columns,
            "is_of_persons": is_of_persons(columns),
        }
        connection.execute(
            f"insert into {table} values ({', '.join('?' * len(_COLUMNS))})",
            [row[name] for name in _COLUMNS],
        )
    connection.execute(
        f"comment on table {table} is 'All relations of this file: what they hold, one "
        "row per what, by which key, and why they are empty where they are.'"
    )
    for column, words in _COLUMNS.items():
        connection.execute(f"comment on column {table}.{column} is {literal(words)}")


def _described(relation: str, comment: str, rows: int, lacking: dict) -> dict:
    keys = _KEY.search(comment)
    columns = [name.strip() for name in keys[1].split(",")] if keys else []
    example = _EXAMPLE.search(comment)
    description = " ".join(comment.split("```")[0].split("**Primary")[0].split())
    reason = lacking.get(relation) or _EMPTY.search(description)
    if reason and not isinstance(reason, str):
        reason = reason[1]
    return {
        "relation": relation,
        "rows_found": rows,
        "grain": "one row for each " + " and ".join(_said(name) for name in columns)
        if columns
        else "one row",
        "key_columns": ", ".join(columns) or None,
        "description": description,
        "example_query": example[1].strip() if example else None,
        "why_empty": None if rows else reason or "Nothing of it is known so far.",
    }


def _said(column: str) -> str:
    words = re.sub(r"_(id|key)$", "", column).replace("_", " ")
    return {"model version": "version of the model", "observed on": "day"}.get(
        words, words
    )


def _lacking(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the sentence for each mart that the input switches off."""
    lacking = {
        mart: f"The input lacks {what}."
        for mart, what in _rows(
            connection,
            ("intermediate", "int_switched_off"),
            "mart, string_agg(lacking, ', ' order by lacking)",
            "group by mart",
        )
    }
    for (reason,) in _rows(
        connection, ("ml", "ml_campaign_response"), "max(skip_reason)"
    ):
        if reason:
            lacking |= dict.fromkeys(_campaign_marts(connection), reason)
    return lacking | {
        mart: lacking[other] for mart, other in _BECAUSE_OF.items() if other in lacking
    }


def _campaign_marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        mart
        for (mart,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published' "
            "and table_name like '%campaign%'"
        ).fetchall()
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection,
    relation: tuple[str, str],
    columns: str,
    ending: str = "",
) -> list[tuple]:
    """Return columns of a table of the warehouse, no rows where it is not there."""
    schema, table = relation
    ((count,),) = connection.execute(
        "select count(*) from duckdb_views() where database_name = 'memory' "
        "and schema_name = ? and view_name = ?",
        [schema, table],
    ).fetchall()
    if not count:
        return []
    return connection.execute(
        f"select {columns} from memory.{schema}.{table} {ending}"
    ).fetchall()

"""The assignment as one SELECT for other engines."""

import re

import sqlglot

from segmentation.segments.current import current_assignment_sql, current_version
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["DIALECTS", "portable_assignment", "portable_score", "translated"]

DIALECTS = ("bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark")


def portable_assignment(
    versions: Relation, names: dict[str, str], *, dialect: str, table: str
) -> str:
    """Return the current version's assignment as one SELECT, with what it reads.

    Parameters
    ----------
    versions : DuckDB relation
        Fitted versions, of which one is current.
    names : dict
        Names of segments by key.
    dialect : str
        One of `DIALECTS`.
    table : str
        The relation with the customers there, as the query is to call it.

    Returns
    -------
    str
        A query in front of which comments list the columns that `table` needs.
    """
    fitted = current_version(versions)
    version, sql = current_assignment_sql(versions, "segments_customers")
    cases = " ".join(
        f"when {literal(key)} then {literal(name)}" for key, name in names.items()
    )
    selected = (
        f"select {version} as model_version, a.*, "
        f"case a.segment_key {cases} end as segment_name from ({sql}) as a"
    )
    # a number may have two coordinates: its value, and that it is not known
    numbers = {f.feature for f in fitted.features if f.kind == "number"}
    needed = [
        f"--   {identifier(name)}: {'a number' if name in numbers else 'a word'}"
        for name in dict.fromkeys(f.feature for f in fitted.features)
    ]
    lines = [
        f"-- Segments by version {version} of the segmentation, for {dialect}.",
        f"-- {table} needs one row a customer, in the units of the mart customers,",
        "-- null where something is not known, with the columns",
        "--   customer_id",
        *needed,
    ]
    return "\n".join([*lines, translated(selected, dialect, table), ""])


def portable_score(
    score_sql: str,
    columns: dict[str, str],
    *,
    campaign: str,
    dialect: str,
    table: str,
) -> str:
    """Return the logistic score of a response as one SELECT, with what it reads.

    Parameters
    ----------
    score_sql : str
        The expression over a row of a customer, in DuckDB's words.
    columns : dict
        What the table needs, by name: ``a number`` or ``a word``.
    campaign : str
        Whose response it is.
    dialect, table : str
        As in `portable_assignment`.

    Returns
    -------
    str
    """
    query = f"select customer_id, {score_sql} as probability from segments_customers"
    lines = [
        f"-- Probability of a response to {' '.join(campaign.split())} by a logistic "
        f"model, for {dialect}.",
        "-- Of customers whom the model was judged on, campaign_response_scores has",
        "-- what models say that have not seen them.",
        f"-- {table} needs one row a customer, in the units of the mart customers,",
        "-- null where something is not known, with the columns",
        "--   customer_id",
        *(f"--   {identifier(name)}: {kind}" for name, kind in columns.items()),
    ]
    return "\n".join([*lines, translated(query, dialect, table), ""])


def translated(sql: str, dialect: str, table: str) -> str:
    r"""Return DuckDB's SQL over `segments_customers` as another engine has it.

    Raises
    ------
    UserError
        If there is no such dialect, or `table` is no name of a relation.

    Examples
    --------
    >>> translated("select cast(a as double) from segments_customers", "postgres", "c")
    'SELECT\n  CAST(a AS DOUBLE PRECISION)\nFROM c'
    """
    if dialect not in DIALECTS:
        raise UserError(
            f"There is no dialect '{dialect}'; it has to be one of "
            f"{', '.join(DIALECTS)}."
        )
    if not re.fullmatch(r'[\w$"`-]+(\.[\w$"`-]+)*', table):
        raise UserError(f"'{table}' is no name of a table.")
    named = sqlglot.exp.to_table(table, dialect=dialect)
    query = sqlglot.parse_one(sql, read="duckdb")
    for place in list(query.find_all(sqlglot.exp.Table)):
        if place.name == "segments_customers":
            place.replace(named.copy())
    if dialect == "postgres":  # else it writes each step into the next, many times over
        for step in query.find_all(sqlglot.exp.CTE):
            step.set("materialized", True)
    if dialect == "snowflake":  # in quotes a name there has to be in capitals
        for name in query.find_all(sqlglot.exp.Identifier):
            name.set("quoted", not re.fullmatch("[a-z][a-z0-9_]*", name.name))
    return query.sql(dialect=dialect, pretty=True)

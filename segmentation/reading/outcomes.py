"""Read the outcomes of the last campaign from the file that holds them."""

from pathlib import Path
from typing import Any

from segmentation.reading.cleaning import NO, YES
from segmentation.warehouse.connection import file_reader
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.protocols import Session
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["read_outcomes"]

OUTCOME_COLUMNS = ("customer_id", "was_contacted", "has_responded")


def read_outcomes(session: Session, definition: dict) -> Any:
    """Return who was contacted and who responded, as the input's file of it says.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    definition : dict
        The input under ``vars: inputs:``; its ``campaign_outcomes`` is the path of a
        CSV file with the columns customer_id, was_contacted and has_responded.

    Returns
    -------
    DuckDB relation
        A row a customer with the types VARCHAR, BOOLEAN, BOOLEAN; no rows where the
        input names no file.

    Raises
    ------
    UserError
        If the file, a column, or an answer is absent, or a customer is there twice.

    Examples
    --------
    >>> import duckdb
    >>> read_outcomes(duckdb.connect(), {}).fetchall()
    []
    """
    path = definition.get("campaign_outcomes")
    session = file_reader(session)
    if not path:
        return session.sql(
            "select cast(null as varchar) as customer_id, "
            "cast(null as boolean) as was_contacted, "
            "cast(null as boolean) as has_responded where false"
        )
    if not Path(path).is_file():
        raise UserError(
            f"The file of campaign outcomes {path} does not exist; correct "
            "campaign_outcomes in dbt_project.yml, or remove it."
        )
    file = session.sql(
        f"select * from read_csv({literal(path)}, header = true, all_varchar = true)"
    )
    columns = {name.strip().lower(): name for name in file.columns}
    absent = [name for name in OUTCOME_COLUMNS if name not in columns]
    if absent:
        raise UserError(
            f"The file of campaign outcomes {path} has no column {absent[0]!r}; it "
            f"needs {', '.join(OUTCOME_COLUMNS)}."
        )
    customer, *answers = (identifier(columns[name]) for name in OUTCOME_COLUMNS)
    outcomes = file.project(
        f"nullif(trim({customer}), '') as customer_id, "
        + ", ".join(
            f"case when lower(trim({answer})) in {YES} then true "
            f"when lower(trim({answer})) in {NO} then false end as {name}"
            for answer, name in zip(answers, OUTCOME_COLUMNS[1:], strict=True)
        )
    )
    rows, keys, contacted, responded = outcomes.aggregate(
        "count(*), count(distinct customer_id), count(was_contacted), "
        "count(has_responded)"
    ).fetchall()[0]
    if keys != rows:
        raise UserError(
            f"The file of campaign outcomes {path} has {rows} rows but {keys} "
            "different customers; give each customer one row."
        )
    for name, answered in (("was_contacted", contacted), ("has_responded", responded)):
        if answered != rows:
            raise UserError(
                f"The file of campaign outcomes {path} has {rows - answered} rows "
                f"whose {name} is neither 1 nor 0; fill them in."
            )
    return outcomes

"""The same Python models on DuckDB and on Spark.

On DuckDB a model gets DuckDB's own connection and relations. On Spark it gets the two
classes below, which have the part of DuckDB's interface that this package uses, so
that no model asks where it runs. Queries are written in the SQL that both engines
share, names and texts quoted as in the standard; what is quoted is translated.

Nothing here imports Spark: the session and its data frames are handed in.
"""

import os
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from segmentation.warehouse.errors import EnvironmentFault
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.quoting import with_named
from segmentation.warehouse.spark import SparkConnection

__all__ = ["file_reader", "limited_connection", "query", "table_exists"]

_NUMBERS = count()


def query(session: Session, sql: str, **relations: Any) -> Relation:
    """Return a query over relations that it names.

    Parameters
    ----------
    session : DuckDB connection or SparkConnection
    sql : str
    **relations : relations, data frames or pyarrow tables
        By the names that the query gives them.

    Returns
    -------
    DuckDB relation or SparkRelation

    Examples
    --------
    >>> import pyarrow as pa
    >>> numbers = pa.table({"i": [1, 2]})
    >>> query(duckdb.connect(), "select sum(i) from n", n=numbers).fetchall()
    [(3,)]
    """
    if isinstance(session, SparkConnection):
        return session.query(sql, relations)
    # names of our own: a view called as the table that it reads would read itself
    views = {name: f"query_input_{next(_NUMBERS)}" for name in relations}
    connection: Any = session
    for name, view in views.items():
        connection.register(view, relations[name])
    return session.sql(with_named(sql, views))


def table_exists(session: Session, this: KeptTable) -> bool:
    """Return whether an earlier build has left the table of a dbt model."""
    if isinstance(session, SparkConnection):
        return session.table_exists(f"{this.schema}.{this.identifier}")
    return bool(
        session.sql(
            "select 1 from information_schema.tables where "
            f"table_schema = '{this.schema}' and table_name = '{this.identifier}'"
        ).fetchall()
    )


def file_reader(session: Session) -> Any:
    """Return a DuckDB connection that reads the files of dbt's own machine."""
    return duckdb.connect() if isinstance(session, SparkConnection) else session


def limited_connection(spill: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to a DuckDB in memory that takes no more of it than a build.

    Parameters
    ----------
    spill : Path
        Folder for what does not fit into the memory; DuckDB makes and removes it.

    Raises
    ------
    EnvironmentFault
        If SEGMENTS_MEMORY is no amount of memory.
    """
    limit = os.environ.get("SEGMENTS_MEMORY", "3GB")
    settings: dict[str, Any] = {"memory_limit": limit, "temp_directory": str(spill)}
    try:
        return duckdb.connect(config=settings)
    except duckdb.ParserException:
        raise EnvironmentFault(
            f"SEGMENTS_MEMORY is '{limit}', which is no amount of memory; write it "
            "like 3GB or 800MB."
        ) from None

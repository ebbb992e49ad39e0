"""What the package asks of an engine: the part that DuckDB and Spark have in common."""

from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow as pa

__all__ = ["KeptTable", "Relation", "Session"]


class Relation(Protocol):
    """Rows of an engine, fetched when they are asked for."""

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""

    @property
    def types(self) -> Sequence[Any]:
        """Types of the columns, each with an `id`."""

    def query(self, name: str, sql: str, /) -> "Relation":
        """Return a query in which this relation goes by `name`."""

    def filter(self, condition: str, /) -> "Relation":
        """Return the rows that meet a condition."""

    def project(self, columns: str, /) -> "Relation":
        """Return a select list over the rows."""

    def aggregate(self, figures: str, /) -> "Relation":
        """Return figures over all rows."""

    def order(self, columns: str, /) -> "Relation":
        """Return the rows in an order."""

    def limit(self, rows: int, /) -> "Relation":
        """Return at most so many rows."""

    def distinct(self) -> "Relation":
        """Return every row once."""

    def fetchall(self) -> list[Any]:
        """Fetch all rows as tuples."""

    def fetchnumpy(self) -> dict[str, Any]:
        """Fetch all rows as arrays by column."""

    def df(self) -> Any:
        """Fetch all rows as a pandas data frame."""

    def to_arrow_table(self) -> pa.Table:
        """Fetch all rows as a table."""

    def to_arrow_reader(self, batch_size: int, /) -> pa.RecordBatchReader:
        """Fetch all rows in batches."""


class Session(Protocol):
    """The connection that dbt hands to a Python model."""

    def sql(self, sql: str, /) -> Any:
        """Return a query over tables of the warehouse: a `Relation`."""


class KeptTable(Protocol):
    """The table of a dbt model as its last build left it: ``dbt.this``."""

    @property
    def schema(self) -> str | None:
        """Name of its schema."""

    @property
    def identifier(self) -> str | None:
        """Name of the table."""

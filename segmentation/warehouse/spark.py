"""Spark with the part of DuckDB's interface that this package uses.

Nothing here imports Spark: the session and its data frames are handed in.
"""

import re
from typing import Any

import duckdb
import pyarrow as pa

from segmentation.warehouse.quoting import with_named

__all__ = ["SparkConnection", "SparkRelation", "spark_frame", "spark_sql"]

# standard texts, names and comments, in the order in which SQL would meet them
_QUOTED = re.compile(r"'(?:[^']|'')*'" r'|"(?:[^"]|"")*"' r"|--[^\n]*")
# Spark's names of types -> DuckDB's, where they differ
_TYPE_NAMES = {"int": "integer", "string": "varchar"}


class SparkConnection:
    """A Spark session with what this package asks of a DuckDB connection."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def sql(self, sql: str) -> "SparkRelation":
        """Return a query over tables of the catalogue."""
        return self.query(sql, {})

    def query(self, sql: str, relations: dict) -> "SparkRelation":
        """Return a query over the relations that it names and tables."""
        frames = {
            name: spark_frame(self._session, relation)
            for name, relation in relations.items()
        }
        return SparkRelation(self._session, _run(self._session, sql, frames))

    def table_exists(self, name: str) -> bool:
        """Return whether the catalogue has a table of that name."""
        return self._session.catalog.tableExists(name)


class SparkRelation:
    """A Spark data frame with what this package asks of a DuckDB relation.

    Parameters
    ----------
    session : SparkSession
    frame : pyspark DataFrame
        What the relation holds; stays lazy until it is fetched.
    """

    def __init__(self, session: Any, frame: Any) -> None:
        self._session = session
        self.frame = frame

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self.frame.columns

    @property
    def types(self) -> list:
        """Types of the columns under DuckDB's names; `id` has no parameters."""
        names = [f.dataType.simpleString() for f in self.frame.schema.fields]
        return [_Type(_TYPE_NAMES.get(name, name)) for name in names]

    def query(self, name: str, sql: str) -> "SparkRelation":
        """Return a query in which this relation goes by `name`."""
        frame = _run(self._session, sql, {name: self.frame})
        return SparkRelation(self._session, frame)

    def filter(self, condition: str) -> "SparkRelation":
        """Return the rows that meet a condition."""
        return self.query("this", f"select * from this where {condition}")

    def project(self, columns: str) -> "SparkRelation":
        """Return a select list over the rows."""
        return self.query("this", f"select {columns} from this")

    def aggregate(self, figures: str) -> "SparkRelation":
        """Return figures over all rows."""
        return self.project(figures)

    def order(self, columns: str) -> "SparkRelation":
        """Return the rows in an order."""
        return self.query("this", f"select * from this order by {columns}")

    def limit(self, rows: int) -> "SparkRelation":
        """Return at most so many rows."""
        return SparkRelation(self._session, self.frame.limit(rows))

    def distinct(self) -> "SparkRelation":
        """Return every row once."""
        return SparkRelation(self._session, self.frame.distinct())

    def to_arrow_table(self) -> pa.Table:
        """Fetch all rows."""
        return self.frame.toArrow()

    def to_arrow_reader(self, batch_size: int) -> pa.RecordBatchReader:
        """Fetch all rows, to be looked at in batches."""
        table = self.to_arrow_table()
        return pa.RecordBatchReader.from_batches(
            table.schema, table.to_batches(max_chunksize=batch_size)
        )

    def fetchall(self) -> list[tuple]:
        """Fetch all rows as tuples; structs are dicts."""
        columns = [column.to_pylist() for column in self.to_arrow_table().columns]
        return list(zip(*columns, strict=True))

    def df(self) -> Any:
        """Fetch all rows as a data frame with the types that DuckDB gives it."""
        return duckdb.connect().from_arrow(self.to_arrow_table()).df()

    def fetchnumpy(self) -> dict:
        """Fetch all rows as arrays by column."""
        return duckdb.connect().from_arrow(self.to_arrow_table()).fetchnumpy()


class _Type(str):
    """The name of a type; upper case as text, as DuckDB writes it."""

    @property
    def id(self) -> str:
        return self.split("(")[0]

    def __str__(self) -> str:
        return self.upper()


def spark_frame(session: Any, relation: Any) -> Any:
    """Return a relation as a Spark data frame.

    Parameters
    ----------
    session : SparkSession
    relation : SparkRelation, DuckDB relation, pyarrow table or reader, or data frame
        A Spark data frame is returned as it is.
    """
    if isinstance(relation, SparkRelation):
        return relation.frame
    if hasattr(relation, "sparkSession"):
        return relation
    if isinstance(relation, duckdb.DuckDBPyRelation):
        relation = relation.to_arrow_table()
    if isinstance(relation, pa.RecordBatchReader):
        relation = relation.read_all()
    if not isinstance(relation, pa.Table):
        relation = pa.Table.from_pandas(relation, preserve_index=False)
    table = relation.cast(_spark_schema(relation.schema))
    if table.num_rows:
        return session.createDataFrame(table)
    # Spark infers no types from nothing
    return session.createDataFrame(pa.Table.from_pylist([{}], table.schema)).limit(0)


def spark_sql(sql: str) -> str:
    r"""Return a query with the quoting of the standard as Spark reads it.

    Examples
    --------
    >>> print(spark_sql('select "5"" pipes" from t where x = \'Land\'\'s \\ End\''))
    select `5" pipes` from t where x = 'Land\'s \\ End'
    """
    return _QUOTED.sub(_requoted, sql)


def _requoted(match: re.Match) -> str:
    quoted = match.group()
    if quoted.startswith('"'):
        return "`" + quoted[1:-1].replace('""', '"').replace("`", "``") + "`"
    if quoted.startswith("'"):
        text = quoted[1:-1].replace("''", "'")
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return quoted


def _run(session: Any, sql: str, frames: dict) -> Any:
    """Return the data frame of a query, the named frames as its first CTEs."""
    text = spark_sql(sql)
    if not frames:
        return session.sql(text)
    # the frames reach Spark through its own placeholders, so other braces are doubled
    text = text.replace("{", "{{").replace("}", "}}")
    placeholders = {name: f"{{{name}}}" for name in frames}
    return session.sql(with_named(text, placeholders), **frames)


def _spark_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema without the types that Spark has not."""
    return pa.schema([field.with_type(_spark_type(field.type)) for field in schema])


def _spark_type(data_type: pa.DataType) -> pa.DataType:
    if pa.types.is_unsigned_integer(data_type):
        return pa.int64()
    if pa.types.is_dictionary(data_type):
        return data_type.value_type
    return data_type

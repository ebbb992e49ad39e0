"""The published file, opened so that nothing can be written and nothing else read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["Published", "Refusal", "opened"]

_SECONDS = 30  # of a query
# what every published file has beside its marts
_DESCRIBED = ("generation", "published_columns", "published_relations")
_CONFIG: dict[str, Any] = {
    "enable_external_access": "false",  # no file but this one, no network
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "temp_directory": "",
    "threads": "2",
    "lock_configuration": "true",
}


class Refusal(UserError):
    """Raise where the marts do not know what is asked: the sentence says why."""


class Published:
    """What the published file says.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        To the file, read-only.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        tables = self.rows(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        )
        self._relations = {row["table_name"] for row in tables}
        if not self._relations.issuperset(_DESCRIBED):
            raise UserError(
                "The file holds no published segments; give the segments.duckdb that "
                "segments publish writes."
            )

    def rows(
        self, sql: str, values: list[Any] | None = None, most: int | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of a query, as JSON knows them, the first `most`."""
        timer = threading.Timer(_SECONDS, self._connection.interrupt)
        timer.start()
        try:
            found = self._connection.execute(sql, values or [])
            names = [column[0] for column in found.description or []]
            rows = found.fetchall() if most is None else found.fetchmany(most)
        except duckdb.InterruptException:
            raise Refusal(
                f"The query took more than {_SECONDS} seconds and was stopped; ask for "
                "fewer rows or fewer relations."
            ) from None
        finally:
            timer.cancel()
        return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]

    def has(self, relation: str) -> bool:
        """Return whether the file has rows of a relation."""
        return relation in self._relations and bool(
            self.rows(f"select 1 as found from marts.{identifier(relation)} limit 1")
        )

    def why_empty(self, relation: str) -> str | None:
        """Return why a relation is missing or empty, nothing where it has rows."""
        if self.has(relation):
            return None
        rows = self.rows(
            "select why_empty from marts.published_relations where relation = ?",
            [relation],
        )
        said = rows[0]["why_empty"] if rows else None
        return said or "It was switched off, or left out of the build."

    def require(self, relation: str, what: str) -> None:
        """Refuse where a relation is missing or empty, with the reason for it."""
        why = self.why_empty(relation)
        if why:
            raise Refusal(f"The data do not tell {what}: {why}")

    def segment_key(self, said: str) -> str:
        """Return the key of a current segment that is said by key or name."""
        known = self.rows(
            "select segment_key, segment_name from marts.segments "
            "where status = 'current' order by segment_key"
        )
        for row in known:
            own = (row["segment_key"].casefold(), row["segment_name"].casefold())
            if said.strip().casefold() in own:
                return str(row["segment_key"])
        names = ", ".join(f"{r['segment_key']} ({r['segment_name']})" for r in known)
        raise Refusal(f"There is no current segment '{said}'; there are {names}.")

    def relations_in(self, sql: str) -> set[str]:
        """Return the marts that a query names."""
        found = self._connection.get_table_names(sql)
        named = {name.rpartition(".")[2].strip('"') for name in found}
        return named & self._relations

    def require_one_select(self, sql: str) -> None:
        """Refuse what is not one SELECT."""
        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise Refusal(f"The query cannot be read: {error}") from None
        kinds = [statement.type for statement in statements]
        if kinds != [duckdb.StatementType.SELECT]:
            raise Refusal("Only one SELECT is answered; nothing can be written here.")


@contextmanager
def opened(file: Path) -> Iterator[Published]:
    """Open the current generation of a published file for one answer.

    Parameters
    ----------
    file : Path
        segments.duckdb, which a publish replaces: it is looked up anew each time.

    Raises
    ------
    UserError
        If there is none, or it is no published file.
    """
    if not file.is_file():
        raise UserError(f"There is no published file {file}; run segments build first.")
    try:
        connection = duckdb.connect(file.resolve(), read_only=True, config=_CONFIG)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{file} cannot be opened: {first}") from None
    try:
        yield Published(connection)
    finally:
        connection.close()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; money keeps its digits as a number."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value != value:  # no JSON for "not a number"
        return None
    if isinstance(value, bool | int | float | str | None):
        return value
    return str(value)

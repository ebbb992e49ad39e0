"""Rows of Python as tables of exact types."""

import pyarrow as pa

__all__ = ["one_row", "rows"]


def one_row(schema: pa.Schema, row: dict) -> pa.Table:
    """Return `row` as a table of one row with the types of `schema`."""
    return pa.Table.from_pylist([row], schema=schema)


def rows(schema: pa.Schema, records: list[dict]) -> pa.Table:
    """Return `records` as a table with the types of `schema`."""
    return pa.Table.from_pylist(records, schema=schema)

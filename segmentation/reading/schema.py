"""Exact types of the table that describes how an input is read."""

import pyarrow as pa

from segmentation.warehouse.tables import one_row

__all__ = ["INPUT_DIALECT", "dialect_row"]

_FIELD = pa.struct(
    {
        "role": pa.string(),
        "name": pa.string(),
        "data_type": pa.string(),
        "source_column": pa.string(),
        "source_type": pa.string(),
        "date_format": pa.string(),
        "multiplier": pa.float64(),
        "source_value": pa.string(),
        "decimal_mark": pa.string(),
        "thousands_mark": pa.string(),
        "is_whole_key": pa.bool_(),
        "is_email_key": pa.bool_(),
        "time_zone": pa.string(),
        "separator": pa.string(),
        "part_of": pa.string(),
        "figure": pa.string(),
        "labels": pa.list_(pa.struct({"code": pa.string(), "label": pa.string()})),
    }
)

_DECLARED_FEATURE = pa.struct(
    {
        "feature": pa.string(),
        "label": pa.string(),
        "unit": pa.string(),
        "family": pa.string(),
        "kind": pa.string(),
        "is_segmentation": pa.bool_(),
        "transform": pa.string(),
        "weight": pa.float64(),
        "high_phrase": pa.string(),
        "low_phrase": pa.string(),
        "description": pa.string(),
        "value_order": pa.list_(pa.string()),
    }
)

INPUT_DIALECT = pa.schema(
    {
        "input_name": pa.string(),
        "source_path": pa.string(),
        "relation_sql": pa.string(),
        "wanted_columns": pa.string(),
        "problem": pa.string(),
        "notes": pa.string(),
        "kind": pa.string(),
        "as_of_date": pa.string(),
        "features": pa.list_(pa.string()),
        "is_amount_per_unit": pa.bool_(),
        "is_other_sign_apart": pa.bool_(),
        "unit": pa.string(),
        "currency": pa.string(),
        "language": pa.string(),
        "first_day": pa.string(),
        "read_paths": pa.list_(pa.string()),
        "read_stamp": pa.string(),
        "fields": pa.list_(_FIELD),
        "contacts": pa.list_(_FIELD),
        "declared": pa.list_(_DECLARED_FEATURE),
    }
)


def dialect_row(row: dict) -> pa.Table:
    """Return the description of an input as a table of one row."""
    return one_row(INPUT_DIALECT, row)

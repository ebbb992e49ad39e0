"""Describe how the input file has to be read: one row, or one sentence of refusal."""

from functools import partial

from segmentation.reading.addresses import asked_path
from segmentation.reading.dialect import inspect_input
from segmentation.reading.relations import with_relation
from segmentation.reading.releases import require_release
from segmentation.reading.schema import dialect_row
from segmentation.reading.spark_file import inspected


def model(dbt, session):
    """Return one row; `problem` is set where the file cannot be used."""
    require_release(dbt.config.meta_get("release"))
    relation = dbt.ref("segmentation", "stg_input__relation")
    inputs = dbt.config.meta_get("inputs")
    known = dbt.config.meta_get("input_names")
    default = dbt.config.meta_get("default_input")
    name = dbt.config.meta_get("input_name")
    date_format = dbt.config.meta_get("date_format")
    most_fields = dbt.config.meta_get("most_fields")
    folder = dbt.config.meta_get("warehouse_folder")
    inspect = partial(
        inspect_input,
        with_relation(session, inputs, relation),
        known=known,
        default=default,
        name=name,
        date_format=date_format,
        most_fields=most_fields,
        warehouse_folder=folder,
    )
    dialect = inspected(session, asked_path(), inspect)
    return dialect_row(dialect.as_row())

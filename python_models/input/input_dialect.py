"""Describe how the input file has to be read: one row, or one sentence of refusal."""

from segmentation.ingest import inspect_input
from segmentation.tables import one_row


def model(dbt, session):
    """Return one row; `problem` is set where the file cannot be used."""
    inputs = dbt.config.get("inputs")
    default = dbt.config.get("default_input")
    name = dbt.config.get("input_name")
    path = dbt.config.get("input_path")
    date_format = dbt.config.get("date_format")
    most_fields = dbt.config.get("most_fields")
    folder = dbt.config.get("warehouse_folder")
    dialect = inspect_input(
        inputs,
        default=default,
        name=name,
        path=path,
        date_format=date_format,
        most_fields=most_fields,
        warehouse_folder=folder,
    )
    return one_row("input_dialect", dialect.as_row())

"""Bring the records of the input file to an engine that does not read it itself."""

from segmentation.reading.spark_file import input_records


def model(dbt, session):
    """Return the records as the file has them; on Spark alone."""
    dialect = dbt.ref("segmentation", "input_dialect")
    records = input_records(session, dialect)
    return records

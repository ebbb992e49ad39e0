"""Read who was contacted and who responded, where there is a file of it."""

from segmentation.reading.outcomes import read_outcomes


def model(dbt, session):
    """Return one row a customer of the file; no rows without a file."""
    inputs = dbt.config.meta_get("inputs")
    default = dbt.config.meta_get("default_input")
    name = dbt.config.meta_get("input_name")
    outcomes = read_outcomes(session, inputs[name or default])
    return outcomes

"""Count today's customers in the bins that the fit used as its reference."""

from segmentation.segments.drift import current_bin_counts_sql


def model(dbt, session):
    """Return one row a feature and bin, lazily: the engine counts while writing."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    counts = current_bin_counts_sql(versions, "customers")
    counted = customers.query("customers", counts)
    return counted

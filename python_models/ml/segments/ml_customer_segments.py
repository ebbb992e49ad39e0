"""Assign every customer to a segment of the current version, in SQL."""

from segmentation.segments.current import current_assignment_sql


def model(dbt, session):
    """Return one row a customer, lazily: the engine computes it while writing."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    version, assignment = current_assignment_sql(versions, "customers")
    assigned = customers.query(
        "customers",
        f"select {version} as model_version, a.* from ({assignment}) as a",
    )
    return assigned

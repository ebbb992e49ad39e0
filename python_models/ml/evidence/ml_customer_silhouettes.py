"""Measure how well a sample of customers fits its segment, once for each fit."""

from segmentation.evidence.kept_evidence import customer_silhouettes


def model(dbt, session):
    """Return one row, of the current version."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    assignments = dbt.ref("segmentation", "ml_customer_segments")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    evidence = customer_silhouettes(
        session,
        this=dbt.this,
        versions=versions,
        customers=customers,
        assignments=assignments,
        catalogue=catalogue,
    )
    return evidence

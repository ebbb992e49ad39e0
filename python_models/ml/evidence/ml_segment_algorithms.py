"""Compare algorithms on a sample of customers, once for each fitted version."""

from segmentation.evidence.kept_evidence import segment_algorithms


def model(dbt, session):
    """Return one row a version."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    assignments = dbt.ref("segmentation", "ml_customer_segments")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    evidence = segment_algorithms(
        session,
        this=dbt.this,
        versions=versions,
        customers=customers,
        assignments=assignments,
        catalogue=catalogue,
    )
    return evidence

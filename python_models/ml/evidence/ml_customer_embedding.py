"""Place a sample of customers on a plane, once for each fit."""

from segmentation.evidence.kept_evidence import customer_embedding


def model(dbt, session):
    """Return one row, of the current version."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    assignments = dbt.ref("segmentation", "ml_customer_segments")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    sample_rows = dbt.config.meta_get("sample_rows")
    embedding = customer_embedding(
        session,
        this=dbt.this,
        versions=versions,
        customers=customers,
        assignments=assignments,
        catalogue=catalogue,
        sample_rows=sample_rows,
    )
    return embedding

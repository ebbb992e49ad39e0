"""Explain the current segments by a few readable rules, once for every version."""

from segmentation.segments.rules import segment_rules


def model(dbt, session):
    """Return one row a rule."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    assignments = dbt.ref("segmentation", "ml_customer_segments")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    settings = dbt.config.meta_get("settings")
    rules = segment_rules(
        session,
        this=dbt.this,
        versions=versions,
        customers=customers,
        assignments=assignments,
        catalogue=catalogue,
        settings=settings,
    )
    return rules

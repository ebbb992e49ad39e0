"""Keep the fitted category profiles of the segments; fit them only where it is due."""

from segmentation.offers.kept_profiles import category_profiles


def model(dbt, session):
    """Return one row a model version."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    segments = dbt.ref("segmentation", "customer_segments")
    spend = dbt.ref("segmentation", "stg_input__category_spend")
    purchases = dbt.ref("segmentation", "int_category_purchases")
    switched_off = dbt.ref("segmentation", "int_switched_off")
    settings = dbt.config.meta_get("settings")
    profiles = category_profiles(
        session,
        this=dbt.this,
        versions=versions,
        segments=segments,
        spend=spend,
        purchases=purchases,
        switched_off=switched_off,
        settings=settings,
    )
    return profiles

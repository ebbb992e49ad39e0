"""Keep the fitted models of customer value; fit them only where it is due."""

from segmentation.value.kept_values import value_models


def model(dbt, session):
    """Return one row a model version."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    summaries = dbt.ref("segmentation", "int_purchase_summaries")
    switched_off = dbt.ref("segmentation", "int_switched_off")
    fit_sample_rows = dbt.config.meta_get("fit_sample_rows")
    models = value_models(
        session,
        this=dbt.this,
        versions=versions,
        summaries=summaries,
        switched_off=switched_off,
        fit_sample_rows=fit_sample_rows,
    )
    return models

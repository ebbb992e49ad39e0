"""Keep every fitted version of the segmentation; fit a new one only where it is due."""

from segmentation.segments.versions import FitInputs, segment_model


def model(dbt, session):
    """Return one row a version."""
    customers = dbt.ref("segmentation", "int_customers_engineered")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    judged = dbt.ref("segmentation", "int_features_judged")
    dialect = dbt.ref("segmentation", "input_dialect")
    archetypes = dbt.ref("segmentation", "segment_archetypes")
    words = dbt.ref("segmentation", "absolute_words")
    overrides = dbt.ref("segmentation", "segment_name_overrides")
    settings = dbt.config.meta_get("settings")
    retrain = dbt.config.meta_get("retrain")
    model_version = dbt.config.meta_get("model_version")
    accept_refit = dbt.config.meta_get("accept_refit")
    versions = segment_model(
        session,
        this=dbt.this,
        inputs=FitInputs(
            customers, catalogue, judged, dialect, archetypes, words, overrides
        ),
        settings=settings,
        retrain=retrain,
        model_version=model_version,
        accept_refit=accept_refit,
    )
    return versions

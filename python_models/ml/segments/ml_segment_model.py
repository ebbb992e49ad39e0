"""Keep every fitted version of the segmentation; fit a new one only where it is due."""

from segmentation.segments.versions import FitInputs, segment_model


def model(dbt, session):
    """Return one row a version."""
    inputs = FitInputs(
        customers=dbt.ref("int_customers_engineered"),
        catalogue=dbt.ref("int_feature_catalogue"),
        judged=dbt.ref("int_features_judged"),
        dialect=dbt.ref("input_dialect"),
        archetypes=dbt.ref("segment_archetypes"),
        overrides=dbt.ref("segment_name_overrides"),
    )
    versions = segment_model(
        session,
        this=dbt.this,
        inputs=inputs,
        settings=dbt.config.get("settings"),
        retrain=dbt.config.get("retrain"),
        model_version=dbt.config.get("model_version"),
        accept_refit=dbt.config.get("accept_refit"),
    )
    return versions

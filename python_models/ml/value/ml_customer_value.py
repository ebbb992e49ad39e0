"""Apply the fitted models of value to every customer, a batch at a time."""

from segmentation.value.kept_values import customer_value


def model(dbt, session):
    """Return one row a customer about whom enough is known, as a stream."""
    models = dbt.ref("segmentation", "ml_value_models")
    versions = dbt.ref("segmentation", "ml_segment_model")
    customers = dbt.ref("segmentation", "int_customers_engineered")
    horizon_days = dbt.config.meta_get("horizon_days")
    value = customer_value(
        models=models,
        versions=versions,
        customers=customers,
        horizon_days=horizon_days,
    )
    return value

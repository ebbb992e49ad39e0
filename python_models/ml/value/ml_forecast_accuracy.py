"""Prove the forecast on periods of the past; kept while the data are the same."""

from segmentation.value.kept_forecasts import forecast_accuracy


def model(dbt, session):
    """Return one row, or none where the input has no times."""
    purchase_days = dbt.ref("segmentation", "int_purchase_days")
    horizon_days = dbt.config.meta_get("horizon_days")
    fit_customers = dbt.config.meta_get("fit_customers")
    seed = dbt.config.meta_get("random_seed")
    accuracy = forecast_accuracy(
        session,
        this=dbt.this,
        purchase_days=purchase_days,
        horizon_days=int(horizon_days),
        fit_customers=int(fit_customers),
        seed=int(seed),
    )
    return accuracy

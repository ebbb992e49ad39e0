"""Apply the proven forecast to every customer, a batch at a time."""

from segmentation.value.kept_forecasts import customer_forecast


def model(dbt, session):
    """Return one row a customer who has bought, as a stream."""
    accuracy = dbt.ref("segmentation", "ml_forecast_accuracy")
    purchase_days = dbt.ref("segmentation", "int_purchase_days")
    fit_customers = dbt.config.meta_get("fit_customers")
    seed = dbt.config.meta_get("random_seed")
    forecast = customer_forecast(
        session,
        accuracy=accuracy,
        purchase_days=purchase_days,
        fit_customers=int(fit_customers),
        seed=int(seed),
    )
    return forecast

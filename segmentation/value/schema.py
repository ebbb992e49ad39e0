"""Exact types of the tables of value."""

import pyarrow as pa

__all__ = [
    "CUSTOMER_FORECAST",
    "FORECAST_ACCURACY",
    "LEAVING_PROBABILITIES",
    "VALUE_MODELS",
]

_VALUE_FIT = pa.struct(
    {
        "model": pa.string(),
        "r": pa.float64(),
        "alpha": pa.float64(),
        "a": pa.float64(),
        "b": pa.float64(),
        "p": pa.float64(),
        "q": pa.float64(),
        "gamma": pa.float64(),
        "log_likelihood": pa.float64(),
        "customers": pa.int64(),
        "is_used": pa.bool_(),
        "failed_checks": pa.string(),
        "verdict": pa.string(),
    }
)

VALUE_MODELS = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "customers": pa.int64(),
        "fit_customers": pa.int64(),
        "fits": pa.list_(_VALUE_FIT),
    }
)

LEAVING_PROBABILITIES = pa.schema(
    {
        "frequency": pa.float64(),
        "node": pa.int32(),
        "probability": pa.float64(),
        "weight": pa.float64(),
    }
)

_FIGURE = pa.struct(
    {
        "target": pa.string(),
        "method": pa.string(),
        "measure": pa.string(),
        "figure": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "is_published": pa.bool_(),
        "sentence": pa.string(),
    }
)
FORECAST_ACCURACY = pa.schema(
    {
        "definition_hash": pa.string(),
        "horizon_days": pa.int32(),
        "customers": pa.int64(),
        "tested_customers": pa.int64(),
        "tested_periods": pa.int32(),
        "first_cut_days_ago": pa.int32(),
        "level_basis": pa.string(),
        "buying_again_method": pa.string(),
        "purchase_days_method": pa.string(),
        "spend_method": pa.string(),
        "can_list": pa.bool_(),
        "figures": pa.list_(_FIGURE),
    }
)
CUSTOMER_FORECAST = pa.schema(
    {
        "customer_id": pa.string(),
        "probability_of_buying_again": pa.float64(),
        "expected_purchase_days": pa.float64(),
        "expected_spend": pa.float64(),
        "purchase_days": pa.int64(),
        "purchase_days_last_year": pa.int64(),
        "spend_last_year": pa.float64(),
    }
)

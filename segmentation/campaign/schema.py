"""Exact types of the table of fitted response models."""

import pyarrow as pa

__all__ = ["CAMPAIGN_RESPONSE", "REFITTED_SCORES", "RESPONSE_QUERY"]

_RESPONSE_TERM = pa.struct(
    {
        "feature": pa.string(),
        "value": pa.string(),
        "impute_value": pa.float64(),
        "is_logged": pa.bool_(),
        "center": pa.float64(),
        "scale": pa.float64(),
        "coefficient": pa.float64(),
    }
)

_EVALUATED_CUSTOMER = pa.struct(
    {
        "customer_id": pa.string(),
        "profile_fingerprint": pa.string(),
        "has_responded": pa.bool_(),
        "equal_customers_group": pa.int64(),
        "folds": pa.list_(pa.int32()),
        "probability": pa.float64(),
    }
)

_PREDICTION = pa.struct(
    {
        "model": pa.string(),
        "repeat": pa.int32(),
        "probability": pa.list_(pa.float64()),
        "inner_probability": pa.list_(pa.float64()),
    }
)

_ESTIMATE = {"estimate": pa.float64(), "lower": pa.float64(), "upper": pa.float64()}

_CAMPAIGN_METRIC = pa.struct(
    {
        "model": pa.string(),
        "metric": pa.string(),
        "threshold_kind": pa.string(),
        "threshold": pa.float64(),
        **_ESTIMATE,
    }
)

_PROFIT_POINT = pa.struct(
    {
        "contacted": pa.int64(),
        "profit": pa.float64(),
        "lower": pa.float64(),
        "upper": pa.float64(),
    }
)

_CALIBRATION_BIN = pa.struct(
    {
        "model": pa.string(),
        "bin": pa.int32(),
        "customers": pa.int64(),
        "lowest_probability": pa.float64(),
        "mean_probability": pa.float64(),
        "highest_probability": pa.float64(),
        "response_rate": pa.float64(),
        "lower": pa.float64(),
        "upper": pa.float64(),
    }
)

_CURVE_POINT = pa.struct(
    {
        "model": pa.string(),
        "curve": pa.string(),
        "point": pa.int32(),
        "threshold": pa.float64(),
        "false_positive_rate": pa.float64(),
        "recall": pa.float64(),
        "response_precision": pa.float64(),
    }
)

_IMPORTANCE = pa.struct({"feature": pa.string(), "metric": pa.string(), **_ESTIMATE})

CAMPAIGN_RESPONSE = pa.schema(
    {
        "skip_reason": pa.string(),
        "campaign": pa.string(),
        "definition_hash": pa.string(),
        "definition": pa.string(),
        "features": pa.list_(pa.string()),
        "evaluated_customers": pa.int64(),
        "repeats": pa.int32(),
        "random_seed": pa.int64(),
        "data_fingerprint": pa.string(),
        "library_versions": pa.string(),
        "published_model": pa.string(),
        "model_reason": pa.string(),
        "suspicion": pa.string(),
        "assumption": pa.string(),
        "contact_cost": pa.float64(),
        "revenue_per_response": pa.float64(),
        "break_even_threshold": pa.float64(),
        "chosen_threshold": pa.float64(),
        "score_intercept": pa.float64(),
        "calibration_slope": pa.float64(),
        "calibration_intercept": pa.float64(),
        "score_terms": pa.list_(_RESPONSE_TERM),
        "fit_sample": pa.string(),
        "evaluated": pa.list_(_EVALUATED_CUSTOMER),
        "predictions": pa.list_(_PREDICTION),
        "metrics": pa.list_(_CAMPAIGN_METRIC),
        "profit_curve": pa.list_(_PROFIT_POINT),
        "calibration": pa.list_(_CALIBRATION_BIN),
        "curves": pa.list_(_CURVE_POINT),
        "importance": pa.list_(_IMPORTANCE),
    }
)

RESPONSE_QUERY = pa.schema(
    {
        "definition_hash": pa.string(),
        "is_published": pa.bool_(),
        "numbers": pa.list_(pa.string()),
        "words": pa.list_(pa.string()),
        "score_sql": pa.string(),
    }
)

REFITTED_SCORES = pa.schema({"customer_id": pa.string(), "probability": pa.float64()})

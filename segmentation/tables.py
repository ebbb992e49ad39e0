"""Exact types for the tables that Python models return."""

import pyarrow as pa

__all__ = ["SCHEMAS", "one_row"]

_FIELD = pa.struct(
    {
        "role": pa.string(),
        "name": pa.string(),
        "data_type": pa.string(),
        "source_column": pa.string(),
        "source_type": pa.string(),
        "date_format": pa.string(),
    }
)
_FITTED_FEATURE = pa.struct(
    {
        "feature_order": pa.int32(),
        "feature": pa.string(),
        "label": pa.string(),
        "transform": pa.string(),
        "weight": pa.float64(),
        "impute_value": pa.float64(),
        "clip_low": pa.float64(),
        "clip_high": pa.float64(),
        "center": pa.float64(),
        "scale": pa.float64(),
    }
)
_SEGMENT = pa.struct(
    {
        "segment_order": pa.int32(),
        "segment_key": pa.string(),
        "segment_name": pa.string(),
        "description": pa.string(),
        "colour": pa.string(),
        "fit_customers": pa.int64(),
        "distance_fence": pa.float64(),
    }
)
_CENTROID = pa.struct(
    {
        "segment_key": pa.string(),
        "feature": pa.string(),
        "natural_value": pa.float64(),
        "scaled_value": pa.float64(),
    }
)
_K_EVALUATION = pa.struct(
    {
        "k": pa.int32(),
        "evaluated_customers": pa.int64(),
        "inertia": pa.float64(),
        "silhouette": pa.float64(),
        "davies_bouldin": pa.float64(),
        "calinski_harabasz": pa.float64(),
        "stability_mean": pa.float64(),
        "stability_std": pa.float64(),
        "smallest_share": pa.float64(),
        "is_chosen": pa.bool_(),
        "rule": pa.string(),
        "reason": pa.string(),
    }
)
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
SCHEMAS = {
    "input_dialect": pa.schema(
        {
            "input_name": pa.string(),
            "source_path": pa.string(),
            "relation_sql": pa.string(),
            "record_number_sql": pa.string(),
            "problem": pa.string(),
            "fields": pa.list_(_FIELD),
        }
    ),
    "segment_model": pa.schema(
        {
            "model_version": pa.int32(),
            "input_name": pa.string(),
            "definition_hash": pa.string(),
            "definition": pa.string(),
            "fit_reason": pa.string(),
            "observed_on": pa.date32(),
            "customers": pa.int64(),
            "fit_customers": pa.int64(),
            "data_fingerprint": pa.string(),
            "random_seed": pa.int64(),
            "k": pa.int32(),
            "k_rule": pa.string(),
            "k_reason": pa.string(),
            "library_versions": pa.string(),
            "features": pa.list_(_FITTED_FEATURE),
            "segments": pa.list_(_SEGMENT),
            "centroids": pa.list_(_CENTROID),
            "k_evaluation": pa.list_(_K_EVALUATION),
        }
    ),
    "campaign_response": pa.schema(
        {
            "skip_reason": pa.string(),
            "campaign": pa.string(),
            "model_version": pa.int32(),
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
    ),
}


def one_row(table: str, row: dict) -> pa.Table:
    """Return `row` as a table of one row with the declared types of `table`."""
    return pa.Table.from_pylist([row], schema=SCHEMAS[table])

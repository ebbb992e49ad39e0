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
        "fit_mean_distance": pa.float64(),
        "fit_outliers": pa.int64(),
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
_ALIGNMENT = pa.struct(
    {
        "previous_model_version": pa.int32(),
        "old_segment_key": pa.string(),
        "new_segment_key": pa.string(),
        "verdict": pa.string(),
        "basis": pa.string(),
        "shared_customers": pa.int64(),
        "overlap": pa.float64(),
        "share_of_old": pa.float64(),
        "share_of_new": pa.float64(),
        "centroid_shift": pa.float64(),
    }
)
_REFERENCE_BIN = pa.struct(
    {
        "feature": pa.string(),
        "bin": pa.int32(),
        "upper_bound": pa.float64(),
        "reference_share": pa.float64(),
    }
)
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
            "is_current": pa.bool_(),
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
            "alignment": pa.list_(_ALIGNMENT),
            "agreement": pa.float64(),
            "reference_bins": pa.list_(_REFERENCE_BIN),
        }
    ),
}


def one_row(table: str, row: dict) -> pa.Table:
    """Return `row` as a table of one row with the declared types of `table`."""
    return pa.Table.from_pylist([row], schema=SCHEMAS[table])

"""Exact types of the table of category profiles."""

import pyarrow as pa

__all__ = ["CATEGORY_PROFILES"]

_CATEGORY_PROFILE = pa.struct(
    {
        "segment_key": pa.string(),
        "category": pa.string(),
        "fit_customers": pa.int64(),
        "mean_share": pa.float64(),
        "buyers_share": pa.float64(),
        "overall_buyers_share": pa.float64(),
        "affinity_intercept": pa.float64(),
    }
)

_CATEGORY_AFFINITY = pa.struct(
    {
        "from_category": pa.string(),
        "category": pa.string(),
        "weight": pa.float64(),
    }
)

_METHOD_QUALITY = pa.struct(
    {
        "method": pa.string(),
        "metric": pa.string(),
        "value": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "baseline": pa.string(),
        "difference": pa.float64(),
        "difference_low": pa.float64(),
        "difference_high": pa.float64(),
    }
)

CATEGORY_PROFILES = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "fit_customers": pa.int64(),
        "spend_unit": pa.float64(),
        "method": pa.string(),
        "sentence": pa.string(),
        "evaluated_customers": pa.int64(),
        "left_out_customers": pa.int64(),
        "segments": pa.list_(_CATEGORY_PROFILE),
        "affinities": pa.list_(_CATEGORY_AFFINITY),
        "quality": pa.list_(_METHOD_QUALITY),
    }
)

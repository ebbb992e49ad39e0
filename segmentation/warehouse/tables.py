"""Exact types for the tables that Python models return."""

import pyarrow as pa

__all__ = ["SCHEMAS", "one_row", "rows"]

_FIELD = pa.struct(
    {
        "role": pa.string(),
        "name": pa.string(),
        "data_type": pa.string(),
        "source_column": pa.string(),
        "source_type": pa.string(),
        "date_format": pa.string(),
        "multiplier": pa.float64(),
        "source_value": pa.string(),
        "decimal_mark": pa.string(),
        "thousands_mark": pa.string(),
        "is_whole_key": pa.bool_(),
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
        "kind": pa.string(),
        "level": pa.string(),
    }
)
_SEGMENT = pa.struct(
    {
        "segment_order": pa.int32(),
        "segment_key": pa.string(),
        "segment_name": pa.string(),
        "description": pa.string(),
        "name_source": pa.string(),
        "name_fit": pa.float64(),
        "colour": pa.string(),
        "fit_customers": pa.int64(),
        "fit_mean_distance": pa.float64(),
        "fit_outliers": pa.int64(),
        "distance_fence": pa.float64(),
        "distance_offset": pa.float64(),
        "jaccard_mean": pa.float64(),
        "jaccard_std": pa.float64(),
        "dissolved_share": pa.float64(),
        "shades_into": pa.string(),
    }
)
_SEPARATION = pa.struct(
    {
        "segment_key": pa.string(),
        "other_segment_key": pa.string(),
        "face_share": pa.float64(),
        "gap_p_value": pa.float64(),
        "verdict": pa.string(),
    }
)
_CENTROID = pa.struct(
    {
        "segment_key": pa.string(),
        "feature": pa.string(),
        "kind": pa.string(),
        "level": pa.string(),
        "natural_value": pa.float64(),
        "scaled_value": pa.float64(),
        "whitening": pa.list_(pa.float64()),
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
        "permuted_inertia": pa.float64(),
        "permuted_silhouette": pa.float64(),
        "permuted_davies_bouldin": pa.float64(),
        "permuted_calinski_harabasz": pa.float64(),
        "uniform_silhouette": pa.float64(),
        "gap": pa.float64(),
        "gap_std": pa.float64(),
        "groups": pa.int32(),
        "straddling_share": pa.float64(),
        "is_elbow": pa.bool_(),
        "is_chosen": pa.bool_(),
        "rule": pa.string(),
        "reason": pa.string(),
        "verdict": pa.string(),
    }
)
_ALGORITHM = pa.struct(
    {
        "algorithm": pa.string(),
        "setting": pa.string(),
        "is_published": pa.bool_(),
        "clusters_asked": pa.int32(),
        "clusters_found": pa.int32(),
        "noise_share": pa.float64(),
        "smallest_share": pa.float64(),
        "silhouette": pa.float64(),
        "davies_bouldin": pa.float64(),
        "calinski_harabasz": pa.float64(),
        "stability_mean": pa.float64(),
        "stability_std": pa.float64(),
        "adjusted_rand": pa.float64(),
        "adjusted_mutual_information": pa.float64(),
        "bic": pa.float64(),
        "aic": pa.float64(),
        "radius": pa.float64(),
        "seconds": pa.float64(),
    }
)
_MEMBERSHIP = pa.struct(
    {
        "customer_id": pa.string(),
        "segment_key": pa.string(),
        "probability": pa.float64(),
        "is_published": pa.bool_(),
    }
)
_MERGE = pa.struct(
    {
        "merge_order": pa.int32(),
        "height": pa.float64(),
        "x_left": pa.float64(),
        "x_right": pa.float64(),
        "y_left": pa.float64(),
        "y_right": pa.float64(),
        "customers": pa.int64(),
        "left_customers": pa.int64(),
        "right_customers": pa.int64(),
        "segment_key": pa.string(),
    }
)
_SILHOUETTE = pa.struct(
    {
        "customer_id": pa.string(),
        "segment_key": pa.string(),
        "silhouette": pa.float64(),
    }
)
_EMBEDDED = pa.struct(
    {
        "customer_id": pa.string(),
        "segment_key": pa.string(),
        "pca_1": pa.float64(),
        "pca_2": pa.float64(),
        "tsne_1": pa.float64(),
        "tsne_2": pa.float64(),
    }
)
_LOADING = pa.struct(
    {
        "component": pa.int32(),
        "feature": pa.string(),
        "loading": pa.float64(),
        "explained_variance_share": pa.float64(),
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
            "wanted_columns": pa.string(),
            "problem": pa.string(),
            "notes": pa.string(),
            "kind": pa.string(),
            "as_of_date": pa.string(),
            "features": pa.list_(pa.string()),
            "is_amount_per_unit": pa.bool_(),
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
            "algorithm": pa.string(),
            "k": pa.int32(),
            "k_rule": pa.string(),
            "k_reason": pa.string(),
            "verdict": pa.string(),
            "natural_groups": pa.int32(),
            "evaluated_customers": pa.int64(),
            "silhouette": pa.float64(),
            "stability_mean": pa.float64(),
            "library_versions": pa.string(),
            "features": pa.list_(_FITTED_FEATURE),
            "segments": pa.list_(_SEGMENT),
            "centroids": pa.list_(_CENTROID),
            "separation": pa.list_(_SEPARATION),
            "k_evaluation": pa.list_(_K_EVALUATION),
            "alignment": pa.list_(_ALIGNMENT),
            "agreement": pa.float64(),
            "reference_bins": pa.list_(_REFERENCE_BIN),
        }
    ),
    "segment_algorithms": pa.schema(
        {
            "model_version": pa.int32(),
            "sample_rows": pa.int64(),
            "compared_customers": pa.int64(),
            "comparison": pa.list_(_ALGORITHM),
            "memberships": pa.list_(_MEMBERSHIP),
            "dendrogram": pa.list_(_MERGE),
        }
    ),
    "customer_silhouettes": pa.schema(
        {
            "model_version": pa.int32(),
            "sample_rows": pa.int64(),
            "customers": pa.list_(_SILHOUETTE),
        }
    ),
    "customer_embedding": pa.schema(
        {
            "model_version": pa.int32(),
            "sample_rows": pa.int64(),
            "customers": pa.list_(_EMBEDDED),
            "loadings": pa.list_(_LOADING),
        }
    ),
    "value_models": pa.schema(
        {
            "model_version": pa.int32(),
            "definition_hash": pa.string(),
            "customers": pa.int64(),
            "fit_customers": pa.int64(),
            "fits": pa.list_(_VALUE_FIT),
        }
    ),
    "customer_value": pa.schema(
        {
            "customer_id": pa.string(),
            "probability_active": pa.float64(),
            "expected_purchases": pa.float64(),
            "expected_average_value": pa.float64(),
            "expected_spend": pa.float64(),
        }
    ),
    "category_profiles": pa.schema(
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
    ),
    "segment_rules": pa.schema(
        {
            "model_version": pa.int32(),
            "rule_number": pa.int32(),
            "segment_key": pa.string(),
            "rule_text": pa.string(),
            "rule_sql": pa.string(),
            "condition_count": pa.int32(),
            "cross_validated_fidelity": pa.float64(),
            "most_conditions": pa.int32(),
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


def rows(table: str, records: list[dict]) -> pa.Table:
    """Return `records` as a table with the declared types of `table`."""
    return pa.Table.from_pylist(records, schema=SCHEMAS[table])

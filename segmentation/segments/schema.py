"""Exact types of the tables of fitted versions and rules."""

import pyarrow as pa

__all__ = ["SEGMENT_MODEL", "SEGMENT_QUERIES", "SEGMENT_RULES", "SEGMENT_WORDS"]

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
        "level": pa.string(),
        "reference_share": pa.float64(),
    }
)

SEGMENT_MODEL = pa.schema(
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
)

SEGMENT_RULES = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "rule_number": pa.int32(),
        "segment_key": pa.string(),
        "rule_text": pa.string(),
        "rule_sql": pa.string(),
        "condition_count": pa.int32(),
        "cross_validated_fidelity": pa.float64(),
    }
)

_CLAIM = pa.struct(
    {
        "feature": pa.string(),
        "feature_label": pa.string(),
        "unit": pa.string(),
        "level": pa.string(),
        "direction": pa.int32(),
        "measure": pa.string(),
        "segment_figure": pa.float64(),
        "population_figure": pa.float64(),
        "difference": pa.float64(),
        "bound": pa.float64(),
        "bound_share": pa.float64(),
        "holds": pa.bool_(),
        "said_in": pa.string(),
        "clause": pa.string(),
    }
)

SEGMENT_WORDS = pa.schema(
    {
        "model_version": pa.int32(),
        "segment_key": pa.string(),
        "written_on": pa.date32(),
        "description": pa.string(),
        "name_note": pa.string(),
        "claims": pa.list_(_CLAIM),
    }
)

SEGMENT_QUERIES = pa.schema(
    {
        "query_name": pa.string(),
        "model_version": pa.int32(),
        "query_text": pa.string(),
    }
)

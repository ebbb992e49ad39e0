"""Exact types of the tables of evidence."""

import pyarrow as pa

__all__ = ["CUSTOMER_EMBEDDING", "CUSTOMER_SILHOUETTES", "SEGMENT_ALGORITHMS"]

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

SEGMENT_ALGORITHMS = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "sample_rows": pa.int64(),
        "compared_customers": pa.int64(),
        "comparison": pa.list_(_ALGORITHM),
        "memberships": pa.list_(_MEMBERSHIP),
        "dendrogram": pa.list_(_MERGE),
    }
)

CUSTOMER_SILHOUETTES = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "sample_rows": pa.int64(),
        "customers": pa.list_(_SILHOUETTE),
    }
)

CUSTOMER_EMBEDDING = pa.schema(
    {
        "model_version": pa.int32(),
        "definition_hash": pa.string(),
        "sample_rows": pa.int64(),
        "customers": pa.list_(_EMBEDDED),
        "loadings": pa.list_(_LOADING),
    }
)

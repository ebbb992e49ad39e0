"""Fit one version of the segmentation to a repeatable sample of the customers."""

import hashlib

import numpy as np
import pandas as pd
import sklearn

from segmentation.clustering import Clustering, canonical, fit_kmeans
from segmentation.errors import UserError
from segmentation.naming import (
    Archetype,
    SegmentName,
    name_segments,
    segment_profiles,
)
from segmentation.selection import choose_k, evaluate_k, evaluation_points
from segmentation.transforms import Feature, fit_features, natural, scaled

__all__ = ["COLOURS", "FEWEST_CUSTOMERS", "fit_version", "read_fit_sample"]

# fewer are a list of people, not a base for segments
FEWEST_CUSTOMERS = 10
# Okabe and Ito's colours, which colour-blind readers can tell apart, yellow darkened
COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B2A400",
    "#666666",
)


def fit_version(
    customers,
    *,
    features: list[Feature],
    settings: dict,
    profile_features: list[Feature],
    archetypes: list[Archetype],
    reserved_names: list[str],
) -> dict:
    """Fit, evaluate and describe a segmentation.

    Parameters
    ----------
    customers : DuckDB relation
        One row a customer, features in natural units.
    features : list of Feature
    settings : dict
        The vars under "Fitting" and "Number of segments" in dbt_project.yml.
    profile_features : list of Feature
        All features that may tell segments apart; those that `customers` has as
        numbers are used to name them.
    archetypes : list of Archetype
    reserved_names : list of str
        Names that people gave to segments by hand.

    Returns
    -------
    dict
        Everything that is known about the version, for one row of nested columns.

    Raises
    ------
    UserError
        If there are too few customers, or features that cannot make segments.
    """
    if not features:
        raise UserError(
            "No feature is marked is_segmentation in seeds/feature_catalogue.csv; "
            "mark at least one."
        )
    total, observed_on = customers.aggregate(
        "count(*), max(observed_on)"
    ).fetchall()[0]
    if total < FEWEST_CUSTOMERS:
        raise UserError(
            f"The input has {total} usable customer{'s' if total != 1 else ''}; "
            f"segments need at least {FEWEST_CUSTOMERS}."
        )
    described_by = _numeric(customers, profile_features)
    frame = read_fit_sample(
        customers, total, _united(features, described_by), settings["fit_sample_rows"]
    )
    fitted_features = fit_features(
        frame,
        features,
        scaling=settings["scaling"],
        winsorise_quantiles=tuple(settings["winsorise_quantiles"]),
    )
    points = scaled(frame, fitted_features)
    seed = settings["random_seed"]
    evaluated = evaluation_points(
        points, settings["evaluation_sample_rows"], random_seed=seed
    )
    evaluations = _evaluate(evaluated, settings)
    chosen = next(e for e in evaluations if e.is_chosen)
    value = frame["total_spend"].to_numpy(float)
    clustering = canonical(
        fit_kmeans(
            points, chosen.k, random_seed=seed, starts=settings["kmeans_starts"]
        ),
        value,
    )
    keys = [f"S{label + 1:02d}" for label in range(clustering.k)]
    names = name_segments(
        segment_profiles(
            frame[[f.feature for f in described_by]],
            [keys[label] for label in clustering.labels],
        ),
        archetypes=archetypes,
        features=features,
        reserved_names=reserved_names,
    )
    segments = _segments(clustering, points, names, settings["outlier_iqr"])
    return {
        "observed_on": observed_on,
        "customers": total,
        "fit_customers": len(frame),
        "data_fingerprint": _fingerprint(frame, features),
        "random_seed": seed,
        "k": chosen.k,
        "k_rule": chosen.rule,
        "k_reason": chosen.reason,
        "library_versions": _library_versions(),
        "features": [
            {"feature_order": i, "label": f.label, **vars(fitted)}
            for i, (f, fitted) in enumerate(zip(features, fitted_features, strict=True), 1)
        ],
        "segments": segments,
        "centroids": _centroids(clustering, fitted_features, keys),
        "k_evaluation": [e.as_row() for e in evaluations],
    }


def read_fit_sample(
    customers, total: int, features: list[Feature], limit: int
) -> pd.DataFrame:
    """Return at most `limit` customers, the same ones whatever the order of the rows.

    The draw is by a hash of the key. Values that are flagged as implausible are
    missing here, so that they do not move the statistics of the fit.
    """
    # a little more than the limit passes the cheap test, the exact cut comes after it
    threshold = min(int(1.1 * limit / total * 16**8), 16**8 - 1)
    columns = ", ".join(
        f'cast(case when {f.implausible_flag} then null else "{f.feature}" end as double)'
        f' as "{f.feature}"'
        if f.implausible_flag
        else f'cast("{f.feature}" as double) as "{f.feature}"'
        for f in features
        if f.feature != "total_spend"
    )
    sample = customers.query(
        "customers",
        f"""
        select customer_id, cast(total_spend as double) as total_spend, {columns}
        from customers
        where substr(md5(customer_id), 1, 8) <= '{threshold:08x}'
        order by md5(customer_id), customer_id
        limit {limit}
        """,
    )
    return sample.df().sort_values("customer_id", ignore_index=True)


def _evaluate(points: np.ndarray, settings: dict):
    lowest, highest = settings["k_range"]
    evaluations = evaluate_k(
        points,
        range(lowest, highest + 1),
        random_seed=settings["random_seed"],
        starts=settings["kmeans_starts"],
        bootstrap_samples=settings["bootstrap_samples"],
    )
    if not evaluations:
        raise UserError(
            "The customers do not differ in the features of the segmentation, so there "
            "is nothing to tell segments apart by; choose other features in "
            "seeds/feature_catalogue.csv."
        )
    return choose_k(
        evaluations,
        fixed_k=settings["k"],
        min_stability=settings["min_stability"],
        min_segment_share=settings["min_segment_share"],
    )


def _numeric(customers, features: list[Feature]) -> list[Feature]:
    types = {
        column: data_type.id
        for column, data_type in zip(customers.columns, customers.types, strict=True)
    }
    numeric = {"tinyint", "smallint", "integer", "bigint", "decimal", "float", "double"}
    return [f for f in features if types.get(f.feature) in numeric]


def _united(features: list[Feature], others: list[Feature]) -> list[Feature]:
    named = {f.feature: f for f in [*others, *features]}
    return list(named.values())


def _segments(
    clustering: Clustering,
    points: np.ndarray,
    names: dict[str, SegmentName],
    iqrs: float,
) -> list[dict]:
    distances = np.linalg.norm(points - clustering.centroids[clustering.labels], axis=1)
    rows = []
    for label, (key, named) in enumerate(names.items()):
        own = distances[clustering.labels == label]
        low, high = np.quantile(own, [0.25, 0.75])
        rows.append(
            {
                "segment_order": label + 1,
                "segment_key": key,
                "segment_name": named.name,
                "description": named.description,
                "name_source": named.source,
                "name_fit": named.fit,
                "colour": COLOURS[label % len(COLOURS)],
                "fit_customers": len(own),
                "distance_fence": float(high + iqrs * (high - low)),
            }
        )
    return rows


def _centroids(clustering: Clustering, fitted_features, keys: list[str]) -> list[dict]:
    in_units = natural(clustering.centroids, fitted_features)
    return [
        {
            "segment_key": key,
            "feature": fitted.feature,
            "natural_value": float(in_units[label, i]),
            "scaled_value": float(clustering.centroids[label, i]),
        }
        for label, key in enumerate(keys)
        for i, fitted in enumerate(fitted_features)
    ]


def _fingerprint(frame: pd.DataFrame, features: list[Feature]) -> str:
    values = frame[[f.feature for f in features]].to_numpy(float)
    keys = "\n".join(frame["customer_id"]).encode()
    return hashlib.sha256(keys + np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


def _library_versions() -> str:
    return (
        f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, "
        f"pandas {pd.__version__}"
    )

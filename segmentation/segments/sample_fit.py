"""Fit, measure and describe the segments of a sample of customers.

Needs scikit-learn; `fitting` reads the sample and asks for it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.metrics import adjusted_rand_score

from segmentation.segments.alignment import (
    Alignment,
    PreviousVersion,
    align,
    require_agreement,
)
from segmentation.segments.clustering import Clustering, canonical, fit_partition
from segmentation.segments.drift import reference_bins
from segmentation.segments.fit_sample import evaluation_rows
from segmentation.segments.identities import named_segments, segment_identities
from segmentation.segments.k_choice import decide_k
from segmentation.segments.naming import Vocabulary
from segmentation.segments.natural_groups import NaturalGroups
from segmentation.segments.number_of_segments import KEvaluation
from segmentation.segments.separation import Separation, separation
from segmentation.segments.silhouettes import silhouettes
from segmentation.segments.space import Space, fit_space
from segmentation.segments.stability import bootstrap_partitions, jaccard_stability
from segmentation.segments.transforms import Feature, FittedFeature, natural
from segmentation.segments.verdict import below, verdict

__all__ = ["fit_sample"]

# what the order of segments goes by, the first that the input has
MEASURES_OF_VALUE = ("total_spend", "spending_score")


def fit_sample(
    frame: pd.DataFrame,
    *,
    features: list[Feature],
    settings: dict,
    described_by: list[Feature],
    vocabulary: Vocabulary,
    previous: PreviousVersion | None,
    accept_refit: bool,
) -> dict:
    """Fit, evaluate and describe a segmentation of a sample.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        The sample in natural units, by customer.
    features, settings, vocabulary, previous, accept_refit
        As of `segmentation.segments.fitting.fit_version`.
    described_by : list of Feature
        Those of all features that names may speak of.

    Returns
    -------
    dict
        What is known of the version but for the customers that were not drawn.

    Raises
    ------
    UserError
        If the customers do not differ, or a refit differs too much from `previous`.
    """
    space = fit_space(
        frame,
        features,
        algorithm=settings["algorithm"],
        scaling=settings["scaling"],
        winsorise_quantiles=tuple(settings["winsorise_quantiles"]),
        random_seed=settings["random_seed"],
    )
    evaluated = evaluation_rows(
        frame["customer_id"], settings["evaluation_sample_rows"]
    )
    sample = space.points[evaluated]
    evaluations, found = decide_k(sample, settings)
    chosen = next(e for e in evaluations if e.is_chosen)
    partition = _partition(space.points, sample, chosen, _value(frame), settings)
    aligned = _aligned(previous, frame, partition.clustering, space, settings)
    if previous and aligned and not accept_refit:
        require_agreement(aligned, previous, settings["min_refit_agreement"])
    identities = named_segments(
        segment_identities(chosen.k, previous, aligned),
        partition.clustering,
        frame,
        features=features,
        described_by=described_by,
        vocabulary=vocabulary,
        used_names=previous.used_names if previous else {},
    )
    labels = {f.feature: f.label for f in features}
    return {
        "fit_customers": len(frame),
        "data_fingerprint": _fingerprint(frame, features),
        "random_seed": settings["random_seed"],
        "algorithm": settings["algorithm"],
        "natural_groups": found.count,
        "evaluated_customers": len(sample),
        "library_versions": _library_versions(),
        "features": _feature_rows(features, space.features),
        "k_evaluation": [e.as_row() for e in evaluations],
        "reference_bins": reference_bins(frame, features),
        **_segment_rows(partition, identities, space, sample, found, labels, settings),
        **_alignment_rows(aligned, identities),
    }


@dataclass(frozen=True)
class _Partition:
    """What is published of a number of segments, with the evidence for it."""

    clustering: Clustering
    evaluation: KEvaluation
    jaccards: np.ndarray


def _partition(
    points: np.ndarray,
    sample: np.ndarray,
    chosen: KEvaluation,
    value: np.ndarray,
    settings: dict,
) -> _Partition:
    """Fit the segments, in the order of their value, and measure them."""
    fit = partial(
        fit_partition,
        settings["algorithm"],
        k=chosen.k,
        sample_rows=settings["evaluation_sample_rows"],
    )
    seed, starts = settings["random_seed"], settings["kmeans_starts"]
    clustering = canonical(fit(points, random_seed=seed, starts=starts), value)
    published, jaccards = _as_published(chosen, clustering, fit, sample, settings)
    return _Partition(clustering, published, jaccards)


def _aligned(
    previous: PreviousVersion | None,
    frame: pd.DataFrame,
    clustering: Clustering,
    space: Space,
    settings: dict,
) -> Alignment | None:
    if previous is None:
        return None
    overlap = settings["min_segment_overlap"]
    return align(previous, frame, clustering, space.features, min_overlap=overlap)


def _segment_rows(
    partition: _Partition,
    identities: list[dict],
    space: Space,
    sample: np.ndarray,
    found: NaturalGroups,
    labels: dict[str, str],
    settings: dict,
) -> dict:
    """Return what is known of the segments, and of how far they stand apart."""
    clustering, published = partition.clustering, partition.evaluation
    keys = [identity["segment_key"] for identity in identities]
    separated, apart = _separated(
        found, clustering, sample, keys, settings["random_seed"]
    )
    figures = _segments(clustering, space.points, settings["outlier_iqr"])
    stability = _segment_stability(partition.jaccards)
    return {
        "k": published.k,
        "k_rule": published.rule,
        "k_reason": published.reason,
        "silhouette": published.silhouette,
        "stability_mean": published.stability_mean,
        "verdict": verdict(
            separated,
            customers=len(found.rows),
            natural_groups=found.count,
            stability=published.stability_mean,
            min_stability=settings["min_stability"],
            keys=apart["keys"],
            features=[labels[f.feature] for f in space.features],
        ),
        "segments": [
            {**identity, **own, **stable, "shades_into": apart["shades_into"][key]}
            for identity, own, stable, key in zip(
                identities, figures, stability, keys, strict=True
            )
        ],
        "centroids": _centroids(clustering, space.features, keys),
        "separation": apart["pairs"],
    }


def _alignment_rows(aligned: Alignment | None, identities: list[dict]) -> dict:
    if aligned is None:
        return {"alignment": [], "agreement": None}
    keys = [identity["segment_key"] for identity in identities]
    return {
        "alignment": [
            {**row, "new_segment_key": keys[row["new_label"]]} for row in aligned.rows
        ],
        "agreement": _known(aligned.agreement),
    }


def _feature_rows(features: list[Feature], fitted: list[FittedFeature]) -> list[dict]:
    labels = {f.feature: f.label for f in features}
    return [
        {"feature_order": i, "label": labels[f.feature], **vars(f)}
        for i, f in enumerate(fitted, 1)
    ]


def _value(frame: pd.DataFrame) -> np.ndarray:
    """Return what customers spend, or how the file scores it where it has no money."""
    known = (c for c in MEASURES_OF_VALUE if c in frame and frame[c].notna().any())
    return frame[next(known, MEASURES_OF_VALUE[0])].to_numpy(float)


def _as_published(
    chosen: KEvaluation,
    clustering: Clustering,
    fit: Callable[..., Any],
    points: np.ndarray,
    settings: dict,
) -> tuple[KEvaluation, np.ndarray]:
    """Return the evidence for the very partition that is published, and its Jaccards.

    The evidence for every k is k-means's on the evaluation sample; what is published
    is fitted to more customers, and perhaps by another algorithm.
    """
    labels = clustering.assign(points)
    partitions = bootstrap_partitions(
        points,
        lambda drawn, seed: fit(drawn, random_seed=seed, starts=3),
        samples=settings["bootstrap_samples"],
        random_seed=settings["random_seed"],
    )
    agreements = [adjusted_rand_score(labels, partition) for partition in partitions]
    stability = float(np.mean(agreements))
    reason = chosen.reason
    wanted = settings["min_stability"]
    if stability < wanted <= chosen.stability_mean:
        # the number was chosen by another fit, which is no word for this one
        reason = (
            f"{reason} That holds for the customers the numbers were compared on; the "
            "segments fitted to all come out less surely (agreement "
            f"{below(stability, wanted)})."
        )
    published = replace(
        chosen,
        silhouette=float(silhouettes(points, [labels])[0].mean()),
        stability_mean=stability,
        reason=reason,
    )
    return published, jaccard_stability(labels, partitions, clustering.k)


def _separated(
    found: NaturalGroups,
    clustering: Clustering,
    points: np.ndarray,
    keys: list[str],
    random_seed: int,
) -> tuple[Separation, dict]:
    """Return what stands apart among the published segments, and it by their keys."""
    labels = clustering.assign(points[found.rows])
    # a segment may have no customer in the sample
    seen, own = np.unique(labels, return_inverse=True)
    separated = separation(found.untied, own, random_seed=random_seed)
    seen_keys = [keys[label] for label in seen]
    shades_into = dict.fromkeys(keys)
    for label, key in enumerate(seen_keys):
        others = sorted(seen_keys[other] for other in separated.shades_into(label))
        shades_into[key] = ", ".join(others)
    pairs = [
        {
            "segment_key": seen_keys[pair.first],
            "other_segment_key": seen_keys[pair.second],
            "face_share": pair.face_share,
            "gap_p_value": pair.gap_p_value,
            "verdict": pair.verdict,
        }
        for pair in separated.pairs
    ]
    return separated, {"keys": seen_keys, "shades_into": shades_into, "pairs": pairs}


def _known(share: float) -> float | None:
    return None if np.isnan(share) else share


def _segment_stability(jaccards: np.ndarray) -> list[dict]:
    return [
        {
            "jaccard_mean": float(own.mean()),
            "jaccard_std": float(own.std()),
            # Hennig: a cluster of which no more than half is found again is dissolved
            "dissolved_share": float((own <= 0.5).mean()),
        }
        for own in jaccards.T
    ]


def _numbers(features: list[Feature]) -> list[str]:
    return [f.feature for f in features if f.kind == "number"]


def _segments(clustering: Clustering, points: np.ndarray, iqrs: float) -> list[dict]:
    """Return the figures of each segment, in the order of the labels."""
    distances = np.sqrt(clustering.squared_distances(points).min(axis=1))
    rows = []
    for label in range(clustering.k):
        own = distances[clustering.labels == label]
        low, high = np.quantile(own, [0.25, 0.75])
        fence = float(high + iqrs * (high - low))
        offsets = clustering.offsets
        rows.append(
            {
                "segment_order": label + 1,
                "fit_customers": len(own),
                "fit_mean_distance": float(own.mean()),
                "fit_outliers": int((own > fence).sum()),
                "distance_fence": fence,
                "distance_offset": 0.0 if offsets is None else float(offsets[label]),
            }
        )
    return rows


def _centroids(
    clustering: Clustering, fitted_features: list[FittedFeature], keys: list[str]
) -> list[dict]:
    in_units = natural(clustering.centroids, fitted_features)
    return [
        {
            "segment_key": key,
            "feature": fitted.feature,
            "kind": fitted.kind,
            "level": fitted.level,
            "natural_value": float(in_units[label, i]),
            "scaled_value": float(clustering.centroids[label, i]),
            "whitening": (
                None
                if clustering.whitenings is None
                else clustering.whitenings[label, i].tolist()
            ),
        }
        for label, key in enumerate(keys)
        for i, fitted in enumerate(fitted_features)
    ]


def _fingerprint(frame: pd.DataFrame, features: list[Feature]) -> str:
    numbers = _numbers(features)
    values = np.ascontiguousarray(frame[numbers].to_numpy(float)).tobytes()
    groups = [f.feature for f in features if f.kind == "group"]
    words = "".join(frame[group].to_json() for group in groups).encode()
    keys = "\n".join(frame["customer_id"]).encode()
    return hashlib.sha256(keys + values + words).hexdigest()[:16]


def _library_versions() -> str:
    return (
        f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, "
        f"pandas {pd.__version__}"
    )

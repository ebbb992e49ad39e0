"""How many segments: the evidence for every number.

Every index is computed in the full scaled space of the segmentation, never in a
projection, so that its values can be compared with each other and over time. Beside
it stands what the same index says about data without groups: k-means cuts anything
into k pieces, so that a figure alone proves nothing.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from kneed import KneeLocator
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
)

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.gaps import completed
from segmentation.segments.natural_groups import NaturalGroups
from segmentation.segments.separation import comparable
from segmentation.segments.silhouettes import silhouettes
from segmentation.segments.stability import bootstrap_partitions

__all__ = ["KEvaluation", "evaluate_k"]

# data sets without groups that the baselines are means of, and starts of each fit
BASELINE_DRAWS = 3
BASELINE_STARTS = 3


@dataclass(frozen=True)
class KEvaluation:
    """Evidence for one number of segments; see `evaluate_k`."""

    k: int
    evaluated_customers: int
    inertia: float
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    stability_mean: float
    stability_std: float
    smallest_share: float
    permuted_inertia: float
    permuted_silhouette: float
    permuted_davies_bouldin: float
    permuted_calinski_harabasz: float
    uniform_silhouette: float
    gap: float
    gap_std: float
    groups: int = 1
    straddling_share: float = 0.0
    is_elbow: bool = False
    is_chosen: bool = False
    rule: str = ""
    reason: str = ""
    verdict: str = ""

    def as_row(self) -> dict:
        """Return the evidence as a flat row."""
        return asdict(self)


def evaluate_k(
    points: np.ndarray,
    ks: range,
    *,
    random_seed: int,
    starts: int = 10,
    bootstrap_samples: int = 20,
    natural_groups: NaturalGroups | None = None,
) -> list[KEvaluation]:
    """Measure k-means for every k.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    ks : range
        Numbers of clusters to try; those that the number of different customers does
        not allow are left out.
    random_seed : int
        Seed of the starts and of the bootstrap.
    starts : int, default=10
        Starts of k-means for each k.
    bootstrap_samples : int, default=20
        Samples drawn with replacement for the stability. k-means is fitted to each, all
        customers are assigned to its centroids, and the adjusted Rand index compares
        that with the fit to all customers: 1 is the same partition, 0 is chance.
    natural_groups : NaturalGroups, optional
        What stands apart among the same customers; without it nothing does.

    Returns
    -------
    list of KEvaluation
        Inertia (lower is tighter), silhouette (-1 to 1), Davies-Bouldin (0 is best),
        Calinski-Harabasz (higher is better), mean and standard deviation of the
        bootstrap adjusted Rand index, share of the smallest cluster; the same indices
        for the customers with every feature shuffled on its own (`permuted_`), the
        silhouette of evenly spread points, the gap statistic, the groups of segments
        that stand apart, the largest share of a segment that is of another natural
        group than most of it, and the elbow of the inertia.

    Notes
    -----
    Bootstrap stability after Fang and Wang (2012), Selection of the number of clusters
    via the bootstrap method. Gap statistic and evenly spread points after Tibshirani,
    Walther and Hastie (2001), Estimating the number of clusters in a data set via the
    gap statistic: uniform over a box along the principal components. Elbow by kneed,
    Satopää et al. (2011), Finding a "kneedle" in a haystack.

    Shuffling keeps every feature as it is and breaks what they have in common; evenly
    spread points keep the extent and the correlation but have no groups at all. Groups
    that show in one feature alone survive the first, elongated blobs beat it: only
    together do the two baselines tell groups from none.
    """
    different = len(np.unique(comparable(points), axis=0))
    possible = [k for k in ks if k <= different and k < len(points)]
    measured = _indices(points, possible, random_seed, starts)
    permuted = _baselines(_permuted, points, possible, random_seed)
    uniform = _baselines(_evenly_spread, points, possible, random_seed)
    elbow = _elbow(possible, [m["inertia"] for m in measured])
    evaluations = []
    for i, k in enumerate(possible):
        labels = measured[i].pop("labels")
        agreements = _agreements(points, labels, k, random_seed, bootstrap_samples)
        log_inertias = np.log([draw[i]["inertia"] for draw in uniform])
        evaluations.append(
            KEvaluation(
                k=k,
                evaluated_customers=len(points),
                **measured[i],
                stability_mean=float(np.mean(agreements)),
                stability_std=float(np.std(agreements)),
                smallest_share=float(
                    np.bincount(labels, minlength=k).min() / len(points)
                ),
                **_mean_indices(permuted, i, measured[i]),
                uniform_silhouette=float(
                    np.mean([draw[i]["silhouette"] for draw in uniform])
                ),
                gap=float(log_inertias.mean() - np.log(measured[i]["inertia"])),
                gap_std=float(log_inertias.std() * np.sqrt(1 + 1 / BASELINE_DRAWS)),
                **_apart(natural_groups, k, labels),
                is_elbow=k == elbow,
            )
        )
    return evaluations


def _apart(found: NaturalGroups | None, k: int, labels: np.ndarray) -> dict:
    if found is None or k not in found.separations:
        return {}
    return {
        "groups": found.separations[k].n_groups,
        "straddling_share": found.straddling_share(labels),
    }


def _mean_indices(draws: list[list[dict]], place: int, indices: Iterable[str]) -> dict:
    """Return the means over the shuffled draws, by the names of their columns."""
    return {
        f"permuted_{index}": float(np.mean([draw[place][index] for draw in draws]))
        for index in indices
    }


def _indices(
    points: np.ndarray, ks: list[int], random_seed: int, starts: int
) -> list[dict]:
    fits = [fit_kmeans(points, k, random_seed=random_seed, starts=starts) for k in ks]
    nearness = silhouettes(points, [fitted.labels for fitted in fits])
    rows = []
    for fitted, own in zip(fits, nearness, strict=True):
        complete = completed(points, fitted.labels)
        rows.append(
            {
                "inertia": fitted.inertia,
                "silhouette": float(own.mean()),
                "davies_bouldin": float(davies_bouldin_score(complete, fitted.labels)),
                "calinski_harabasz": float(
                    calinski_harabasz_score(complete, fitted.labels)
                ),
                "labels": fitted.labels,
            }
        )
    return rows


def _baselines(
    without_groups: Any, points: np.ndarray, ks: list[int], random_seed: int
) -> list[list[dict]]:
    rng = np.random.default_rng(random_seed)
    return [
        _indices(without_groups(points, rng), ks, random_seed, BASELINE_STARTS)
        for _ in range(BASELINE_DRAWS)
    ]


def _permuted(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.column_stack([rng.permutation(column) for column in points.T])


def _evenly_spread(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    points = completed(points, np.zeros(len(points), dtype=int))
    center = points.mean(axis=0)
    components = np.linalg.svd(points - center, full_matrices=False)[2]
    along = (points - center) @ components.T
    return rng.uniform(along.min(axis=0), along.max(axis=0), along.shape) @ components


def _elbow(ks: list[int], inertias: list[float]) -> int | None:
    if len(ks) < 3:
        return None
    return KneeLocator(ks, inertias, curve="convex", direction="decreasing").knee


def _agreements(
    points: np.ndarray, labels: np.ndarray, k: int, random_seed: int, samples: int
) -> list[float]:
    partitions = bootstrap_partitions(
        points,
        lambda drawn, seed: fit_kmeans(drawn, k, random_seed=seed, starts=3),
        samples=samples,
        random_seed=random_seed,
    )
    return [adjusted_rand_score(labels, partition) for partition in partitions]

"""K-means where values are missing: distances over what is known.

Missing is NaN in the scaled space. A customer is compared with a centroid in the
coordinates that are known; a centroid is the mean of its customers' known values.
"""

from typing import Any

import numpy as np

__all__ = ["completed", "kmeans_with_gaps", "known_shares"]

MOST_STEPS = 300


def kmeans_with_gaps(
    points: np.ndarray, k: int, *, random_seed: int, starts: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit k-means to points with gaps.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features, NaN where missing.
    k : int
        Number of clusters.
    random_seed : int
        Seed of the starts.
    starts : int
        Starts, of which the one with the lowest inertia is kept.

    Returns
    -------
    labels : ndarray of shape (n_customers,)
    centroids : ndarray of shape (k, n_features)
        Without gaps: where no customer of a cluster has a value, the mean of all.
    inertia : float
        Sum of squared distances over the known coordinates.

    Notes
    -----
    Partial distances after Dixon (1979), Pattern recognition with partly missing data;
    the starts are those of k-means++. Of equally near centroids the first wins.
    """
    is_known = (~np.isnan(points)).astype(float)
    values = np.where(is_known, points, 0.0)
    means = values.sum(0) / np.maximum(is_known.sum(0), 1)
    rng = np.random.default_rng(random_seed)
    fits = (
        _lloyd(values, is_known, means, _seeded(values, is_known, means, k, rng))
        for _ in range(starts)
    )
    return min(fits, key=lambda fit: fit[2])


def completed(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the points with each gap filled by the mean of the own cluster.

    For indices that know no gaps; a filled coordinate adds nothing within a cluster.
    """
    is_known = ~np.isnan(points)
    if is_known.all():
        return points
    values = np.where(is_known, points, 0.0)
    means = values.sum(0) / np.maximum(is_known.sum(0), 1)
    own = _cluster_means(values, is_known.astype(float), means, labels, max(labels) + 1)
    return np.where(is_known, points, own[labels])


def known_shares(centroids: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return each coordinate's share of the variance between the clusters.

    The sum over what is known of a customer says how much of the evidence there is.
    """
    weights = np.asarray(sizes, dtype=float) / np.sum(sizes)
    between = weights @ (centroids - weights @ centroids) ** 2
    total = between.sum()
    if not total > 0:
        return np.full(len(between), 1 / len(between))
    return between / total


def _squared_distances(
    values: np.ndarray, is_known: np.ndarray, centroids: np.ndarray
) -> np.ndarray:
    """Return partial squared distances, shape (n, k), by matrix products."""
    squares = (values**2).sum(axis=1, keepdims=True)
    cross = values @ centroids.T
    return np.maximum(squares - 2 * cross + is_known @ (centroids**2).T, 0.0)


def _seeded(
    values: np.ndarray,
    is_known: np.ndarray,
    means: np.ndarray,
    k: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return k starts far from each other, the best of a few candidates each."""
    complete = np.where(is_known > 0, values, means)
    candidates = 2 + int(np.log(k))
    centroids = complete[[rng.integers(len(values))]]
    nearest = _squared_distances(values, is_known, centroids)[:, 0]
    for _ in range(1, k):
        drawn = rng.random(candidates) * nearest.sum()
        rows = np.searchsorted(np.cumsum(nearest), drawn).clip(max=len(values) - 1)
        to_drawn = _squared_distances(values, is_known, complete[rows])
        left = np.minimum(nearest[:, None], to_drawn)
        best = int(left.sum(axis=0).argmin())
        centroids = np.vstack([centroids, complete[rows[best]]])
        nearest = left[:, best]
    return centroids


def _lloyd(
    values: np.ndarray, is_known: np.ndarray, means: np.ndarray, centroids: np.ndarray
) -> Any:
    labels = None
    for _ in range(MOST_STEPS):
        distances = _squared_distances(values, is_known, centroids)
        nearest = distances.argmin(axis=1)
        if labels is not None and (nearest == labels).all():
            break
        labels = _without_empty(nearest, distances, len(centroids))
        centroids = _cluster_means(values, is_known, means, labels, len(centroids))
    # measured once more without the matrix products, as the assignment does
    gaps = (values - centroids[labels]) * is_known
    return labels, centroids, float((gaps**2).sum())


def _without_empty(labels: np.ndarray, distances: np.ndarray, k: int) -> np.ndarray:
    """Give a cluster without customers the customer farthest from all."""
    empty = np.flatnonzero(np.bincount(labels, minlength=k) == 0)
    if not len(empty):
        return labels
    farthest = np.argsort(-distances.min(axis=1), kind="stable")[: len(empty)]
    labels = labels.copy()
    labels[farthest] = empty
    return labels


def _cluster_means(
    values: np.ndarray,
    is_known: np.ndarray,
    means: np.ndarray,
    labels: np.ndarray,
    k: int,
) -> np.ndarray:
    members = np.eye(k)[labels]
    counts = members.T @ is_known
    sums = members.T @ values
    return np.where(counts > 0, sums / np.maximum(counts, 1), means)

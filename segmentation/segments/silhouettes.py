"""Silhouettes of many partitions of the same customers, distances measured once."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial.distance import cdist

from segmentation.segments.clustering import one_thread

__all__ = ["silhouettes"]

# customers whose distances are looked at together: they stay in a core's cache, the
# distances of all to all go through the memory once for every operation
BLOCK = 128


def silhouettes(points: np.ndarray, partitions: list[np.ndarray]) -> list[np.ndarray]:
    """Return the silhouette of every customer in every partition.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        NaN where missing: the distance of two customers is that over what is known of
        both, scaled up to all features; of two who share nothing it is the mean of all.
    partitions : list of ndarray of shape (n_customers,)
        Labels, at least two different ones; who has one below 0 is left out.

    Returns
    -------
    list of ndarray of shape (n_customers,)
        (b - a) / max(a, b), where a is the mean distance to the own cluster and b that
        to the nearest other one: 1 deep inside, 0 on the border, below 0 nearer to
        another cluster. 0 for a customer who is a cluster alone, NaN where left out.

    Notes
    -----
    Rousseeuw (1987), Silhouettes. The same figures as scikit-learn's, which measures
    the distances anew for every partition; a silhouette has no use for more than the
    seven digits of single precision. Work is quadratic in the customers, memory not.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> silhouettes(points, [np.array([0, 0, 1, 1])])[0].round(2)
    array([0.89, 0.88, 0.88, 0.89])
    """
    members = [_members(labels) for labels in partitions]
    with one_thread():  # blocks are too small to share
        to_clusters = _sums_of_distances(points, members)
    return [
        _from_sums(labels, sums)
        for labels, sums in zip(partitions, to_clusters, strict=True)
    ]


def _members(labels: np.ndarray) -> np.ndarray:
    """Return 1 where a customer is in a cluster, shape (n, clusters)."""
    clusters = np.unique(labels[labels >= 0])
    return (labels[:, None] == clusters).astype(np.float32)


def _sums_of_distances(
    points: np.ndarray, members: list[np.ndarray]
) -> list[np.ndarray]:
    """Return every customer's sums of distances to the members of every cluster."""
    sums = [np.zeros(own.shape) for own in members]
    strangers = [np.zeros(own.shape) for own in members]
    total, pairs = 0.0, 0
    for start, distances, share_nothing in _blocks(points):
        rows = slice(start, start + len(distances))
        total += float(distances.sum(dtype=float))
        pairs += distances.size
        for own, near in zip(members, sums, strict=True):
            near[rows] = distances @ own
        if share_nothing.any():
            pairs -= int(share_nothing.sum())
            for own, far in zip(members, strangers, strict=True):
                far[rows] = share_nothing.astype(np.float32) @ own
    mean = total / pairs
    return [near + mean * far for near, far in zip(sums, strangers, strict=True)]


def _blocks(points: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the first of a few customers, their distances to all, who shares nothing.

    Of those who share nothing the distance is 0.
    """
    starts = range(0, len(points), BLOCK)
    if not np.isnan(points).any():
        for start in starts:
            distances = cdist(points[start : start + BLOCK], points)
            yield start, distances.astype(np.float32), np.zeros(0, dtype=bool)
        return
    is_known = (~np.isnan(points)).astype(np.float32)
    values = np.nan_to_num(points).astype(np.float32)
    squares = values**2
    for start in starts:
        rows = slice(start, start + BLOCK)
        distances = values[rows] @ values.T
        distances *= -2
        distances += is_known[rows] @ squares.T
        distances += squares[rows] @ is_known.T
        np.maximum(distances, 0, out=distances)
        distances *= points.shape[1]
        shared = is_known[rows] @ is_known.T
        share_nothing = shared == 0
        distances /= np.maximum(shared, 1, out=shared)
        np.sqrt(distances, out=distances)
        own = np.arange(len(distances))
        distances[own, start + own] = 0
        yield start, distances, share_nothing


def _from_sums(labels: np.ndarray, to_cluster: np.ndarray) -> np.ndarray:
    is_in = labels >= 0
    _, own, sizes = np.unique(labels[is_in], return_inverse=True, return_counts=True)
    to_cluster = to_cluster[is_in]
    rows = np.arange(len(own))
    alone = sizes[own] == 1
    inside = to_cluster[rows, own] / np.where(alone, 1, sizes[own] - 1)
    to_others = to_cluster / sizes
    to_others[rows, own] = np.inf
    outside = to_others.min(axis=1)
    larger = np.maximum(inside, outside)
    larger[larger == 0] = 1
    values = np.full(len(labels), np.nan)
    values[is_in] = np.where(alone, 0.0, (outside - inside) / larger)
    return values

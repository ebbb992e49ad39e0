"""Silhouettes of many partitions of the same customers, from one distance matrix."""

import numpy as np
from scipy.spatial.distance import pdist, squareform

__all__ = ["pairwise_distances", "silhouettes"]


def pairwise_distances(points: np.ndarray) -> np.ndarray:
    """Return the Euclidean distances between all rows, shape (n, n), quadratic.

    Where values are missing (NaN) the distance is that over what is known of both,
    scaled up to all features; that of two who share nothing is the mean of all.
    """
    if np.isnan(points).any():
        return _partial_distances(points)
    # half the memory; a silhouette has no use for more than seven digits
    return squareform(pdist(points).astype(np.float32))


def _partial_distances(points: np.ndarray) -> np.ndarray:
    is_known = ~np.isnan(points)
    values = np.where(is_known, points, 0).astype(np.float32)
    is_known = is_known.astype(np.float32)
    squares = values**2 @ is_known.T
    # in place: making arrays of this size takes longer than what is worked out in them
    distances = values @ values.T
    distances *= -2
    distances += squares.T
    distances += squares
    np.maximum(distances, 0, out=distances)
    distances *= points.shape[1]
    shared = np.matmul(is_known, is_known.T, out=squares)
    share_nothing = shared == 0
    distances /= np.maximum(shared, 1, out=shared)
    np.sqrt(distances, out=distances)
    if share_nothing.any():
        distances[share_nothing] = distances[~share_nothing].mean()
    np.fill_diagonal(distances, 0)
    return distances


def silhouettes(distances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the silhouette of every customer.

    Parameters
    ----------
    distances : ndarray of shape (n_customers, n_customers)
        As `pairwise_distances` returns them; computed once for many partitions.
    labels : ndarray of shape (n_customers,)
        At least two different ones.

    Returns
    -------
    ndarray of shape (n_customers,)
        (b - a) / max(a, b), where a is the mean distance to the own cluster and b that
        to the nearest other one: 1 deep inside, 0 on the border, below 0 nearer to
        another cluster. 0 for a customer who is a cluster alone.

    Notes
    -----
    Rousseeuw (1987), Silhouettes. The same figures as scikit-learn's, which measures
    the distances anew for every partition.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> silhouettes(pairwise_distances(points), np.array([0, 0, 1, 1])).round(2)
    array([0.89, 0.88, 0.88, 0.89])
    """
    clusters, own = np.unique(labels, return_inverse=True)
    members = np.eye(len(clusters), dtype=distances.dtype)[own]
    sizes = members.sum(axis=0).astype(float)
    to_cluster = (distances @ members).astype(float)
    rows = np.arange(len(own))
    alone = sizes[own] == 1
    inside = to_cluster[rows, own] / np.where(alone, 1, sizes[own] - 1)
    to_others = to_cluster / sizes
    to_others[rows, own] = np.inf
    outside = to_others.min(axis=1)
    larger = np.maximum(inside, outside)
    larger[larger == 0] = 1
    return np.where(alone, 0.0, (outside - inside) / larger)

"""Whether the same segments come out when the customers are drawn again."""

from collections.abc import Callable

import numpy as np

from segmentation.segments.clustering import Clustering
from segmentation.segments.separation import comparable, distinct_rows

__all__ = ["bootstrap_partitions", "jaccard_stability"]


def bootstrap_partitions(
    points: np.ndarray,
    fit: Callable[[np.ndarray, int], Clustering],
    *,
    samples: int,
    random_seed: int,
) -> list[np.ndarray]:
    """Fit to customers drawn with replacement, and assign all customers by each fit.

    A customer is drawn together with his exact copies: were each copy drawn on its own,
    every draw would hold nearly everybody and any segments would come out again.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    fit : callable
        From drawn points and a seed to a `Clustering`.
    samples : int
        Draws.
    random_seed : int
        Seed of the draws; the fit of draw i gets `random_seed` + i.

    Returns
    -------
    list of ndarray of shape (n_customers,)
        Labels; they mean nothing across draws.
    """
    rng = np.random.default_rng(random_seed)
    copies = _copies(points)
    partitions = []
    for sample in range(samples):
        picked = rng.integers(0, len(copies), len(copies))
        drawn = points[np.concatenate([copies[i] for i in picked])]
        partitions.append(fit(drawn, random_seed + sample).assign(points))
    return partitions


def _copies(points: np.ndarray) -> list[np.ndarray]:
    """Return the positions of every customer and of the copies of that customer."""
    rows = distinct_rows(points)
    if len(rows) == len(points):
        return list(rows[:, None])
    _, first, own = np.unique(
        comparable(points), axis=0, return_index=True, return_inverse=True
    )
    by_own = np.argsort(own.ravel(), kind="stable")
    together = np.split(by_own, np.cumsum(np.bincount(own.ravel()))[:-1])
    return [together[i] for i in np.argsort(first)]


def jaccard_stability(
    labels: np.ndarray, partitions: list[np.ndarray], k: int
) -> np.ndarray:
    """Return how well every cluster is found again in every partition.

    Parameters
    ----------
    labels : ndarray of shape (n_customers,)
        The partition in question, 0 … k-1.
    partitions : list of ndarray of shape (n_customers,)
        Partitions of the same customers.
    k : int
        Clusters in `labels`.

    Returns
    -------
    ndarray of shape (n_partitions, k)
        Customers in both / customers in either, for the most similar cluster of the
        partition: 1 is the same cluster again.

    Notes
    -----
    Hennig (2007), Cluster-wise assessment of cluster stability. A mean of 0.75 or more
    is a stable cluster, 0.6 to 0.75 a pattern whose members are in doubt, below that it
    is not to be trusted. Here the fit to a draw assigns all customers, drawn or not.

    Examples
    --------
    >>> jaccard_stability(np.array([0, 0, 1, 1]), [np.array([1, 1, 1, 0])], 2)
    array([[0.66666667, 0.5       ]])
    """
    rows = []
    for partition in partitions:
        both = np.zeros((k, partition.max() + 1))
        np.add.at(both, (labels, partition), 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        rows.append((both / np.maximum(either, 1)).max(axis=1))
    return np.array(rows)

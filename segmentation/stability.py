"""Whether the same segments come out when the customers are drawn again."""

from collections.abc import Callable

import numpy as np

from segmentation.clustering import Clustering

__all__ = ["bootstrap_partitions", "jaccard_stability"]


def bootstrap_partitions(
    points: np.ndarray,
    fit: Callable[[np.ndarray, int], Clustering],
    *,
    samples: int,
    random_seed: int,
) -> list[np.ndarray]:
    """Fit to customers drawn with replacement, and assign all customers by each fit.

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
    partitions = []
    for sample in range(samples):
        drawn = points[rng.integers(0, len(points), len(points))]
        partitions.append(fit(drawn, random_seed + sample).assign(points))
    return partitions


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

"""K-means whose labels depend on the customers, not on the algorithm's numbering."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

__all__ = ["Clustering", "canonical", "fit_kmeans", "nearest"]


@dataclass(frozen=True)
class Clustering:
    """A partition and its centroids.

    Attributes
    ----------
    labels : ndarray of shape (n_customers,)
        0 … k-1.
    centroids : ndarray of shape (k, n_features)
        In the segmentation's scaled space.
    inertia : float
        Sum of squared distances to the own centroid.
    """

    labels: np.ndarray
    centroids: np.ndarray
    inertia: float

    @property
    def k(self) -> int:
        """Number of clusters."""
        return len(self.centroids)


def fit_kmeans(
    points: np.ndarray, k: int, *, random_seed: int, starts: int = 10
) -> Clustering:
    """Fit k-means with k-means++ seeding.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    k : int
        Number of clusters, at most `n_customers`.
    random_seed : int
        Seed of the starts.
    starts : int, default=10
        Starts, of which the one with the lowest inertia is kept.

    Returns
    -------
    Clustering

    Notes
    -----
    Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    One thread: on two cores OpenMP's waiting costs more than it gains beside dbt.
    """
    with threadpool_limits(1), warnings.catch_warnings():
        # of a handful of customers a bootstrap sample may hold fewer than k different
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(k, n_init=starts, random_state=random_seed).fit(points)
    return Clustering(model.labels_, model.cluster_centers_, float(model.inertia_))


def canonical(clustering: Clustering, value: np.ndarray) -> Clustering:
    """Renumber the clusters by value, whatever the algorithm called them.

    Parameters
    ----------
    clustering : Clustering
    value : ndarray of shape (n_customers,)
        What a customer is worth, missing as NaN: 0 becomes the cluster with the highest
        mean. Equal means are ordered by the centroids' coordinates.

    Returns
    -------
    Clustering

    Examples
    --------
    >>> poor_first = Clustering(np.array([0, 0, 1]), np.array([[1.0], [5.0]]), 0.0)
    >>> canonical(poor_first, value=np.array([1.0, 2.0, 9.0])).labels
    array([1, 1, 0])
    """
    value = np.nan_to_num(value)
    means = [value[clustering.labels == label].mean() for label in range(clustering.k)]
    order = sorted(
        range(clustering.k),
        key=lambda label: (-means[label], *clustering.centroids[label]),
    )
    new_label = np.empty(clustering.k, dtype=int)
    new_label[order] = np.arange(clustering.k)
    return Clustering(
        new_label[clustering.labels], clustering.centroids[order], clustering.inertia
    )


def nearest(points: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Return the index of every point's nearest centroid, the lowest of equals."""
    # one centroid at a time: never an array of customers x centroids x features
    distances = [((points - centroid) ** 2).sum(axis=1) for centroid in centroids]
    return np.argmin(np.column_stack(distances), axis=1)

"""Partitions whose labels depend on the customers, not on an algorithm's numbering."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import ThreadpoolController

from segmentation.segments.gaps import completed, kmeans_with_gaps
from segmentation.warehouse.errors import UserError

__all__ = [
    "ALGORITHMS",
    "Clustering",
    "canonical",
    "fit_gaussian_mixture",
    "fit_kmeans",
    "fit_partition",
    "fit_ward",
    "mixture_model",
    "one_thread",
]

# looked up once: finding the libraries takes longer than a small fit
_THREAD_POOLS = ThreadpoolController()
# algorithms whose partition can be published: they can score customers they never saw
ALGORITHMS = ("kmeans", "gaussian_mixture", "hierarchical")


def one_thread() -> Any:
    """Return a context in which numerical libraries use one thread.

    On two cores OpenMP's waiting costs more than it gains beside dbt.
    """
    return _THREAD_POOLS.limit(limits=1)


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
    whitenings : ndarray of shape (k, n_features, n_features), optional
        Of a mixture: what a difference from the centroid is multiplied by to have
        covariance 1 in the component (the Cholesky factor of its precision).
    offsets : ndarray of shape (k,), optional
        Of a mixture: what is added to the squared distance for a component that is
        wide or rare; the smallest is 0.
    """

    labels: np.ndarray
    centroids: np.ndarray
    inertia: float
    whitenings: np.ndarray | None = None
    offsets: np.ndarray | None = None

    @property
    def k(self) -> int:
        """Number of clusters."""
        return len(self.centroids)

    def squared_distances(self, points: np.ndarray) -> np.ndarray:
        """Return the squared distances to every cluster, shape (n_customers, k).

        Of a mixture it is -2 x the logarithm of weight x density, plus a constant that
        is the same for all clusters: the nearest cluster is the likeliest one.
        """
        # one centroid at a time: never an array of customers x centroids x features
        columns = []
        for i, centroid in enumerate(self.centroids):
            difference = points - centroid
            if self.whitenings is not None:
                difference = difference @ self.whitenings[i]
            # what is missing (NaN) adds nothing: the distance is over what is known
            columns.append(np.nansum(difference**2, axis=1))
        distances = np.column_stack(columns)
        return distances if self.offsets is None else distances + self.offsets

    def assign(self, points: np.ndarray) -> np.ndarray:
        """Return the index of the nearest cluster, the lowest of equals."""
        return np.argmin(self.squared_distances(points), axis=1)


def fit_partition(
    algorithm: str,
    points: np.ndarray,
    k: int,
    *,
    random_seed: int,
    starts: int = 10,
    sample_rows: int = 5000,
) -> Clustering:
    """Fit the partition that is published.

    Parameters
    ----------
    algorithm : {'kmeans', 'gaussian_mixture', 'hierarchical'}
    points : ndarray of shape (n_customers, n_features)
        Scaled features, NaN where missing (not for a mixture).
    k : int
        Number of clusters.
    random_seed, starts : int
        As in `fit_kmeans`; a mixture starts from k-means and needs fewer.
    sample_rows : int, default=5000
        Rows a quadratic algorithm reads at most.

    Returns
    -------
    Clustering

    Raises
    ------
    UserError
        If the algorithm is not one of them.
    """
    if algorithm == "kmeans":
        return fit_kmeans(points, k, random_seed=random_seed, starts=starts)
    if algorithm == "gaussian_mixture":
        return fit_gaussian_mixture(points, k, random_seed=random_seed)
    if algorithm == "hierarchical":
        return fit_ward(points, k, random_seed=random_seed, sample_rows=sample_rows)
    raise UserError(
        f"var algorithm is '{algorithm}'; it has to be one of {', '.join(ALGORITHMS)}."
    )


def fit_kmeans(
    points: np.ndarray, k: int, *, random_seed: int, starts: int = 10
) -> Clustering:
    """Fit k-means with k-means++ seeding.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features, NaN where missing.
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
    """
    if np.isnan(points).any():
        with one_thread():
            return Clustering(
                *kmeans_with_gaps(points, k, random_seed=random_seed, starts=starts)
            )
    with one_thread(), warnings.catch_warnings():
        # of a handful of customers a bootstrap sample may hold fewer than k different
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(k, n_init=starts, random_state=random_seed).fit(points)
    return Clustering(model.labels_, model.cluster_centers_, float(model.inertia_))


def mixture_model(
    points: np.ndarray, k: int, *, random_seed: int, covariance: str = "full"
) -> GaussianMixture:
    """Fit scikit-learn's Gaussian mixture, from k-means, on scaled features.

    Counts take few values, so a component may sit on one of them: a variance of at
    least 0.01 (a tenth of a standard deviation of the feature) keeps its density, and
    with it the likelihood, finite in more than the arithmetic sense.
    """
    with one_thread():
        return GaussianMixture(
            k, covariance_type=covariance, reg_covar=0.01, random_state=random_seed
        ).fit(points)


def fit_gaussian_mixture(points: np.ndarray, k: int, *, random_seed: int) -> Clustering:
    """Fit a mixture of k normal distributions with a full covariance each.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    k : int
        Number of components.
    random_seed : int
        Seed of the start.

    Returns
    -------
    Clustering
        Every customer in the likeliest component; centroids are the component means.

    Raises
    ------
    UserError
        If a component is the likeliest one of no customer.
    """
    model = mixture_model(points, k, random_seed=random_seed)
    log_determinants = np.log(
        np.diagonal(model.precisions_cholesky_, axis1=1, axis2=2)
    ).sum(axis=1)
    offsets = -2 * (log_determinants + np.log(model.weights_))
    labels = model.predict(points)
    if len(np.unique(labels)) < k:
        raise UserError(
            f"A Gaussian mixture of {k} components leaves one of them without "
            "customers; set var k lower, or var algorithm to kmeans."
        )
    return Clustering(
        labels,
        model.means_,
        _inertia(points, labels, model.means_),
        model.precisions_cholesky_,
        offsets - offsets.min(),
    )


def fit_ward(
    points: np.ndarray, k: int, *, random_seed: int, sample_rows: int
) -> Clustering:
    """Cut Ward's tree of a sample into k clusters and assign by their centroids.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features, NaN where missing: the tree takes the mean of the sample there.
    k : int
        Number of clusters.
    random_seed : int
        Seed of the sample.
    sample_rows : int
        Rows the tree is made of at most; its cost is quadratic.

    Returns
    -------
    Clustering
        All customers by the nearest of the clusters' means, as new ones would be.
    """
    sample = points
    if len(points) > sample_rows:
        rng = np.random.default_rng(random_seed)
        sample = points[np.sort(rng.choice(len(points), sample_rows, replace=False))]
    sample = completed(sample, np.zeros(len(sample), dtype=int))
    cut = fcluster(linkage(sample, "ward"), k, "maxclust")
    centroids = np.array([sample[cut == own].mean(axis=0) for own in np.unique(cut)])
    labels = Clustering(cut, centroids, 0.0).assign(points)
    return Clustering(labels, centroids, _inertia(points, labels, centroids))


def _inertia(points: np.ndarray, labels: np.ndarray, centroids: np.ndarray) -> float:
    return float(np.nansum((points - centroids[labels]) ** 2))


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
        new_label[clustering.labels],
        clustering.centroids[order],
        clustering.inertia,
        None if clustering.whitenings is None else clustering.whitenings[order],
        None if clustering.offsets is None else clustering.offsets[order],
    )

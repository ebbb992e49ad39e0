"""K-means where values are missing: distances over what is known.

Missing is NaN in the scaled space. A customer is compared with a centroid in the
coordinates that are known; a centroid is the mean of its customers' known values.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["completed", "kmeans_with_gaps", "known_shares"]

MOST_STEPS = 300
# what a distance by a matrix product is wrong by at most, as a part of the longest row
# (the square root of a double's precision is 1.5e-8)
ROUNDING = 1e-6


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
    known = _Known.of(points)
    rng = np.random.default_rng(random_seed)
    fits = (_lloyd(known, _seeded(known, k, rng)) for _ in range(starts))
    return min(fits, key=lambda fit: fit[2])


def completed(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the points with each gap filled by the mean of the own cluster.

    For indices that know no gaps; a filled coordinate adds nothing within a cluster.
    """
    is_known = ~np.isnan(points)
    if is_known.all():
        return points
    own = _cluster_means(_Known.of(points), labels, max(labels) + 1)
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


@dataclass(frozen=True)
class _Known:
    """Values with 0 in the gaps (row, column), and what stays the same in all steps."""

    values: np.ndarray
    is_known: np.ndarray
    terms: np.ndarray
    means: np.ndarray
    gaps: tuple[np.ndarray, np.ndarray]
    rounding: float

    @classmethod
    def of(cls, points: np.ndarray) -> "_Known":
        is_known = (~np.isnan(points)).astype(float)
        values = np.where(is_known, points, 0.0)
        squares = (values**2).sum(axis=1, keepdims=True)
        terms = np.hstack([values, is_known, squares])
        means = values.sum(0) / np.maximum(is_known.sum(0), 1)
        rounding = ROUNDING * float(np.sqrt(squares.max()))
        rows, columns = np.nonzero(is_known == 0)
        return cls(values, is_known, terms, means, (rows, columns), rounding)

    def squared_distances(
        self, centroids: np.ndarray, rows: np.ndarray | slice = slice(None)
    ) -> np.ndarray:
        """Return partial squared distances, shape (n, k), by one matrix product."""
        # x² - 2 x c + c² where x is known
        factors = np.hstack(
            [-2 * centroids, centroids**2, np.ones((len(centroids), 1))]
        )
        distances = self.terms[rows] @ factors.T
        return np.maximum(distances, 0.0, out=distances)


def _seeded(known: _Known, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return k starts far from each other, the best of a few candidates each."""
    complete = np.where(known.is_known > 0, known.values, known.means)
    candidates = 2 + int(np.log(k))
    centroids = complete[[rng.integers(len(complete))]]
    nearest = known.squared_distances(centroids)[:, 0]
    for _ in range(1, k):
        drawn = rng.random(candidates) * nearest.sum()
        rows = np.searchsorted(np.cumsum(nearest), drawn).clip(max=len(complete) - 1)
        to_drawn = known.squared_distances(complete[rows]).T
        left = np.minimum(nearest, to_drawn, order="C")
        best = int(left.sum(axis=1).argmin())
        centroids = np.vstack([centroids, complete[rows[best]]])
        nearest = left[best]
    return centroids


def _lloyd(
    known: _Known, centroids: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Move the centroids until nobody changes his cluster.

    Who is nearer to his centroid than to any other by more than all have moved since
    he was measured is not measured again (Hamerly, 2010): a coordinate that is missing
    only makes a move shorter.
    """
    labels = np.full(len(known.values), -1)
    lead = np.full(len(labels), -np.inf)
    for _ in range(MOST_STEPS):
        doubtful = np.flatnonzero(lead <= 0)
        everybody = len(doubtful) == len(labels)
        distances = known.squared_distances(
            centroids, slice(None) if everybody else doubtful
        )
        nearest = labels.copy()
        nearest[doubtful] = distances.argmin(axis=1)
        lead[doubtful] = _lead(distances) - known.rounding
        if (nearest == labels).all():
            break
        if np.bincount(nearest, minlength=len(centroids)).min() == 0:
            nearest = _without_empty(
                nearest, known.squared_distances(centroids), len(centroids)
            )
            lead[:] = -np.inf
        labels, before = nearest, centroids
        centroids = _cluster_means(known, labels, len(centroids))
        moved = np.sqrt(((centroids - before) ** 2).sum(axis=1))
        lead -= moved[labels] + moved.max()
    # measured once more without the matrix product, as the assignment does
    gaps = (known.values - centroids[labels]) * known.is_known
    return labels, centroids, float((gaps**2).sum())


def _lead(squared_distances: np.ndarray) -> np.ndarray:
    """Return by how much the nearest centroid is nearer than the next."""
    if squared_distances.shape[1] == 1:
        return np.full(len(squared_distances), np.inf)
    nearest, second = np.sqrt(np.partition(squared_distances, 1, axis=1)[:, :2].T)
    return second - nearest


def _without_empty(labels: np.ndarray, distances: np.ndarray, k: int) -> np.ndarray:
    """Give a cluster without customers the customer farthest from all."""
    empty = np.flatnonzero(np.bincount(labels, minlength=k) == 0)
    if not len(empty):
        return labels
    farthest = np.argsort(-distances.min(axis=1), kind="stable")[: len(empty)]
    labels = labels.copy()
    labels[farthest] = empty
    return labels


def _cluster_means(known: _Known, labels: np.ndarray, k: int) -> np.ndarray:
    sums = np.eye(k).take(labels, axis=0).T @ known.values
    rows, columns = known.gaps
    width = known.values.shape[1]
    unknown = np.bincount(labels[rows] * width + columns, minlength=k * width)
    counts = np.bincount(labels, minlength=k)[:, None] - unknown.reshape(k, width)
    return np.where(counts > 0, sums / np.maximum(counts, 1), known.means)

"""Other algorithms on the same customers in the same space, beside what is published.

Several of them are quadratic in the number of customers: callers pass a bounded,
repeatable sample.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from kneed import KneeLocator
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import DBSCAN, HDBSCAN, BisectingKMeans
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
)
from sklearn.neighbors import NearestNeighbors

from segmentation.segments.clustering import fit_kmeans, mixture_model, one_thread
from segmentation.segments.silhouettes import silhouettes

__all__ = [
    "compare_algorithms",
    "k_distance_radius",
    "membership_probabilities",
    "ward_dendrogram",
]

LINKAGES = ("ward", "complete", "average")
# Subsamples of the stability: drawn without replacement, because density-based
# algorithms take customers drawn twice for dense places
SUBSAMPLES = 5
SUBSAMPLE_SHARE = 0.8
KMEANS_STARTS = 5
# fewer customers have no density worth the word
FEWEST_FOR_DENSITY = 50
# what scikit-learn calls customers that belong to no cluster
NOISE = -1


@dataclass(frozen=True)
class Fitted:
    """Labels of one algorithm with one setting, and what only some algorithms have."""

    labels: np.ndarray
    bic: float | None = None
    aic: float | None = None
    radius: float | None = None


@dataclass(frozen=True)
class Setting:
    """An algorithm with everything decided but the customers."""

    algorithm: str
    setting: str
    clusters_asked: int | None
    fit: Callable[[np.ndarray], Fitted | None]
    is_publishable: bool = False


def compare_algorithms(
    points: np.ndarray,
    published: np.ndarray,
    *,
    algorithm: str,
    k: int,
    ks: range,
    random_seed: int,
) -> list[dict]:
    """Measure every algorithm with a few settings on the same customers.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features, a bounded sample: hierarchical clustering is quadratic.
    published : ndarray of shape (n_customers,)
        The segments these customers are published in.
    algorithm : str
        Algorithm of the published segments.
    k : int
        Number of published segments; algorithms that need to be told are tried with
        this and one fewer and more.
    ks : range
        Numbers of components of the Gaussian mixture with full covariances, for which
        BIC and AIC are comparable.
    random_seed : int
        Seed of starts and subsamples.

    Returns
    -------
    list of dict
        One a setting: algorithm, setting, is_published, clusters_asked,
        clusters_found, noise_share, smallest_share, silhouette, davies_bouldin,
        calinski_harabasz (all three without the noise, None below two clusters),
        stability_mean and stability_std (adjusted
        Rand index of fits to subsamples of 80 % with the fit to all, over the customers
        in both), adjusted_rand and adjusted_mutual_information with the published
        segments (noise counts as a group), bic, aic, radius, seconds (of one fit; cuts
        of one tree after the first only cut). DBSCAN without a radius is left out.
    """
    rng = np.random.default_rng(random_seed)
    size = int(SUBSAMPLE_SHARE * len(points))
    draws = [
        np.sort(rng.choice(len(points), size, replace=False)) for _ in range(SUBSAMPLES)
    ]
    # the same arrays for every setting: cuts of one tree share it
    subsamples = [(rows, points[rows]) for rows in draws]
    fits = []
    for setting in _settings(points, k, ks, random_seed):
        started = time.perf_counter()
        with one_thread():
            fitted = setting.fit(points)
        if fitted is not None:
            fits.append((setting, fitted, time.perf_counter() - started))
    clustered = {
        number: fitted.labels
        for number, (_, fitted, _) in enumerate(fits)
        if _has_clusters(fitted.labels)
    }
    measured = silhouettes(points, list(clustered.values()))
    silhouettes_of = dict(zip(clustered, measured, strict=True))
    return [
        {
            "algorithm": setting.algorithm,
            "setting": setting.setting,
            "is_published": setting.is_publishable
            and (setting.algorithm, setting.clusters_asked) == (algorithm, k),
            "clusters_asked": setting.clusters_asked,
            **_described(points, fitted.labels, silhouettes_of.get(number)),
            **_stability(setting, fitted.labels, subsamples),
            "adjusted_rand": float(adjusted_rand_score(published, fitted.labels)),
            "adjusted_mutual_information": float(
                adjusted_mutual_info_score(published, fitted.labels)
            ),
            "bic": fitted.bic,
            "aic": fitted.aic,
            "radius": fitted.radius,
            "seconds": seconds,
        }
        for number, (setting, fitted, seconds) in enumerate(fits)
    ]


def _settings(
    points: np.ndarray, k: int, ks: range, random_seed: int
) -> Iterator[Setting]:
    # a subsample has to be able to hold two customers of every cluster
    most = int(SUBSAMPLE_SHARE * len(points)) // 2
    few = [n for n in (k - 1, k, k + 1) if 2 <= n <= most]
    for n in few:
        yield Setting("kmeans", f"k = {n}", n, _kmeans(n, random_seed), True)
        yield Setting("bisecting_kmeans", f"k = {n}", n, _bisecting(n, random_seed))
    for n in sorted({*(n for n in ks if n <= most), *few}):
        yield Setting(
            "gaussian_mixture",
            f"{n} components, full covariances",
            n,
            _mixture(n, "full", random_seed),
            True,
        )
    if k <= most:
        yield Setting(
            "gaussian_mixture",
            f"{k} components, diagonal covariances",
            k,
            _mixture(k, "diag", random_seed),
        )
    for method in LINKAGES:
        tree_of = _remembered_tree(method)
        for n in few:
            yield Setting(
                "hierarchical",
                f"{method} linkage, k = {n}",
                n,
                _cut(n, tree_of),
                method == "ward",
            )
    if len(points) < FEWEST_FOR_DENSITY:
        return
    # Sander et al. (1998): twice the number of features
    neighbours = 2 * points.shape[1]
    for n in (neighbours, 2 * neighbours):
        yield Setting(
            "dbscan", f"{n} neighbours, radius from their distances", None, _dbscan(n)
        )
    for percent in (1, 5):
        yield Setting(
            "hdbscan", f"clusters of at least {percent} %", None, _hdbscan(percent)
        )


def _kmeans(n: int, random_seed: int) -> Any:
    return lambda points: Fitted(
        fit_kmeans(points, n, random_seed=random_seed, starts=KMEANS_STARTS).labels
    )


def _bisecting(n: int, random_seed: int) -> Any:
    return lambda points: Fitted(
        BisectingKMeans(
            n,
            n_init=KMEANS_STARTS,
            random_state=random_seed,
            bisecting_strategy="largest_cluster",
        ).fit_predict(points)
    )


def _mixture(n: int, covariance: str, random_seed: int) -> Any:
    def fit(points: np.ndarray) -> Fitted:
        model = mixture_model(points, n, random_seed=random_seed, covariance=covariance)
        return Fitted(
            model.predict(points),
            bic=float(model.bic(points)),
            aic=float(model.aic(points)),
        )

    return fit


def _remembered_tree(method: str) -> Any:
    """Return a function that makes a tree once for all its cuts."""
    trees: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def tree_of(points: np.ndarray) -> np.ndarray:
        # the array is kept with its tree, so that its id cannot pass to another one
        if id(points) not in trees:
            trees[id(points)] = points, linkage(points, method)
        return trees[id(points)][1]

    return tree_of


def _cut(n: int, tree_of: Callable[[np.ndarray], np.ndarray]) -> Any:
    return lambda points: Fitted(fcluster(tree_of(points), n, "maxclust") - 1)


def _dbscan(neighbours: int) -> Any:
    def fit(points: np.ndarray) -> Fitted | None:
        radius = k_distance_radius(points, neighbours)
        if radius is None:
            return None
        model = DBSCAN(eps=radius, min_samples=neighbours, algorithm="kd_tree")
        return Fitted(model.fit_predict(points), radius=radius)

    return fit


def _hdbscan(percent: int) -> Any:
    def fit(points: np.ndarray) -> Fitted:
        smallest = max(5, len(points) * percent // 100)
        # min_samples follows the cluster size by default, which calls most customers
        # noise where clusters have to be large
        model = HDBSCAN(min_cluster_size=smallest, min_samples=10, copy=True)
        return Fitted(model.fit_predict(points))

    return fit


def k_distance_radius(points: np.ndarray, neighbours: int) -> float | None:
    """Return DBSCAN's radius: the knee of the distances to the k-th neighbour.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    neighbours : int
        Customers that make a place dense, the customer included.

    Returns
    -------
    float or None
        Up to here the sorted distances rise slowly, beyond they are of customers that
        lie apart. None where the curve has no knee or its knee is at distance 0.

    Notes
    -----
    Ester, Kriegel, Sander and Xu (1996), A density-based algorithm for discovering
    clusters; the knee by kneed, Satopää et al. (2011), Finding a "kneedle" in a
    haystack.
    """
    if len(points) <= neighbours:
        return None
    model = NearestNeighbors(n_neighbors=neighbours).fit(points)
    farthest = np.sort(model.kneighbors(points)[0][:, -1])
    if farthest[0] == farthest[-1]:
        return None
    knee = KneeLocator(
        np.arange(len(farthest)), farthest, curve="convex", direction="increasing"
    ).knee_y
    return float(knee) if knee else None


def _has_clusters(labels: np.ndarray) -> bool:
    """Return whether there are two clusters or more, and one of several customers."""
    grouped = labels[labels != NOISE]
    return 1 < len(np.unique(grouped)) < len(grouped)


def _described(
    points: np.ndarray, labels: np.ndarray, nearness: np.ndarray | None
) -> dict:
    grouped = labels != NOISE
    sizes = np.unique(labels[grouped], return_counts=True)[1]
    names = ("silhouette", "davies_bouldin", "calinski_harabasz")
    indices: dict[str, float | None] = dict.fromkeys(names)
    if nearness is not None:
        inside, own = points[grouped], labels[grouped]
        indices = {
            "silhouette": float(np.nanmean(nearness)),
            "davies_bouldin": float(davies_bouldin_score(inside, own)),
            "calinski_harabasz": float(calinski_harabasz_score(inside, own)),
        }
    return {
        "clusters_found": len(sizes),
        "noise_share": float(1 - grouped.mean()),
        "smallest_share": float(sizes.min() / len(labels)) if len(sizes) else None,
        **indices,
    }


def _stability(
    setting: Setting,
    labels: np.ndarray,
    subsamples: list[tuple[np.ndarray, np.ndarray]],
) -> dict:
    with one_thread():
        refits = [(rows, setting.fit(points)) for rows, points in subsamples]
    agreements = [
        adjusted_rand_score(labels[rows], refit.labels)
        for rows, refit in refits
        if refit is not None
    ]
    # one group comes out again every time, and that says nothing
    if len(np.unique(labels[labels != NOISE])) < 2 or not agreements:
        return {"stability_mean": None, "stability_std": None}
    return {
        "stability_mean": float(np.mean(agreements)),
        "stability_std": float(np.std(agreements)),
    }


def membership_probabilities(
    points: np.ndarray, published: np.ndarray, k: int, *, random_seed: int
) -> np.ndarray:
    """Return how probable each published segment is for every customer.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    published : ndarray of shape (n_customers,)
        Published segments, 0 … k-1.
    k : int
        Number of published segments, and of components.
    random_seed : int
        Seed of the mixture's start.

    Returns
    -------
    ndarray of shape (n_customers, k)
        Rows sum to 1. Column i is the component matched to segment i: one to one, so
        that as many customers as possible are in both.
    """
    model = mixture_model(points, k, random_seed=random_seed)
    likeliest = model.predict(points)
    both = np.zeros((k, k))
    np.add.at(both, (published, likeliest), 1)
    components = linear_sum_assignment(both, maximize=True)[1]
    return model.predict_proba(points)[:, components]


def ward_dendrogram(
    points: np.ndarray, published: np.ndarray, *, merges: int = 30
) -> list[dict]:
    """Return the last merges of Ward's tree, ready to be drawn.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features.
    published : ndarray of shape (n_customers,)
        Published segments, 0 … k-1.
    merges : int, default=30
        Merges to return, fewer where the tree has fewer.

    Returns
    -------
    list of dict
        One a merge, the last first: merge_order, height, x_left, x_right, y_left,
        y_right (each merge is a U upside down from (x_left, y_left) over height to
        (x_right, y_right); leaves stand at y = 0 and x = 0, 1, 2 …), customers,
        left_customers, right_customers, segment (that most of its customers are
        published in, the first of equals).

    Notes
    -----
    Ward (1963), Hierarchical grouping to optimize an objective function.
    """
    tree = linkage(points, "ward")
    n = len(points)
    shown = min(merges, len(tree))
    first = n + len(tree) - shown  # nodes from here on are merges that are drawn
    counts = np.zeros((n + len(tree), published.max() + 1))
    counts[np.arange(n), published] = 1
    for i, (left, right) in enumerate(tree[:, :2].astype(int)):
        counts[n + i] = counts[left] + counts[right]
    x, y = _layout(tree, n, first)
    rows = []
    for order, node in enumerate(range(n + len(tree) - 1, first - 1, -1), 1):
        left, right = tree[node - n, :2].astype(int)
        rows.append(
            {
                "merge_order": order,
                "height": y[node],
                "x_left": x[left],
                "x_right": x[right],
                "y_left": y[left],
                "y_right": y[right],
                "customers": int(counts[node].sum()),
                "left_customers": int(counts[left].sum()),
                "right_customers": int(counts[right].sum()),
                "segment": int(counts[node].argmax()),
            }
        )
    return rows


def _layout(
    tree: np.ndarray, n: int, first: int
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the place and the height of every node that is drawn."""
    order = [n + len(tree) - 1]
    # children take the place of their parent until only leaves of the drawing are left
    while any(node >= first for node in order):
        order = [
            part
            for node in order
            for part in (tree[node - n, :2].astype(int) if node >= first else [node])
        ]
    x = {int(node): float(place) for place, node in enumerate(order)}
    y = dict.fromkeys(x, 0.0)
    for node in range(first, n + len(tree)):
        left, right = tree[node - n, :2].astype(int)
        x[node] = (x[left] + x[right]) / 2
        y[node] = float(tree[node - n, 2])
    return x, y

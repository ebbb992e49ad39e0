"""How many segments: the evidence for every k, and a rule that decides by it.

Every index is computed in the full scaled space of the segmentation, never in a
projection, so that its values can be compared with each other and over time.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_score,
)

from segmentation.clustering import fit_kmeans, nearest
from segmentation.errors import UserError

__all__ = ["KEvaluation", "choose_k", "evaluate_k", "evaluation_points"]


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
    is_chosen: bool = False
    rule: str = ""
    reason: str = ""

    def as_row(self) -> dict:
        """Return the evidence as a flat row."""
        return asdict(self)


def evaluation_points(
    points: np.ndarray, limit: int, *, random_seed: int
) -> np.ndarray:
    """Return at most `limit` rows of `points`, drawn once and kept in order."""
    if len(points) <= limit:
        return points
    rng = np.random.default_rng(random_seed)
    return points[np.sort(rng.choice(len(points), limit, replace=False))]


def evaluate_k(
    points: np.ndarray,
    ks: range,
    *,
    random_seed: int,
    starts: int = 10,
    bootstrap_samples: int = 20,
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

    Returns
    -------
    list of KEvaluation
        Inertia (lower is tighter), silhouette (-1 to 1), Davies-Bouldin (0 is best),
        Calinski-Harabasz (higher is better), mean and standard deviation of the
        bootstrap adjusted Rand index, share of the smallest cluster.

    Notes
    -----
    Bootstrap stability after Fang and Wang (2012), Selection of the number of clusters
    via the bootstrap method.
    """
    different = len(np.unique(points, axis=0))
    return [
        _evaluate_one(points, k, random_seed, starts, bootstrap_samples)
        for k in ks
        if k <= different and k < len(points)
    ]


def _evaluate_one(
    points: np.ndarray, k: int, random_seed: int, starts: int, bootstrap_samples: int
) -> KEvaluation:
    fitted = fit_kmeans(points, k, random_seed=random_seed, starts=starts)
    rng = np.random.default_rng([random_seed, k])
    agreements = []
    for sample in range(bootstrap_samples):
        drawn = points[rng.integers(0, len(points), len(points))]
        again = fit_kmeans(drawn, k, random_seed=random_seed + sample, starts=3)
        labels = nearest(points, again.centroids)
        agreements.append(adjusted_rand_score(fitted.labels, labels))
    return KEvaluation(
        k=k,
        evaluated_customers=len(points),
        inertia=fitted.inertia,
        silhouette=float(silhouette_score(points, fitted.labels)),
        davies_bouldin=float(davies_bouldin_score(points, fitted.labels)),
        calinski_harabasz=float(calinski_harabasz_score(points, fitted.labels)),
        stability_mean=float(np.mean(agreements)),
        stability_std=float(np.std(agreements)),
        smallest_share=float(
            np.bincount(fitted.labels, minlength=k).min() / len(points)
        ),
    )


def choose_k(
    evaluations: list[KEvaluation],
    *,
    fixed_k: int = 0,
    min_stability: float = 0.90,
    min_segment_share: float = 0.05,
) -> list[KEvaluation]:
    """Mark the chosen k and say why.

    Parameters
    ----------
    evaluations : list of KEvaluation
        At least one.
    fixed_k : int, default=0
        A number decides; 0 leaves it to the rule: the largest k whose bootstrap
        adjusted Rand index and smallest share reach the limits.
    min_stability, min_segment_share : float
        Limits of the rule.

    Returns
    -------
    list of KEvaluation
        The same evidence with `is_chosen`, `rule` and `reason`.

    Raises
    ------
    UserError
        If `fixed_k` was not evaluated.
    """
    by_k = {e.k: e for e in evaluations}
    if fixed_k:
        if fixed_k not in by_k:
            raise UserError(
                f"var k asks for {fixed_k} segments, which is not possible here: with "
                f"{evaluations[0].evaluated_customers} customers to fit, k can be "
                f"{min(by_k)} to {max(by_k)} (var k_range)."
            )
        chosen, rule, reason = fixed_k, "fixed", f"{fixed_k} segments were asked for."
    else:
        chosen, rule, reason = _most_detailed_stable(
            evaluations, min_stability, min_segment_share
        )
    return [
        replace(
            e,
            is_chosen=e.k == chosen,
            rule=rule,
            reason=reason if e.k == chosen else "",
        )
        for e in evaluations
    ]


def _most_detailed_stable(
    evaluations: list[KEvaluation], min_stability: float, min_share: float
) -> tuple[int, str, str]:
    large_enough = [e for e in evaluations if e.smallest_share >= min_share]
    stable = [e for e in large_enough if e.stability_mean >= min_stability]
    if stable:
        best = max(stable, key=lambda e: e.k)
        reason = (
            f"{best.k} is the largest number of segments that comes out the same when "
            f"the customers are drawn again (agreement {best.stability_mean:.2f} of 1, "
            f"at least {min_stability:.2f} wanted) with no segment below "
            f"{min_share:.0%} of the customers."
        )
        return best.k, "stability", reason
    best = max(large_enough or evaluations, key=lambda e: (e.stability_mean, -e.k))
    reason = (
        f"No number of segments comes out the same often enough when the customers are "
        f"drawn again; {best.k} does best (agreement {best.stability_mean:.2f} of 1, "
        f"{min_stability:.2f} wanted), so read these segments with care."
    )
    return best.k, "stability", reason

"""How many segments: the evidence for every k, a rule that decides, and a verdict.

Every index is computed in the full scaled space of the segmentation, never in a
projection, so that its values can be compared with each other and over time. Beside
it stands what the same index says about data without groups: k-means cuts anything
into k pieces, so that a figure alone proves nothing.
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from kneed import KneeLocator
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
)

from segmentation.clustering import fit_kmeans
from segmentation.errors import UserError
from segmentation.segments.gaps import completed
from segmentation.silhouettes import pairwise_distances, silhouettes
from segmentation.stability import bootstrap_partitions

__all__ = [
    "K_RULES",
    "NATURAL_SILHOUETTE",
    "KEvaluation",
    "choose_k",
    "evaluate_k",
    "verdict",
]

K_RULES = ("stability", "silhouette", "elbow")
# Kaufman and Rousseeuw (1990), Finding Groups in Data: from here on a reasonable
# structure has been found; below it is weak and could be artificial
NATURAL_SILHOUETTE = 0.5
# a silhouette has to be this far above that of data without groups to count
CLEARLY = 0.05
# data sets without groups that the baselines are means of, and starts of each fit
BASELINE_DRAWS = 3
BASELINE_STARTS = 3


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
    permuted_inertia: float
    permuted_silhouette: float
    permuted_davies_bouldin: float
    permuted_calinski_harabasz: float
    uniform_silhouette: float
    gap: float
    gap_std: float
    is_elbow: bool = False
    is_chosen: bool = False
    rule: str = ""
    reason: str = ""
    verdict: str = ""

    def as_row(self) -> dict:
        """Return the evidence as a flat row."""
        return asdict(self)


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
        bootstrap adjusted Rand index, share of the smallest cluster; the same indices
        for the customers with every feature shuffled on its own (`permuted_`), the
        silhouette of evenly spread points, the gap statistic, and the elbow of the
        inertia.

    Notes
    -----
    Bootstrap stability after Fang and Wang (2012), Selection of the number of clusters
    via the bootstrap method. Gap statistic and evenly spread points after Tibshirani,
    Walther and Hastie (2001), Estimating the number of clusters in a data set via the
    gap statistic: uniform over a box along the principal components. Elbow by kneed,
    Satopää et al. (2011), Finding a "kneedle" in a haystack.

    Shuffling keeps every feature as it is and breaks what they have in common; evenly
    spread points keep the extent and the correlation but have no groups at all. Groups
    that show in one feature alone survive the first, elongated blobs beat it: only
    together do the two baselines tell groups from none.
    """
    different = len(np.unique(points, axis=0))
    ks = [k for k in ks if k <= different and k < len(points)]
    measured = _indices(points, ks, random_seed, starts)
    permuted = _baselines(_permuted, points, ks, random_seed)
    uniform = _baselines(_evenly_spread, points, ks, random_seed)
    elbow = _elbow(ks, [m["inertia"] for m in measured])
    evaluations = []
    for i, k in enumerate(ks):
        labels = measured[i].pop("labels")
        agreements = _agreements(points, labels, k, random_seed, bootstrap_samples)
        log_inertias = np.log([draw[i]["inertia"] for draw in uniform])
        evaluations.append(
            KEvaluation(
                k=k,
                evaluated_customers=len(points),
                **measured[i],
                stability_mean=float(np.mean(agreements)),
                stability_std=float(np.std(agreements)),
                smallest_share=float(
                    np.bincount(labels, minlength=k).min() / len(points)
                ),
                **{
                    f"permuted_{index}": float(np.mean([d[i][index] for d in permuted]))
                    for index in measured[i]
                },
                uniform_silhouette=float(
                    np.mean([draw[i]["silhouette"] for draw in uniform])
                ),
                gap=float(log_inertias.mean() - np.log(measured[i]["inertia"])),
                gap_std=float(log_inertias.std() * np.sqrt(1 + 1 / BASELINE_DRAWS)),
                is_elbow=k == elbow,
            )
        )
    return evaluations


def _indices(
    points: np.ndarray, ks: list[int], random_seed: int, starts: int
) -> list[dict]:
    distances = pairwise_distances(points)
    rows = []
    for k in ks:
        fitted = fit_kmeans(points, k, random_seed=random_seed, starts=starts)
        complete = completed(points, fitted.labels)
        rows.append(
            {
                "inertia": fitted.inertia,
                "silhouette": float(silhouettes(distances, fitted.labels).mean()),
                "davies_bouldin": float(davies_bouldin_score(complete, fitted.labels)),
                "calinski_harabasz": float(
                    calinski_harabasz_score(complete, fitted.labels)
                ),
                "labels": fitted.labels,
            }
        )
    return rows


def _baselines(
    without_groups, points: np.ndarray, ks: list[int], random_seed: int
) -> list[list[dict]]:
    rng = np.random.default_rng(random_seed)
    return [
        _indices(without_groups(points, rng), ks, random_seed, BASELINE_STARTS)
        for _ in range(BASELINE_DRAWS)
    ]


def _permuted(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.column_stack([rng.permutation(column) for column in points.T])


def _evenly_spread(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    points = completed(points, np.zeros(len(points), dtype=int))
    center = points.mean(axis=0)
    components = np.linalg.svd(points - center, full_matrices=False)[2]
    along = (points - center) @ components.T
    return rng.uniform(along.min(axis=0), along.max(axis=0), along.shape) @ components


def _elbow(ks: list[int], inertias: list[float]) -> int | None:
    if len(ks) < 3:
        return None
    return KneeLocator(ks, inertias, curve="convex", direction="decreasing").knee


def _agreements(
    points: np.ndarray, labels: np.ndarray, k: int, random_seed: int, samples: int
) -> list[float]:
    partitions = bootstrap_partitions(
        points,
        lambda drawn, seed: fit_kmeans(drawn, k, random_seed=seed, starts=3),
        samples=samples,
        random_seed=random_seed,
    )
    return [adjusted_rand_score(labels, partition) for partition in partitions]


def choose_k(
    evaluations: list[KEvaluation],
    *,
    k_rule: str = "stability",
    fixed_k: int = 0,
    min_stability: float = 0.90,
    min_segment_share: float = 0.05,
) -> list[KEvaluation]:
    """Mark the chosen k and say why.

    Parameters
    ----------
    evaluations : list of KEvaluation
        At least one.
    k_rule : {'stability', 'silhouette', 'elbow'}, default='stability'
        stability: among the k whose bootstrap adjusted Rand index and smallest share
        reach the limits (and whose silhouette is clearly above that of evenly spread
        points, where there are such k), the one of the highest silhouette if that shows
        natural groups (at least `NATURAL_SILHOUETTE`), else the largest: a continuum is
        cut as finely as it can be cut repeatably. silhouette: the highest one. elbow:
        where the inertia stops falling fast; stability where it has no elbow.
    fixed_k : int, default=0
        A number decides, 0 leaves it to the rule.
    min_stability, min_segment_share : float
        Limits of the stability rule.

    Returns
    -------
    list of KEvaluation
        The same evidence with `is_chosen`, `rule`, `reason` and `verdict`.

    Raises
    ------
    UserError
        If `fixed_k` was not evaluated, or the rule is not known.
    """
    if k_rule not in K_RULES:
        raise UserError(
            f"var k_rule is '{k_rule}'; it has to be one of {', '.join(K_RULES)}. For "
            "a fixed number set var k."
        )
    by_k = {e.k: e for e in evaluations}
    elbows = [e for e in evaluations if e.is_elbow]
    if fixed_k:
        if fixed_k not in by_k:
            raise UserError(
                f"var k asks for {fixed_k} segments, which is not possible here: with "
                f"{evaluations[0].evaluated_customers} customers to fit, k can be "
                f"{min(by_k)} to {max(by_k)} (var k_range)."
            )
        chosen, rule, reason = fixed_k, "fixed", f"{fixed_k} segments were asked for."
    elif k_rule == "silhouette":
        best = max(evaluations, key=lambda e: (e.silhouette, -e.k))
        chosen, rule = best.k, "silhouette"
        reason = (
            f"With {best.k} segments the customers lie closest to their own segment "
            f"and furthest from the next (silhouette {best.silhouette:.2f}, the "
            f"highest of {min(by_k)} to {max(by_k)} segments)."
        )
    elif k_rule == "elbow" and elbows:
        chosen, rule = elbows[0].k, "elbow"
        reason = (
            f"Up to {chosen} segments each further one makes the segments much "
            "tighter, beyond that only a little (the elbow of the inertia)."
        )
    else:
        chosen, reason = _by_stability(evaluations, min_stability, min_segment_share)
        rule = "stability"
        if k_rule == "elbow":
            reason = f"The inertia has no elbow, so stability decides: {reason}"
    return [
        replace(
            e,
            is_chosen=e.k == chosen,
            rule=rule,
            reason=reason if e.k == chosen else "",
            verdict=verdict(e, min_stability=min_stability),
        )
        for e in evaluations
    ]


def _by_stability(
    evaluations: list[KEvaluation], min_stability: float, min_share: float
) -> tuple[int, str]:
    large_enough = [e for e in evaluations if e.smallest_share >= min_share]
    stable = [e for e in large_enough if e.stability_mean >= min_stability]
    if not stable:
        best = max(large_enough or evaluations, key=lambda e: (e.stability_mean, -e.k))
        return best.k, (
            f"No number of segments comes out the same often enough when the customers "
            f"are drawn again; {best.k} does best (agreement {best.stability_mean:.2f} "
            f"of 1, {min_stability:.2f} wanted), so read these segments with care."
        )
    # cuts that evenly spread points allow as well are no evidence, however repeatable
    stable = [e for e in stable if _above_evenly_spread(e)] or stable
    clearest = max(stable, key=lambda e: (e.silhouette, -e.k))
    if clearest.silhouette >= NATURAL_SILHOUETTE:
        return clearest.k, (
            f"With {clearest.k} segments the customers are most clearly apart "
            f"(silhouette {clearest.silhouette:.2f}) of all numbers that come out the "
            f"same when the customers are drawn again (agreement "
            f"{clearest.stability_mean:.2f} of 1, at least {min_stability:.2f} wanted)."
        )
    best = max(stable, key=lambda e: e.k)
    return best.k, (
        f"{best.k} is the largest number of segments that comes out the same when the "
        f"customers are drawn again (agreement {best.stability_mean:.2f} of 1, at "
        f"least {min_stability:.2f} wanted) with no segment below {min_share:.0%} of "
        "the customers."
    )


def _above_evenly_spread(evaluation: KEvaluation) -> bool:
    return evaluation.silhouette >= evaluation.uniform_silhouette + CLEARLY


def verdict(evaluation: KEvaluation, *, min_stability: float = 0.90) -> str:
    """Say in one sentence what the segments are worth as groups.

    Parameters
    ----------
    evaluation : KEvaluation
    min_stability : float, default=0.90
        Bootstrap adjusted Rand index below which a partition is not repeatable.

    Returns
    -------
    str
        Begins with "No natural groups", "Single features", "Weakly separated",
        "Separated groups" or "Clearly separated groups".
    """
    e = evaluation
    found = f"silhouette {e.silhouette:.2f}"
    if e.stability_mean < min_stability:
        return (
            f"No natural groups with {e.k} segments: when the customers are drawn "
            f"again other segments come out (agreement {e.stability_mean:.2f} of 1, "
            f"{min_stability:.2f} wanted)."
        )
    if not _above_evenly_spread(e):
        return (
            f"No natural groups with {e.k} segments: evenly spread points without any "
            f"groups are hardly less separated ({found}, theirs "
            f"{e.uniform_silhouette:.2f})."
        )
    if (
        e.silhouette < e.permuted_silhouette + CLEARLY
        or e.davies_bouldin >= e.permuted_davies_bouldin
        or e.calinski_harabasz <= e.permuted_calinski_harabasz
    ):
        return (
            "Single features make these segments, not customers alike in several: with "
            "every feature shuffled on its own the segments are as well separated "
            f"({found}, shuffled {e.permuted_silhouette:.2f})."
        )
    baselines = (
        f"{found}; {e.permuted_silhouette:.2f} with the features shuffled, "
        f"{e.uniform_silhouette:.2f} for evenly spread points"
    )
    if e.silhouette < NATURAL_SILHOUETTE:
        return (
            "Weakly separated: a useful cut of a continuum rather than natural groups "
            f"({baselines})."
        )
    clearly = "Clearly separated" if e.silhouette > 0.7 else "Separated"
    return f"{clearly} groups: most customers belong to one segment only ({baselines})."

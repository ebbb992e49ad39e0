"""Which number of segments, and the true reason for it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from segmentation.segments.natural_groups import NaturalGroups, find_natural_groups
from segmentation.segments.number_of_segments import KEvaluation, evaluate_k
from segmentation.segments.separation import comparable
from segmentation.segments.verdict import below, verdict
from segmentation.warehouse.errors import UserError

__all__ = ["K_RULES", "NATURAL_SILHOUETTE", "by_stability", "choose_k", "decide_k"]

K_RULES = ("stability", "silhouette", "elbow")
# Kaufman and Rousseeuw (1990), Finding Groups in Data: from here on a reasonable
# structure has been found; below it is weak and could be artificial
NATURAL_SILHOUETTE = 0.5
# a silhouette has to be this far above that of data without groups to count
CLEARLY = 0.05
# two segments that stand apart are more often two halves of a business's customers
# than the segments it can use: they are cut further
FEWEST_APART = 3
# share of a segment that may be of another natural group than most of it
MOST_STRADDLING = 0.25
# numbers that are tried at most, and more at a time where the best is the last one
MOST_SEGMENTS = 16
WIDER_BY = 4
# no more segments than give each so many customers on average, unless they stand apart:
# of fewer, what a segment is like is what a few people are like
CUSTOMERS_PER_SEGMENT = 30
# the smallest segment: fewer are a list of people
FEWEST_IN_A_SEGMENT = 10


def decide_k(
    points: np.ndarray,
    settings: dict,
    evaluate: Callable[..., list[KEvaluation]] = evaluate_k,
) -> tuple[list[KEvaluation], NaturalGroups]:
    """Find the natural groups, measure every number of segments and choose one.

    Where the customers fall into natural groups and the best number is the last of the
    range, larger ones are tried, up to `MOST_SEGMENTS`; a continuum can be cut ever
    finer, so there the range is the limit. A few customers are cut into fewer segments:
    `CUSTOMERS_PER_SEGMENT`.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features of at least two different customers.
    settings : dict
        The vars under "Number of segments" in dbt_project.yml.
    evaluate : callable, default=evaluate_k
        What measures k-means.

    Returns
    -------
    tuple of (list of KEvaluation, NaturalGroups)
        One is chosen, see `choose_k`; every one has its verdict.

    Raises
    ------
    UserError
        If the customers do not differ enough for the fewest segments of the range.
    """
    lowest, highest = settings["k_range"]
    if min(len(np.unique(comparable(points), axis=0)), len(points) - 1) < lowest:
        raise UserError(
            "The customers do not differ in the features of the segmentation, so there "
            "is nothing to tell segments apart by; choose other features in "
            "seeds/feature_catalogue.csv."
        )
    seed, starts = settings["random_seed"], settings["kmeans_starts"]
    most = max(MOST_SEGMENTS, highest)
    found = find_natural_groups(points, random_seed=seed, starts=starts, most=most)
    apart = [k for k, s in found.separations.items() if s.all_apart]
    most_of_few = max(len(points) // CUSTOMERS_PER_SEGMENT, lowest)
    least_share = max(settings["min_segment_share"], FEWEST_IN_A_SEGMENT / len(points))
    if not settings["k"]:
        highest = min(highest, most_of_few)
        if max(apart, default=0) >= FEWEST_APART:
            highest = max(highest, *apart)
    while True:
        evaluations = choose_k(
            evaluate(
                points,
                range(lowest, highest + 1),
                random_seed=seed,
                starts=starts,
                bootstrap_samples=settings["bootstrap_samples"],
                natural_groups=found,
            ),
            k_rule=settings["k_rule"],
            fixed_k=settings["k"],
            min_stability=settings["min_stability"],
            min_segment_share=least_share,
            why_no_more=_few(len(points)) if highest >= most_of_few else None,
        )
        is_last = evaluations[-1].is_chosen and evaluations[-1].k == highest
        is_open = (
            is_last and found.count > 1 and highest < min(MOST_SEGMENTS, most_of_few)
        )
        if settings["k"] or not is_open:
            return _with_verdicts(evaluations, found, settings["min_stability"]), found
        highest = min(highest + WIDER_BY, MOST_SEGMENTS, most_of_few)


def _few(customers: int) -> str:
    return (
        f"More are not cut of {customers} customers, so that a segment has about "
        f"{CUSTOMERS_PER_SEGMENT}."
    )


def _with_verdicts(
    evaluations: list[KEvaluation], found: NaturalGroups, min_stability: float
) -> list[KEvaluation]:
    return [
        replace(
            e,
            verdict=verdict(
                found.separations[e.k],
                customers=len(found.rows),
                natural_groups=found.count,
                stability=e.stability_mean,
                min_stability=min_stability,
            ),
        )
        for e in evaluations
    ]


def choose_k(
    evaluations: list[KEvaluation],
    *,
    k_rule: str = "stability",
    fixed_k: int = 0,
    min_stability: float = 0.90,
    min_segment_share: float = 0.05,
    why_no_more: str | None = None,
) -> list[KEvaluation]:
    """Mark the chosen k and say why.

    Parameters
    ----------
    evaluations : list of KEvaluation
        At least one.
    k_rule : {'stability', 'silhouette', 'elbow'}, default='stability'
        stability: where three or more segments all stand apart and reach the limits,
        the most that do; else as `by_stability` says. silhouette: the highest one.
        elbow: where the inertia stops falling fast; stability where it has no elbow.
    fixed_k : int, default=0
        A number decides, 0 leaves it to the rule.
    min_stability, min_segment_share : float
        Limits of the stability rule.
    why_no_more : str, optional
        Why larger numbers than these were not tried.

    Returns
    -------
    list of KEvaluation
        The same evidence with `is_chosen`, `rule` and `reason`.

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
    elbows = [e for e in evaluations if e.is_elbow]
    if fixed_k:
        chosen, rule = _fixed(evaluations, fixed_k), "fixed"
        reason = f"{fixed_k} segments were asked for."
    elif k_rule == "silhouette":
        (chosen, reason), rule = _by_silhouette(evaluations), "silhouette"
    elif k_rule == "elbow" and elbows:
        chosen, rule = elbows[0].k, "elbow"
        reason = (
            f"Up to {chosen} segments each further one makes the segments much "
            "tighter, beyond that only a little (the elbow of the inertia)."
        )
    else:
        rule = "stability"
        found = _all_apart(evaluations, min_stability, min_segment_share)
        chosen, reason = found or by_stability(
            evaluations, min_stability, min_segment_share, why_no_more
        )
        if k_rule == "elbow":
            reason = f"The inertia has no elbow, so stability decides: {reason}"
    return [
        replace(
            e,
            is_chosen=e.k == chosen,
            rule=rule,
            reason=reason if e.k == chosen else "",
        )
        for e in evaluations
    ]


def _fixed(evaluations: list[KEvaluation], fixed_k: int) -> int:
    if type(fixed_k) is not int:
        raise UserError(
            f"var k is '{fixed_k}'; it has to be a whole number of segments, or 0, "
            "which leaves it to k_rule."
        )
    ks = [e.k for e in evaluations]
    if fixed_k not in ks:
        raise UserError(
            f"var k asks for {fixed_k} segments, which is not possible here: with "
            f"{evaluations[0].evaluated_customers} customers to fit, k can be "
            f"{min(ks)} to {max(ks)} (var k_range)."
        )
    return fixed_k


def _by_silhouette(evaluations: list[KEvaluation]) -> tuple[int, str]:
    best = max(evaluations, key=lambda e: (e.silhouette, -e.k))
    return best.k, (
        f"With {best.k} segments the customers lie closest to their own segment "
        f"and furthest from the next (silhouette {best.silhouette:.2f}, the "
        f"highest of {evaluations[0].k} to {evaluations[-1].k} segments)."
    )


def _all_apart(
    evaluations: list[KEvaluation], min_stability: float, min_share: float
) -> tuple[int, str] | None:
    """Return the most segments that all stand apart and come out again."""
    apart = [e for e in evaluations if e.k == e.groups >= FEWEST_APART]
    usable = [
        e
        for e in apart
        if e.smallest_share >= min_share and e.stability_mean >= min_stability
    ]
    if not usable:
        return None
    best, finest = usable[-1], apart[-1]
    if best is finest:
        return best.k, (
            f"{best.k} segments all stand apart, with a gap between any two "
            "neighbours; of more segments some shade into each other."
        )
    return best.k, (
        f"{best.k} segments all stand apart; {finest.k} would too, but "
        f"{_short_of(finest, min_stability, min_share)}"
    )


def by_stability(
    evaluations: list[KEvaluation],
    min_stability: float,
    min_share: float,
    why_no_more: str | None = None,
) -> tuple[int, str]:
    """Return the finest cut that is repeatable, and what is against a finer one.

    Among the k whose bootstrap adjusted Rand index and smallest share reach the limits
    (of these those whose silhouette is clearly above that of evenly spread points and
    whose segments do not lie across natural groups, where there are such k), the one of
    the highest silhouette if that is at least `NATURAL_SILHOUETTE`, else the largest: a
    continuum is cut as finely as it can be cut repeatably.
    """
    large_enough = [e for e in evaluations if e.smallest_share >= min_share]
    stable = [e for e in large_enough if e.stability_mean >= min_stability]
    if not stable:
        return _least_bad(evaluations, min_stability, min_share)
    # cuts that evenly spread points allow as well are no evidence, however repeatable
    stable = [e for e in stable if _above_evenly_spread(e)] or stable
    stable = [e for e in stable if not _straddles(e)] or stable
    clearest = max(stable, key=lambda e: (e.silhouette, -e.k))
    if clearest.silhouette >= NATURAL_SILHOUETTE:
        return clearest.k, (
            f"With {clearest.k} segments the customers are most clearly apart "
            f"(silhouette {clearest.silhouette:.2f}) of all numbers that come out the "
            f"same when the customers are drawn again (agreement "
            f"{clearest.stability_mean:.2f} of 1, at least {min_stability:.2f} wanted)."
        )
    best = stable[-1]
    following = next((e for e in evaluations if e.k == best.k + 1), None)
    return best.k, (
        f"{best.k} segments come out the same when the customers are drawn again "
        f"(agreement {best.stability_mean:.2f} of 1, at least {min_stability:.2f} "
        f"wanted) and each has at least {min_share:.0%} of the customers. "
        f"{_against(following, best.k, min_stability, min_share, why_no_more)}"
    )


def _against(
    finer: KEvaluation | None,
    k: int,
    min_stability: float,
    min_share: float,
    why_no_more: str | None,
) -> str:
    """Say what is against one segment more."""
    if finer is None:
        if why_no_more:
            return why_no_more
        if k == MOST_SEGMENTS:
            return f"More than {k} are never tried."
        return (
            f"More than {k} were not tried (var k_range ends there, or no more "
            "customers differ)."
        )
    if finer.smallest_share < min_share or finer.stability_mean < min_stability:
        return f"With {finer.k} {_short_of(finer, min_stability, min_share)}"
    if _straddles(finer):
        return f"With {finer.k} a segment would lie across two natural groups."
    return (
        f"With {finer.k} they are hardly clearer than those of evenly spread points "
        f"(silhouette {finer.silhouette:.2f}, theirs {finer.uniform_silhouette:.2f})."
    )


def _short_of(finer: KEvaluation, min_stability: float, min_share: float) -> str:
    """Say which limit a number does not reach."""
    if finer.smallest_share < min_share:
        share = below(finer.smallest_share, min_share, "%")
        return (
            f"the smallest would have {share} of the customers, at least "
            f"{min_share:.0%} are wanted (var min_segment_share, and ten customers)."
        )
    agreement = below(finer.stability_mean, min_stability, "f")
    return (
        f"other segments come out when the customers are drawn again (agreement "
        f"{agreement}, {min_stability:.2f} wanted)."
    )


def _least_bad(
    evaluations: list[KEvaluation], min_stability: float, min_share: float
) -> tuple[int, str]:
    """Return a number where none reaches both limits, and say which it misses."""
    large_enough = [e for e in evaluations if e.smallest_share >= min_share]
    best = max(large_enough or evaluations, key=lambda e: (e.stability_mean, -e.k))
    if best.stability_mean >= min_stability:
        return best.k, (
            f"Every number of segments makes one with fewer than {min_share:.0%} of "
            f"the customers (var min_segment_share, and ten customers); {best.k} come "
            "out the same most often when the customers are drawn again (agreement "
            f"{best.stability_mean:.2f} of 1), the smallest with "
            f"{below(best.smallest_share, min_share, '%')} of the customers."
        )
    small = (
        ""
        if best.smallest_share >= min_share
        else f" The smallest has {below(best.smallest_share, min_share, '%')} of the "
        "customers: read it as a list of people."
    )
    few = [e.k for e in evaluations if e.stability_mean >= min_stability]
    but = (
        f" with at least {min_share:.0%} of the customers in each (var "
        f"min_segment_share; {', '.join(map(str, few))} would, with fewer in one)"
        if few
        else ""
    )
    return best.k, (
        "No number of segments comes out the same often enough when the customers are "
        f"drawn again{but}; {best.k} does best (agreement "
        f"{below(best.stability_mean, min_stability, 'f')} of 1, {min_stability:.2f} "
        "wanted), so customers near a border could as well be in the next segment."
        f"{small}"
    )


def _above_evenly_spread(evaluation: KEvaluation) -> bool:
    return evaluation.silhouette >= evaluation.uniform_silhouette + CLEARLY


def _straddles(evaluation: KEvaluation) -> bool:
    return evaluation.straddling_share > MOST_STRADDLING

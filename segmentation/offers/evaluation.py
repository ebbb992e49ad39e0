"""See which method finds the category that a customer buys next.

Where the input has days of purchases, that is the category that customers first bought
in the last period, judged by what they had bought before it; elsewhere one that they
have bought is hidden.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.offers.profiles import (
    BASELINES,
    METHODS,
    Floats,
    category_scores,
    fit_shares,
    spend_matrix,
)

__all__ = ["RecommendationQuality", "evaluate_in_time", "evaluate_recommendations"]

METRICS = ("hit_rate_at_1", "hit_rate_at_2", "mean_reciprocal_rank")
N_FOLDS = 5
# fewer customers who tried something new tell too little of a method
FEWEST_ASKED = 100
# Resamples drawn at a time: bounds memory whatever the number of customers.
BLOCK = 100


@dataclass(frozen=True)
class RecommendationQuality:
    """How often each method finds a category that was hidden from it.

    Attributes
    ----------
    metrics : DataFrame
        One row a method and metric: ``method``, ``metric``, ``value``, ``low``,
        ``high`` (95 %). ``chance`` is a blind draw among the same candidates.
    differences : DataFrame
        One row a method beyond the baselines and metric: ``method``, ``baseline``
        (the best one), ``metric``, ``difference``, ``low``, ``high`` (95 %, paired).
    n_customers : int
        Customers evaluated.
    n_left_out : int
        Customers without a question to ask: fewer than two categories bought, or all
        of them, so that the hidden one is the only candidate.
    method : str
        The one to publish.
    sentence : str
        Why.
    """

    metrics: pd.DataFrame
    differences: pd.DataFrame
    n_customers: int
    n_left_out: int
    method: str
    sentence: str


def evaluate_recommendations(
    spend: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> RecommendationQuality:
    """Hide one category each customer bought and see who finds it.

    The hidden category is chosen by a hash of the key. The candidates are the
    categories without visible spend, the same for all methods: a method must not earn
    hits by knowing that something with no spend is missing. Profiles are fitted on
    the other four fifths of customers, so nobody's hidden spend is in the profile that
    judges them. One trace remains: the segment, if its features hold total spend.

    Parameters
    ----------
    spend, segments : DataFrame
        As in `fit_category_profiles`: a sample that fits in memory as customers x
        categories.
    n_resamples : int, default 1000
        Bootstrap samples of customers for the 95 % percentile intervals.
    random_state : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    RecommendationQuality
        A method beyond the baselines is published only if its hit rate at 1 is better
        than the best baseline's with an interval of the paired difference above 0.

    Raises
    ------
    UserError
        As `fit_category_profiles`.

    Examples
    --------
    >>> spend = pd.DataFrame({"customer_id": [1, 1, 2, 2, 3, 3],
    ...     "category": ["a", "b", "a", "c", "a", "b"], "spend": 1.0})
    >>> segments = pd.DataFrame({"customer_id": [1, 2, 3], "segment": "x"})
    >>> evaluate_recommendations(spend, segments).n_customers
    3
    """
    table = spend_matrix(spend, segments)
    n, n_categories = table.money.shape
    bought = table.money > 0
    n_bought = bought.sum(axis=1)
    asked = (n_bought >= 2) & (n_bought < n_categories)
    if not asked.any():
        return _nothing_to_measure(n)

    hashes = pd.util.hash_array(table.customers.astype(str).to_numpy(dtype=object))
    # Low bits choose the category, high bits the fold: two independent draws.
    choice = (hashes % np.uint64(2**32)) % np.maximum(n_bought, 1).astype(np.uint64)
    is_chosen = bought & (np.cumsum(bought, axis=1) == choice[:, np.newaxis] + 1)
    hidden = is_chosen.argmax(axis=1)
    visible = np.where(is_chosen, 0.0, table.money)
    fold = (hashes >> np.uint64(32)) % np.uint64(N_FOLDS)

    ranks = np.zeros((n, len(METHODS)), dtype=int)
    for number in range(N_FOLDS):
        held = (fold == number) & asked
        others = fold != number
        if not held.any():
            continue
        # A sample so small that one fold holds every buyer: nobody to learn from.
        if not bought[others].any():
            return _nothing_to_measure(n)
        fit = fit_shares(
            table.money[others], table.segment_of[others], len(table.segments)
        )
        for column, method in enumerate(METHODS):
            score = category_scores(method, fit, visible[held], table.segment_of[held])
            score = np.where(visible[held] > 0, -np.inf, score)
            ranks[held, column] = _rank_of(score, hidden[held])
    n_candidates = (n_categories - n_bought + 1)[asked]
    return _summarise(ranks[asked], n_candidates, n, n_resamples, random_state)


def evaluate_in_time(
    purchases: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    horizon_days: int,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> RecommendationQuality | None:
    """See which method finds what customers first bought in the last period.

    Everything is fitted on what was bought before it; the question is the category that
    a customer bought then for the first time, among all that were new to the customer.
    One trace of the period remains: the segment, which is that of today.

    Parameters
    ----------
    purchases : DataFrame
        ``customer_id``, ``category``, ``days_ago`` and ``spend``.
    segments : DataFrame
        As in `evaluate_recommendations`.
    horizon_days : int
        Length of the period.
    n_resamples, random_state : int
        As in `evaluate_recommendations`.

    Returns
    -------
    RecommendationQuality or None
        None where fewer than `FEWEST_ASKED` customers tried something new.
    """
    bought = purchases[purchases["spend"] > 0]
    is_late = bought["days_ago"] < horizon_days
    keys = ["customer_id", "category"]
    earlier = bought[~is_late].groupby(keys, as_index=False)["spend"].sum()
    later = bought[is_late].merge(earlier[keys], on=keys, how="left", indicator=True)
    first = (
        later[later["_merge"] == "left_only"]
        .sort_values(["days_ago", "spend", "category"], ascending=[False, False, True])
        .drop_duplicates("customer_id")
    )
    known = segments[segments["customer_id"].isin(earlier["customer_id"])]
    categories = pd.Index(bought["category"].unique()).sort_values()
    if len(categories) < 2 or not len(known):
        return None
    table = spend_matrix(earlier, known, categories=categories)
    at = categories.get_indexer(
        first.set_index("customer_id")["category"].reindex(table.customers)
    )
    n_candidates = (table.money == 0).sum(axis=1)
    asked = (at >= 0) & (n_candidates > 1)
    if asked.sum() < FEWEST_ASKED:
        return None
    fit = fit_shares(table.money, table.segment_of, len(table.segments))
    visible, own = table.money[asked], table.segment_of[asked]
    ranks = np.column_stack(
        [
            _rank_of(
                np.where(
                    visible > 0, -np.inf, category_scores(method, fit, visible, own)
                ),
                at[asked],
            )
            for method in METHODS
        ]
    )
    quality = _summarise(
        ranks, n_candidates[asked], len(segments), n_resamples, random_state
    )
    told = f"Tested on what customers first bought in the last {horizon_days} days: "
    return replace(quality, sentence=told + quality.sentence)


def _rank_of(score: Floats, hidden: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rank of the hidden category, from 1; equal scores go by category."""
    own = np.take_along_axis(score, hidden[:, np.newaxis], axis=1)
    is_before = np.arange(score.shape[1]) < hidden[:, np.newaxis]
    return 1 + ((score > own) | ((score == own) & is_before)).sum(axis=1)


def _summarise(
    ranks: NDArray[np.intp],
    n_candidates: NDArray[np.intp],
    n_customers: int,
    n_resamples: int,
    random_state: int,
) -> RecommendationQuality:
    """Turn ranks of the hidden categories into figures, intervals and a choice."""
    observed, resampled = _resample(ranks, n_candidates, n_resamples, random_state)
    # Ties of the baselines go to the first, the simplest.
    best = int(observed[: len(BASELINES), 0].argmax())
    differences = _tidy(
        METHODS[len(BASELINES) :],
        observed[len(BASELINES) : -1] - observed[best],
        resampled[:, len(BASELINES) : -1] - resampled[:, [best]],
    ).rename(columns={"value": "difference"})
    differences.insert(1, "baseline", METHODS[best])

    at_1 = differences[differences["metric"] == METRICS[0]]
    winners = at_1[at_1["low"] > 0]
    contenders = winners if len(winners) else at_1
    first = contenders.loc[contenders["difference"].idxmax()]
    method = first["method"] if len(winners) else METHODS[best]
    verdict = "does better than" if len(winners) else "is not shown to do better than"
    rate = dict(zip([*METHODS, "chance"], observed[:, 0], strict=True))
    sentence = (
        f"{first['method']} {verdict} {METHODS[best]}: hit rate at 1 "
        f"{rate[first['method']]:.1%} against {observed[best, 0]:.1%}, difference "
        f"{first['difference']:+.1%} ({first['low']:+.1%} to {first['high']:+.1%}), "
        f"chance {rate['chance']:.1%}; {method} is published."
    )
    return RecommendationQuality(
        metrics=_tidy((*METHODS, "chance"), observed, resampled),
        differences=differences,
        n_customers=len(ranks),
        n_left_out=n_customers - len(ranks),
        method=method,
        sentence=sentence,
    )


def _resample(
    ranks: NDArray[np.intp],
    n_candidates: NDArray[np.intp],
    n_resamples: int,
    random_state: int,
) -> tuple[Floats, Floats]:
    """Metrics (methods and chance x metrics) as observed and of bootstrap samples."""
    # Customers with equal outcomes are one row with a count: a bootstrap sample of
    # customers is a multinomial draw of these counts.
    outcomes, counts = np.unique(
        np.column_stack([ranks, n_candidates]), axis=0, return_counts=True
    )
    rank, candidates = outcomes[:, :-1], outcomes[:, -1]
    harmonic = np.cumsum(1 / np.arange(1, candidates.max() + 1))
    values = np.stack(
        [
            np.column_stack([rank == 1, 1 / candidates]),
            np.column_stack([rank <= 2, 2 / candidates]),
            np.column_stack([1 / rank, harmonic[candidates - 1] / candidates]),
        ],
        axis=2,
    )
    rng = np.random.default_rng(random_state)
    sizes = np.diff([*range(0, n_resamples, BLOCK), n_resamples])
    draws = (rng.multinomial(len(ranks), counts / len(ranks), size) for size in sizes)
    resampled = np.concatenate(
        [np.tensordot(draw, values, axes=1) / len(ranks) for draw in draws]
    )
    # Rounded, so that equal hit rates are equal whatever the order of the sum.
    observed = np.round(np.tensordot(counts, values, axes=1) / len(ranks), 12)
    return observed, resampled


def _tidy(
    methods: tuple[str, ...], observed: Floats, resampled: Floats
) -> pd.DataFrame:
    """One row a method and metric, with 95 % percentile intervals."""
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "method": np.repeat(methods, len(METRICS)),
            "metric": np.tile(METRICS, len(methods)),
            "value": observed.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


def _nothing_to_measure(n_customers: int) -> RecommendationQuality:
    columns = ["metric", "value", "low", "high"]
    return RecommendationQuality(
        metrics=pd.DataFrame(columns=["method", *columns]),
        differences=pd.DataFrame(
            columns=["method", "baseline", "metric", "difference", "low", "high"]
        ),
        n_customers=0,
        n_left_out=n_customers,
        method=BASELINES[0],
        sentence="Too few customers bought two categories and left one to measure a "
        f"hit rate; {BASELINES[0]} is published.",
    )

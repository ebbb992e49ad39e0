"""Figures of a response model, each with a bootstrap interval over customers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from segmentation.campaign.evaluation import Evaluation
from segmentation.campaign.money import CONTACT_NOBODY

__all__ = [
    "bootstrap_weights",
    "calibration_bins",
    "contact_metrics",
    "model_metrics",
    "percentile_interval",
    "precision_recall_points",
    "profit_curve",
    "ranking_metrics",
    "roc_points",
]

INTERVAL = (0.025, 0.975)
BOOTSTRAP_CELLS = 2_000_000


def bootstrap_weights(
    groups: np.ndarray, *, n_bootstrap: int, random_state: int
) -> Iterator[np.ndarray]:
    """Yield how often each customer is drawn, in bounded blocks of replicates.

    The first row of the first block is all ones: the customers as they are. Groups are
    drawn, not customers, so that equal rows do not feign independent evidence.
    """
    yield np.ones((1, len(groups)))
    rng = np.random.default_rng(random_state)
    n_groups = int(groups.max()) + 1
    block = max(1, BOOTSTRAP_CELLS // len(groups))
    for start in range(0, n_bootstrap, block):
        size = min(block, n_bootstrap - start)
        draws = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=size)
        yield draws[:, groups].astype(np.float64)


def contact_metrics(
    contacted: np.ndarray,
    responded: np.ndarray,
    weights: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
) -> dict[str, np.ndarray]:
    """Return the figures of one cut-off for every row of weights."""
    total = weights.sum(axis=1)
    responders = weights @ responded
    contacts = weights @ contacted
    hits = weights @ (contacted & (responded == 1))
    return {
        "accuracy": (total - contacts - responders + 2 * hits) / total,
        "precision": hits / contacts,
        "recall": hits / responders,
        "f1": 2 * hits / (contacts + responders),
        # A replicate may hold a few customers more or less: money per as many as real.
        "profit": (revenue_per_response * hits - contact_cost * contacts)
        * (len(responded) / total),
    }


def ranking_metrics(
    probability: np.ndarray, responded: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return ROC AUC and average precision for every row of weights."""
    order = np.argsort(-probability, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    drawn = weights[:, order]
    hits = np.cumsum(drawn * responded[order], axis=1)[:, ends]
    contacts = np.cumsum(drawn, axis=1)[:, ends]
    misses = contacts - hits
    new_hits = np.diff(hits, axis=1, prepend=0)
    new_misses = np.diff(misses, axis=1, prepend=0)
    precision = np.divide(hits, contacts, out=np.zeros_like(hits), where=contacts > 0)
    return {
        "roc_auc": (new_misses * (hits - new_hits / 2)).sum(axis=1)
        / (hits[:, -1] * misses[:, -1]),
        "average_precision": (new_hits * precision).sum(axis=1) / hits[:, -1],
    }


def _equal_count_bins(probability: np.ndarray, n_bins: int) -> np.ndarray:
    """Return bins 0, 1, ... of about equal size; equal probabilities share one."""
    first_rank = np.searchsorted(np.sort(probability), probability)
    _, bins = np.unique(first_rank * n_bins // len(probability), return_inverse=True)
    return bins


def _probability_metrics(
    probability: np.ndarray, responded: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return Brier score, log loss and calibration error for every row of weights."""
    total = weights.sum(axis=1)
    bins = _equal_count_bins(probability, 10)
    in_bin = np.eye(bins.max() + 1)[bins]
    gaps = np.abs(weights @ (in_bin * (probability - responded)[:, None]))
    return {
        "brier": weights @ ((probability - responded) ** 2) / total,
        "log_loss": -(
            weights @ np.log(np.where(responded, probability, 1 - probability))
        )
        / total,
        "calibration_error": gaps.sum(axis=1) / total,
    }


def percentile_interval(metric: str, estimate: float, replicates: np.ndarray) -> tuple:
    """Return the 95 % percentile interval of the bootstrap replicates."""
    replicates = replicates[np.isfinite(replicates)]
    if not len(replicates):
        return np.nan, np.nan
    lower, upper = np.quantile(replicates, INTERVAL)
    if metric == "calibration_error":
        # Resampling adds noise to a sum of absolute gaps, hence only ever raises it.
        shift = replicates.mean() - estimate
        return max(lower - shift, 0.0), max(upper - shift, 0.0)
    return lower, upper


def model_metrics(
    evaluation: Evaluation, *, n_bootstrap: int = 500, random_state: int = 0
) -> pd.DataFrame:
    """Return every figure of every model, with a 95 % interval.

    An estimate is the mean over the repeats, each a complete set of out-of-fold
    predictions: what one fitted model does, not the better figure of the averaged
    predictions. The interval is the percentile interval of a bootstrap over customers
    (over groups of equal customers), the same draws for all repeats and models.

    Parameters
    ----------
    evaluation : Evaluation
        Result of `evaluate_models`.
    n_bootstrap : int
        Replicates.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        ``model``, ``metric``, ``threshold_kind``, ``estimate``, ``lower``, ``upper``.
        ``accuracy``, ``precision``, ``recall``, ``f1`` and ``profit`` (money, all
        customers of the evaluation) have the kinds ``chosen``, ``break_even`` and
        ``half``; ``roc_auc``, ``average_precision``, ``brier``, ``log_loss`` and
        ``calibration_error`` (10 equal-count bins) have ``none``. The precision of a
        model that contacts nobody is missing.
    """
    replicates: dict[tuple[str, str, str], list[np.ndarray]] = {}
    n_repeats = len(evaluation.folds)
    for weights in bootstrap_weights(
        evaluation.groups, n_bootstrap=n_bootstrap, random_state=random_state
    ):
        for model in evaluation.models:
            sums: dict[tuple[str, str], np.ndarray] = {}
            for repeat in range(n_repeats):
                for key, values in _all_metrics(
                    evaluation, model, repeat, weights
                ).items():
                    sums[key] = sums.get(key, 0.0) + values / n_repeats
            for (metric, kind), values in sums.items():
                replicates.setdefault((model, metric, kind), []).append(values)
    rows = []
    for (model, metric, kind), blocks in replicates.items():
        estimate, *_ = values = np.concatenate(blocks)
        rows.append(
            (
                model,
                metric,
                kind,
                estimate,
                *percentile_interval(metric, estimate, values[1:]),
            )
        )
    return pd.DataFrame(
        rows,
        columns=["model", "metric", "threshold_kind", "estimate", "lower", "upper"],
    )


def _all_metrics(
    evaluation: Evaluation, model: str, repeat: int, weights: np.ndarray
) -> dict[tuple[str, str], np.ndarray]:
    """Return every figure of one model in one repeat for every row of weights."""
    responded = evaluation.responded
    probability = evaluation.probability[model][repeat]
    figures: dict[tuple[str, str], np.ndarray] = {}
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody contacted: missing
        for kind in ("chosen", "break_even", "half"):
            by_metric = contact_metrics(
                evaluation.is_contacted(model, kind)[repeat],
                responded,
                weights,
                contact_cost=evaluation.contact_cost,
                revenue_per_response=evaluation.revenue_per_response,
            )
            figures |= {(metric, kind): by_metric[metric] for metric in by_metric}
        for by_metric in (
            ranking_metrics(probability, responded, weights),
            _probability_metrics(probability, responded, weights),
        ):
            figures |= {(metric, "none"): by_metric[metric] for metric in by_metric}
    return figures


def profit_curve(
    probability: np.ndarray,
    responded: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
    groups: np.ndarray,
    n_points: int = 200,
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the profit of contacting the most likely customers, by their number.

    The top of the curve is found with hindsight; the profit a cut-off earns on
    customers it was not chosen on is in `model_metrics`.

    Parameters
    ----------
    probability, responded, groups : array of shape (n_customers,)
        Out-of-fold probability, response and `customer_groups`.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`.
    n_points : int
        Most points of the curve beside the first.
    n_bootstrap, random_state : int
        Replicates and seed of the bootstrap over groups of equal customers.

    Returns
    -------
    DataFrame
        ``contacted`` (customers, from 0 to all), ``profit``, ``lower``, ``upper``
        (95 %, pointwise).
    """
    n_customers = len(probability)
    order = np.argsort(-probability, kind="stable")
    gain = (revenue_per_response * responded - contact_cost)[order]
    contacted = np.unique(
        np.linspace(0, n_customers, min(n_points, n_customers) + 1).round()
    )
    curves = []
    for weights in bootstrap_weights(
        groups, n_bootstrap=n_bootstrap, random_state=random_state
    ):
        drawn = weights[:, order] * (n_customers / weights.sum(axis=1, keepdims=True))
        curves += [
            np.interp(contacted, np.append(0, reached), np.append(0, profit))
            for reached, profit in zip(
                np.cumsum(drawn, axis=1), np.cumsum(drawn * gain, axis=1), strict=True
            )
        ]
    lower, upper = np.quantile(curves[1:], INTERVAL, axis=0)
    return pd.DataFrame(
        {
            "contacted": contacted.astype(np.int64),
            "profit": curves[0],
            "lower": lower,
            "upper": upper,
        }
    )


def calibration_bins(
    probability: np.ndarray, responded: np.ndarray, *, n_bins: int = 10
) -> pd.DataFrame:
    """Compare predicted and observed response in bins of about equal size.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response.
    n_bins : int
        Most bins; customers with equal probabilities share one.

    Returns
    -------
    DataFrame
        ``bin`` (from 1, lowest probability first), ``customers``,
        ``lowest_probability``, ``mean_probability``, ``highest_probability``,
        ``response_rate`` with its 95 % Wilson interval ``lower``, ``upper``.

    Examples
    --------
    >>> calibration_bins(
    ...     np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1]), n_bins=2
    ... )[["bin", "customers", "mean_probability", "response_rate"]]
       bin  customers  mean_probability  response_rate
    0    1          2              0.15            0.0
    1    2          2              0.85            1.0
    """
    frame = pd.DataFrame(
        {
            "bin": _equal_count_bins(probability, n_bins) + 1,
            "probability": probability,
            "responded": responded,
        }
    )
    bins = frame.groupby("bin", as_index=False).agg(
        customers=("probability", "size"),
        lowest_probability=("probability", "min"),
        mean_probability=("probability", "mean"),
        highest_probability=("probability", "max"),
        response_rate=("responded", "mean"),
    )
    z = 1.959964
    count, rate = bins["customers"], bins["response_rate"]
    centre = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    half = (
        z
        * np.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
        / (1 + z**2 / count)
    )
    return bins.assign(
        lower=(centre - half).clip(lower=0), upper=(centre + half).clip(upper=1)
    )


def _cut_offs(
    probability: np.ndarray, responded: np.ndarray, n_points: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return thinned cut-offs, highest first, and responders and others above."""
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True))
    kept = np.linspace(0, len(ends) - 1, min(n_points, len(ends))).round().astype(int)
    ends = ends[np.unique(kept)]
    hits = np.cumsum(responded[order])[ends]
    return ranked[ends], hits, ends + 1 - hits


def roc_points(
    probability: np.ndarray, responded: np.ndarray, *, n_points: int = 200
) -> pd.DataFrame:
    """Return the ROC curve, thinned to at most ``n_points`` points.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response; both classes occur.
    n_points : int
        Most points.

    Returns
    -------
    DataFrame
        ``threshold`` (falling, from `CONTACT_NOBODY`), ``false_positive_rate``,
        ``true_positive_rate``.

    Examples
    --------
    >>> roc_points(np.array([0.9, 0.4, 0.1]), np.array([1, 0, 0]))
       threshold  false_positive_rate  true_positive_rate
    0        2.0                  0.0                 0.0
    1        0.9                  0.0                 1.0
    2        0.4                  0.5                 1.0
    3        0.1                  1.0                 1.0
    """
    threshold, hits, misses = _cut_offs(probability, responded, n_points - 1)
    return pd.DataFrame(
        {
            "threshold": np.append(CONTACT_NOBODY, threshold),
            "false_positive_rate": np.append(0, misses) / misses[-1],
            "true_positive_rate": np.append(0, hits) / hits[-1],
        }
    )


def precision_recall_points(
    probability: np.ndarray, responded: np.ndarray, *, n_points: int = 200
) -> pd.DataFrame:
    """Return the precision-recall curve, thinned to at most ``n_points`` points.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response; at least one responded.
    n_points : int
        Most points.

    Returns
    -------
    DataFrame
        ``threshold`` (falling), ``recall``, ``precision``.

    Examples
    --------
    >>> precision_recall_points(np.array([0.9, 0.4, 0.1]), np.array([1, 0, 1]))
       threshold  recall  precision
    0        0.9     0.5   1.000000
    1        0.4     0.5   0.500000
    2        0.1     1.0   0.666667
    """
    threshold, hits, misses = _cut_offs(probability, responded, n_points)
    return pd.DataFrame(
        {
            "threshold": threshold,
            "recall": hits / hits[-1],
            "precision": hits / (hits + misses),
        }
    )

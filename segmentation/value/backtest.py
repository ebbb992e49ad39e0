"""Prove the forecast in time: fit it on what was known, compare with what followed.

The cuts are one, two and three horizons before the last day, as far as the history
reaches. At each the forecast and the plain methods are fitted on nothing but what was
known then. The forecast is published unless the interval of the difference in loss
says that a plain method was better.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.value import measures
from segmentation.value.at_risk import LEAST_LOST, LEAST_POOL, list_orders, still_buying
from segmentation.value.estimates import (
    Estimates,
    fit_rfm_cells,
    last_period_again,
    own_rate,
)
from segmentation.value.forecast import LEAST_HISTORY, Forecast, Past, fit_forecast
from segmentation.value.histories import Floats, Outcomes, Summaries

__all__ = ["FORECAST", "METHODS", "Backtest", "Figure", "all_estimates", "backtest"]

FORECAST = "forecast"
METHODS = (
    FORECAST,
    "regression",
    "BG/NBD",
    "own rate",
    "last period again",
    "RFM cells",
)
MOST_CUTS = 3
N_DRAWS = 200
INTERVAL = (0.025, 0.975)
DIGITS = 12
TARGETS = ("buying again", "purchase days", "spend")
AT_RISK = "at risk"
# Lengths of the lists of those likely to stop: a number, or a part of the pool.
LENGTHS = {"first_100": 100, "first_tenth": 0.1, "first_fifth": 0.2}


@dataclass(frozen=True)
class Figure:
    """One measure of one method, with the interval of its bootstrap."""

    target: str
    method: str
    measure: str
    figure: float
    low: float
    high: float


@dataclass(frozen=True)
class Backtest:
    """What came of all cuts.

    Attributes
    ----------
    cuts : tuple of int
        The last days known, latest first.
    customers : int
        Customers that were forecast at one of them.
    figures : tuple of Figure
    published : dict of str to str
        The method to publish, by target.
    pool : int
        Customers worth keeping at the cuts together, who could still be kept.
    lost : float
        Part of them that did not buy again.
    """

    cuts: tuple[int, ...]
    customers: int
    figures: tuple[Figure, ...]
    published: dict[str, str]
    pool: int
    lost: float

    @property
    def can_list(self) -> bool:
        """Whether a list of those likely to stop is worth making."""
        return self.pool >= LEAST_POOL * len(self.cuts) and self.lost >= LEAST_LOST

    def figure(self, target: str, method: str, measure: str) -> Figure:
        """Return one measure of one method."""
        return next(
            one
            for one in self.figures
            if (one.target, one.method, one.measure) == (target, method, measure)
        )


@dataclass(frozen=True)
class _Cut:
    known: Summaries
    followed: Outcomes
    estimates: dict[str, Estimates]
    weights: Floats


def backtest(past: Past, *, horizon: int, random_state: int) -> Backtest | None:
    """Compare the forecast and the plain methods with what followed.

    Parameters
    ----------
    past : Past
    horizon : int
        Days looked ahead.
    random_state : int

    Returns
    -------
    Backtest or None
        None where the history is too short for any cut.
    """
    cuts = _cuts(past, horizon)
    if not cuts:
        return None
    weights = _weights(int(past.days.customer.max()) + 1, random_state)
    tested = [_tested(past, cut, horizon, weights, random_state) for cut in cuts]
    names = [name for name in METHODS if all(name in one.estimates for one in tested)]
    pooled = np.hstack([one.weights for one in tested])
    figures = [
        figure
        for target in TARGETS
        for method in names
        for figure in _figures(tested, pooled, target, method)
    ]
    published = {target: _published(tested, target, names) for target in TARGETS}
    pool, lost, listed = _lists(tested, published["buying again"], horizon)
    return Backtest(
        tuple(cuts),
        len(np.unique(np.concatenate([one.known.customer for one in tested]))),
        (*figures, *listed),
        published,
        pool,
        lost,
    )


def all_estimates(
    past: Past, cut: int, forecast: Forecast, known: Summaries
) -> dict[str, Estimates]:
    """Return what every method says of customers on a day.

    Parameters
    ----------
    past : Past
        Of the customers to learn from.
    cut : int
    forecast : Forecast
        As fitted on that day.
    known : Summaries
        Of the customers to say it of, on that day.
    """
    horizon = forecast.horizon
    estimates = {
        FORECAST: forecast.estimates(known),
        "regression": forecast.regression(known),
        "BG/NBD": forecast.models.estimates(known, horizon=horizon),
        "own rate": own_rate(known, horizon=horizon),
        "last period again": last_period_again(known),
    }
    earlier = cut - horizon
    if past.can_teach(earlier):
        cells = fit_rfm_cells(
            past.known(earlier, horizon), past.followed(earlier, horizon)
        )
        estimates["RFM cells"] = cells.estimates(known)
    return {name: made for name, made in estimates.items() if made is not None}


def _cuts(past: Past, horizon: int) -> list[int]:
    """Return the cuts, latest first; with too short a history the latest at most."""
    last, first = past.days.last_day, past.days.first_day
    cuts = [last - horizon * number for number in range(1, MOST_CUTS + 1)]
    whole = [cut for cut in cuts if cut - first >= horizon + LEAST_HISTORY]
    usable = whole or [cut for cut in cuts[:1] if cut - first >= LEAST_HISTORY]
    return [cut for cut in usable if past.is_enough(cut)]


def _weights(n_customers: int, random_state: int) -> Floats:
    """Return how often each customer is drawn, once each in the first row."""
    rng = np.random.default_rng(random_state)
    drawn = rng.poisson(1.0, (N_DRAWS, n_customers)).astype(float)
    return np.vstack([np.ones((1, n_customers)), drawn])


def _tested(
    past: Past, cut: int, horizon: int, weights: Floats, random_state: int
) -> _Cut:
    known = past.known(cut, horizon)
    forecast = fit_forecast(past, cut, horizon=horizon, random_state=random_state)
    assert forecast is not None, "the span to learn from is checked before"
    estimates = all_estimates(past, cut, forecast, known)
    followed = past.followed(cut, horizon)
    return _Cut(known, followed, estimates, weights[:, known.customer])


def _pair(one: _Cut, target: str, method: str) -> tuple[Floats, Floats]:
    """Return what followed and what was expected."""
    estimates = one.estimates[method]
    return {
        "buying again": (one.followed.bought, estimates.probability),
        "purchase days": (one.followed.days, estimates.days),
        "spend": (one.followed.spend, estimates.spend),
    }[target]


def _figures(
    tested: list[_Cut], weights_of_all: Floats, target: str, method: str
) -> list[Figure]:
    pairs = [_pair(one, target, method) for one in tested]
    weights = [one.weights for one in tested]
    actual, expected = (np.concatenate(column) for column in zip(*pairs, strict=True))
    pooled = actual, expected, weights_of_all

    def over_cuts(measure: Callable[..., Any]) -> Floats:
        by_cut = zip(pairs, weights, strict=True)
        return np.mean([measure(*pair, weight) for pair, weight in by_cut], axis=0)

    drawn = {
        "bias": measures.bias(*pooled),
        "mean_absolute_bias": over_cuts(lambda *rows: np.abs(measures.bias(*rows))),
    }
    if target == "buying again":
        drawn["auc"] = over_cuts(measures.area_under_curve)
        drawn["brier"] = measures.brier(*pooled)
        drawn["calibration_gap"] = measures.calibration_gap(*pooled)
    else:
        drawn["mean_absolute_error"] = measures.mean_error(*pooled)
        drawn["rmse_over_mean"] = measures.root_mean_square(*pooled)
        drawn["rank_correlation"] = over_cuts(measures.rank_correlation)
    return [_figure(target, method, name, values) for name, values in drawn.items()]


def _published(tested: list[_Cut], target: str, names: list[str]) -> str:
    """Return the forecast, or the best of the methods that clearly beat it."""

    def loss(method: str) -> Any:
        pairs = [_pair(one, target, method) for one in tested]
        weighted = zip(pairs, tested, strict=True)
        return sum(one.weights @ (a - e) ** 2 for (a, e), one in weighted)

    losses = {name: loss(name) for name in names}
    better = [
        name
        for name in names
        if np.quantile(losses[FORECAST][1:] - losses[name][1:], INTERVAL[0]) > 0
    ]
    return min(better, key=lambda name: losses[name][0], default=FORECAST)


def _lists(
    tested: list[_Cut], method: str, horizon: int
) -> tuple[int, float, list[Figure]]:
    """Return size and loss of the pool, and how well each order of it found them."""
    drawn: dict[tuple[str, str], list[Floats]] = {}
    sizes, losses = [], []
    for one in tested:
        pool = still_buying(one.known, horizon=horizon)
        sizes.append(int(pool.sum()))
        if not pool.any():
            continue
        lost = 1 - one.followed.bought[pool]
        losses.append(lost)
        orders = list_orders(one.known, pool, one.estimates[method].probability)
        weights = one.weights[:, pool]
        for (order, measure), values in _listed(orders, lost, weights).items():
            drawn.setdefault((order, measure), []).append(values)
    figures = [
        _figure(AT_RISK, order, measure, _mean_of_known(values))
        for (order, measure), values in drawn.items()
    ]
    share = float(np.concatenate(losses).mean()) if losses else 0.0
    return sum(sizes), share, figures


def _listed(orders: Any, lost: Floats, weights: Floats) -> dict:
    base = weights @ lost / np.maximum(weights.sum(axis=1), 1)
    drawn = {("everybody", "precision"): base}
    money = orders.spend * lost
    for order, score in orders.by_order.items():
        for name, length in LENGTHS.items():
            share_of_all = max(round(length * len(lost)), 1)
            places = min(int(length) if length > 1 else share_of_all, len(lost))
            values = measures.precision(lost, score, weights, places)
            drawn[order, f"precision_{name}"] = values
            drawn[order, f"lift_{name}"] = values / np.where(base > 0, base, np.nan)
            first = np.argsort(-score, kind="stable")[:places]
            found = weights[:, first] @ money[first]
            all_money = weights @ money
            drawn[order, f"lost_spend_{name}"] = found / np.where(
                all_money > 0, all_money, np.nan
            )
    return drawn


def _mean_of_known(drawn: list[Floats]) -> Floats:
    """Return the mean over cuts, missing where it is missing at all of them."""
    values = np.array(drawn)
    known = np.isfinite(values).sum(axis=0)
    nothing = np.full(known.shape, np.nan)
    return np.divide(np.nansum(values, axis=0), known, out=nothing, where=known > 0)


def _figure(target: str, method: str, measure: str, values: Floats) -> Figure:
    # all of a sum over the same sum in another order is 1.0000000000000002
    values = np.round(values, DIGITS)
    seen = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(seen, INTERVAL) if len(seen) else (np.nan, np.nan)
    return Figure(target, method, measure, float(values[0]), float(low), float(high))

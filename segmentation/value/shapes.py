"""How customers differ from what BG/NBD says of them, learned from earlier cuts.

A shape says for each customer by what ratio the days with a purchase and the spend
differ from BG/NBD's, and by what difference of logits the probability does. Two are
learned, a linear one and boosted trees; how high all of them lie together is left to
the level, as a season moves all customers at once.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from scipy.special import expit, logit

from segmentation.value.estimates import LEAST_PART, Estimates
from segmentation.value.features import CERTAIN
from segmentation.value.histories import Floats, Outcomes

__all__ = ["Lesson", "Shapes", "fit_shapes", "mean_of"]

# Inputs are clipped at these quantiles of the customers learned from.
CLIPPED = (0.005, 0.995)
# Borders of the trees' bins; scikit-learn's own take ten times as long with weights.
BINNED = np.arange(1, 64) / 64
# How far a learned ratio may go, in logarithms.
FURTHEST = 3.0
# Days and spend of the linear shape, and their penalties.
TWEEDIE = {"days": (1.0, 1e-3), "spend": (1.5, 1e-2)}
BOOSTING = {
    "max_iter": 80,
    "learning_rate": 0.06,
    "max_leaf_nodes": 8,
    "l2_regularization": 5.0,
    "early_stopping": False,
}


@dataclass(frozen=True)
class Lesson:
    """What one cut of the past teaches: what was known, expected, and followed."""

    features: Floats
    plain: Estimates
    followed: Outcomes


@dataclass(frozen=True)
class Shapes:
    """Both learned shapes.

    Attributes
    ----------
    low, high : ndarray of float
        Between which inputs are clipped.
    center, scale : ndarray of float
        That the linear shape standardises with.
    borders : list of ndarray
        Of the bins of each feature, which the trees split between.
    floors : dict of str to float
        What is expected of a customer at least, so that a ratio can be taken of it.
    n_cuts : int
        Cuts learned from; the linear models have a column each, 0 when applied.
    linear, boosted : dict
        Fitted models of probability, days and spend.
    """

    low: Floats
    high: Floats
    center: Floats
    scale: Floats
    borders: list[Floats]
    floors: dict[str, float]
    n_cuts: int
    linear: dict
    boosted: dict

    def estimates(
        self, inputs: Floats, short: Estimates, plain: Estimates
    ) -> list[Estimates]:
        """Return what both shapes make of BG/NBD's estimates.

        Parameters
        ----------
        inputs : ndarray of shape (n, features)
        short : Estimates
            BG/NBD's of the horizon that was learned from.
        plain : Estimates
            BG/NBD's of the horizon that is asked for; mostly the same.
        """
        clipped = np.clip(inputs, self.low, self.high)
        none = np.zeros((len(inputs), self.n_cuts))
        scaled = np.hstack([(clipped - self.center) / self.scale, none])
        by_shape = (
            (self.linear, scaled),
            (self.boosted, _binned(clipped, self.borders)),
        )
        return [self._applied(models, rows, short, plain) for models, rows in by_shape]

    def _applied(
        self, models: dict, rows: Floats, short: Estimates, plain: Estimates
    ) -> Estimates:
        probability = plain.probability
        if models["probability"] is not None:
            learned = models["probability"].predict_proba(rows)[:, 1]
            moved = _logit(learned) - _logit(short.probability)
            probability = expit(moved + _logit(plain.probability))
        return Estimates(
            probability,
            _times_ratio(models["days"], rows, plain.days, self.floors["days"]),
            _times_ratio(models["spend"], rows, plain.spend, self.floors["spend"]),
        )


def fit_shapes(lessons: list[Lesson], *, random_state: int) -> Shapes:
    """Learn both shapes from cuts of the past.

    Parameters
    ----------
    lessons : list of Lesson
        A cut each, all of one horizon.
    random_state : int
        Of the boosting.
    """
    inputs = np.vstack([lesson.features for lesson in lessons])
    low, high = np.quantile(inputs, CLIPPED, axis=0)
    clipped = np.clip(inputs, low, high)
    center, scale = clipped.mean(axis=0), clipped.std(axis=0)
    scale[scale == 0] = 1.0
    cut = np.repeat(range(len(lessons)), [len(one.features) for one in lessons])
    dummies = np.eye(len(lessons))[cut] - 1 / len(lessons)
    scaled = np.hstack([(clipped - center) / scale, dummies])
    borders = [np.unique(np.quantile(column, BINNED)) for column in clipped.T]
    bought = np.concatenate([lesson.followed.bought for lesson in lessons])
    floors = {name: _floor(lessons, name) for name in ("days", "spend")}
    ratios = {name: _ratios(lessons, name, floor) for name, floor in floors.items()}
    return Shapes(
        low,
        high,
        center,
        scale,
        borders,
        floors,
        len(lessons),
        _fit_linear(scaled, bought, ratios),
        _fit_boosted(_binned(clipped, borders), bought, ratios, random_state),
    )


def mean_of(estimates: list[Estimates]) -> Estimates:
    """Return the plain mean of several estimates of the same customers."""
    total = reduce(
        lambda one, other: Estimates(
            one.probability + other.probability,
            one.days + other.days,
            one.spend + other.spend,
        ),
        estimates,
    )
    n = len(estimates)
    return Estimates(total.probability / n, total.days / n, total.spend / n)


def _binned(inputs: Floats, borders: list[Floats]) -> Floats:
    columns = zip(borders, inputs.T, strict=True)
    return np.column_stack([np.searchsorted(at, column) for at, column in columns])


def _floor(lessons: list[Lesson], name: str) -> float:
    expected = np.concatenate([getattr(lesson.plain, name) for lesson in lessons])
    return LEAST_PART * max(float(expected.mean()), 1e-9)


def _ratios(lessons: list[Lesson], name: str, floor: float) -> tuple[Floats, Floats]:
    """Return what followed over what BG/NBD expected, and BG/NBD's as weights."""
    expected = [np.maximum(getattr(one.plain, name), floor) for one in lessons]
    followed = [np.maximum(getattr(one.followed, name), 0) for one in lessons]
    weights = np.concatenate(expected)
    return np.concatenate(followed) / weights, weights / weights.mean()


def _fit_linear(scaled: Floats, bought: Floats, ratios: dict) -> dict:
    from sklearn.linear_model import LogisticRegression, TweedieRegressor

    models: dict = {"probability": None}
    if 0 < bought.mean() < 1:
        logistic = LogisticRegression(C=0.3, solver="newton-cholesky", max_iter=200)
        models["probability"] = logistic.fit(scaled, bought)
    for name, (ratio, weight) in ratios.items():
        power, alpha = TWEEDIE[name]
        regression = TweedieRegressor(
            power=power,
            alpha=alpha,
            link="log",
            solver="newton-cholesky",
            max_iter=200,
        )
        models[name] = (
            regression.fit(scaled, ratio, sample_weight=weight) if ratio.any() else None
        )
    return models


def _fit_boosted(
    binned: Floats, bought: Floats, ratios: dict, random_state: int
) -> dict:
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
    )

    setting = {
        **BOOSTING,
        "min_samples_leaf": int(np.clip(len(binned) / 60, 20, 300)),
        "random_state": random_state,
    }
    models: dict = {"probability": None}
    if 0 < bought.mean() < 1:
        classifier = HistGradientBoostingClassifier(**setting)
        models["probability"] = classifier.fit(binned, bought)
    for name, (ratio, weight) in ratios.items():
        regression = HistGradientBoostingRegressor(loss="poisson", **setting)
        models[name] = (
            regression.fit(binned, ratio, sample_weight=weight) if ratio.any() else None
        )
    return models


def _times_ratio(model: Any, rows: Floats, expected: Floats, floor: float) -> Floats:
    if model is None:
        return expected
    ratio = np.clip(model.predict(rows), np.exp(-FURTHEST), np.exp(FURTHEST))
    return np.maximum(expected, floor) * ratio


def _logit(probability: Floats) -> Floats:
    return logit(np.clip(probability, CERTAIN, 1 - CERTAIN))

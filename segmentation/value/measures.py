"""How wrong forecasts were, as figures that are weighted by customers.

Every measure takes one row of weights a draw and returns one figure a draw, so that
the figure itself (all weights 1) and its bootstrap come from the same lines.
"""

import numpy as np
from scipy.stats import rankdata

from segmentation.value.histories import Floats

__all__ = [
    "area_under_curve",
    "bias",
    "brier",
    "calibration_gap",
    "mean_error",
    "precision",
    "rank_correlation",
    "root_mean_square",
]


def bias(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return what was expected of all together over what happened, less 1.

    Examples
    --------
    >>> bias(np.array([1.0, 3.0]), np.array([3.0, 3.0]), np.ones((1, 2)))
    array([0.5])
    """
    return _ratio(weights @ expected, weights @ actual) - 1


def mean_error(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return the mean absolute error of a customer."""
    return _ratio(weights @ np.abs(actual - expected), weights.sum(axis=1))


def root_mean_square(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return the root mean square error over the mean of what happened."""
    squares = weights @ (actual - expected) ** 2
    size = weights.sum(axis=1)
    return _ratio(np.sqrt(squares / size), weights @ actual / size)


def brier(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return the mean square error of a probability."""
    return _ratio(weights @ (actual - expected) ** 2, weights.sum(axis=1))


def rank_correlation(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return Spearman's correlation, the ranks being those of all customers."""
    one, other = rankdata(actual), rankdata(expected)
    one, other = one - one.mean(), other - other.mean()
    size = weights.sum(axis=1)
    means = weights @ one / size, weights @ other / size
    covariance = weights @ (one * other) / size - means[0] * means[1]
    spreads = [
        weights @ rank**2 / size - mean**2
        for rank, mean in zip((one, other), means, strict=True)
    ]
    return _ratio(covariance, np.sqrt(np.maximum(spreads[0] * spreads[1], 0)))


def area_under_curve(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return the chance that who came back was ranked above who did not.

    Examples
    --------
    >>> area_under_curve(np.array([0, 1, 1]), np.array([0.2, 0.2, 0.9]),
    ...     np.ones((1, 3)))
    array([0.75])
    """
    order = np.argsort(expected, kind="stable")
    came, ranked = actual[order], weights[:, order]
    starts = np.flatnonzero(np.diff(expected[order], prepend=-np.inf))
    came_back = np.add.reduceat(ranked * came, starts, axis=1)
    stayed_away = np.add.reduceat(ranked * (1 - came), starts, axis=1)
    below = np.cumsum(stayed_away, axis=1) - stayed_away / 2
    pairs = came_back.sum(axis=1) * stayed_away.sum(axis=1)
    return _ratio((came_back * below).sum(axis=1), pairs)


def calibration_gap(actual: Floats, expected: Floats, weights: Floats) -> Floats:
    """Return the largest gap of a tenth between what was said and what happened."""
    places = np.argsort(np.argsort(expected, kind="stable"), kind="stable")
    tenth = places * 10 // len(expected)
    miss = (actual - expected)[:, np.newaxis] * np.eye(10)[tenth]
    sizes = weights @ np.eye(10)[tenth]
    return np.abs(_ratio(weights @ miss, sizes)).max(axis=1)


def precision(lost: Floats, score: Floats, weights: Floats, length: int) -> Floats:
    """Return the part of a list's first places that was lost.

    Examples
    --------
    >>> precision(np.array([1, 0, 1]), np.array([3, 2, 1]), np.ones((1, 3)), 2)
    array([0.5])
    """
    first = np.argsort(-score, kind="stable")[:length]
    return _ratio(weights[:, first] @ lost[first], weights[:, first].sum(axis=1))


def _ratio(over: Floats, under: Floats) -> Floats:
    """Return a quotient, missing where nothing is divided by."""
    nothing = np.full(np.broadcast(over, under).shape, np.nan)
    return np.divide(over, under, out=nothing, where=under != 0)

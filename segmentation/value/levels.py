"""How high a forecast lies as a whole: BG/NBD's total, corrected by its past errors.

What all customers do together moves with seasons and growth, which no customer's own
history tells. Where there is a year-old cut, its error is taken; otherwise the mean of
past errors, drawn towards none the more they differ. Correcting by the last horizon
alone made forecasts worse on every data set tried.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from segmentation.value.estimates import Estimates
from segmentation.value.features import CERTAIN
from segmentation.value.histories import Floats, Outcomes

__all__ = ["Level", "Misses", "log_misses", "shrunk_mean"]

# Spread of a past error that is believed before any is seen (a fifth, as a variance).
PRIOR_VARIANCE = 0.04
FURTHEST = 0.7


@dataclass(frozen=True)
class Misses:
    """Logarithms of what happened over what BG/NBD expected of all together."""

    probability: float
    days: float
    spend: float


@dataclass(frozen=True)
class Level:
    """What brings a shape to its level: ratios, and a shift of logits.

    Attributes
    ----------
    shift : float
        Added to the logits of the probability.
    days, spend : float
        Factors.
    """

    shift: float = 0.0
    days: float = 1.0
    spend: float = 1.0

    @classmethod
    def between(cls, shape: Estimates, plain: Estimates, misses: Misses) -> "Level":
        """Return the level that gives `shape` BG/NBD's total times past errors."""
        return cls(
            _shift(shape.probability, plain.probability, misses.probability),
            _factor(shape.days, plain.days, misses.days),
            _factor(shape.spend, plain.spend, misses.spend),
        )

    def applied(self, shape: Estimates) -> Estimates:
        """Return the shape at this level."""
        probability = np.clip(shape.probability, CERTAIN, 1 - CERTAIN)
        return Estimates(
            expit(logit(probability) + self.shift),
            shape.days * self.days,
            shape.spend * self.spend,
        )


def log_misses(plain: Estimates, followed: Outcomes) -> Misses:
    """Return by how much BG/NBD missed what all customers did together.

    Examples
    --------
    >>> log_misses(Estimates(np.array([0.5, 0.5]), np.ones(2), np.ones(2) * 10),
    ...     Outcomes(np.array([1.0, 1.0]), np.array([20.0, 0.0])))
    Misses(probability=0.587..., days=0.0, spend=0.0)
    """

    def log_ratio(actual: Floats, expected: Floats) -> float:
        # half a customer's worth keeps the logarithm finite where nobody came
        half = 0.5 * float(expected.mean())
        return float(np.log((max(actual.sum(), 0) + half) / (expected.sum() + half)))

    return Misses(
        log_ratio(followed.bought, plain.probability),
        log_ratio(followed.days, plain.days),
        log_ratio(followed.spend, plain.spend),
    )


def shrunk_mean(misses: list[float], *, horizons: float) -> float:
    """Return the mean of past errors, drawn towards 0 the less they agree.

    Parameters
    ----------
    misses : list of float
        Logarithms, of cuts that may overlap.
    horizons : float
        How many horizons that do not overlap they cover.

    Examples
    --------
    >>> round(shrunk_mean([0.3, 0.3], horizons=1), 3)
    0.245
    >>> shrunk_mean([], horizons=0)
    0.0
    """
    if not misses:
        return 0.0
    mean = float(np.mean(misses))
    # the prior counts as one horizon of its own
    seen = float(np.var(misses)) * horizons
    variance = (PRIOR_VARIANCE + seen) / (1 + horizons)
    shrunk = mean * mean**2 / (mean**2 + variance / horizons) if mean else 0.0
    return float(np.clip(shrunk, -FURTHEST, FURTHEST))


def _factor(shape: Floats, plain: Floats, miss: float) -> float:
    total = float(shape.sum())
    return float(plain.sum()) * float(np.exp(miss)) / total if total > 0 else 1.0


def _shift(shape: Floats, plain: Floats, miss: float) -> float:
    n = len(shape)
    wanted = np.clip(plain.sum() * np.exp(miss), 1e-3 * n, (1 - 1e-3) * n)
    logits = logit(np.clip(shape, CERTAIN, 1 - CERTAIN))
    return float(
        brentq(lambda shift: expit(logits + shift).sum() - wanted, -20, 20, xtol=1e-10)
    )

"""What a forecast looks at: figures that do not grow with the length of the history.

Counts of windows and tenure as they are would tell how long the data reach back, which
is another thing at every cut: on a truncated history they made forecasts 13 to 50 %
too high. So counts become rates over the days that the window really covers, and
silences are compared with the customer's own pace or with the horizon.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from segmentation.value.estimates import BuyingModels, Estimates
from segmentation.value.histories import SPEND_WINDOWS, WINDOWS, Floats, Summaries

__all__ = ["Norms", "features", "norms_of", "own_interval"]

# A part of a purchase and days that are added to counts and windows, so that few days
# do not make a great rate.
ADDED_PURCHASES = 0.3
ADDED_DAYS = 20
CERTAIN = 1e-4  # a probability is kept this far from 0 and 1


@dataclass(frozen=True)
class Norms:
    """What is usual among the customers of one day; stands in where one has none.

    Attributes
    ----------
    interval : float
        Median of the customers' mean intervals, in days.
    gap_spread : float
        Median of their intervals' coefficient of variation.
    order : float
        Median of their mean spend of a purchase day.
    """

    interval: float
    gap_spread: float
    order: float


def norms_of(known: Summaries) -> Norms:
    """Return what is usual among these customers."""
    again = known.purchases > 1
    intervals = known.recency[again] / (known.purchases[again] - 1)
    spreads = known.gap_spread[np.isfinite(known.gap_spread)]
    orders = known.spend / known.purchases
    return Norms(
        interval=float(np.median(intervals)) if again.any() else 30.0,
        gap_spread=float(np.median(spreads)) if len(spreads) else 1.0,
        order=max(float(np.median(orders)), 0.01),
    )


def own_interval(known: Summaries, norms: Norms) -> Floats:
    """Return mean intervals, with one interval of the population's median added."""
    return (known.recency + norms.interval) / known.purchases


def features(
    known: Summaries,
    plain: Estimates,
    models: BuyingModels,
    norms: Norms,
    *,
    horizon: int,
) -> Floats:
    """Return one row of features a customer.

    Parameters
    ----------
    known : Summaries
    plain : Estimates
        Of BG/NBD and Gamma-Gamma for the same customers and horizon.
    models : BuyingModels
        That made them.
    norms : Norms
        Of the customers that the forecast learned from on that day.
    horizon : int
        Days to look ahead.
    """
    tenure = known.tenure[:, np.newaxis]
    spread = np.where(np.isfinite(known.gap_spread), known.gap_spread, norms.gap_spread)
    probability = np.clip(plain.probability, CERTAIN, 1 - CERTAIN)
    return np.column_stack(
        [
            np.log((known.silence + 1) / horizon),
            np.log((known.silence + 1) / own_interval(known, norms)),
            known.silence / (known.tenure + 1),
            _log_rates(known.recent, tenure, WINDOWS),
            _log_rates(known.recent_spend / norms.order, tenure, SPEND_WINDOWS),
            1 / known.purchases,
            np.exp(-known.tenure / horizon),
            known.purchases == 1,
            spread,
            logit(probability),
            np.log(plain.days + 1e-3),
            np.log(np.maximum(plain.spend, 0) / norms.order + 1e-3),
            models.alive(known),
        ]
    ).astype(float)


def _log_rates(counts: Floats, tenure: Floats, windows: tuple[int, ...]) -> Floats:
    covered = np.minimum(np.array(windows), tenure)
    return np.log((np.maximum(counts, 0) + ADDED_PURCHASES) / (covered + ADDED_DAYS))

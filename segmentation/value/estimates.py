"""What is to be expected of customers within a horizon: the plain methods.

Every method gives three figures a customer: the probability of buying again, the days
with a purchase, and the spend. The methods here learn little or nothing; they are what
a forecast has to beat, and BG/NBD is also what it starts from.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.value.histories import Floats, Outcomes, Summaries
from segmentation.value.purchases import (
    PurchaseModel,
    expected_purchases,
    fit_bg_nbd,
    probability_active,
)
from segmentation.value.spend import GammaGamma, expected_average_value, fit_gamma_gamma

__all__ = [
    "BuyingModels",
    "Estimates",
    "RfmCells",
    "fit_buying_models",
    "fit_rfm_cells",
    "last_period_again",
    "own_rate",
]

# Somebody of whom nothing is expected still gets this part of the mean, so that what
# is learned beside BG/NBD can be said as a ratio to it.
LEAST_PART = 0.01
# Fifths of recency, frequency and spend; a cell is worth as much as this many customers
# of the mean.
N_FIFTHS = 5
CELL_PRIOR = 5.0
# Customers that BG/NBD and Gamma-Gamma are fitted to at most; spread over all.
FIT_CUSTOMERS = 3_000


@dataclass(frozen=True)
class Estimates:
    """Expectations of a horizon, one row a customer.

    Attributes
    ----------
    probability : ndarray of float
        Of buying again.
    days : ndarray of float
        Days with a purchase.
    spend : ndarray of float
        Money.
    """

    probability: Floats
    days: Floats
    spend: Floats

    def where(self, chosen: Any) -> "Estimates":
        """Return the chosen customers, by a mask or by places."""
        return Estimates(
            self.probability[chosen], self.days[chosen], self.spend[chosen]
        )


@dataclass(frozen=True)
class BuyingModels:
    """BG/NBD and Gamma-Gamma, fitted to what was known on one day."""

    purchases: PurchaseModel
    values: GammaGamma | None
    mean_value: float

    def alive(self, known: Summaries) -> Floats:
        """Return the probability of not having left."""
        return probability_active(self.purchases, *_summary(known))

    def estimates(self, known: Summaries, *, horizon: int) -> Estimates:
        """Return the expectations of both models within the horizon.

        After the last purchase nobody leaves before the next one, so the probability
        of at least one purchase needs no drop-out but that of the past.
        """
        frequency, recency, tenure = _summary(known)
        model = self.purchases
        shape, rate = model.r + frequency, model.alpha + tenure
        buys = -np.expm1(-shape * np.log1p(horizon / rate))
        probability = self.alive(known) * buys
        days = expected_purchases(
            model, frequency, recency, tenure, horizon=float(horizon)
        )
        return Estimates(probability, days, days * self._value(known))

    def _value(self, known: Summaries) -> Floats:
        average = known.spend / known.purchases
        if self.values is None:
            return np.maximum(average, 0)
        value = expected_average_value(
            self.values,
            np.where(average > 0, known.purchases, 0),
            np.where(average > 0, average, np.nan),
        )
        return np.where(np.isfinite(value), value, self.mean_value)


def fit_buying_models(known: Summaries) -> BuyingModels:
    """Fit BG/NBD and Gamma-Gamma to what is known of customers on one day.

    Raises
    ------
    UserError
        If nobody bought again.
    """
    if len(known) > FIT_CUSTOMERS:
        spread = np.linspace(0, len(known) - 1, FIT_CUSTOMERS).astype(int)
        known = known.where(spread)
    purchases = fit_bg_nbd(*_summary(known))
    average = known.spend / known.purchases
    paid = average > 0
    values = None
    if paid.any():
        values = fit_gamma_gamma(known.purchases[paid], average[paid])
    mean_value = float(average[paid].mean()) if paid.any() else 0.0
    return BuyingModels(purchases, values, mean_value)


def own_rate(known: Summaries, *, horizon: int) -> Estimates:
    """Everybody goes on as ever; who came within the horizon, as within one horizon."""
    part = horizon / np.maximum(known.tenure, horizon)
    days = known.purchases * part
    return Estimates(-np.expm1(-days), days, known.spend * part)


def last_period_again(known: Summaries) -> Estimates:
    """Everybody does what they did within the last horizon."""
    days = known.last_period
    return Estimates(-np.expm1(-days), days, known.last_period_spend)


@dataclass(frozen=True)
class RfmCells:
    """What customers of each fifth of recency, frequency and spend did a period ago."""

    borders: tuple[Floats, ...]
    outcomes: Floats

    def estimates(self, known: Summaries) -> Estimates:
        """Return the means of the cells that customers are in now."""
        places = tuple(
            np.searchsorted(border, values)
            for border, values in zip(self.borders, _rfm(known), strict=True)
        )
        return Estimates(*self.outcomes[places].T)


def fit_rfm_cells(known: Summaries, followed: Outcomes) -> RfmCells:
    """Take the mean outcome of each cell, drawn towards that of all where few are in.

    Parameters
    ----------
    known : Summaries
        At a cut of the past.
    followed : Outcomes
        What followed it.
    """
    inner = np.arange(1, N_FIFTHS) / N_FIFTHS
    values = _rfm(known)
    borders = tuple(np.quantile(value, inner) for value in values)
    places = tuple(
        np.searchsorted(border, value)
        for border, value in zip(borders, values, strict=True)
    )
    outcomes = np.column_stack([followed.bought, followed.days, followed.spend])
    totals = np.zeros((N_FIFTHS, N_FIFTHS, N_FIFTHS, 3))
    sizes = np.zeros((N_FIFTHS, N_FIFTHS, N_FIFTHS, 1))
    np.add.at(totals, places, outcomes)
    np.add.at(sizes, places, 1)
    means = (totals + CELL_PRIOR * outcomes.mean(axis=0)) / (sizes + CELL_PRIOR)
    return RfmCells(borders, means)


def _rfm(known: Summaries) -> tuple[Floats, Floats, Floats]:
    return known.silence, known.purchases, known.spend


def _summary(known: Summaries) -> tuple[Floats, Floats, Floats]:
    return known.purchases - 1, known.recency, known.tenure

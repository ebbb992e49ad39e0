"""Purchase days of customers, summed up as they were known on any day.

A forecast is proven by going back in time: what was known on a day (the cut) is
summed up, and what followed within the horizon is what the forecast should have said.
Both come from one table of days with a purchase, so that nothing of the later part can
reach the earlier one.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Outcomes", "PurchaseDays", "Summaries", "outcomes_after", "summed_up_at"]

Floats = NDArray[np.float64]

WINDOWS = (30, 90, 180, 365)
SPEND_WINDOWS = (90, 365)


@dataclass(frozen=True)
class PurchaseDays:
    """Days with a purchase, sorted by customer and day.

    Attributes
    ----------
    customer : ndarray of int
        Numbers of the customers from 0, ascending.
    day : ndarray of int
        Days since any fixed day, each at most once a customer.
    spend : ndarray of float
        Money of the day.
    first_day, last_day : int
        The first and the last day that the data describe.
    """

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    spend: Floats
    first_day: int
    last_day: int


@dataclass(frozen=True)
class Summaries:
    """What was known of each customer on one day; days with a purchase are counted.

    Attributes
    ----------
    customer : ndarray of int
        As in `PurchaseDays`: those who had bought by then.
    purchases : ndarray of float
        Days with a purchase.
    tenure, silence : ndarray of float
        Days since the first and since the last of them.
    gap_spread : ndarray of float
        Standard deviation over mean of the intervals; missing below two intervals.
    spend : ndarray of float
        Of all these days.
    recent : ndarray of shape (n, windows)
        Days with a purchase within the last days of ``WINDOWS``.
    recent_spend : ndarray of shape (n, windows)
        Their spend, within the last days of ``SPEND_WINDOWS``.
    last_period, last_period_spend : ndarray of float
        Days with a purchase and spend within the last horizon.
    """

    customer: NDArray[np.int64]
    purchases: Floats
    tenure: Floats
    silence: Floats
    gap_spread: Floats
    spend: Floats
    recent: Floats
    recent_spend: Floats
    last_period: Floats
    last_period_spend: Floats

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customer)

    def where(self, chosen: NDArray) -> "Summaries":
        """Return the chosen customers, by a mask or by places."""
        return Summaries(
            **{field.name: getattr(self, field.name)[chosen] for field in fields(self)}
        )

    @property
    def recency(self) -> Floats:
        """Days from the first purchase to the last one, as BG/NBD counts them."""
        return self.tenure - self.silence


@dataclass(frozen=True)
class Outcomes:
    """What followed within the horizon, a customer of the summaries each."""

    days: Floats
    spend: Floats

    @property
    def bought(self) -> Floats:
        """1 where the customer bought again, else 0."""
        return (self.days > 0).astype(float)


def summed_up_at(purchases: PurchaseDays, cut: int, *, horizon: int) -> Summaries:
    """Sum up what was known at the end of a day.

    Parameters
    ----------
    purchases : PurchaseDays
    cut : int
        The day; later purchases are not looked at.
    horizon : int
        Days of the last period.

    Returns
    -------
    Summaries
        One row a customer who had bought by then.

    Examples
    --------
    >>> days = PurchaseDays(np.array([0, 0, 1]), np.array([1, 5, 9]),
    ...     np.array([10.0, 20.0, 5.0]), 1, 9)
    >>> known = summed_up_at(days, 6, horizon=3)
    >>> known.purchases, known.silence, known.last_period_spend
    (array([2.]), array([1.]), array([20.]))
    """
    known = purchases.day <= cut
    customer, day = purchases.customer[known], purchases.day[known]
    spend = purchases.spend[known]
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    ends = np.append(starts[1:], len(customer)) - 1 if len(starts) else starts
    count = (ends - starts + 1).astype(float)
    age = cut - day

    def summed(values: NDArray) -> Floats:
        if not len(starts):
            return np.zeros(0)
        return np.add.reduceat(values.astype(float), starts)

    def within(window: int, values: NDArray) -> Floats:
        return summed(np.where(age < window, values, 0))

    one = np.ones(len(day))
    return Summaries(
        customer=customer[starts],
        purchases=count,
        tenure=age[starts].astype(float),
        silence=age[ends].astype(float),
        gap_spread=_gap_spread(day, starts, count, summed),
        spend=summed(spend),
        recent=np.column_stack([within(days, one) for days in WINDOWS]),
        recent_spend=np.column_stack([within(days, spend) for days in SPEND_WINDOWS]),
        last_period=within(horizon, one),
        last_period_spend=within(horizon, spend),
    )


def outcomes_after(
    purchases: PurchaseDays, known: Summaries, cut: int, *, horizon: int
) -> Outcomes:
    """Return what the summed up customers bought within the horizon after the cut.

    Examples
    --------
    >>> days = PurchaseDays(np.array([0, 0, 1]), np.array([1, 5, 9]),
    ...     np.array([10.0, 20.0, 5.0]), 1, 9)
    >>> outcomes_after(days, summed_up_at(days, 1, horizon=4), 1, horizon=4)
    Outcomes(days=array([1.]), spend=array([20.]))
    """
    follows = (purchases.day > cut) & (purchases.day <= cut + horizon)
    customer = purchases.customer[follows]
    size = int(purchases.customer.max(initial=-1)) + 1
    days = np.bincount(customer, minlength=size).astype(float)
    amounts = purchases.spend[follows]
    spend = np.bincount(customer, weights=amounts, minlength=size).astype(float)
    return Outcomes(days[known.customer], spend[known.customer])


def _gap_spread(day: NDArray, starts: NDArray, count: Floats, summed: Any) -> Floats:
    """Return the coefficient of variation of each customer's intervals."""
    gaps = np.diff(day, prepend=0).astype(float)
    gaps[starts] = 0  # the first purchase has no interval
    intervals = count - 1
    enough = intervals >= 2
    n = np.where(enough, intervals, 1)
    mean = summed(gaps) / n
    variance = np.maximum(summed(gaps**2) / n - mean**2, 0)
    return np.where(enough, np.sqrt(variance) / np.where(enough, mean, 1), np.nan)

"""Expected purchases and value of customers: BG/NBD and Gamma-Gamma.

Both models need three numbers a customer, all in one unit of time:

frequency
    repeat purchases: purchases after the first one;
recency
    time from the first purchase to the last one (0 without repeat purchase);
age
    time from the first purchase to the day the data were taken (``T`` in the papers).

This *recency* is the one of the literature on buying behaviour; the "days since the
last purchase" of RFM analysis is ``age - recency``.

A fit always ends with numbers. Whether they mean anything is answered by
`assess_drop_out` and `assess_value`, each in one sentence; publish a probability of
being active only if the first one trusts the fit. Otherwise `fit_nbd`, in which nobody
leaves, still says what to expect of customers *who go on buying*.

References
----------
.. [1] Fader, Hardie, Lee (2005). "Counting your customers" the easy way: an
   alternative to the Pareto/NBD model. Marketing Science 24(2), 275-284.
.. [2] Fader, Hardie (2013). The Gamma-Gamma model of monetary value.
   brucehardie.com, note 025.
.. [3] Ehrenberg (1959). The pattern of consumer purchases. Applied Statistics 8(1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, digamma, expit, gammaln

from segmentation.value.likelihood import Floats, checked_weights, maximise
from segmentation.warehouse.errors import UserError

__all__ = [
    "PurchaseModel",
    "checked_summary",
    "expected_purchases",
    "fit_bg_nbd",
    "fit_nbd",
    "leaving_nodes",
    "probability_active",
]

# Parameters are searched between these limits, with time measured in mean ages and
# money in mean values. A parameter that ends at a limit is not identified by the data.
PURCHASE_LIMITS = {
    "r": (1e-3, 1e3),
    "alpha": (1e-4, 1e4),
    "a": (1e-4, 1e2),
    "b": (1e-3, 1e5),
}
# Several starts because the likelihood is flat along a/(a+b) and along r/alpha.
PURCHASE_STARTS = ((1.0, 1.0, 1.0, 2.0), (0.3, 0.1, 0.5, 2.0), (3.0, 1.0, 0.1, 5.0))
# Nodes of the quadrature in `expected_purchases`: 1e-8 or better for all but extreme
# parameters (drop-out and rates at a limit, horizon of a hundred ages: a few per cent).
N_NODES = 48


@dataclass(frozen=True)
class PurchaseModel:
    """Fitted BG/NBD, or NBD when ``a`` is 0 (nobody leaves).

    Purchase rates differ between customers as Gamma(``r``, rate ``alpha``); after any
    purchase a customer leaves with a probability distributed as Beta(``a``, ``b``).

    Attributes
    ----------
    r, a, b : float
        Shapes, without unit.
    alpha : float
        Rate, in the unit of time of the input.
    log_likelihood : float
        Over all customers, as in the paper (the constant ``ln x!`` is left out).
    n_customers : float
        Sum of the weights.
    at_limit : tuple of str
        Parameters that ran to a limit of the search.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    n_customers: float
    at_limit: tuple[str, ...] = ()


def fit_bg_nbd(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> PurchaseModel:
    """Fit the BG/NBD model by maximum likelihood [1]_.

    Parameters
    ----------
    frequency : array_like of shape (n,)
        Repeat purchases, whole numbers.
    recency, age : array_like of shape (n,)
        Time of the last purchase and age of the customer, both since the first
        purchase, in one unit of time. Recency is not used where frequency is 0.
    weights : array_like of shape (n,), optional
        Customers that each row stands for, so that a large table can be fitted from
        counts of equal rows. One a row by default.

    Returns
    -------
    PurchaseModel
        With ``alpha`` in the unit of time of ``age``.

    Raises
    ------
    UserError
        If a row is impossible or nobody bought again.

    Examples
    --------
    >>> model = fit_bg_nbd([0, 1, 4, 9], [0, 5, 20, 38], [40, 40, 40, 40])
    >>> model.n_customers
    4.0
    """
    frequency, recency, age = checked_summary(frequency, recency, age)
    weights = checked_weights(weights, frequency)
    unit = _mean_age(frequency, age, weights)

    def objective(logs: Floats) -> tuple[float, Floats]:
        return _bg_nbd(np.exp(logs), frequency, recency / unit, age / unit, weights)

    parameters, log_likelihood, at_limit = maximise(
        objective, PURCHASE_LIMITS, PURCHASE_STARTS
    )
    r, alpha, a, b = parameters
    return PurchaseModel(
        r=r,
        alpha=alpha * unit,
        a=a,
        b=b,
        log_likelihood=_in_unit(log_likelihood, frequency, weights, unit),
        n_customers=float(weights.sum()),
        at_limit=at_limit,
    )


def fit_nbd(
    frequency: ArrayLike, age: ArrayLike, *, weights: ArrayLike | None = None
) -> PurchaseModel:
    """Fit purchase rates under the assumption that nobody leaves (NBD) [3]_.

    Parameters
    ----------
    frequency : array_like of shape (n,)
        Repeat purchases, whole numbers.
    age : array_like of shape (n,)
        Time since the first purchase.
    weights : array_like of shape (n,), optional
        Customers that each row stands for.

    Returns
    -------
    PurchaseModel
        With ``a`` = 0: everybody is active with probability 1 and expected purchases
        hold for customers who go on buying.

    Raises
    ------
    UserError
        If a row is impossible or nobody bought again.

    Examples
    --------
    >>> model = fit_nbd([0, 2, 4, 12], [10, 10, 10, 10])
    >>> round(model.r / model.alpha, 3)  # mean purchases per unit of time
    0.45
    """
    frequency, _, age = checked_summary(frequency, age, age)
    weights = checked_weights(weights, frequency)
    unit = _mean_age(frequency, age, weights)
    limits = {name: PURCHASE_LIMITS[name] for name in ("r", "alpha")}

    def objective(logs: Floats) -> tuple[float, Floats]:
        return _nbd(np.exp(logs), frequency, age / unit, weights)

    (r, alpha), log_likelihood, at_limit = maximise(
        objective, limits, tuple(start[:2] for start in PURCHASE_STARTS)
    )
    return PurchaseModel(
        r=r,
        alpha=alpha * unit,
        a=0.0,
        b=1.0,
        log_likelihood=_in_unit(log_likelihood, frequency, weights, unit),
        n_customers=float(weights.sum()),
        at_limit=at_limit,
    )


def probability_active(
    model: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Probability that a customer is still active on the day of the data [1]_.

    In this model customers leave only after a repeat purchase: without one the
    probability is 1, whatever the age. Do not read it as loyalty.

    Parameters
    ----------
    model : PurchaseModel
        Fitted in the same unit of time.
    frequency, recency, age : array_like of shape (n,)
        As in `fit_bg_nbd`.

    Returns
    -------
    ndarray of shape (n,)
        Between 0 and 1.

    Raises
    ------
    UserError
        If a row is impossible.

    Examples
    --------
    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
    >>> probability_active(model, [0, 2, 2], [0, 30, 5], [39, 39, 39]).round(2)
    array([1.  , 0.72, 0.12])
    """
    frequency, recency, age = checked_summary(frequency, recency, age)
    if model.a == 0:
        return np.ones_like(frequency)
    shape = np.maximum(frequency, 1)  # rows without repeat purchase are overwritten
    log_odds_of_leaving = (
        np.log(model.a)
        - np.log(model.b + shape - 1)
        + (model.r + shape) * np.log((model.alpha + age) / (model.alpha + recency))
    )
    return np.where(frequency > 0, expit(-log_odds_of_leaving), 1.0)


def expected_purchases(
    model: PurchaseModel,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    horizon: float,
) -> Floats:
    """Purchases to expect of a customer within the horizon [1]_.

    The paper's equation (10) is the mean of ``(1 - (1 + p t / (alpha + T)) ** -(r + x))
    / p`` over ``p`` distributed as Beta(``a``, ``b + x``), times the probability of
    being active. It is computed as that mean, by quadrature over the quantiles of
    ``p``: the hypergeometric function in the paper's closed form loses all digits for
    frequent buyers, long horizons and some parameters (``a`` near 1).

    Parameters
    ----------
    model : PurchaseModel
        Fitted in the same unit of time.
    frequency, recency, age : array_like of shape (n,)
        As in `fit_bg_nbd`.
    horizon : float
        Length of the time to come, in the same unit, above 0.

    Returns
    -------
    ndarray of shape (n,)
        Number of purchases, the probability of having left included.

    Raises
    ------
    UserError
        If a row is impossible or the horizon is not above 0.

    Examples
    --------
    The customer of the paper's spreadsheet, over the next 39 weeks:

    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
    >>> expected_purchases(model, [2], [30.43], [38.86], horizon=39).round(3)
    array([1.226])
    """
    if not horizon > 0:
        raise UserError(f"The horizon must be above 0, not {horizon}: set its length.")
    active = probability_active(model, frequency, recency, age)
    frequency, _, age = checked_summary(frequency, recency, age)
    shape, rate = model.r + frequency, model.alpha + age
    if model.a == 0:
        return shape / rate * horizon
    ratio = horizon / rate
    distinct, which = np.unique(frequency, return_inverse=True)
    purchases = np.zeros_like(rate)
    for leaving, weight in zip(*leaving_nodes(model, distinct), strict=True):
        p = leaving[which]
        purchases += weight * -np.expm1(-shape * np.log1p(p * ratio)) / p
    return active * purchases


def leaving_nodes(model: PurchaseModel, frequency: Floats) -> tuple[Floats, Floats]:
    """Return the quadrature over the probability of leaving of an active customer.

    Gauss-Legendre nodes are mapped by a polynomial that crowds them at both ends, where
    the quantile function is not smooth.

    Parameters
    ----------
    model : PurchaseModel
        With ``a`` above 0.
    frequency : ndarray of shape (n,)
        Repeat purchases.

    Returns
    -------
    tuple of ndarray of shape (N_NODES, n) and ndarray of shape (N_NODES,)
        Nodes and weights.
    """
    v, weights = np.polynomial.legendre.leggauss(N_NODES)
    v, weights = (v + 1) / 2, weights / 2
    quantiles = np.minimum(v**3 * (10 - 15 * v + 6 * v**2), 1.0)
    nodes = betaincinv(model.a, model.b + frequency, quantiles[:, np.newaxis])
    # A probability below the smallest number is as good as that number.
    nodes = np.maximum(nodes, np.finfo(float).tiny)
    return nodes, weights * 30 * v**2 * (1 - v) ** 2


def _bg_nbd(
    parameters: Floats, frequency: Floats, recency: Floats, age: Floats, weights: Floats
) -> tuple[float, Floats]:
    """Log-likelihood of the BG/NBD and its gradient by logarithms (eq. 6 of [1])."""
    r, alpha, a, b = parameters
    repeat = frequency > 0
    shape = r + frequency
    x = np.where(repeat, frequency, 1.0)  # keeps log(b + x - 1) finite where unused
    log_active = -shape * np.log(alpha + age)
    log_left = np.where(
        repeat,
        np.log(a) - np.log(b + x - 1) - shape * np.log(alpha + recency),
        -np.inf,
    )
    common = (
        gammaln(shape)
        - gammaln(r)
        + r * np.log(alpha)
        + gammaln(a + b)
        + gammaln(b + frequency)
        - gammaln(b)
        - gammaln(a + b + frequency)
    )
    log_both = np.logaddexp(log_active, log_left)
    left = np.exp(log_left - log_both)
    active = 1 - left
    by_beta = digamma(a + b) - digamma(a + b + frequency)
    gradient = np.array(
        [
            digamma(shape)
            - digamma(r)
            + np.log(alpha)
            - active * np.log(alpha + age)
            - left * np.log(alpha + recency),
            r / alpha - shape * (active / (alpha + age) + left / (alpha + recency)),
            by_beta + left / a,
            by_beta + digamma(b + frequency) - digamma(b) - left / (b + x - 1),
        ]
    )
    return float(weights @ (common + log_both)), (gradient @ weights) * parameters


def _nbd(
    parameters: Floats, frequency: Floats, age: Floats, weights: Floats
) -> tuple[float, Floats]:
    """Log-likelihood of the NBD and its gradient by logarithms."""
    r, alpha = parameters
    shape = r + frequency
    log_rate = np.log(alpha + age)
    likelihood = gammaln(shape) - gammaln(r) + r * np.log(alpha) - shape * log_rate
    gradient = np.array(
        [
            digamma(shape) - digamma(r) + np.log(alpha) - log_rate,
            r / alpha - shape / (alpha + age),
        ]
    )
    return float(weights @ likelihood), (gradient @ weights) * parameters


def checked_summary(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return the three columns as floats; raise if a row cannot be."""
    columns = tuple(np.asarray(column, float) for column in (frequency, recency, age))
    frequency, recency, age = columns
    if not frequency.shape == recency.shape == age.shape or frequency.ndim != 1:
        raise UserError(
            "frequency, recency and age must be columns of one length, not of shapes "
            f"{frequency.shape}, {recency.shape} and {age.shape}."
        )
    rules = {
        "a missing value": ~np.isfinite(columns).all(axis=0),
        "a frequency that is not a whole number from 0": (frequency < 0)
        | (frequency != np.floor(frequency)),
        "a recency below 0 or above the age": (recency < 0) | (recency > age),
    }
    for what, is_broken in rules.items():
        if is_broken.any():
            raise UserError(
                f"{is_broken.sum()} customers have {what} (first in row "
                f"{is_broken.argmax()}): correct or leave out these rows."
            )
    return frequency, recency, age


def _mean_age(frequency: Floats, age: Floats, weights: Floats) -> float:
    """Return the unit of time of the search; raise if there is nothing to fit."""
    if not weights @ (frequency > 0) > 0:
        raise UserError(
            "Nobody bought again, so purchase rates cannot be fitted: "
            "give a table with customers who bought at least twice."
        )
    return float(np.average(age, weights=weights))


def _in_unit(
    log_likelihood: float, frequency: Floats, weights: Floats, unit: float
) -> float:
    """Turn a density of purchase times per mean age into one per unit of time."""
    return float(log_likelihood - weights @ frequency * np.log(unit))

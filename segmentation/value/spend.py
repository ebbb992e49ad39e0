"""Gamma-Gamma: the average value of a customer's purchases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from segmentation.value.likelihood import Floats, checked_weights, maximise
from segmentation.warehouse.errors import UserError

__all__ = ["GammaGamma", "expected_average_value", "fit_gamma_gamma"]

VALUE_LIMITS = {"p": (1e-3, 1e4), "q": (1e-3, 1e4), "gamma": (1e-4, 1e5)}
VALUE_STARTS = ((5.0, 4.0, 1.0), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5))


@dataclass(frozen=True)
class GammaGamma:
    """Fitted Gamma-Gamma model of the value of a purchase.

    Attributes
    ----------
    p, q : float
        Shapes of values within and of means between customers.
    gamma : float
        Scale, in money.
    log_likelihood : float
        Over the customers with at least one purchase.
    n_customers : float
        Sum of the weights of these customers.
    at_limit : tuple of str
        Parameters that ran to a limit of the search.
    """

    p: float
    q: float
    gamma: float
    log_likelihood: float
    n_customers: float
    at_limit: tuple[str, ...] = ()


def fit_gamma_gamma(
    frequency: ArrayLike, average_value: ArrayLike, *, weights: ArrayLike | None = None
) -> GammaGamma:
    """Fit the Gamma-Gamma model of purchase values by maximum likelihood [2]_.

    Parameters
    ----------
    frequency : array_like of shape (n,)
        Number of purchases that ``average_value`` is the mean of. Rows with 0 are left
        out: they say nothing about values.
    average_value : array_like of shape (n,)
        Mean value of these purchases, in money, above 0 where frequency is.
    weights : array_like of shape (n,), optional
        Customers that each row stands for.

    Returns
    -------
    GammaGamma
        With ``gamma`` in the unit of money.

    Raises
    ------
    UserError
        If no customer is left or a value is not above 0.

    Examples
    --------
    >>> model = fit_gamma_gamma([1, 2, 5, 0], [20.0, 35.0, 28.0, np.nan])
    >>> model.n_customers
    3.0
    """
    frequency = np.asarray(frequency, dtype=float)
    weights = checked_weights(weights, frequency)
    used = (frequency > 0) & (weights > 0)
    frequency, weights = frequency[used], weights[used]
    value = np.asarray(average_value, dtype=float)[used]
    if not used.any():
        raise UserError(
            "No customer has a purchase to take an average value from: "
            "give frequency and average_value of customers who bought."
        )
    if not np.all(np.isfinite(value) & (value > 0)):
        raise UserError(
            f"average_value must be above 0 where frequency is, but "
            f"{np.sum(~(value > 0))} rows are 0, negative or missing: "
            "leave out free orders and returns first."
        )
    unit = float(np.average(value, weights=weights))

    def objective(logs: Floats) -> tuple[float, Floats]:
        return _gamma_gamma(np.exp(logs), frequency, value / unit, weights)

    (p, q, gamma), log_likelihood, at_limit = maximise(
        objective, VALUE_LIMITS, VALUE_STARTS
    )
    n_customers = float(weights.sum())
    return GammaGamma(
        p=p,
        q=q,
        gamma=gamma * unit,
        # A density per mean value becomes one per unit of money.
        log_likelihood=float(log_likelihood - n_customers * np.log(unit)),
        n_customers=n_customers,
        at_limit=at_limit,
    )


def expected_average_value(
    model: GammaGamma, frequency: ArrayLike, average_value: ArrayLike
) -> Floats:
    """Mean value of a customer's purchases to come, shrunk to the population's [2]_.

    Parameters
    ----------
    model : GammaGamma
        Fitted in the same money.
    frequency : array_like of shape (n,)
        Number of purchases that ``average_value`` is the mean of.
    average_value : array_like of shape (n,)
        Own mean value; not used (and may be missing) where frequency is 0.

    Returns
    -------
    ndarray of shape (n,)
        In money; infinite if the population's mean is (``q`` at most 1) and the
        customer never bought.

    Examples
    --------
    The estimates of the paper, and customers with 0, 1 and 10 purchases at 50:

    >>> model = GammaGamma(6.25, 3.74, 15.44, -4055.9, 946)
    >>> expected_average_value(model, [0, 1, 10], [np.nan, 50, 50]).round(1)
    array([35.2, 45.5, 49.4])
    """
    frequency = np.asarray(frequency, dtype=float)
    value = np.where(frequency > 0, np.asarray(average_value, dtype=float), 0.0)
    degrees = model.p * frequency + model.q - 1
    return np.divide(
        model.p * (model.gamma + frequency * value),
        degrees,
        out=np.full_like(degrees, np.inf),
        where=degrees > 0,
    )


def _gamma_gamma(
    parameters: Floats, frequency: Floats, value: Floats, weights: Floats
) -> tuple[float, Floats]:
    """Log-likelihood of the Gamma-Gamma and its gradient by logarithms (eq. 1a)."""
    p, q, gamma = parameters
    spend = frequency * value
    px = p * frequency
    log_total = np.log(gamma + spend)
    likelihood = (
        gammaln(px + q)
        - gammaln(px)
        - gammaln(q)
        + q * np.log(gamma)
        + (px - 1) * np.log(value)
        + px * np.log(frequency)
        - (px + q) * log_total
    )
    gradient = np.array(
        [
            frequency * (digamma(px + q) - digamma(px) + np.log(spend) - log_total),
            digamma(px + q) - digamma(q) + np.log(gamma) - log_total,
            q / gamma - (px + q) / (gamma + spend),
        ]
    )
    return float(weights @ likelihood), (gradient @ weights) * parameters

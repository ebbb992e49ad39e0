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

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, chdtri, digamma, expit, gammaln

from segmentation.errors import UserError

__all__ = [
    "GammaGamma",
    "PurchaseModel",
    "Verdict",
    "assess_drop_out",
    "assess_value",
    "expected_average_value",
    "expected_purchases",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_nbd",
    "probability_active",
    "value_customers",
]

Floats = NDArray[np.float64]

# Parameters are searched between these limits, with time measured in mean ages and
# money in mean values. A parameter that ends at a limit is not identified by the data.
PURCHASE_LIMITS = {
    "r": (1e-3, 1e3),
    "alpha": (1e-4, 1e4),
    "a": (1e-4, 1e2),
    "b": (1e-3, 1e5),
}
VALUE_LIMITS = {"p": (1e-3, 1e4), "q": (1e-3, 1e4), "gamma": (1e-4, 1e5)}
# Several starts because the likelihood is flat along a/(a+b) and along r/alpha.
PURCHASE_STARTS = ((1.0, 1.0, 1.0, 2.0), (0.3, 0.1, 0.5, 2.0), (3.0, 1.0, 0.1, 5.0))
VALUE_STARTS = ((5.0, 4.0, 1.0), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5))

# Nodes of the quadrature in `expected_purchases`: 1e-8 or better for all but extreme
# parameters (drop-out and rates at a limit, horizon of a hundred ages: a few per cent).
N_NODES = 48

MIN_REPEAT_BUYERS = 50
# Level of the likelihood-ratio test of drop-out against "nobody leaves". On the edge of
# the parameter space the true distribution lies below chi-squared (2): conservative.
DROP_OUT_LEVEL = 0.01
# Beyond 0.3 a tenth of the variance of value is explained by frequency, which the
# Gamma-Gamma model takes to be none.
MAX_CORRELATION = 0.3


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


@dataclass(frozen=True)
class Verdict:
    """Whether a fit may be used, in one sentence.

    Attributes
    ----------
    is_trusted : bool
        True if no check failed.
    failed : tuple of str
        Names of the checks that failed, in the order they were made.
    sentence : str
        What was found and what follows from it.
    """

    is_trusted: bool
    failed: tuple[str, ...]
    sentence: str


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
    frequency, recency, age = _checked_summary(frequency, recency, age)
    weights = _checked_weights(weights, frequency)
    unit = _mean_age(frequency, age, weights)

    def objective(logs: Floats) -> tuple[float, Floats]:
        return _bg_nbd(np.exp(logs), frequency, recency / unit, age / unit, weights)

    parameters, log_likelihood, at_limit = _maximise(
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
    frequency, _, age = _checked_summary(frequency, age, age)
    weights = _checked_weights(weights, frequency)
    unit = _mean_age(frequency, age, weights)
    limits = {name: PURCHASE_LIMITS[name] for name in ("r", "alpha")}

    def objective(logs: Floats) -> tuple[float, Floats]:
        return _nbd(np.exp(logs), frequency, age / unit, weights)

    (r, alpha), log_likelihood, at_limit = _maximise(
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
    weights = _checked_weights(weights, frequency)
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

    (p, q, gamma), log_likelihood, at_limit = _maximise(
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
    frequency, recency, age = _checked_summary(frequency, recency, age)
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
    frequency, _, age = _checked_summary(frequency, recency, age)
    shape, rate = model.r + frequency, model.alpha + age
    if model.a == 0:
        return shape / rate * horizon
    ratio = horizon / rate
    distinct, which = np.unique(frequency, return_inverse=True)
    purchases = np.zeros_like(rate)
    for leaving, weight in zip(*_leaving_nodes(model, distinct), strict=True):
        p = leaving[which]
        purchases += weight * -np.expm1(-shape * np.log1p(p * ratio)) / p
    return active * purchases


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


def value_customers(
    batches: Iterable[pa.RecordBatch],
    purchases: PurchaseModel,
    values: GammaGamma | None,
    *,
    horizon: float,
) -> Iterator[pa.RecordBatch]:
    """Apply both models to a stream of customers; memory holds one batch.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        With the columns ``customer_id``, ``frequency``, ``recency``, ``age``,
        ``average_value`` and ``valued_purchases``, the number of purchases that
        ``average_value`` is the mean of.
    purchases : PurchaseModel
        From `fit_bg_nbd` or `fit_nbd`.
    values : GammaGamma or None
        From `fit_gamma_gamma`; without it a customer's own average value is used.
    horizon : float
        Length of the time to come, in the unit of ``age``.

    Yields
    ------
    pyarrow.RecordBatch
        ``customer_id``, ``probability_active``, ``expected_purchases``,
        ``expected_average_value`` and ``expected_spend``, their product, in the order
        of the input.

    Raises
    ------
    UserError
        If a row is impossible or the horizon is not above 0.

    Examples
    --------
    >>> batch = pa.RecordBatch.from_pydict({"customer_id": ["a"], "frequency": [2],
    ...     "recency": [30.4], "age": [38.9], "average_value": [22.0],
    ...     "valued_purchases": [3]})
    >>> purchases = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
    >>> values = GammaGamma(6.25, 3.74, 15.44, -4055.9, 946)
    >>> next(value_customers([batch], purchases, values, horizon=39)).num_columns
    5
    """
    for batch in batches:
        frequency, recency, age, value, valued = (
            batch.column(name).to_numpy(zero_copy_only=False)
            for name in (
                "frequency",
                "recency",
                "age",
                "average_value",
                "valued_purchases",
            )
        )
        count = expected_purchases(purchases, frequency, recency, age, horizon=horizon)
        if values is not None:
            value = expected_average_value(values, valued, value)
        yield pa.RecordBatch.from_pydict(
            {
                "customer_id": batch.column("customer_id"),
                "probability_active": probability_active(
                    purchases, frequency, recency, age
                ),
                "expected_purchases": count,
                "expected_average_value": value,
                "expected_spend": count * value,
            }
        )


def assess_drop_out(
    model: PurchaseModel,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    unit: str = "units of time",
) -> Verdict:
    """Say whether these data can tell who has left.

    The checks, by name: ``few_repeat_buyers`` (less than 50); ``recent_buyers_only``
    (of the customers old enough to have stopped long ago, none has: everybody's last
    purchase lies in one recent window); ``nobody_leaves`` (a model without drop-out
    explains the data as well, by a likelihood-ratio test at 1 %); ``limit`` (a
    parameter ran to the limit of the search).

    Parameters
    ----------
    model : PurchaseModel
        From `fit_bg_nbd` on the same rows.
    frequency, recency, age : array_like of shape (n,)
        As in `fit_bg_nbd`.
    weights : array_like of shape (n,), optional
        Customers that each row stands for.
    unit : str, default "units of time"
        What the sentence calls the unit of ``age``.

    Returns
    -------
    Verdict
        Not trusted if any check failed.

    Raises
    ------
    UserError
        If a row is impossible.

    Examples
    --------
    >>> rows = [0, 1, 4, 9], [0, 5, 20, 38], [40, 40, 40, 40]
    >>> verdict = assess_drop_out(fit_bg_nbd(*rows), *rows)
    >>> verdict.is_trusted, verdict.failed[0]
    (False, 'few_repeat_buyers')
    """
    frequency, recency, age = _checked_summary(frequency, recency, age)
    weights = _checked_weights(weights, frequency)
    repeat = (frequency > 0) & (weights > 0)
    n_repeat = weights[repeat].sum()
    silence = (age - recency)[repeat]
    window = silence.max(initial=0.0)
    # Customers of twice the window have been watched long enough to see them stop.
    n_watched = weights[repeat][age[repeat] > 2 * window].sum()
    without = fit_nbd(frequency, age, weights=weights)
    gain = 2 * (model.log_likelihood - without.log_likelihood)
    findings = {
        "few_repeat_buyers": (
            n_repeat < MIN_REPEAT_BUYERS,
            f"only {n_repeat:.0f} customers bought again "
            f"(at least {MIN_REPEAT_BUYERS} are needed)",
        ),
        "recent_buyers_only": (
            n_watched > n_repeat / 2,
            f"everybody bought within the last {window:.4g} {unit} although "
            f"{n_watched / max(n_repeat, 1):.0%} have been customers for more than "
            "twice as long, so the data hold recent buyers only",
        ),
        "nobody_leaves": (
            gain < chdtri(2, DROP_OUT_LEVEL),  # chi-squared, 2 degrees of freedom
            "a model in which nobody leaves explains the purchases as well "
            f"(likelihood ratio {max(gain, 0):.1f})",
        ),
        "limit": (
            bool(model.at_limit),
            f"the estimate of {' and '.join(model.at_limit)} ran to its limit",
        ),
    }
    return _verdict(
        findings,
        trusted="Drop-out can be estimated from these data.",
        not_trusted="Drop-out cannot be identified, do not publish a probability of "
        "being active",
    )


def assess_value(
    model: GammaGamma,
    frequency: ArrayLike,
    average_value: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> Verdict:
    """Say whether the Gamma-Gamma model fits its assumptions on these data.

    The checks, by name: ``few_repeat_buyers`` (less than 50 customers with a value);
    ``value_depends_on_frequency`` (the logarithms of both correlate by more than 0.3,
    but the model takes them to be independent); ``no_mean`` (``q`` at most 1, the
    population's mean is infinite); ``limit`` (a parameter ran to the limit of the
    search).

    Parameters
    ----------
    model : GammaGamma
        From `fit_gamma_gamma` on the same rows.
    frequency, average_value : array_like of shape (n,)
        As in `fit_gamma_gamma`.
    weights : array_like of shape (n,), optional
        Customers that each row stands for.

    Returns
    -------
    Verdict
        Not trusted if any check failed.

    Examples
    --------
    >>> rows = [1, 2, 5], [20.0, 35.0, 28.0]
    >>> assess_value(fit_gamma_gamma(*rows), *rows).failed[0]
    'few_repeat_buyers'
    """
    frequency = np.asarray(frequency, dtype=float)
    weights = _checked_weights(weights, frequency)
    used = (frequency > 0) & (weights > 0)
    correlation = _correlation(
        np.log(frequency[used]),
        np.log(np.asarray(average_value, dtype=float)[used]),
        weights[used],
    )
    findings = {
        "few_repeat_buyers": (
            model.n_customers < MIN_REPEAT_BUYERS,
            f"only {model.n_customers:.0f} customers have a value "
            f"(at least {MIN_REPEAT_BUYERS} are needed)",
        ),
        "value_depends_on_frequency": (
            abs(correlation) > MAX_CORRELATION,
            "the value of a purchase depends on how often a customer buys "
            f"(correlation {correlation:.2f}), which the model rules out",
        ),
        "no_mean": (
            model.q <= 1,
            f"the mean value of the population is infinite (q = {model.q:.2f})",
        ),
        "limit": (
            bool(model.at_limit),
            f"the estimate of {' and '.join(model.at_limit)} ran to its limit",
        ),
    }
    return _verdict(
        findings,
        trusted="The value of purchases can be estimated from these data.",
        not_trusted="The Gamma-Gamma model does not hold, use the customer's own "
        "average value",
    )


def _leaving_nodes(model: PurchaseModel, frequency: Floats) -> tuple[Floats, Floats]:
    """Quadrature over the probability of leaving, given that a customer is active.

    Returns nodes of shape (N_NODES, n) and weights of shape (N_NODES,). Gauss-Legendre
    nodes are mapped by a polynomial that crowds them at both ends, where the quantile
    function is not smooth.
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


def _maximise(
    objective: Callable[[Floats], tuple[float, Floats]],
    limits: dict[str, tuple[float, float]],
    starts: tuple[tuple[float, ...], ...],
) -> tuple[list[float], float, tuple[str, ...]]:
    """Best of several searches over logarithms of the parameters within the limits."""
    # applying a fit, which every build does, need not wait for the optimiser
    from scipy.optimize import minimize

    bounds = np.log(list(limits.values()))
    # Divided by its size at the first start, the likelihood is of order one whatever
    # the number of customers: the tolerances of the search then mean the same.
    size = abs(objective(np.log(starts[0]))[0]) + 1.0

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, gradient = objective(logs)
        return -value / size, -gradient / size

    searches = [
        minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-9},
        )
        for start in starts
    ]
    best = min(searches, key=lambda search: search.fun)
    # Within a twentieth of the limit, on the scale of logarithms, counts as arrived:
    # the likelihood is so flat there that a search may stop short of it.
    margin = 0.05 * (bounds[:, 1] - bounds[:, 0])
    arrived = (best.x < bounds[:, 0] + margin) | (best.x > bounds[:, 1] - margin)
    at_limit = tuple(name for name, is_at in zip(limits, arrived, strict=True) if is_at)
    return np.exp(best.x).tolist(), float(-best.fun * size), at_limit


def _verdict(
    findings: dict[str, tuple[bool, str]], *, trusted: str, not_trusted: str
) -> Verdict:
    failed = {name: text for name, (is_bad, text) in findings.items() if is_bad}
    sentence = f"{not_trusted}: {'; '.join(failed.values())}." if failed else trusted
    return Verdict(not failed, tuple(failed), sentence)


def _checked_summary(
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
    return columns


def _checked_weights(weights: ArrayLike | None, like: Floats) -> Floats:
    if weights is None:
        return np.ones_like(like)
    weights = np.asarray(weights, dtype=float)
    if weights.shape != like.shape or not np.all(weights >= 0):
        raise UserError(
            "weights must be numbers from 0, one for each row of the summary: "
            "count the customers that each row stands for."
        )
    return weights


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


def _correlation(left: Floats, right: Floats, weights: Floats) -> float:
    """Weighted correlation; 0 if one of both does not vary."""
    covariance = np.cov(left, right, aweights=weights, bias=True)
    spread = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return float(covariance[0, 1] / spread) if spread > 0 else 0.0

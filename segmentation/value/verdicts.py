"""Whether fitted models of buying mean anything, each in one sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from segmentation.value.likelihood import Floats, checked_weights
from segmentation.value.purchases import PurchaseModel, checked_summary, fit_nbd
from segmentation.value.spend import GammaGamma

__all__ = ["Verdict", "assess_drop_out", "assess_value"]

MIN_REPEAT_BUYERS = 50
# Level of the likelihood-ratio test of drop-out against "nobody leaves". On the edge of
# the parameter space the true distribution lies below chi-squared (2): conservative.
DROP_OUT_LEVEL = 0.01
# Beyond 0.3 a tenth of the variance of value is explained by frequency, which the
# Gamma-Gamma model takes to be none.
MAX_CORRELATION = 0.3


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
    >>> from segmentation.value.purchases import fit_bg_nbd
    >>> rows = [0, 1, 4, 9], [0, 5, 20, 38], [40, 40, 40, 40]
    >>> verdict = assess_drop_out(fit_bg_nbd(*rows), *rows)
    >>> verdict.is_trusted, verdict.failed[0]
    (False, 'few_repeat_buyers')
    """
    frequency, recency, age = checked_summary(frequency, recency, age)
    weights = checked_weights(weights, frequency)
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
    >>> from segmentation.value.spend import fit_gamma_gamma
    >>> rows = [1, 2, 5], [20.0, 35.0, 28.0]
    >>> assess_value(fit_gamma_gamma(*rows), *rows).failed[0]
    'few_repeat_buyers'
    """
    frequency = np.asarray(frequency, dtype=float)
    weights = checked_weights(weights, frequency)
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


def _verdict(
    findings: dict[str, tuple[bool, str]], *, trusted: str, not_trusted: str
) -> Verdict:
    failed = {name: text for name, (is_bad, text) in findings.items() if is_bad}
    sentence = f"{not_trusted}: {'; '.join(failed.values())}." if failed else trusted
    return Verdict(not failed, tuple(failed), sentence)


def _correlation(left: Floats, right: Floats, weights: Floats) -> float:
    """Weighted correlation; 0 if one of both does not vary."""
    covariance = np.cov(left, right, aweights=weights, bias=True)
    spread = np.sqrt(covariance[0, 0] * covariance[1, 1])
    return float(covariance[0, 1] / spread) if spread > 0 else 0.0

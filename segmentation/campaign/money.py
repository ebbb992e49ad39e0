"""From money to a cut-off: whom a contact pays for."""

import numpy as np

from segmentation.warehouse.errors import UserError

__all__ = ["CONTACT_NOBODY", "break_even_threshold", "choose_threshold"]

CONTACT_NOBODY = 2.0


def break_even_threshold(*, contact_cost: float, revenue_per_response: float) -> float:
    """Return the probability from which contacting a customer pays.

    Parameters
    ----------
    contact_cost : float
        Cost of contacting one customer, in money.
    revenue_per_response : float
        Revenue of one response, in the same money, the contact not yet paid.

    Returns
    -------
    float
        Cost over revenue; 0 (contact everybody) if contacts are free; `CONTACT_NOBODY`
        if a response does not bring in more than the contact costs; NaN where an
        amount is not known (NaN).

    Raises
    ------
    UserError
        If an amount is negative or infinite.

    Examples
    --------
    >>> round(break_even_threshold(contact_cost=3, revenue_per_response=11), 4)
    0.2727
    """
    if np.isnan(contact_cost) or np.isnan(revenue_per_response):
        return np.nan
    for name, amount in (
        ("contact cost", contact_cost),
        ("revenue per response", revenue_per_response),
    ):
        if not (np.isfinite(amount) and amount >= 0):
            raise UserError(
                f"The {name} is {amount}: give an amount of money, 0 or more."
            )
    if revenue_per_response <= contact_cost:
        return CONTACT_NOBODY
    return contact_cost / revenue_per_response


def choose_threshold(
    probability: np.ndarray,
    responded: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
) -> float:
    """Return the cut-off that would have earned most on these customers.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Predictions made without these customers, and what they did.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`.

    Returns
    -------
    float
        Contact customers whose probability is at least this. Half-way between the last
        customer contacted and the next one; of equally good cut-offs the one that
        contacts fewest; `CONTACT_NOBODY` if no cut-off earns anything.

    Examples
    --------
    >>> choose_threshold(
    ...     np.array([0.9, 0.5, 0.3, 0.1]), np.array([1, 1, 0, 0]),
    ...     contact_cost=3, revenue_per_response=11,
    ... )
    0.4
    """
    limit = break_even_threshold(
        contact_cost=contact_cost, revenue_per_response=revenue_per_response
    )
    if np.isnan(limit) or limit in (0.0, CONTACT_NOBODY):
        return limit
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    profit = np.cumsum(revenue_per_response * responded[order] - contact_cost)
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True))  # equal ones go along
    best = int(np.argmax(profit[ends]))
    if profit[ends[best]] <= 0:
        return CONTACT_NOBODY
    last = float(ranked[ends[best]])
    following = float(ranked[ends[best + 1]]) if best + 1 < len(ends) else 0.0
    middle = (last + following) / 2
    return middle if middle > following else last

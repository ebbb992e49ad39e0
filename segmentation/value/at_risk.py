"""Who of the customers worth keeping is likely to stop, and who is gone already.

Worth keeping is who bought on two days at least within the last year and is in the
upper half of these by spend. Of them, those who bought within the last horizon can
still be kept: ranked by the probability of not buying again, they were found better
than by silence on every data set with enough of them. Those silent for longer are gone
for the most part, and silence ranks them as well as anything.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.value.features import norms_of, own_interval
from segmentation.value.histories import SPEND_WINDOWS, WINDOWS, Floats, Summaries

__all__ = [
    "BY_CHANCE",
    "LEAST_LOST",
    "LEAST_POOL",
    "ListOrders",
    "list_orders",
    "still_buying",
]

BY_CHANCE = "lowest chance of buying again"
LEAST_POOL = 50
# Below this part of the pool that is lost there is nothing to be found.
LEAST_LOST = 0.02
_YEAR = WINDOWS.index(365)
_YEAR_SPEND = SPEND_WINDOWS.index(365)


@dataclass(frozen=True)
class ListOrders:
    """Three orders of the same pool; the highest comes first.

    Attributes
    ----------
    by_order : dict of str to ndarray
        Scores by the order's name.
    spend : ndarray of float
        Of the last year.
    """

    by_order: dict[str, Floats]
    spend: Floats


def still_buying(known: Summaries, *, horizon: int) -> Any:
    """Return who is worth keeping and bought within the last horizon, as a mask."""
    is_regular = known.recent[:, _YEAR] >= 2
    spend = known.recent_spend[:, _YEAR_SPEND]
    if not is_regular.any():
        return is_regular
    is_upper = spend >= np.median(spend[is_regular])
    return is_regular & is_upper & (known.silence < horizon)


def list_orders(known: Summaries, pool: Any, probability: Floats) -> ListOrders:
    """Return the orders that a list of those likely to stop can be in.

    Parameters
    ----------
    known : Summaries
    pool : mask
        From `still_buying`.
    probability : ndarray of float
        Of buying again, of all that are known.
    """
    members = known.where(pool)
    silence_in_intervals = members.silence / own_interval(members, norms_of(known))
    return ListOrders(
        {
            BY_CHANCE: 1 - probability[pool],
            "longest silence": members.silence,
            "silence in own intervals": silence_in_intervals,
        },
        members.recent_spend[:, _YEAR_SPEND],
    )

"""How a group (a column of words) becomes numbers: one indicator a level.

All indicators of a group share one scale, so that the whole group has the variance
that its weight asks for, however many levels it has. docs/features.md has the figures
behind the constants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # assigning customers does without pandas
    import pandas as pd

__all__ = ["group_weight", "indicator", "learned_levels"]

# more levels, and rarer ones, are told apart by chance: they count as one, "other"
MOST_LEVELS = 20
LEAST_SHARE = 0.01
# beyond this share the customers without a value are no kind of customer
MOST_UNKNOWN = 0.4
# in numbers; a group with fifty levels would outshout all numbers
MOST_WEIGHT = 2.0


def learned_levels(values: pd.Series) -> list[tuple[str, str | None]]:
    """Return the indicators that a group needs, as (kind, level).

    Parameters
    ----------
    values : Series of str
        Missing where unknown.

    Returns
    -------
    list of (str, str or None)
        A ('level', …) for each frequent level, the most frequent first; ('other',
        None) where rare levels are left; ('unknown', None) where enough customers have
        no value to be a kind of their own, and not so many that they are no kind.

    Examples
    --------
    >>> import pandas as pd
    >>> learned_levels(pd.Series(["monthly", "yearly", "monthly", None]))
    [('level', 'monthly'), ('level', 'yearly'), ('unknown', None)]
    """
    counts = values.value_counts()
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    least = LEAST_SHARE * counts.sum()
    frequent = [level for level, count in by_count if count >= least][:MOST_LEVELS]
    kinds: list[tuple[str, str | None]] = [("level", level) for level in frequent]
    if len(frequent) < len(counts):
        kinds.append(("other", None))
    if LEAST_SHARE <= values.isna().mean() <= MOST_UNKNOWN:
        kinds.append(("unknown", None))
    return kinds


def indicator(
    values: pd.Series, kind: str, level: str | None, siblings: Iterable
) -> np.ndarray:
    """Return 1 where a value is of this kind and level, else 0.

    Parameters
    ----------
    values : Series
        Missing where unknown.
    kind : {'level', 'other', 'unknown'}
    level : str or None
        Of the kind 'level'.
    siblings : iterable of (str, str or None)
        Kind and level of all indicators of the group: a missing value has no
        indicators (NaN) where being unknown is not one of them.
    """
    is_missing = values.isna().to_numpy()
    if kind == "unknown":
        return is_missing.astype(float)
    if kind == "level":
        met = (values == level).to_numpy(dtype=bool, na_value=False)
    else:
        known = [own for sibling, own in siblings if sibling == "level"]
        met = ~values.isin(known).to_numpy() & ~is_missing
    has_unknown = any(sibling == "unknown" for sibling, _ in siblings)
    return np.where(is_missing & (not has_unknown), np.nan, met)


def group_weight(shares: np.ndarray) -> float:
    """Return how many standardised numbers a group weighs as.

    √(m - 1) for m equally frequent levels, so that yes or no is one number, and at most
    `MOST_WEIGHT`; of unequal levels m is the effective number, 1 / Σ share².

    Examples
    --------
    >>> group_weight(np.array([0.5, 0.5])), group_weight(np.full(50, 0.02))
    (1.0, 2.0)
    """
    effective = 1 / (shares**2).sum()
    return float(min(np.sqrt(max(effective - 1, 0.0)), MOST_WEIGHT))

"""What is too good to be true: columns that may have been filled after the answer."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

__all__ = ["WARNING_AUC", "suspicious_columns"]

# honest models of answers to campaigns stay below; what exceeds it knew the answer
WARNING_AUC = 0.98
ONE_COLUMN_AUC = 0.95
# columns with fewer values are filled by chance for responders only
FEWEST_FILLED = 10
MOST_BY_CHANCE = 0.001


def suspicious_columns(features: pd.DataFrame, responded: np.ndarray) -> dict[str, str]:
    """Return the columns that nearly give the answer by themselves, with the reason.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
    responded : array of shape (n_customers,)
        True for a response.

    Returns
    -------
    dict of str to str
        What is odd about a column, in the words that follow its name.

    Examples
    --------
    >>> answer = np.arange(40) % 4 == 0
    >>> suspicious_columns(
    ...     pd.DataFrame({"age": np.arange(40), "paid": np.where(answer, 9, np.nan)}),
    ...     answer,
    ... )
    {'paid': 'is filled for responders only'}
    """
    responded = np.asarray(responded, dtype=bool)
    found = {}
    for name in features:
        values = features[name]
        is_known = values.notna().to_numpy()
        gap = _auc(is_known.astype(float), responded)
        by_value = _auc_of_values(values, responded)
        if is_known.sum() >= FEWEST_FILLED and not is_known[~responded].any():
            found[name] = "is filled for responders only"
        elif _is_no_chance(is_known, responded) and not is_known[responded].any():
            found[name] = "is empty for all responders"
        elif max(gap, 1 - gap) >= ONE_COLUMN_AUC:
            found[name] = "is filled for responders and hardly for others"
        elif by_value >= ONE_COLUMN_AUC:
            found[name] = f"alone nearly gives the answer (ROC AUC {by_value:.2f})"
    return found


def _is_no_chance(is_known: np.ndarray, responded: np.ndarray) -> bool:
    """Return whether so many responders would hardly all be without a value."""
    return (1 - is_known[~responded].mean()) ** responded.sum() < MOST_BY_CHANCE


def _auc_of_values(values: pd.Series, responded: np.ndarray) -> float:
    """Return how well a column ranks the responders, numbers in either direction.

    A word is rated by the others who have it, with five customers of the average
    added, so that a word of one customer does not give the answer. Of words that say
    nothing a responder's own is then rated lower, as it lacks one answer: that order,
    which is perfect and the wrong way round, is no sign of anything.
    """
    if pd.api.types.is_numeric_dtype(values.dtype) or values.dtype == bool:
        numbers = values.astype(float)
        auc = _auc(numbers.fillna(numbers.median()).to_numpy(), responded)
        return max(auc, 1 - auc)
    answers = pd.Series(responded.astype(float), index=values.index)
    words = values.astype(object).where(values.notna(), "")
    by_word = answers.groupby(words)
    others = by_word.transform("count") - 1
    answered = by_word.transform("sum") - answers
    rated = (answered + 5 * responded.mean()) / (others + 5)
    return _auc(rated.to_numpy(float), responded)


def _auc(score: np.ndarray, responded: np.ndarray) -> float:
    """Return the chance that a responder has a higher score than another customer."""
    hits = responded.sum()
    ranks = rankdata(score)[responded].sum()
    return (ranks - hits * (hits + 1) / 2) / (hits * (len(score) - hits))

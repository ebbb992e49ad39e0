"""Which columns may predict a response, and which customers are equal in them."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from segmentation.campaign.columns import MISSING_LABEL
from segmentation.warehouse.errors import UserError

__all__ = [
    "checked_target",
    "column_kinds",
    "customer_groups",
    "model_input",
    "refuse_copies_of_target",
    "response_features",
    "skip_reason",
]


def response_features(
    columns: Iterable[str],
    *,
    target: str,
    key: str,
    excluded: Iterable[str] = (),
) -> list[str]:
    """Return the columns a response model may learn from, in their given order.

    Left out are the key, the target, every column whose name contains the target's
    name, and every column that matches a pattern of ``excluded``, whatever the case.

    Parameters
    ----------
    columns : iterable of str
        Columns of the feature table.
    target : str
        Column that holds the response to predict.
    key : str
        Column that identifies a customer.
    excluded : iterable of str
        Names or shell patterns (``response_*``) of what is derived from the target or
        known only after it: response rates, segments fitted on it, later campaigns.

    Returns
    -------
    list of str

    Raises
    ------
    UserError
        If nothing is left to learn from.

    Examples
    --------
    >>> response_features(
    ...     ["customer_id", "income", "responded", "responded_before_days", "rate_all"],
    ...     target="responded", key="customer_id", excluded=["rate_*"],
    ... )
    ['income']
    """
    patterns = [key.lower(), *(pattern.lower() for pattern in excluded)]
    features = [
        column
        for column in columns
        if target.lower() not in column.lower()
        and not any(fnmatchcase(column.lower(), pattern) for pattern in patterns)
    ]
    if not features:
        raise UserError(
            f"No column is left to predict {target!r} from: every column is the key, "
            "the target or excluded; exclude fewer columns."
        )
    return features


def customer_groups(features: pd.DataFrame) -> np.ndarray:
    """Give customers with equal feature rows the same number.

    Equal rows may be one person or two; kept in one fold, neither can be predicted
    from the other.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        Features only: neither the key nor the target.

    Returns
    -------
    ndarray of shape (n_customers,)
        Group numbers from 0, in order of first appearance.

    Examples
    --------
    >>> customer_groups(pd.DataFrame({"age": [40, 31, 40], "city": ["A", "B", "A"]}))
    array([0, 1, 0])
    """
    table = model_input(features, column_kinds(features))
    codes, _ = pd.factorize(pd.util.hash_pandas_object(table, index=False))
    return codes


def skip_reason(
    responded: np.ndarray, groups: np.ndarray, *, n_splits: int = 5
) -> str | None:
    """Say in one sentence why no response model can be evaluated, or return None.

    Parameters
    ----------
    responded : array of shape (n_customers,)
        1 for a response, 0 for none.
    groups : array of shape (n_customers,)
        Result of `customer_groups`.
    n_splits : int
        Folds of the evaluation.

    Returns
    -------
    str or None

    Examples
    --------
    >>> skip_reason(np.zeros(9), np.arange(9))
    'No response model: none of the 9 customers responded to the campaign.'
    >>> skip_reason(np.array([0, 1] * 5), np.arange(10)) is None
    True
    """
    responded = np.asarray(responded)
    n_customers, n_responses = len(responded), int(responded.sum())
    if n_responses == 0:
        return (
            f"No response model: none of the {n_customers} customers responded to "
            "the campaign."
        )
    if n_responses == n_customers:
        return (
            f"No response model: all {n_customers} customers responded to the campaign."
        )
    for value, who in ((1, "responded"), (0, "did not respond")):
        distinct = len(np.unique(groups[responded == value]))
        if distinct < n_splits:
            return (
                f"No response model: only {distinct} distinct customers {who}, fewer "
                f"than the {n_splits} folds of the evaluation."
            )
    return None


def column_kinds(features: pd.DataFrame) -> dict[str, str]:
    """Say for each column whether it is a ``number`` or ``text``."""
    kinds = {}
    for column in features.columns:
        values = features[column]
        inferred = (
            pd.api.types.infer_dtype(values, skipna=True)
            if values.dtype == object
            else ""
        )
        if pd.api.types.is_numeric_dtype(values.dtype) or inferred in {
            "boolean",
            "decimal",
            "integer",
            "floating",
            "mixed-integer-float",
        }:
            kinds[column] = "number"
        elif (
            pd.api.types.is_datetime64_any_dtype(values.dtype)
            or pd.api.types.is_timedelta64_dtype(values.dtype)
            or inferred in {"date", "datetime", "datetime64", "timedelta"}
        ):
            raise UserError(
                f"Feature {column!r} is a date: give the days up to the observation "
                "date instead."
            )
        else:
            kinds[column] = "text"
    return kinds


def model_input(features: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns of ``kinds`` as plain floats and plain text."""
    absent = [column for column in kinds if column not in features.columns]
    if absent:
        raise UserError(
            f"The customers lack {', '.join(map(repr, absent))}, which the response "
            "model learnt from: supply the same features as at the fit."
        )
    columns = {}
    for column, kind in kinds.items():
        values = features[column]
        if kind == "number":
            try:
                numbers = values.to_numpy(dtype="float64", na_value=np.nan)
            except (TypeError, ValueError) as error:
                raise UserError(
                    f"Feature {column!r} must hold numbers, as at the fit: {error}."
                ) from error
            if np.isinf(numbers).any():
                raise UserError(
                    f"Feature {column!r} holds an infinite value: leave it empty "
                    "where it cannot be computed."
                )
            columns[column] = numbers
        else:
            text = values.astype(object)
            columns[column] = text.where(values.notna(), MISSING_LABEL).astype(str)
    return pd.DataFrame(columns, index=features.index)


def checked_target(responded: np.ndarray) -> np.ndarray:
    """Return the target as 0 and 1."""
    target = pd.Series(responded).to_numpy(dtype="float64", na_value=np.nan)
    if not np.isin(target, (0.0, 1.0)).all():
        raise UserError(
            "The response to the target campaign must be 0 or 1 for every customer the "
            "model learns from: leave out customers whose answer is not known."
        )
    return target.astype(np.int64)


def refuse_copies_of_target(table: pd.DataFrame, responded: np.ndarray) -> None:
    """Raise if one feature alone states the target, whatever its name and coding."""
    for column in table.columns:
        codes, values = pd.factorize(table[column], use_na_sentinel=False)
        if len(values) == 2 and len(np.unique(codes != responded)) == 1:
            raise UserError(
                f"Feature {column!r} is a copy of the target: add it to the excluded "
                "columns of the response model."
            )

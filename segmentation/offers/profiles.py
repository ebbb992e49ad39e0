"""Which category to offer a customer next, and whether the choice beats popularity.

Four methods score a category; the first two are the baselines:

``global_popularity``
    share of all customers who buy the category;
``segment_popularity``
    share of the customer's segment who buy it;
``gap``
    share of spend that the segment gives to the category minus the customer's own;
    among categories without own spend this ranks by the segment's share of spend;
``affinity``
    spend to expect in the category given the customer's spend in all the others: the
    conditional mean of log spend within segments, from a regularised covariance [1]_.

Everything fitted is two small tables (`CategoryProfiles`), so that SQL can apply it to
any number of customers. Python looks at a sample: it holds customers x categories.

References
----------
.. [1] Steck (2019). Embarrassingly shallow autoencoders for sparse data. WWW '19. The
   same closed form, here centred on segments and used on log spend.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.warehouse.errors import UserError

__all__ = [
    "BASELINES",
    "METHODS",
    "CategoryProfiles",
    "Floats",
    "category_scores",
    "fit_category_profiles",
    "fit_shares",
    "recommend_categories",
    "spend_matrix",
]

BASELINES = ("global_popularity", "segment_popularity")
METHODS = (*BASELINES, "gap", "affinity")
# Customers' worth of the whole base mixed into each segment: a segment of 20 stands
# half on its own figures.
SMOOTHING = 20.0
# Share of each category's variance added to the covariance before it is inverted.
RIDGE = 0.1
# Variance of a logarithm below which a category counts as the same for everybody.
NO_VARIANCE = 1e-9
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CategoryProfiles:
    """What SQL needs to score every customer.

    Attributes
    ----------
    segments : DataFrame
        One row a segment and category: ``segment``, ``category``, ``n_customers``,
        ``mean_share`` (of the spend of a customer, 0 to 1), ``buyers_share``,
        ``overall_buyers_share`` and ``affinity_intercept``.
    affinities : DataFrame
        One row an ordered pair of categories: ``from_category``, ``category``,
        ``weight``.
    spend_unit : float
        Money by which spend is divided before its logarithm is taken.

    Notes
    -----
    The affinity score of a customer is money, ``spend_unit * (exp(l) - 1)`` with
    ``l = affinity_intercept + sum(weight * ln(1 + spend / spend_unit))`` over the
    other categories the customer bought; negative ``l`` counts as 0.
    """

    segments: pd.DataFrame
    affinities: pd.DataFrame
    spend_unit: float


@dataclass(frozen=True)
class _Spend:
    """Spend as a matrix of customers x categories, both in order of their keys."""

    customers: pd.Index
    categories: pd.Index
    segments: pd.Index
    segment_of: NDArray[np.intp]
    money: Floats


@dataclass(frozen=True)
class _Fit:
    """The same as `CategoryProfiles`, in arrays."""

    mean_share: Floats  # segments x categories
    buyers_share: Floats  # segments x categories
    overall_buyers_share: Floats  # categories
    intercept: Floats  # segments x categories
    weight: Floats  # categories x categories, from row to column
    spend_unit: float


def fit_category_profiles(
    spend: pd.DataFrame, segments: pd.DataFrame
) -> CategoryProfiles:
    """Fit segment shares and category affinities.

    Parameters
    ----------
    spend : DataFrame
        ``customer_id``, ``category``, ``spend`` (money, from 0): one row a customer
        and category; a missing row is no spend.
    segments : DataFrame
        ``customer_id``, ``segment``: one row a customer.

    Returns
    -------
    CategoryProfiles
        Two tables in order of their keys, and the unit of spend.

    Raises
    ------
    UserError
        If keys repeat, spend is negative or missing, a customer has no segment, or
        there are fewer than two categories.

    Examples
    --------
    >>> spend = pd.DataFrame({"customer_id": [1, 1, 2], "category": ["a", "b", "a"],
    ...     "spend": [30.0, 10.0, 5.0]})
    >>> segments = pd.DataFrame({"customer_id": [1, 2], "segment": ["x", "x"]})
    >>> profiles = fit_category_profiles(spend, segments)
    >>> profiles.segments["mean_share"].tolist()
    [0.875, 0.125]
    """
    table = spend_matrix(spend, segments)
    fit = fit_shares(table.money, table.segment_of, len(table.segments))
    n_segments, n_categories = fit.mean_share.shape
    counts = np.bincount(table.segment_of, minlength=n_segments)
    profiles = pd.DataFrame(
        {
            "segment": table.segments.repeat(n_categories),
            "category": np.tile(table.categories, n_segments),
            "n_customers": counts.repeat(n_categories),
            "mean_share": fit.mean_share.ravel(),
            "buyers_share": fit.buyers_share.ravel(),
            "overall_buyers_share": np.tile(fit.overall_buyers_share, n_segments),
            "affinity_intercept": fit.intercept.ravel(),
        }
    )
    source, target = np.nonzero(~np.eye(n_categories, dtype=bool))
    affinities = pd.DataFrame(
        {
            "from_category": table.categories[source],
            "category": table.categories[target],
            "weight": fit.weight[source, target],
        }
    )
    return CategoryProfiles(profiles, affinities, fit.spend_unit)


def recommend_categories(
    spend: pd.DataFrame,
    segments: pd.DataFrame,
    profiles: CategoryProfiles,
    *,
    method: str,
    n_categories: int = 3,
) -> pd.DataFrame:
    """Rank the categories to offer each customer.

    Categories never bought come first, by the method, whose hit rate is measured on
    just this question. Then follow categories bought less than in the segment, by the
    gap of shares: no hit rate vouches for these.

    Parameters
    ----------
    spend, segments : DataFrame
        As in `fit_category_profiles`; their segments and categories must be known
        to ``profiles``.
    profiles : CategoryProfiles
        From `fit_category_profiles`.
    method : str
        One of `METHODS`, normally the one `evaluate_recommendations` chose.
    n_categories : int, default 3
        Categories a customer, at most.

    Returns
    -------
    DataFrame
        One row a customer and rank: ``customer_id``, ``rank`` (from 1), ``category``,
        ``score`` (of the method if never bought, else the gap), ``own_share``,
        ``segment_share``, ``expected_extra_spend`` (gap of shares times the customer's
        spend, from 0) and ``reason_code`` (``never_bought`` or ``below_segment``).

    Raises
    ------
    UserError
        If the method, a segment or a category is not known.

    Examples
    --------
    >>> spend = pd.DataFrame({"customer_id": [1, 1, 2], "category": ["a", "b", "a"],
    ...     "spend": [30.0, 10.0, 5.0]})
    >>> segments = pd.DataFrame({"customer_id": [1, 2], "segment": ["x", "x"]})
    >>> profiles = fit_category_profiles(spend, segments)
    >>> offers = recommend_categories(spend, segments, profiles, method="gap")
    >>> offers[["customer_id", "rank", "category", "reason_code"]].values.tolist()
    [[1, 1, 'a', 'below_segment'], [2, 1, 'b', 'never_bought']]
    """
    if method not in METHODS:
        raise UserError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
    categories = pd.Index(profiles.segments["category"].unique())
    table = spend_matrix(spend, segments, categories=categories)
    fit = _arrays(profiles, table.segments, categories)
    own_share = _shares(table.money)
    segment_share = fit.mean_share[table.segment_of]
    gap = segment_share - own_share
    is_new = table.money == 0
    score = np.where(
        is_new, category_scores(method, fit, table.money, table.segment_of), gap
    )
    row, column = np.nonzero(is_new | (gap > 0))
    offers = pd.DataFrame(
        {
            "customer_id": table.customers[row],
            "category": categories[column],
            "score": score[row, column],
            "own_share": own_share[row, column],
            "segment_share": segment_share[row, column],
            "expected_extra_spend": np.maximum(gap, 0)[row, column]
            * table.money.sum(axis=1)[row],
            "reason_code": np.where(
                is_new[row, column], "never_bought", "below_segment"
            ),
        }
    )
    # "never_bought" sorts after "below_segment"; equal scores go by category.
    offers = offers.sort_values(
        ["customer_id", "reason_code", "score", "category"],
        ascending=[True, False, False, True],
    )
    offers.insert(1, "rank", offers.groupby("customer_id").cumcount() + 1)
    return offers[offers["rank"] <= n_categories].reset_index(drop=True)


def spend_matrix(
    spend: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    categories: pd.Index | None = None,
) -> _Spend:
    """Check the input and pivot it."""
    for name, table, columns, key in (
        ("spend", spend, ["customer_id", "category", "spend"], 2),
        ("segments", segments, ["customer_id", "segment"], 1),
    ):
        missing = [column for column in columns if column not in table]
        if missing:
            raise UserError(
                f"The table {name} lacks {', '.join(missing)}: it needs the columns "
                f"{', '.join(columns)}."
            )
        n_null = int(table[columns].isna().any(axis=1).sum())
        if n_null:
            raise UserError(
                f"{n_null} rows of {name} have a missing value: fill or leave them out."
            )
        n_repeated = int(table.duplicated(columns[:key]).sum())
        if n_repeated:
            raise UserError(
                f"{n_repeated} rows of {name} repeat {' and '.join(columns[:key])}: "
                "sum them up first."
            )
    if (spend["spend"] < 0).any():
        raise UserError(
            f"{(spend['spend'] < 0).sum()} rows have negative spend: "
            "net returns against purchases first."
        )
    if categories is None:
        categories = pd.Index(spend["category"].unique()).sort_values()
    if len(categories) < 2:
        raise UserError(
            f"There are {len(categories)} categories to choose from: "
            "recommending the next one needs at least 2."
        )
    ordered = segments.sort_values("customer_id")
    customers = pd.Index(ordered["customer_id"])
    row = customers.get_indexer(spend["customer_id"])
    column = categories.get_indexer(spend["category"])
    if (row < 0).any():
        raise UserError(
            f"{spend.loc[row < 0, 'customer_id'].nunique()} customers with spend have "
            "no segment: assign them one or leave out their spend."
        )
    if (column < 0).any():
        raise UserError(
            f"The category {spend['category'].iloc[(column < 0).argmax()]!r} is not in "
            "the profiles: fit them again."
        )
    money = np.zeros((len(customers), len(categories)))
    money[row, column] = spend["spend"].to_numpy(dtype=float)
    names = pd.Index(ordered["segment"].unique()).sort_values()
    return _Spend(
        customers, categories, names, names.get_indexer(ordered["segment"]), money
    )


def fit_shares(money: Floats, segment_of: NDArray[np.intp], n_segments: int) -> _Fit:
    """Return what the methods know of the customers of a fold."""
    bought = money > 0
    if not bought.any():
        raise UserError("Nobody spent anything: give customers who bought.")
    spend_unit = float(np.median(money[bought]))
    logs = np.log1p(money / spend_unit)
    spends = bought.any(axis=1)
    mean_logs = _segment_means(logs, segment_of, n_segments)
    centred = logs - mean_logs[segment_of]
    covariance = centred.T @ centred / len(centred)
    # A category that never varies is given a variance, and with it weights near 0.
    variance = np.diag(covariance)
    ridge = np.where(variance > NO_VARIANCE, RIDGE * variance, 1.0)
    precision = np.linalg.inv(covariance + np.diag(ridge))
    weight = -precision / np.diag(precision)
    np.fill_diagonal(weight, 0.0)
    return _Fit(
        mean_share=_segment_means(
            _shares(money)[spends], segment_of[spends], n_segments
        ),
        buyers_share=_segment_means(bought.astype(float), segment_of, n_segments),
        overall_buyers_share=bought.mean(axis=0),
        intercept=mean_logs - mean_logs @ weight,
        weight=weight,
        spend_unit=spend_unit,
    )


def _segment_means(
    values: Floats, segment_of: NDArray[np.intp], n_segments: int
) -> Floats:
    """Mean of each column by segment, `SMOOTHING` customers of the whole mixed in."""
    sums = np.zeros((n_segments, values.shape[1]))
    np.add.at(sums, segment_of, values)
    counts = np.bincount(segment_of, minlength=n_segments)[:, np.newaxis]
    return (sums + SMOOTHING * values.mean(axis=0)) / (counts + SMOOTHING)


def _shares(money: Floats) -> Floats:
    """Shares of each row; 0 for a customer without spend."""
    total = money.sum(axis=1, keepdims=True)
    return np.divide(money, total, out=np.zeros_like(money), where=total > 0)


def _arrays(
    profiles: CategoryProfiles, segments: pd.Index, categories: pd.Index
) -> _Fit:
    """Profiles as arrays, in the order of the given segments and categories."""
    unknown = segments.difference(profiles.segments["segment"])
    if len(unknown):
        raise UserError(
            f"The segment {unknown[0]!r} is not in the profiles: fit them again."
        )
    known = profiles.segments[profiles.segments["segment"].isin(segments)]
    cells = (
        segments.get_indexer(known["segment"]),
        categories.get_indexer(known["category"]),
    )
    pairs = tuple(
        categories.get_indexer(profiles.affinities[name])
        for name in ("from_category", "category")
    )

    def wide(column: str) -> Floats:
        values = np.zeros((len(segments), len(categories)))
        values[cells] = known[column]
        return values

    weight = np.zeros((len(categories), len(categories)))
    weight[pairs] = profiles.affinities["weight"]
    return _Fit(
        mean_share=wide("mean_share"),
        buyers_share=wide("buyers_share"),
        overall_buyers_share=wide("overall_buyers_share")[0],
        intercept=wide("affinity_intercept"),
        weight=weight,
        spend_unit=profiles.spend_unit,
    )


def category_scores(
    method: str, fit: _Fit, money: Floats, segment_of: NDArray[np.intp]
) -> Floats:
    """Score of every customer and category, higher is better."""
    if method == "global_popularity":
        return np.broadcast_to(fit.overall_buyers_share, money.shape)
    if method == "segment_popularity":
        return fit.buyers_share[segment_of]
    if method == "gap":
        return fit.mean_share[segment_of] - _shares(money)
    logs = fit.intercept[segment_of] + np.log1p(money / fit.spend_unit) @ fit.weight
    return fit.spend_unit * np.expm1(np.maximum(logs, 0.0))

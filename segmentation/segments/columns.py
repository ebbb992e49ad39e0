"""Which of many columns should make segments, and why the others should not.

Columns that cannot tell customers apart, or say what another says, are left out first;
of the rest those stay whose variance lies between segments. docs/features.md has the
figures behind the constants.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import nnls
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.groups import LEAST_SHARE
from segmentation.segments.transforms import Feature, fit_features, scaled

__all__ = ["Column", "choose_columns"]

MOST_ROWS = 4000
STARTS = 5
# a logarithm where a number is skewed, and has more values than a scale of answers
MOST_SKEW = 1.5
FEW_VALUES = 10
# two columns of which one tells the order of the other
SAME_ORDER = 0.95
# columns that tell about one thing, by the correlation of their ranks
ONE_BLOCK = 0.5
# share of variance between segments, against that of the five best, to be worth it
LEAST_TELLING = 0.2
# zeros, of all values: beyond, a column comes after those that tell of most customers
MOSTLY_NONE = 0.75
# by how much splits have to agree better for the blocks to be believed
CLEARLY_STEADIER = 0.05
SPLITS = 3
# rows on which a sum is looked for, before it is checked on all
ROWS_OF_SUM = 300


@dataclass(frozen=True)
class Column:
    """What is decided about one column; the reason is a clause, empty if it is kept.

    The share is of its variance, between about as many segments as there will be.
    """

    column: str
    kind: str
    transform: str = "none"
    reason: str = ""
    share: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the column should make segments."""
        return not self.reason

    def as_feature(self) -> Feature:
        """Return the column as a feature of the segmentation."""
        return Feature(self.column, self.column, self.transform, kind=self.kind)


def choose_columns(
    frame: pd.DataFrame, *, k: int, most: int | None = None, random_seed: int = 0
) -> list[Column]:
    """Choose the columns that should make segments.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Numbers as float and groups as text, missing as NaN; without key and target.
    k : int
        About how many segments there will be.
    most : int, optional
        So many columns stay at most: those of which most lies between segments, and
        first those of which more than a few customers have any.
    random_seed : int, default=0
        Seed of the sample of rows, the fits and the splits.

    Returns
    -------
    list of Column
        In the order of the columns.
    """
    frame = frame.reset_index(drop=True)
    if len(frame) > MOST_ROWS:
        drawn = np.random.default_rng(random_seed).choice(
            len(frame), MOST_ROWS, replace=False
        )
        frame = frame.iloc[np.sort(drawn)].reset_index(drop=True)
    columns = {c: _judged_alone(frame[c]) for c in frame}
    for judge in (_totals, _same_order):
        numbers = [c for c, own in columns.items() if own.is_kept and _is_number(own)]
        for name, reason in judge(frame[numbers]).items():
            columns[name] = replace(columns[name], reason=reason)
    kept = [own for own in columns.values() if own.is_kept]
    if len(kept) > 1:
        telling = _telling(frame, kept, k, random_seed)
        for own in kept:
            if own.column in telling:
                columns[own.column] = replace(own, share=telling[own.column])
            else:
                reason = "tells little about the segments that the others make"
                columns[own.column] = replace(own, reason=reason)
        # having any or none is two groups by itself: it tells most of no other column
        rare = {c for c in telling if _has_mostly_none(frame[c])}
        strongest = sorted(telling, key=lambda c: (c in rare, -telling[c]))
        for name in strongest[most:] if most else []:
            reason = f"tells less about the segments than the {most} that stay"
            if name in rare:
                reason = f"most have none; the {most} that stay tell of everybody"
            columns[name] = replace(columns[name], reason=reason)
    return list(columns.values())


def _has_mostly_none(values: pd.Series) -> bool:
    return bool((values == 0).mean() > MOSTLY_NONE)


def _is_number(column: Column) -> bool:
    return column.kind == "number"


def _judged_alone(values: pd.Series) -> Column:
    kind = "number" if pd.api.types.is_numeric_dtype(values) else "group"
    known = values.dropna()
    distinct = known.nunique()
    if len(known) < LEAST_SHARE * len(values):
        return Column(values.name, kind, reason="is known of hardly anybody")
    if distinct < 2:
        return Column(values.name, kind, reason="is the same for everybody")
    if kind == "group":
        frequent = (known.value_counts(normalize=True) >= LEAST_SHARE).sum()
        reason = "" if frequent else "differs for nearly every customer"
        return Column(values.name, kind, reason=reason)
    low, high = np.quantile(known.to_numpy(float), [0.01, 0.99])
    if low == high:  # what the fit would be left with
        return Column(values.name, kind, reason="is the same for nearly everybody")
    may_be_skewed = distinct > FEW_VALUES and known.min() >= 0
    is_skewed = may_be_skewed and known.skew() > MOST_SKEW
    return Column(values.name, kind, "log1p" if is_skewed else "none")


def _totals(numbers: pd.DataFrame) -> dict[str, str]:
    """Return the columns that are the sum of others, with the reason."""
    whole = numbers.dropna()
    amounts = whole.loc[:, (whole >= 0).all()].astype(float)
    found: dict[str, str] = {}
    if len(amounts) <= FEW_VALUES:
        return found
    first = amounts.iloc[:ROWS_OF_SUM]
    values, few = amounts.to_numpy(), amounts.to_numpy()[:ROWS_OF_SUM]
    for place, name in enumerate(amounts):
        total = amounts[name]
        # a part is nowhere larger; few rows tell it of most columns
        smaller = (few <= few[:, [place]]).all(axis=0)
        smaller[place] = False
        smaller[[amounts.columns.get_loc(column) for column in found]] = False
        smaller[smaller] = (values[:, smaller] <= values[:, [place]]).all(axis=0)
        parts = amounts.loc[:, smaller]
        if parts.shape[1] < 2:
            continue
        shares, _ = nnls(parts.loc[first.index].to_numpy(), first[name].to_numpy())
        summed = parts.loc[:, np.isclose(shares, 1, atol=0.01)]
        if summed.shape[1] > 1 and np.allclose(summed.sum(axis=1), total, rtol=0.001):
            found[name] = f"is the total of {_listed(list(summed))}"
    return found


def _listed(names: list[str], most: int = 3) -> str:
    left = len(names) - most
    if left > 0:
        return f"{', '.join(names[:most])} and {left} more"
    return " and ".join([", ".join(names[:-1]), names[-1]])


def _same_order(numbers: pd.DataFrame) -> dict[str, str]:
    """Return the columns that order customers as an earlier one does, with reason."""
    correlations = _rank_correlations(numbers)
    # of two that say the same the one that is known of more customers stays
    order = np.argsort(numbers.isna().sum().to_numpy(), kind="stable")
    found: dict[str, str] = {}
    kept: list[int] = []
    for i in order:
        same = [j for j in kept if correlations[i, j] > SAME_ORDER]
        if same:
            found[numbers.columns[i]] = f"says the same as {numbers.columns[same[0]]}"
        else:
            kept.append(i)
    return found


def _rank_correlations(numbers: pd.DataFrame) -> np.ndarray:
    """Return the absolute rank correlations, missing values in the middle."""
    if numbers.shape[1] < 2:
        return np.ones((numbers.shape[1],) * 2)
    ranks = numbers.rank().fillna((numbers.count() + 1) / 2)
    return np.abs(np.corrcoef(ranks.to_numpy().T))


def _telling(
    frame: pd.DataFrame, kept: list[Column], k: int, seed: int
) -> dict[str, float]:
    """Return the columns whose variance lies between segments, with its share."""
    fitted = fit_features(frame, [c.as_feature() for c in kept])
    points = scaled(frame, fitted)
    owners = np.array([f.feature for f in fitted])
    single = _dropped_until_all_tell(points, owners, k, seed)
    block_points, blocks, block_of = _blocks(frame, kept, points, owners)
    telling = _dropped_until_all_tell(block_points, blocks, k, seed)
    in_blocks = {c: telling[b] for c, b in block_of.items() if b in telling}
    if in_blocks.keys() == single.keys():
        return single
    # having any or none is steady whatever the rest is
    compared = [
        [c for c in columns if not _has_mostly_none(frame[c])]
        for columns in (single, in_blocks)
    ]
    if not all(compared):
        return single
    steadiness = [
        _steadiness(points[:, np.isin(owners, own)], k, seed) for own in compared
    ]
    return in_blocks if steadiness[1] > steadiness[0] + CLEARLY_STEADIER else single


def _dropped_until_all_tell(
    points: np.ndarray, owners: np.ndarray, k: int, seed: int
) -> dict[str, float]:
    """Refit without the owners whose variance lies within segments, until none does."""
    left = [str(owner) for owner in dict.fromkeys(owners)]
    shares = dict.fromkeys(left, 1.0)
    while len(left) > 1:
        own = np.isin(owners, left)
        shares = _between_shares(points[:, own], owners[own], k, seed)
        best = np.mean(sorted(shares.values(), reverse=True)[:5])
        telling = [c for c in left if shares[c] >= LEAST_TELLING * best]
        if telling == left:
            break
        left = telling
    return {c: shares[c] for c in left}


def _between_shares(
    points: np.ndarray, owners: np.ndarray, k: int, seed: int
) -> dict[str, float]:
    """Return η², the share of variance between segments, by owner."""
    cut = fit_kmeans(points, k, random_seed=seed, starts=STARTS)
    within = np.nansum((points - cut.centroids[cut.labels]) ** 2, axis=0)
    total = np.nansum((points - np.nanmean(points, axis=0)) ** 2, axis=0)
    sums = pd.DataFrame({"within": within, "total": total}).groupby(owners).sum()
    shares = 1 - sums["within"] / sums["total"]
    return {str(owner): float(shares[owner]) for owner in dict.fromkeys(owners)}


def _blocks(
    frame: pd.DataFrame, kept: list[Column], points: np.ndarray, owners: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, str]]:
    """Return means of columns that tell about one thing, and the block of a column.

    A group is a block of its own, and a block is called after its first column.
    """
    numbers = [c.column for c in kept if _is_number(c)]
    block_of = {c.column: c.column for c in kept}
    if len(numbers) > 1:
        apart = 1 - _rank_correlations(frame[numbers])
        tree = linkage(squareform(apart, checks=False), "average")
        cut = fcluster(tree, 1 - ONE_BLOCK, "distance")
        first = {block: numbers[i] for i, block in reversed(list(enumerate(cut)))}
        block_of |= {c: first[block] for c, block in zip(numbers, cut, strict=True)}
    parts, names = [], []
    for block in dict.fromkeys(block_of.values()):
        members = [c for c, own in block_of.items() if own == block]
        columns = points[:, np.isin(owners, members)]
        if len(members) > 1:
            columns = _mean_in_one_direction(columns)
        parts.append(columns)
        names += [block] * columns.shape[1]
    return np.hstack(parts), np.array(names), block_of


def _mean_in_one_direction(columns: np.ndarray) -> np.ndarray:
    complete = np.nan_to_num(columns)
    signs = np.sign(complete.T @ complete[:, 0])
    mean = (complete * np.where(signs == 0, 1, signs)).mean(axis=1, keepdims=True)
    return mean / (mean.std() or 1)


def _steadiness(points: np.ndarray, k: int, seed: int) -> float:
    """Return how well segments of two halves of the customers agree on all."""
    rng = np.random.default_rng(seed)
    agreements = []
    for _ in range(SPLITS):
        order = rng.permutation(len(points))
        halves = np.array_split(order, 2)
        labels = [
            fit_kmeans(points[half], k, random_seed=seed, starts=STARTS).assign(points)
            for half in halves
        ]
        agreements.append(adjusted_rand_score(*labels))
    return float(np.mean(agreements))

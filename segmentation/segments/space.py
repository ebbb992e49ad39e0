"""The space that segments are made in: one call from customers to coordinates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.transforms import (
    Feature,
    FittedFeature,
    add_unknown,
    filled,
    fit_features,
    scaled,
)
from segmentation.warehouse.errors import UserError

__all__ = ["Space", "fit_space", "points_of", "separating_gaps"]

# a first cut, only to see whether customers without a value are alike
FIRST_CUT = 3
FIRST_STARTS = 5
# below these, customers without a value are as alike as a segment, and more than all
MOST_OF_SEGMENT = 1.4
MOST_OF_ALL = 0.8
# fewer customers, or a smaller share, without a value are no kind
FEWEST_MISSING = 20
LEAST_MISSING = 0.01
# from here on distances over what is known compare hardly anything
MOST_MISSING = 0.6


@dataclass(frozen=True)
class Space:
    """The coordinates of the customers of a fit.

    Attributes
    ----------
    features : list of FittedFeature
        One a coordinate: what the assignment needs to find other customers' places.
    points : ndarray of shape (n_customers, n_coordinates)
        NaN where missing; of a mixture without gaps.
    told_by_gaps : list of str
        Numbers whose being missing tells customers apart, each with an indicator.
    """

    features: list[FittedFeature]
    points: np.ndarray
    told_by_gaps: list[str]


def fit_space(
    frame: pd.DataFrame,
    features: list[Feature],
    *,
    algorithm: str,
    scaling: str,
    winsorise_quantiles: tuple[float, float],
    random_seed: int,
) -> Space:
    """Learn the coordinates of customers from a sample of them.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values: numbers as float, groups as text; what is missing is NaN.
    features : list of Feature
        Numbers and groups.
    algorithm : str
        One of `clustering.ALGORITHMS`; a Gaussian mixture takes numbers only.
    scaling, winsorise_quantiles
        As in `fit_features`.
    random_seed : int
        Seed of the first cut, by which gaps that tell customers apart are found.

    Returns
    -------
    Space

    Raises
    ------
    UserError
        If the algorithm cannot take the features, or too little is known.
    """
    _require_numbers(features, algorithm)
    _require_known(frame, features)
    fitted = fit_features(
        frame, features, scaling=scaling, winsorise_quantiles=winsorise_quantiles
    )
    points = scaled(frame, fitted)
    told_by_gaps: list[str] = []
    if algorithm != "gaussian_mixture" and np.isnan(points).any():
        told_by_gaps = separating_gaps(points, fitted, random_seed=random_seed)
        fitted = add_unknown(frame, fitted, told_by_gaps)
    return Space(fitted, points_of(frame, fitted, algorithm), told_by_gaps)


def points_of(
    frame: pd.DataFrame, fitted: list[FittedFeature], algorithm: str
) -> np.ndarray:
    """Return customers' points as the algorithm takes them."""
    points = scaled(frame, fitted)
    return filled(points, fitted) if algorithm == "gaussian_mixture" else points


def separating_gaps(
    points: np.ndarray, fitted: list[FittedFeature], *, random_seed: int
) -> list[str]:
    """Return the numbers whose being missing tells customers apart.

    Among the customers without a value, the other features' variance is compared with
    that within the segments of a first cut and with that of all customers. Who is as
    alike as a segment without sharing a value shares that it is missing.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_coordinates)
        Scaled, NaN where missing.
    fitted : list of FittedFeature
    random_seed : int

    Returns
    -------
    list of str
    """
    k = min(FIRST_CUT, len(np.unique(points, axis=0)))
    cut = fit_kmeans(points, k, random_seed=random_seed, starts=FIRST_STARTS)
    within = points - cut.centroids[cut.labels]
    separating = []
    for i, f in enumerate(fitted):
        is_missing = np.isnan(points[:, i])
        enough = max(FEWEST_MISSING, LEAST_MISSING * len(points))
        if f.kind != "number" or is_missing.sum() < enough:
            continue
        others = [j for j, other in enumerate(fitted) if other.feature != f.feature]
        own = _variance(points[np.ix_(is_missing, others)])
        of_segments = float(np.nansum(np.nanmean(within[:, others] ** 2, axis=0)))
        of_all = _variance(points[:, others])
        if own < MOST_OF_SEGMENT * of_segments and own < MOST_OF_ALL * of_all:
            separating.append(f.feature)
    return separating


def _variance(points: np.ndarray) -> float:
    """Return the variance summed over the coordinates with any known values."""
    has_any = ~np.isnan(points).all(axis=0)
    return float(np.nanvar(points[:, has_any], axis=0).sum())


def _require_numbers(features: list[Feature], algorithm: str) -> None:
    groups = [f.feature for f in features if f.kind == "group"]
    if groups and algorithm == "gaussian_mixture":
        raise UserError(
            f"A Gaussian mixture is of numbers and cannot take {groups[0]}, which is a "
            "group; set var algorithm to kmeans or hierarchical, or leave the groups "
            "out of the features."
        )


def _require_known(frame: pd.DataFrame, features: list[Feature]) -> None:
    missing = [float(frame[f.feature].isna().mean()) for f in features]
    if missing and min(missing) >= MOST_MISSING:
        raise UserError(
            f"Every feature is missing for at least {min(missing):.0%} of customers, "
            "so there is nothing to compare them by; choose features that are known."
        )

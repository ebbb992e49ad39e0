"""Winsorise, impute, transform and scale features, in numpy and in SQL alike.

The same fitted parameters drive both: `scaled` is what the fit sees, and
`scaled_sql` is what the engine computes for every customer. Order of the steps:
impute, winsorise, transform, scale, weight.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.errors import UserError

__all__ = [
    "SCALINGS",
    "TRANSFORMS",
    "Feature",
    "FittedFeature",
    "fit_features",
    "natural",
    "scaled",
]


@dataclass(frozen=True)
class Transform:
    """A monotone transform, its inverse, and the same in SQL."""

    apply: Callable[[np.ndarray], np.ndarray]
    invert: Callable[[np.ndarray], np.ndarray]
    sql: str


# logarithm and root are of amounts and counts; what is below zero counts as zero
TRANSFORMS = {
    "none": Transform(lambda x: x, lambda x: x, "{x}"),
    "log1p": Transform(
        lambda x: np.log1p(np.maximum(x, 0)), np.expm1, "ln(1 + greatest({x}, 0))"
    ),
    "sqrt": Transform(
        lambda x: np.sqrt(np.maximum(x, 0)), np.square, "sqrt(greatest({x}, 0))"
    ),
}


def _quartile_range(x: np.ndarray) -> tuple[float, float]:
    low, middle, high = np.quantile(x, [0.25, 0.5, 0.75])
    return float(middle), float(high - low)


# name -> (centre, spread) of the transformed values
SCALINGS = {
    "standard": lambda x: (float(np.mean(x)), float(np.std(x))),
    "robust": _quartile_range,
    "minmax": lambda x: (float(np.min(x)), float(np.ptp(x))),
}


@dataclass(frozen=True)
class Feature:
    """A feature as the catalogue declares it."""

    feature: str
    label: str
    transform: str = "none"
    weight: float = 1.0
    implausible_flag: str | None = None
    high_phrase: str = ""
    low_phrase: str = ""


@dataclass(frozen=True)
class FittedFeature:
    """What the fit learned about one feature; values are in natural units.

    `center` and `scale` are in transformed units. A weight w multiplies the squared
    distance, so the scaled value carries its square root.
    """

    feature: str
    transform: str
    weight: float
    impute_value: float
    clip_low: float
    clip_high: float
    center: float
    scale: float

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return natural values in the units of the segmentation's space."""
        filled = np.where(np.isnan(values), self.impute_value, values)
        clipped = np.clip(filled, self.clip_low, self.clip_high)
        transformed = TRANSFORMS[self.transform].apply(clipped)
        return (transformed - self.center) / self.scale * np.sqrt(self.weight)

    def natural(self, values: np.ndarray) -> np.ndarray:
        """Return scaled values in natural units, the inverse of `scaled`."""
        transformed = values / np.sqrt(self.weight) * self.scale + self.center
        return TRANSFORMS[self.transform].invert(transformed)


def fit_features(
    frame: pd.DataFrame,
    features: list[Feature],
    *,
    scaling: str = "standard",
    winsorise_quantiles: tuple[float, float] = (0.01, 0.99),
) -> list[FittedFeature]:
    """Learn how to impute, winsorise and scale every feature.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values as float; missing and implausible ones are NaN.
    features : list of Feature
        Features to fit, each a column of `frame`.
    scaling : {'standard', 'robust', 'minmax'}, default='standard'
        What is subtracted from and what divides the transformed values.
    winsorise_quantiles : tuple of float, default=(0.01, 0.99)
        Values beyond these quantiles are pulled in to them.

    Returns
    -------
    list of FittedFeature
        In the order of `features`.

    Raises
    ------
    UserError
        If a setting is unknown, or a feature has no values or does not vary.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [20.0, 40.0, np.nan, 60.0]})
    >>> age, = fit_features(
    ...     frame, [Feature("age", "Age")], winsorise_quantiles=(0, 1)
    ... )
    >>> age.impute_value, age.center
    (40.0, 40.0)
    """
    if scaling not in SCALINGS:
        raise UserError(
            f"var scaling is '{scaling}'; it has to be one of {', '.join(SCALINGS)}."
        )
    return [
        _fit_feature(frame[f.feature].to_numpy(float), f, scaling, winsorise_quantiles)
        for f in features
    ]


def _fit_feature(
    values: np.ndarray, feature: Feature, scaling: str, quantiles: tuple[float, float]
) -> FittedFeature:
    known = values[np.isfinite(values)]
    if not len(known):
        raise UserError(
            f"The feature {feature.feature} has no values at all, so it cannot make "
            "segments; choose other features, or check its column in the input."
        )
    if feature.transform not in TRANSFORMS:
        raise UserError(
            f"The transform '{feature.transform}' of feature {feature.feature} is not "
            f"known; it has to be one of {', '.join(TRANSFORMS)}."
        )
    if not feature.weight > 0:
        raise UserError(
            f"The weight of feature {feature.feature} is {feature.weight}; a feature "
            "of the segmentation needs a weight above 0."
        )
    low, high = (float(q) for q in np.quantile(known, quantiles))
    impute_value = float(np.median(known))
    filled = np.where(np.isfinite(values), values, impute_value)
    transformed = TRANSFORMS[feature.transform].apply(np.clip(filled, low, high))
    center, scale = SCALINGS[scaling](transformed)
    if not scale > 0:
        raise UserError(
            f"The feature {feature.feature} has the same value ({impute_value:g}) for "
            "practically all customers, so it cannot make segments; choose others."
        )
    return FittedFeature(
        feature.feature,
        feature.transform,
        feature.weight,
        impute_value,
        low,
        high,
        center,
        scale,
    )


def scaled(frame: pd.DataFrame, fitted: list[FittedFeature]) -> np.ndarray:
    """Return the segmentation's space, shape (n_customers, n_features)."""
    return np.column_stack([f.scaled(frame[f.feature].to_numpy(float)) for f in fitted])


def natural(points: np.ndarray, fitted: list[FittedFeature]) -> np.ndarray:
    """Return points of the segmentation's space in natural units, same shape."""
    return np.column_stack(
        [f.natural(column) for f, column in zip(fitted, points.T, strict=True)]
    )

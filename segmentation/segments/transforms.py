"""Winsorise, impute, transform and scale features, in numpy and in SQL alike.

The same fitted parameters drive both: `scaled` is what the fit sees, and the assignment
computes the same in SQL for every customer. Order of the steps: winsorise, transform,
scale, weight. What is missing stays missing (NaN): distances are over what is known. A
group (a column of words) becomes one indicator a level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segmentation.segments.groups import group_weight, indicator, learned_levels
from segmentation.warehouse.errors import UserError

if TYPE_CHECKING:  # assigning customers does without pandas
    import pandas as pd

from typing import Any

__all__ = [
    "SCALINGS",
    "TRANSFORMS",
    "Feature",
    "FittedFeature",
    "add_unknown",
    "coordinate_key",
    "filled",
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
SCALINGS: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "standard": lambda x: (float(np.mean(x)), float(np.std(x))),
    "robust": _quartile_range,
    "minmax": lambda x: (float(np.min(x)), float(np.ptp(x))),
}


@dataclass(frozen=True)
class Feature:
    """A feature as the catalogue declares it; its kind is 'number' or 'group'."""

    feature: str
    label: str
    transform: str = "none"
    weight: float = 1.0
    implausible_flag: str | None = None
    high_phrase: str = ""
    low_phrase: str = ""
    kind: str = "number"
    unit: str = ""


@dataclass(frozen=True)
class FittedFeature:
    """What the fit learned about one coordinate; values are in natural units.

    `center` and `scale` are in transformed units. A weight w multiplies the squared
    distance, so the scaled value carries its square root. A number is one coordinate;
    a group has one for each indicator, whose natural value is 0 or 1 and whose mean in
    a segment is the share of its customers. Kinds: 'number'; 'level' (is `level`),
    'other' (is none of the levels), 'unknown' (has no value, of a number as well).
    """

    feature: str
    transform: str
    weight: float
    impute_value: float
    clip_low: float
    clip_high: float
    center: float
    scale: float
    kind: str = "number"
    level: str | None = None

    @classmethod
    def of_row(cls, row: dict) -> FittedFeature:
        """Return the feature that a kept version has in this row."""
        feature, kind, level = coordinate_key(row)
        names = list(cls.__dataclass_fields__)[1:-2]
        figures = {name: row[name] for name in names}
        return cls(feature, kind=kind, level=level, **figures)

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What tells this coordinate from the others."""
        return self.feature, self.kind, self.level

    @property
    def name(self) -> str:
        """What people call this coordinate."""
        if self.kind == "number":
            return self.feature
        return f"{self.feature}: {self.level or self.kind}"

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return natural values in the units of the segmentation's space."""
        clipped = np.clip(values, self.clip_low, self.clip_high)
        transformed = TRANSFORMS[self.transform].apply(clipped)
        return (transformed - self.center) / self.scale * np.sqrt(self.weight)

    def natural(self, values: np.ndarray) -> np.ndarray:
        """Return scaled values in natural units, the inverse of `scaled`."""
        transformed = values / np.sqrt(self.weight) * self.scale + self.center
        return TRANSFORMS[self.transform].invert(transformed)


def coordinate_key(row: dict) -> tuple[str, str, str | None]:
    """Return what tells a kept coordinate from the others.

    Versions from before there were groups have numbers only.
    """
    return row["feature"], row.get("kind") or "number", row.get("level")


def fit_features(
    frame: pd.DataFrame,
    features: list[Feature],
    *,
    scaling: str = "standard",
    winsorise_quantiles: tuple[float, float] = (0.01, 0.99),
) -> list[FittedFeature]:
    """Learn how to winsorise and scale every number, and the levels of every group.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values, numbers as float and groups as text; missing and implausible
        ones are NaN.
    features : list of Feature
        Features to fit, each a column of `frame`.
    scaling : {'standard', 'robust', 'minmax'}, default='standard'
        What is subtracted from and what divides the transformed values.
    winsorise_quantiles : tuple of float, default=(0.01, 0.99)
        Values beyond these quantiles are pulled in to them.

    Returns
    -------
    list of FittedFeature
        In the order of `features`; of a group one for each indicator, together as
        heavy as its weight asks for (see `segments.groups`).

    Raises
    ------
    UserError
        If a setting is unknown, or a feature has no values or does not vary.

    Examples
    --------
    >>> import pandas as pd
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
    numbers = {
        f.feature: _fit_number(
            frame[f.feature].to_numpy(float), f, scaling, winsorise_quantiles
        )
        for f in features
        if f.kind == "number"
    }
    # a group weighs as much as the numbers do, whatever they are scaled by
    unit = _mean_variance(frame, list(numbers.values()))
    fitted = []
    for f in features:
        is_number = f.kind == "number"
        fitted += (
            [numbers[f.feature]] if is_number else _fit_group(frame[f.feature], f, unit)
        )
    return fitted


def _mean_variance(frame: pd.DataFrame, numbers: list[FittedFeature]) -> float:
    """Return the mean variance of scaled numbers before their weights; 1 of none."""
    if not numbers:
        return 1.0
    weights = np.array([f.weight for f in numbers])
    return float((np.nanvar(scaled(frame, numbers), axis=0) / weights).mean())


def _fit_number(
    values: np.ndarray, feature: Feature, scaling: str, quantiles: tuple[float, float]
) -> FittedFeature:
    known = values[np.isfinite(values)]
    _require_values(feature, known)
    if feature.transform not in TRANSFORMS:
        raise UserError(
            f"The transform '{feature.transform}' of feature {feature.feature} is not "
            f"known; it has to be one of {', '.join(TRANSFORMS)}."
        )
    low, high = (float(q) for q in np.quantile(known, quantiles))
    impute_value = float(np.median(known))
    transformed = TRANSFORMS[feature.transform].apply(np.clip(known, low, high))
    center, scale = SCALINGS[scaling](transformed)
    if not scale > 0:
        raise _same_for_all(feature, f"{impute_value:g}")
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


def _fit_group(values: pd.Series, feature: Feature, unit: float) -> list[FittedFeature]:
    _require_values(feature, values.dropna())
    kinds = learned_levels(values)
    columns = [indicator(values, kind, level, kinds) for kind, level in kinds]
    shares = np.array([np.nanmean(column) for column in columns])
    variance = float((shares * (1 - shares)).sum())
    if not variance > 0:
        raise _same_for_all(feature, str(values.dropna().iloc[0]))
    scale = float(np.sqrt(variance / (unit * group_weight(shares))))
    return [
        _indicator_feature(feature.feature, feature.weight, share, scale, kind, level)
        for share, (kind, level) in zip(shares.tolist(), kinds, strict=True)
    ]


def _indicator_feature(
    feature: str,
    weight: float,
    share: float,
    scale: float,
    kind: str,
    level: str | None = None,
) -> FittedFeature:
    return FittedFeature(
        feature, "none", weight, share, 0.0, 1.0, share, scale, kind, level
    )


def _require_values(feature: Feature, known: Any) -> None:
    if not len(known):
        raise UserError(
            f"The feature {feature.feature} has no values at all, so it cannot make "
            "segments; choose other features, or check its column in the input."
        )
    if not feature.weight > 0:
        raise UserError(
            f"The weight of feature {feature.feature} is {feature.weight}; a feature "
            "of the segmentation needs a weight above 0."
        )


def _same_for_all(feature: Feature, value: str) -> UserError:
    return UserError(
        f"The feature {feature.feature} has the same value ({value}) for "
        "practically all customers, so it cannot make segments; choose others."
    )


def add_unknown(
    frame: pd.DataFrame, fitted: list[FittedFeature], features: list[str]
) -> list[FittedFeature]:
    """Return the fitted features and indicators that a number has no value.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
    fitted : list of FittedFeature
    features : list of str
        Numbers whose being missing tells customers apart. Those that are missing
        together share an indicator, named after the first; all weigh as one number.

    Returns
    -------
    list of FittedFeature
    """
    patterns: dict[bytes, tuple[str, float]] = {}
    for feature in features:
        is_missing = frame[feature].isna().to_numpy()
        patterns.setdefault(is_missing.tobytes(), (feature, float(is_missing.mean())))
    unit = _mean_variance(frame, [f for f in fitted if f.kind == "number"])
    variance = sum(share * (1 - share) for _, share in patterns.values())
    return fitted + [
        _indicator_feature(
            feature, 1.0, share, float(np.sqrt(variance / unit)), "unknown"
        )
        for feature, share in patterns.values()
    ]


def scaled(frame: pd.DataFrame, fitted: list[FittedFeature]) -> np.ndarray:
    """Return the segmentation's space, shape (n_customers, n_coordinates).

    What is missing is NaN; `filled` is for algorithms that know no gaps.
    """
    siblings: dict[str, list] = {}
    for f in fitted:
        siblings.setdefault(f.feature, []).append((f.kind, f.level))
    return np.column_stack(
        [
            f.scaled(
                frame[f.feature].to_numpy(float)
                if f.kind == "number"
                else indicator(frame[f.feature], f.kind, f.level, siblings[f.feature])
            )
            for f in fitted
        ]
    )


def filled(points: np.ndarray, fitted: list[FittedFeature]) -> np.ndarray:
    """Return scaled points without gaps: a number's median, a group's shares."""
    typical = [float(f.scaled(np.array([f.impute_value]))[0]) for f in fitted]
    return np.where(np.isnan(points), typical, points)


def natural(points: np.ndarray, fitted: list[FittedFeature]) -> np.ndarray:
    """Return points of the segmentation's space in natural units, same shape."""
    return np.column_stack(
        [f.natural(column) for f, column in zip(fitted, points.T, strict=True)]
    )

"""Squared distances of a group's values to the centroids, in SQL.

A group has few values, so the distance of each to every centroid is worked out once and
stands in the query as a literal: one `case` a group and centroid, whatever its levels.
"""

from dataclasses import dataclass

import numpy as np

from segmentation.segments.transforms import FittedFeature
from segmentation.warehouse.quoting import double, identifier, literal

__all__ = ["GroupDistances", "group_distances"]


@dataclass(frozen=True)
class GroupDistances:
    """The indicators of one feature as the query needs them.

    Attributes
    ----------
    feature : str
    name : str
        Column of the query that holds the number of the value.
    positions : list of int
        Where the indicators stand among the coordinates.
    levels : list of str
        Values 1, 2, …; 0 is a missing one, the next number all others.
    coordinates : ndarray of shape (n_values, n_indicators)
        Scaled coordinates by the number of the value; a row of NaN adds nothing.
    """

    feature: str
    name: str
    positions: list[int]
    levels: list[str]
    coordinates: np.ndarray

    def value(self) -> str:
        """Return the column that numbers the values."""
        column = identifier(self.feature)
        if not self.levels:
            return f"case when {column} is null then 0 else 1 end as {self.name}"
        tests = " ".join(
            f"when {literal(level)} then {i}" for i, level in enumerate(self.levels, 1)
        )
        return (
            f"case when {column} is null then 0 else case {column} {tests} "
            f"else {len(self.levels) + 1} end end as {self.name}"
        )

    def squared(self, centroid: list[float]) -> str:
        """Return the squared distance of the value to a centroid."""
        own = np.array(centroid)[self.positions]
        squares = np.nansum((self.coordinates - own) ** 2, axis=1).tolist()
        tests = " ".join(f"when {i} then {double(d)}" for i, d in enumerate(squares))
        return f"case {self.name} {tests} end"


def group_distances(features: list[FittedFeature]) -> list[GroupDistances]:
    """Return the indicators of `features`, feature by feature."""
    positions: dict[str, list[int]] = {}
    for i, f in enumerate(features):
        if f.kind != "number":
            positions.setdefault(f.feature, []).append(i)
    return [
        GroupDistances(
            feature,
            f"g{own[0]}",
            own,
            [str(features[i].level) for i in own if features[i].kind == "level"],
            _coordinates([features[i] for i in own]),
        )
        for feature, own in positions.items()
    ]


def _coordinates(indicators: list[FittedFeature]) -> np.ndarray:
    kinds = [f.kind for f in indicators]
    levels = kinds.count("level")
    unknown = [kind == "unknown" for kind in kinds] if "unknown" in kinds else np.nan
    rows = [
        np.broadcast_to(unknown, len(kinds)),
        *np.eye(len(kinds))[:levels],
        [kind == "other" for kind in kinds],
    ]
    natural = np.array(rows, dtype=float)
    return np.column_stack(
        [f.scaled(column) for f, column in zip(indicators, natural.T, strict=True)]
    )

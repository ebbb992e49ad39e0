"""How far today's customers have moved from those of the fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from segmentation.segments.groups import learned_levels
from segmentation.segments.transforms import Feature
from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.quoting import double, identifier, literal

if TYPE_CHECKING:  # assigning customers does without pandas
    import pandas as pd

__all__ = ["bin_counts_sql", "current_bin_counts_sql", "reference_bins"]


def reference_bins(
    frame: pd.DataFrame, features: list[Feature], *, bins: int = 10
) -> list[dict]:
    """Return how the customers of the fit spread over the bins of each feature.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values; missing as NaN.
    features : list of Feature
    bins : int, default=10
        Bins of a number, of about equal size; fewer where values repeat. A value that
        would fill one, such as no purchase, has a bin of its own. Bins of a group are
        its frequent levels, and all others.

    Returns
    -------
    list of dict
        feature, bin (0 holds the missing values), upper_bound (natural, inclusive;
        None for the last bin and for groups), level (of a group; None for the bin of
        all other levels) and reference_share (0-1).
    """
    rows = []
    for feature in features:
        values = frame[feature.feature]
        known = values.dropna()
        if feature.kind == "group":
            bounds, levels, counts = _bins_of_levels(known)
        else:
            bounds, levels, counts = _bins_of_numbers(known.to_numpy(float), bins)
        counts = [len(values) - len(known), *counts]
        rows += [
            {
                "feature": feature.feature,
                "bin": i,
                "upper_bound": upper_bound,
                "level": level,
                "reference_share": float(count / len(values)),
            }
            for i, (upper_bound, level, count) in enumerate(
                zip([None, *bounds], [None, *levels], counts, strict=True)
            )
        ]
    return rows


def _bins_of_numbers(known: np.ndarray, bins: int) -> tuple[list, list, list]:
    """Return the upper bounds, no levels, and the counts of the bins of a number."""
    values, counts = np.unique(known, return_counts=True)
    is_heavy = counts * bins >= len(known)
    own = np.flatnonzero(is_heavy)
    others = known[~np.isin(known, values[is_heavy])]
    left = max(bins - len(own), 1)
    edges = np.quantile(others, np.arange(1, left) / left) if len(others) else []
    # a heavy value lies between two edges: the value before it, and itself
    edges = np.unique([*edges, *values[own], *values[own[own > 0] - 1]])
    # an edge at the greatest value would leave nothing above it
    edges = edges[edges < values[-1]]
    places = np.searchsorted(edges, known, side="left")
    bounds = [*map(float, edges), None]
    return (
        bounds,
        [None] * len(bounds),
        list(np.bincount(places, minlength=len(bounds))),
    )


def _bins_of_levels(known: pd.Series) -> tuple[list, list, list]:
    """Return no bounds, the levels, and the counts of the bins of a group."""
    levels = [level for kind, level in learned_levels(known) if kind == "level"]
    counts = [int((known == level).sum()) for level in levels]
    counts.append(len(known) - sum(counts))
    return [None] * len(counts), [*levels, None], counts


def bin_counts_sql(
    relation: str,
    reference: list[dict],
    *,
    implausible_flags: dict[str, str] | None = None,
) -> str:
    """Return the query that counts the rows of `relation` in the same bins.

    Parameters
    ----------
    relation : str
        Relation with a column in natural units for every feature.
    reference : list of dict
        What `reference_bins` returned.
    implausible_flags : dict of str, optional
        By feature, the column that is true where a value is not believed; such a value
        counts as missing, as it did at the fit.

    Returns
    -------
    str
        A query with the columns feature, bin, reference_share, customers and
        all_customers; one pass over the relation.
    """
    flags = implausible_flags or {}
    bins_of: dict[str, list[dict]] = {}
    for row in reference:
        bins_of.setdefault(row["feature"], []).append(row)
    conditions = [
        condition
        for feature, bins in bins_of.items()
        for condition in _conditions(feature, bins, flags.get(feature))
    ]
    counts = [
        f"count_if({condition}) as c{i}" for i, condition in enumerate(conditions)
    ]
    rows = [
        f"({i}, {literal(row['feature'])}, {row['bin']}, "
        f"{double(row['reference_share'])})"
        for i, row in enumerate(reference)
    ]
    # an engine may count again for every arm of a union, so there is none
    picked = " ".join(f"when {i} then c{i}" for i in range(len(reference)))
    return (
        f"with counted as (select count(*) as all_customers, {', '.join(counts)} "
        f"from {relation}) select feature, bin, reference_share, "
        f"case place {picked} end as customers, all_customers "
        f"from counted cross join (values {', '.join(rows)}) "
        "as bins (place, feature, bin, reference_share)"
    )


def _conditions(feature: str, bins: list[dict], flag: str | None) -> list[str]:
    """Return the condition of each bin of a feature, the missing values first."""
    levels = [row["level"] for row in bins if row.get("level") is not None]
    value = f"cast({identifier(feature)} as {'string' if levels else 'double'})"
    if flag:
        value = f"case when {flag} then null else {value} end"
    if levels:
        words = [literal(level) for level in levels]
        return [
            f"{value} is null",
            *(f"{value} = {word}" for word in words),
            f"{value} not in ({', '.join(words)})",
        ]
    conditions = [f"{value} is null"]
    below = None
    for row in bins[1:]:
        limits = [f"{value} > {below!r}"] if below is not None else []
        below = row["upper_bound"]
        limits += [f"{value} <= {below!r}"] if below is not None else []
        conditions.append(" and ".join(limits) or f"{value} is not null")
    return conditions


def current_bin_counts_sql(versions: Relation, relation: str) -> str:
    """Return the counting query for the current version's reference.

    Parameters
    ----------
    versions : DuckDB relation
        Fitted versions, of which one is current.
    relation : str
        Name of the customers in the query.

    Returns
    -------
    str
    """
    current = versions.filter("is_current").project("reference_bins, definition")
    ((reference, definition),) = current.fetchall()
    declared = json.loads(definition)["features"]
    flags = {feature: flag for feature, _, _, flag, *_ in declared if flag}
    return bin_counts_sql(relation, reference, implausible_flags=flags)

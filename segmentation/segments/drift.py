"""How far today's customers have moved from those of the fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from segmentation.segments.groups import learned_levels
from segmentation.segments.transforms import Feature
from segmentation.warehouse.quoting import double, identifier, literal

if TYPE_CHECKING:  # assigning customers does without pandas
    import pandas as pd

__all__ = ["bin_counts_sql", "current_bin_counts_sql", "reference_bins"]


def reference_bins(
    frame: pd.DataFrame, features: list[Feature], *, bins: int = 10
) -> list[dict]:
    """Return how the customers of the fit spread over the bins of each feature.

    The bins of a group are its frequent levels and one for all others.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values; missing as NaN.
    features : list of Feature
    bins : int, default=10
        Bins of about equal size; fewer where values repeat.

    Returns
    -------
    list of dict
        feature, bin (0 holds the missing values), upper_bound (natural, inclusive;
        None for the last bin), level (None for the last bin) and reference_share (0-1).
    """
    return [
        row
        for f in features
        for row in (
            _number_bins(frame[f.feature], bins)
            if f.kind == "number"
            else _group_bins(frame[f.feature])
        )
    ]


def _number_bins(column: pd.Series, bins: int) -> list[dict]:
    values = column.to_numpy(float)
    known = values[np.isfinite(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
    # an edge at the greatest value would leave nothing above it
    edges = edges[edges < known.max()]
    counts = np.bincount(
        np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1
    )
    bounds = [None, *map(float, edges), None]
    return [
        {
            "feature": column.name,
            "bin": i,
            "upper_bound": bounds[i],
            "reference_share": float(count / len(values)),
        }
        for i, count in enumerate([len(values) - len(known), *counts])
    ]


def _group_bins(column: pd.Series) -> list[dict]:
    levels = [level for kind, level in learned_levels(column) if kind == "level"]
    counts = [column.isna().sum(), *((column == level).sum() for level in levels)]
    counts.append(len(column) - sum(counts))
    return [
        {
            "feature": column.name,
            "bin": i,
            "upper_bound": None,
            "level": level,
            "reference_share": float(count / len(column)),
        }
        for i, (level, count) in enumerate(
            zip([None, *levels, None], counts, strict=True)
        )
    ]


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
    levels: dict[str, list[str]] = {}
    for row in reference:
        if row.get("level") is not None:
            levels.setdefault(row["feature"], []).append(row["level"])
    counts, rows = [], []
    for i, row in enumerate(reference):
        if row["feature"] in levels:
            condition = _level_condition(row, levels[row["feature"]])
        else:
            below = reference[i - 1]["upper_bound"] if row["bin"] > 1 else None
            condition = _bound_condition(row, below, flags.get(row["feature"]))
        counts.append(f"count_if({condition}) as c{i}")
        share = double(row["reference_share"])
        rows.append(f"({i}, '{row['feature']}', {row['bin']}, {share})")
    # an engine may count again for every arm of a union, so there is none
    picked = " ".join(f"when {i} then c{i}" for i in range(len(reference)))
    return (
        f"with counted as (select count(*) as all_customers, {', '.join(counts)} "
        f"from {relation}) select feature, bin, reference_share, "
        f"case place {picked} end as customers, all_customers "
        f"from counted cross join (values {', '.join(rows)}) "
        "as bins (place, feature, bin, reference_share)"
    )


def _level_condition(row: dict, levels: list[str]) -> str:
    column = identifier(row["feature"])
    if row["bin"] == 0:
        return f"{column} is null"
    if row["level"] is not None:
        return f"{column} = {literal(row['level'])}"
    return f"{column} not in ({', '.join(map(literal, levels))})"


def _bound_condition(row: dict, below: float | None, flag: str | None) -> str:
    value = f"cast({identifier(row['feature'])} as double)"
    if flag:
        value = f"case when {flag} then null else {value} end"
    if row["bin"] == 0:
        return f"{value} is null"
    limits = [f"{value} > {below!r}"] if below is not None else []
    if row["upper_bound"] is not None:
        limits.append(f"{value} <= {row['upper_bound']!r}")
    return " and ".join(limits) or f"{value} is not null"


def current_bin_counts_sql(versions, relation: str) -> str:
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

"""How far today's customers have moved from those of the fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from segmentation.warehouse.quoting import double

if TYPE_CHECKING:  # assigning customers does without pandas
    import pandas as pd

__all__ = ["bin_counts_sql", "current_bin_counts_sql", "reference_bins"]


def reference_bins(
    frame: pd.DataFrame, features: list[str], *, bins: int = 10
) -> list[dict]:
    """Return how the customers of the fit spread over the bins of each feature.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values; missing as NaN.
    features : list of str
    bins : int, default=10
        Bins of about equal size; fewer where values repeat.

    Returns
    -------
    list of dict
        feature, bin (0 holds the missing values), upper_bound (natural, inclusive;
        None for the last bin) and reference_share (0-1).
    """
    rows = []
    for feature in features:
        values = frame[feature].to_numpy(float)
        known = values[np.isfinite(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
        # an edge at the greatest value would leave nothing above it
        edges = edges[edges < known.max()]
        counts = np.bincount(
            np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1
        )
        bounds = [None, *map(float, edges), None]
        for i, count in enumerate([len(values) - len(known), *counts]):
            rows.append(
                {
                    "feature": feature,
                    "bin": i,
                    "upper_bound": bounds[i],
                    "reference_share": float(count / len(values)),
                }
            )
    return rows


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
    counts, rows = [], []
    for i, row in enumerate(reference):
        value = f'cast("{row["feature"]}" as double)'
        if row["feature"] in flags:
            flag = flags[row["feature"]]
            value = f"case when {flag} then null else {value} end"
        below = reference[i - 1]["upper_bound"] if row["bin"] > 1 else None
        if row["bin"] == 0:
            condition = f"{value} is null"
        else:
            limits = [f"{value} > {below!r}"] if below is not None else []
            if row["upper_bound"] is not None:
                limits.append(f"{value} <= {row['upper_bound']!r}")
            condition = " and ".join(limits) or f"{value} is not null"
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
    flags = {feature: flag for feature, _, _, flag in declared if flag}
    return bin_counts_sql(relation, reference, implausible_flags=flags)

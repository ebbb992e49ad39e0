"""Fit one version of the segmentation to a repeatable sample of the customers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from segmentation.segments.fit_sample import read_fit_sample
from segmentation.segments.naming import Vocabulary
from segmentation.segments.transforms import Feature, FittedFeature
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.workers import apart

if TYPE_CHECKING:
    from segmentation.segments.alignment import PreviousVersion

__all__ = ["FEWEST_CUSTOMERS", "fit_version"]

# fewer are a list of people, not a base for segments: of 20 even two groups that are 4
# standard deviations apart come out as in the population (adjusted Rand index 0.88) in
# nine draws of ten, of 15 in 0.82, of 10 in 0.57
FEWEST_CUSTOMERS = 20


def fit_version(
    customers: Relation,
    *,
    features: list[Feature],
    settings: dict,
    profile_features: list[Feature],
    vocabulary: Vocabulary,
    previous: PreviousVersion | None = None,
    accept_refit: bool = False,
) -> dict:
    """Fit, evaluate and describe a segmentation.

    Parameters
    ----------
    customers : DuckDB relation
        One row a customer, features in natural units.
    features : list of Feature
    settings : dict
        The vars under "Fitting" and "Number of segments" in dbt_project.yml.
    profile_features : list of Feature
        All features that may tell segments apart: names may speak of those that
        `customers` has, as numbers or as groups.
    vocabulary : Vocabulary
        What names are made of.
    previous : PreviousVersion, optional
        The version whose segments the new ones continue.
    accept_refit : bool, default=False
        Go on although most customers change their segment.

    Returns
    -------
    dict
        Everything that is known about the version, for one row of nested columns.

    Raises
    ------
    UserError
        If there are too few customers, features that cannot make segments, or a
        refit that differs too much from `previous`.
    """
    total, observed_on = customers.aggregate("count(*), max(observed_on)").fetchall()[0]
    _require_enough(total, features)
    described_by = _readable(customers, profile_features)
    before = [f for f in _before(previous) if f.feature in customers.columns]
    read = _united(features, described_by, before)
    frame = read_fit_sample(customers, total, read, settings["fit_sample_rows"])
    fit = partial(
        _fit,
        features=features,
        settings=settings,
        described_by=described_by,
        vocabulary=vocabulary,
        previous=previous,
        accept_refit=accept_refit,
    )
    return {"observed_on": observed_on, "customers": total, **apart(fit, frame)}


def _fit(frame: pd.DataFrame, **asked: Any) -> dict:
    # scikit-learn is read where it is needed: in the other process
    from segmentation.segments.sample_fit import fit_sample

    return fit_sample(frame, **asked)


def _before(previous: PreviousVersion | None) -> list[FittedFeature]:
    return previous.features if previous else []


def _require_enough(total: int, features: list[Feature]) -> None:
    if total < FEWEST_CUSTOMERS:
        raise UserError(
            f"The input has {total} usable customer{'s' if total != 1 else ''}; "
            f"segments need at least {FEWEST_CUSTOMERS}. Of fewer, other segments "
            "come out with every customer more: look at them one by one."
        )
    if not features:
        raise UserError(
            "None of the features that the segmentation wants has values that differ "
            "between customers (int_features_judged says why); name others under "
            "features of the input in dbt_project.yml, or mark others as "
            "is_segmentation in seeds/feature_catalogue.csv."
        )


def _readable(customers: Relation, features: list[Feature]) -> list[Feature]:
    """Return the features that the customers have, numbers only as numbers."""
    types = {
        column: data_type.id
        for column, data_type in zip(customers.columns, customers.types, strict=True)
    }
    numeric = {"tinyint", "smallint", "integer", "bigint", "decimal", "float", "double"}
    return [
        f
        for f in features
        if types.get(f.feature) in numeric or (f.kind == "group" and f.feature in types)
    ]


def _united(features: list[Feature], *others: list) -> list[Feature]:
    """Return the features, and of the others those that they do not name."""
    named = {f.feature: f for f in features}
    for other in (feature for group in others for feature in group):
        if other.feature not in named:
            flag = getattr(other, "implausible_flag", None)
            kind = "number" if other.kind == "number" else "group"
            named[other.feature] = Feature(
                other.feature, "", implausible_flag=flag, kind=kind
            )
    return list(named.values())

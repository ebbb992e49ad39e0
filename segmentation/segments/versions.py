"""Fitted segmentations as rows: one a version, never overwritten.

A build fits only when there is no version for the definition (features, transforms,
weights, settings) or when a refit is asked for; everything else reuses the rows that
are there. Exactly one version is current. Nothing in this module needs scikit-learn
unless a fit is due.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segmentation.segments.current import current_version
from segmentation.segments.schema import SEGMENT_MODEL
from segmentation.segments.transforms import Feature
from segmentation.warehouse.connection import query
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.kept import definition_hash, kept_rows, unless_empty
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.tables import rows

if TYPE_CHECKING:
    from segmentation.segments.alignment import PreviousVersion

__all__ = ["FitInputs", "catalogue_features", "definition", "segment_model"]

# chance, and what decides whether a refit is a continuation, do not make the segments
_NOT_DEFINING = ("random_seed", "min_segment_overlap", "min_refit_agreement")


@dataclass(frozen=True)
class FitInputs:
    """The relations that a fit reads.

    Attributes
    ----------
    customers, catalogue, judged, dialect : DuckDB relations
        Engineered customers, the features that the input has, all features with the
        reason why one is left out, the input's dialect.
    archetypes, words, overrides : DuckDB relations
        The seeds that name segments. They are not part of the definition: another
        name does not make another segmentation, so they count from the next fit on.
    """

    customers: Relation
    catalogue: Relation
    judged: Relation
    dialect: Relation
    archetypes: Relation
    words: Relation
    overrides: Relation


@unless_empty(SEGMENT_MODEL)
def segment_model(
    session: Session,
    *,
    this: KeptTable,
    inputs: FitInputs,
    settings: dict,
    retrain: bool = False,
    model_version: int = 0,
    accept_refit: bool = False,
) -> Relation:
    """Return all fitted versions, with a new one where a fit is due.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table of versions as the last build left it.
    inputs : FitInputs
    settings : dict
        The vars that define the segmentation.
    retrain : bool, default=False
        Fit although a version of this definition exists.
    model_version : int, default=0
        An earlier version to make current again; 0 takes the last of this definition.
    accept_refit : bool, default=False
        Publish a new version although most customers change their segment.

    Returns
    -------
    DuckDB relation
        One row a version, of the schema ``SEGMENT_MODEL``.

    Raises
    ------
    UserError
        If the version asked for does not exist, a refit is not accepted, or the input
        asks for a feature that there is not.
    """
    input_name, asked = inputs.dialect.project("input_name, features").fetchall()[0]
    _require_known(asked or [], inputs.judged)
    features = catalogue_features(inputs.catalogue)
    wanted = definition(input_name, features, settings)
    earlier = kept_rows(session, this, SEGMENT_MODEL)
    fitted = _fitted_versions(earlier)
    current: int | None
    if model_version:
        current, reason = _rolled_back(fitted, model_version, retrain), None
    else:
        current, reason = _current_or_due(fitted, definition_hash(wanted), retrain)
    if earlier is not None and current is not None:
        return _marked(session, earlier, current)

    # a build that only scores need not wait for scikit-learn
    from segmentation.segments.fitting import fit_version
    from segmentation.segments.words import read_vocabulary

    row = fit_version(
        inputs.customers,
        features=features,
        settings=settings,
        profile_features=catalogue_features(inputs.catalogue, only_segmentation=False),
        vocabulary=read_vocabulary(inputs.archetypes, inputs.words, inputs.overrides),
        previous=_previous_version(earlier),
        accept_refit=accept_refit,
    )
    current = max(fitted, default=0) + 1
    new_version = {
        "input_name": input_name,
        "definition": json.dumps(wanted, sort_keys=True),
        "definition_hash": definition_hash(wanted),
        "fit_reason": reason,
        "model_version": current,
        **row,
    }
    versions = [] if earlier is None else earlier.to_arrow_table().to_pylist()
    return _marked(session, rows(SEGMENT_MODEL, [*versions, new_version]), current)


def _require_known(asked: list[str], judged: Relation) -> None:
    known = [name for (name,) in judged.order("feature").project("feature").fetchall()]
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise UserError(
            f"The input asks for the feature {unknown[0]} (features of the input in "
            "dbt_project.yml), which neither seeds/feature_catalogue.csv nor the "
            f"definition of the input has; there are {', '.join(known)}."
        )


def catalogue_features(
    catalogue: Relation, *, only_segmentation: bool = True
) -> list[Feature]:
    """Return the features of the segmentation, or all of the catalogue, by name."""
    rows = catalogue.filter("is_segmentation" if only_segmentation else "true").project(
        "feature, label, transform, weight, implausible_flag, high_phrase, low_phrase, "
        "kind, unit"
    )
    return [Feature(*row) for row in rows.order("feature").fetchall()]


def definition(input_name: str, features: list[Feature], settings: dict) -> dict:
    """Return everything that makes a segmentation what it is, besides the customers."""
    return {
        "input": input_name,
        "features": [
            # a number is as it was before there were groups: it stays the same version
            [f.feature, f.transform, f.weight, f.implausible_flag]
            + ([f.kind] if f.kind != "number" else [])
            for f in features
        ],
        "settings": {k: v for k, v in settings.items() if k not in _NOT_DEFINING},
    }


def _fitted_versions(earlier: Relation | None) -> dict[int, str]:
    """Return the definition of every version so far."""
    if earlier is None:
        return {}
    return dict(earlier.project("model_version, definition_hash").fetchall())


def _rolled_back(fitted: dict[int, str], model_version: int, retrain: bool) -> int:
    if retrain:
        raise UserError(
            f"vars model_version: {model_version} and retrain: true contradict each "
            "other: the first goes back to a version, the second fits a new one; give "
            "only one of them."
        )
    if model_version not in fitted:
        known = ", ".join(map(str, sorted(fitted))) or "none yet"
        raise UserError(
            f"var model_version asks for version {model_version}, which was never "
            f"fitted here; there are {known}."
        )
    return model_version


def _current_or_due(
    fitted: dict[int, str], wanted: str, retrain: bool
) -> tuple[int | None, str | None]:
    """Return the version to use, or why a new one has to be fitted."""
    if not fitted:
        return None, "first fit"
    same = [version for version, known in fitted.items() if known == wanted]
    if not same:
        return None, "definition changed"
    return (None, "refit asked for") if retrain else (max(same), None)


def _marked(session: Session, versions: Relation, current: int) -> Relation:
    """Return a relation of all versions with the current one marked."""
    columns = ", ".join(
        f"model_version = {current} as is_current" if name == "is_current" else name
        for name in SEGMENT_MODEL.names
    )
    return query(session, f"select {columns} from versions", versions=versions)


def _previous_version(versions: Relation | None) -> PreviousVersion | None:
    """Return the version in use, for a new one to be aligned with; None at first."""
    if versions is None:
        return None
    import numpy as np

    from segmentation.segments.alignment import PreviousVersion
    from segmentation.segments.clustering import Clustering

    if not versions.filter("is_current").fetchall():
        return None
    fitted = current_version(versions)
    is_mixture = fitted.whitenings[0] is not None
    partition = Clustering(
        labels=np.empty(0, dtype=int),
        centroids=np.array(fitted.centroids),
        inertia=float("nan"),
        whitenings=np.array(fitted.whitenings) if is_mixture else None,
        offsets=np.array([s["distance_offset"] for s in fitted.segments]),
    )
    in_order = versions.order("model_version").project("segments").fetchall()
    used = [s for (row,) in in_order for s in row]
    return PreviousVersion(
        fitted.model_version,
        fitted.features,
        partition,
        fitted.segments,
        used_keys=sorted({s["segment_key"] for s in used}),
        used_colours=sorted({s["colour"] for s in used}),
        # the first to have a name is the last in the order that counts
        used_names={s["segment_name"]: s["segment_key"] for s in reversed(used)},
    )

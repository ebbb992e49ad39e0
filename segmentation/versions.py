"""Fitted segmentations as rows: one a version, never overwritten.

A build fits only when there is no version for the definition (features, transforms,
weights, settings) or when a refit is asked for; everything else reuses the rows that
are there. Nothing in this module needs scikit-learn unless a fit is due.
"""

import hashlib
import json

from segmentation.scoring import assignment_sql
from segmentation.tables import one_row
from segmentation.transforms import Feature, FittedFeature

__all__ = [
    "catalogue_features",
    "current_assignment_sql",
    "definition",
    "definition_hash",
    "segment_model",
]


def segment_model(
    session,
    *,
    this,
    customers,
    catalogue,
    dialect,
    settings: dict,
    retrain: bool,
    archetypes,
    overrides,
):
    """Return all fitted versions, with a new one where a fit is due.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table of versions as the last build left it.
    customers, catalogue, dialect : DuckDB relations
        Engineered customers, the feature catalogue, the input's dialect.
    settings : dict
        The vars that define the segmentation.
    retrain : bool
        Fit although a version of this definition exists.
    archetypes, overrides : DuckDB relations
        The seeds that name segments. They are not part of the definition: another
        name does not make another segmentation, so they count from the next fit on.

    Returns
    -------
    DuckDB relation
        One row a version, of the schema ``SCHEMAS['segment_model']``.
    """
    input_name = dialect.project("input_name").fetchall()[0][0]
    features = catalogue_features(catalogue)
    wanted = definition(input_name, features, settings)
    earlier = _earlier_versions(session, this)
    reason = _reason_to_fit(session, earlier, definition_hash(wanted), retrain)
    if reason is None:
        return session.sql(f"select * from {earlier}")

    # a build that only scores need not wait for scikit-learn
    from segmentation.fitting import fit_version
    from segmentation.naming import read_archetypes

    row = fit_version(
        customers,
        features=features,
        settings=settings,
        profile_features=catalogue_features(catalogue, only_segmentation=False),
        archetypes=read_archetypes(archetypes),
        reserved_names=[
            name for (name,) in overrides.project("segment_name").fetchall()
        ],
    )
    new_version = one_row(  # noqa: F841 - the query below reads it by name
        "segment_model",
        {
            "input_name": input_name,
            "definition": json.dumps(wanted, sort_keys=True),
            "definition_hash": definition_hash(wanted),
            "fit_reason": reason,
            "model_version": _next_version(session, earlier),
            **row,
        },
    )
    if earlier is None:
        return session.sql("select * from new_version")
    return session.sql(
        f"select * from {earlier} union all by name select * from new_version"
    )


def catalogue_features(catalogue, *, only_segmentation: bool = True) -> list[Feature]:
    """Return the features of the segmentation, or all of the catalogue, by name."""
    rows = catalogue.filter("is_segmentation" if only_segmentation else "true").project(
        "feature, label, transform, weight, implausible_flag, high_phrase, low_phrase"
    )
    return [Feature(*row) for row in rows.order("feature").fetchall()]


def definition(input_name: str, features: list[Feature], settings: dict) -> dict:
    """Return everything that makes a segmentation what it is, besides the customers."""
    return {
        "input": input_name,
        "features": [
            [f.feature, f.transform, f.weight, f.implausible_flag] for f in features
        ],
        "settings": settings,
    }


def definition_hash(wanted: dict) -> str:
    """Return a short name of a definition; equal definitions have equal ones."""
    text = json.dumps(wanted, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def current_assignment_sql(versions, relation: str) -> tuple[int, str]:
    """Return the current version and its query over the customers in `relation`.

    Parameters
    ----------
    versions : DuckDB relation
        Fitted versions; the last is current.
    relation : str
        Name of the customers in the query.

    Returns
    -------
    tuple of (int, str)
    """
    version, features, segments, centroids = (
        versions.order("model_version desc")
        .limit(1)
        .project("model_version, features, segments, centroids")
        .fetchall()[0]
    )
    fitted = [FittedFeature(**{k: f[k] for k in _FITTED}) for f in features]
    ordered = sorted(segments, key=lambda s: s["segment_order"])
    scaled = {(c["segment_key"], c["feature"]): c["scaled_value"] for c in centroids}
    keys = [s["segment_key"] for s in ordered]
    return version, assignment_sql(
        relation,
        features=fitted,
        centroids=[[scaled[key, f.feature] for f in fitted] for key in keys],
        segment_keys=keys,
        distance_fences=[s["distance_fence"] for s in ordered],
    )


_FITTED = tuple(FittedFeature.__dataclass_fields__)


def _earlier_versions(session, this) -> str | None:
    known = session.sql(
        "select 1 from information_schema.tables "
        f"where table_schema = '{this.schema}' and table_name = '{this.identifier}'"
    ).fetchall()
    return str(this) if known else None


def _reason_to_fit(session, earlier: str | None, wanted: str, retrain: bool) -> str | None:
    if earlier is None:
        return "first fit"
    latest = session.sql(
        f"select definition_hash from {earlier} order by model_version desc limit 1"
    ).fetchall()
    if not latest:
        return "first fit"
    if latest[0][0] != wanted:
        return "definition changed"
    return "refit asked for" if retrain else None


def _next_version(session, earlier: str | None) -> int:
    if earlier is None:
        return 1
    rows = session.sql(
        f"select coalesce(max(model_version), 0) + 1 from {earlier}"
    ).fetchall()
    return rows[0][0]

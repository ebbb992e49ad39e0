"""The version that is current, and the SQL that assigns customers by it."""

from dataclasses import dataclass

from segmentation.segments.assignment import assignment_sql
from segmentation.segments.transforms import FittedFeature, coordinate_key
from segmentation.warehouse.protocols import Relation

__all__ = ["current_assignment_sql", "current_version"]


def current_assignment_sql(versions: Relation, relation: str) -> tuple[int, str]:
    """Return the current version and its query over the customers in `relation`.

    Parameters
    ----------
    versions : DuckDB relation
        Fitted versions, of which one is current.
    relation : str
        Name of the customers in the query.

    Returns
    -------
    tuple of (int, str)
    """
    fitted = current_version(versions)
    return fitted.model_version, assignment_sql(
        relation,
        features=fitted.features,
        centroids=fitted.centroids,
        segment_keys=[s["segment_key"] for s in fitted.segments],
        segment_sizes=[s["fit_customers"] for s in fitted.segments],
        distance_fences=[s["distance_fence"] for s in fitted.segments],
        distance_offsets=[s["distance_offset"] for s in fitted.segments],
        whitenings=fitted.whitenings,
    )


@dataclass(frozen=True)
class _Fitted:
    """A version as the assignment needs it; lists have one entry a segment."""

    model_version: int
    features: list[FittedFeature]
    segments: list[dict]
    centroids: list[list[float]]
    whitenings: list[list[list[float]] | None]


def current_version(versions: Relation) -> _Fitted:
    """Return the version that is current."""
    version, features, segments, centroids = (
        versions.filter("is_current")
        .project("model_version, features, segments, centroids")
        .fetchall()[0]
    )
    fitted = [FittedFeature.of_row(f) for f in features]
    ordered = sorted(segments, key=lambda s: s["segment_order"])
    at = {(c["segment_key"], *coordinate_key(c)): c for c in centroids}
    cells = [[at[s["segment_key"], *f.key] for f in fitted] for s in ordered]
    whitenings = [[cell["whitening"] for cell in row] for row in cells]
    return _Fitted(
        version,
        fitted,
        ordered,
        [[cell["scaled_value"] for cell in row] for row in cells],
        [None if rows[0] is None else rows for rows in whitenings],
    )

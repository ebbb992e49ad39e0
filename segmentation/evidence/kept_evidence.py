"""Evidence beside the published segments, computed once for each fitted version.

Each table is a row a version, carried over from the table itself as long as the
version, the size of the sample and the program stay. Nothing here needs scikit-learn
unless a row is due.
"""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from segmentation.evidence.schema import (
    CUSTOMER_EMBEDDING,
    CUSTOMER_SILHOUETTES,
    SEGMENT_ALGORITHMS,
)
from segmentation.segments.transforms import Feature, FittedFeature, filled, scaled
from segmentation.warehouse.connection import query
from segmentation.warehouse.kept import (
    definition_hash,
    kept_or_made,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.workers import apart

__all__ = ["customer_embedding", "customer_silhouettes", "segment_algorithms"]


@dataclass(frozen=True)
class Sample:
    """Customers of the current version in its space, with their published segments.

    Attributes
    ----------
    customer_ids : list of str, length n_customers
    points : ndarray of shape (n_customers, n_features)
        NaN where missing.
    complete : ndarray of shape (n_customers, n_features)
        The same with medians, for algorithms that know no gaps.
    published : ndarray of shape (n_customers,)
        Positions in `segment_keys`.
    segment_keys : list of str
        Segments that have customers in the sample, in their order.
    features : list of str, length n_features
    """

    customer_ids: list[str]
    points: np.ndarray
    complete: np.ndarray
    published: np.ndarray
    segment_keys: list[str]
    features: list[str]


@unless_empty(SEGMENT_ALGORITHMS)
def segment_algorithms(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
) -> Relation:
    """Return the comparison of algorithms for every version it was made for.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table as the last build left it.
    versions, customers, assignments, catalogue : DuckDB relations
        Fitted versions, engineered customers, their published segments, the feature
        catalogue.

    Returns
    -------
    DuckDB relation
        One row a version, of the schema ``SEGMENT_ALGORITHMS``. Only the
        current version keeps the rows of single customers and the tree.
    """
    version, settings = _current(versions)
    limit = settings["evaluation_sample_rows"]

    def make() -> list[dict]:
        sample = _sample(session, versions, customers, assignments, catalogue, limit)
        return [{"sample_rows": limit, **apart(_compared, sample, settings)}]

    return kept_or_made(
        session,
        this=this,
        schema=SEGMENT_ALGORITHMS,
        key=_key(version, limit, SEGMENT_ALGORITHMS, "evidence.comparison"),
        make=make,
        carried=lambda row: {**row, "memberships": [], "dendrogram": []},
    )


def _compared(sample: Sample, settings: dict) -> dict:
    from segmentation.evidence.comparison import (
        compare_algorithms,
        membership_probabilities,
        ward_dendrogram,
    )

    k = len(sample.segment_keys)
    seed = settings["random_seed"]
    lowest, highest = settings["k_range"]
    comparison = compare_algorithms(
        sample.complete,
        sample.published,
        algorithm=settings["algorithm"],
        k=k,
        ks=range(lowest, highest + 1),
        random_seed=seed,
    )
    probabilities = membership_probabilities(
        sample.complete, sample.published, k, random_seed=seed
    )
    memberships = [
        {
            "customer_id": customer_id,
            "segment_key": key,
            "probability": float(probability),
            "is_published": published == label,
        }
        for customer_id, published, own in zip(
            sample.customer_ids, sample.published, probabilities, strict=True
        )
        for label, (key, probability) in enumerate(
            zip(sample.segment_keys, own, strict=True)
        )
    ]
    dendrogram = [
        merge | {"segment_key": sample.segment_keys[merge["segment"]]}
        for merge in ward_dendrogram(sample.complete, sample.published)
    ]
    return {
        "compared_customers": len(sample.points),
        "comparison": comparison,
        "memberships": memberships,
        "dendrogram": dendrogram,
    }


@unless_empty(CUSTOMER_SILHOUETTES)
def customer_silhouettes(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
) -> Relation:
    """Return the silhouettes of a sample of customers in the current version.

    Parameters and carrying over as in `segment_algorithms`.

    Returns
    -------
    DuckDB relation
        One row, of the schema ``CUSTOMER_SILHOUETTES``.
    """
    version, settings = _current(versions)
    limit = settings["evaluation_sample_rows"]

    def make() -> list[dict]:
        sample = _sample(session, versions, customers, assignments, catalogue, limit)
        return [{"sample_rows": limit, "customers": apart(_silhouettes, sample)}]

    return kept_or_made(
        session,
        this=this,
        schema=CUSTOMER_SILHOUETTES,
        key=_key(version, limit, CUSTOMER_SILHOUETTES, "segments.silhouettes"),
        make=make,
    )


def _silhouettes(sample: Sample) -> list[dict]:
    from segmentation.segments.silhouettes import silhouettes

    values = silhouettes(sample.points, [sample.published])[0]
    return [
        {
            "customer_id": customer_id,
            "segment_key": sample.segment_keys[label],
            "silhouette": float(value),
        }
        for customer_id, label, value in zip(
            sample.customer_ids, sample.published, values, strict=True
        )
    ]


@unless_empty(CUSTOMER_EMBEDDING)
def customer_embedding(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
    sample_rows: int,
) -> Relation:
    """Return a sample of customers on two planes, for drawing.

    Parameters and carrying over as in `segment_algorithms`; `sample_rows` is the number
    of customers to place at most.

    Returns
    -------
    DuckDB relation
        One row, of the schema ``CUSTOMER_EMBEDDING``.
    """
    version, settings = _current(versions)

    def make() -> list[dict]:
        sample = _sample(
            session, versions, customers, assignments, catalogue, sample_rows
        )
        return [{"sample_rows": sample_rows, **apart(_places, sample, settings)}]

    return kept_or_made(
        session,
        this=this,
        schema=CUSTOMER_EMBEDDING,
        key=_key(version, sample_rows, CUSTOMER_EMBEDDING, "evidence.embedding"),
        make=make,
    )


def _places(sample: Sample, settings: dict) -> dict:
    from segmentation.evidence.embedding import principal_components, tsne

    places, loadings, explained = principal_components(sample.complete)
    neighbours = tsne(sample.complete, random_seed=settings["random_seed"])
    return {
        "customers": [
            {
                "customer_id": customer_id,
                "segment_key": sample.segment_keys[label],
                "pca_1": float(place[0]),
                "pca_2": float(place[1]),
                "tsne_1": float(neighbour[0]),
                "tsne_2": float(neighbour[1]),
            }
            for customer_id, label, place, neighbour in zip(
                sample.customer_ids, sample.published, places, neighbours, strict=True
            )
        ],
        "loadings": [
            {
                "component": component + 1,
                "feature": feature,
                "loading": float(loadings[component, i]),
                "explained_variance_share": float(explained[component]),
            }
            for component in range(len(loadings))
            for i, feature in enumerate(sample.features)
        ],
    }


def _current(versions: Relation) -> tuple[int, dict]:
    version, definition, seed = (
        versions.filter("is_current")
        .project("model_version, definition, random_seed")
        .fetchall()[0]
    )
    return version, {**json.loads(definition)["settings"], "random_seed": seed}


def _key(version: int, sample_rows: int, schema: pa.Schema, module: str) -> dict:
    definition = {
        "sample_rows": sample_rows,
        "columns": str(schema),
        "program": program_hash(__name__, f"segmentation.{module}"),
    }
    return {"model_version": version, "definition_hash": definition_hash(definition)}


def _sample(
    session: Session,
    versions: Relation,
    customers: Relation,
    assignments: Relation,
    catalogue: Relation,
    limit: int,
) -> Sample:
    from segmentation.segments.fit_sample import read_fit_sample

    current = versions.filter("is_current")
    features = current.project("features").fetchall()[0][0]
    fitted = [FittedFeature.of_row(f) for f in features]
    # what is implausible counts as missing, as it did in the fit
    flags = dict(catalogue.project("feature, implausible_flag").fetchall())
    kinds = {f.feature: "group" for f in fitted}
    kinds |= {f.feature: "number" for f in fitted if f.kind == "number"}
    named = [
        Feature(name, name, implausible_flag=flags.get(name), kind=kind)
        for name, kind in kinds.items()
    ]
    total = customers.aggregate("count(*)").fetchall()[0][0]
    frame = read_fit_sample(customers, total, named, limit)
    published = query(
        session,
        """
        select frame.customer_id, assignments.segment_key
        from frame
        inner join assignments on frame.customer_id = assignments.customer_id
        order by frame.customer_id
        """,
        frame=frame[["customer_id"]],
        assignments=assignments,
    ).df()
    frame = frame[frame["customer_id"].isin(published["customer_id"])]
    points = scaled(frame, fitted)
    # by the order of the keys in both: the frame comes sorted
    keys = sorted(published["segment_key"].unique())
    return Sample(
        published["customer_id"].tolist(),
        points,
        filled(points, fitted),
        published["segment_key"].map({key: i for i, key in enumerate(keys)}).to_numpy(),
        keys,
        [f.name for f in fitted],
    )

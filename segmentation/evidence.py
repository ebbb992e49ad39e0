"""Evidence beside the published segments, computed once for each fitted version.

Each table is a row a version, carried over from the table itself as long as the
version and the size of the sample stay. Nothing here needs scikit-learn unless a row
is due.
"""

import json
from dataclasses import dataclass

import numpy as np

from segmentation.engine import query, table_exists
from segmentation.tables import one_row, rows
from segmentation.transforms import Feature, FittedFeature, filled, scaled

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


def segment_algorithms(session, *, this, versions, customers, assignments, catalogue):
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
    DuckDB relation or pyarrow.Table
        One row a version, of the schema ``SCHEMAS['segment_algorithms']``. Only the
        current version keeps the rows of single customers and the tree.
    """
    version, settings = _current(versions)
    limit = settings["evaluation_sample_rows"]
    earlier = _earlier(session, this)
    if earlier and _is_there(session, earlier, version, limit):
        return session.sql(f"select * from {earlier}")

    from segmentation.algorithms import (
        compare_algorithms,
        membership_probabilities,
        ward_dendrogram,
    )

    sample = _sample(session, versions, customers, assignments, catalogue, limit)
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
    new_row = {
        "model_version": version,
        "sample_rows": limit,
        "compared_customers": len(sample.points),
        "comparison": comparison,
        "memberships": memberships,
        "dendrogram": dendrogram,
    }
    others = (
        session.sql(f"select * from {earlier} where model_version != {version}")
        .to_arrow_table()
        .to_pylist()
        if earlier
        else []
    )
    return rows(
        "segment_algorithms",
        [*({**row, "memberships": [], "dendrogram": []} for row in others), new_row],
    )


def customer_silhouettes(session, *, this, versions, customers, assignments, catalogue):
    """Return the silhouettes of a sample of customers in the current version.

    Parameters and carrying over as in `segment_algorithms`.

    Returns
    -------
    DuckDB relation or pyarrow.Table
        One row, of the schema ``SCHEMAS['customer_silhouettes']``.
    """
    version, settings = _current(versions)
    limit = settings["evaluation_sample_rows"]
    earlier = _earlier(session, this)
    if earlier and _is_there(session, earlier, version, limit):
        return session.sql(f"select * from {earlier}")

    from segmentation.silhouettes import pairwise_distances, silhouettes

    sample = _sample(session, versions, customers, assignments, catalogue, limit)
    values = silhouettes(pairwise_distances(sample.points), sample.published)
    return one_row(
        "customer_silhouettes",
        {
            "model_version": version,
            "sample_rows": limit,
            "customers": [
                {
                    "customer_id": customer_id,
                    "segment_key": sample.segment_keys[label],
                    "silhouette": float(value),
                }
                for customer_id, label, value in zip(
                    sample.customer_ids, sample.published, values, strict=True
                )
            ],
        },
    )


def customer_embedding(
    session, *, this, versions, customers, assignments, catalogue, sample_rows: int
):
    """Return a sample of customers on two planes, for drawing.

    Parameters and carrying over as in `segment_algorithms`; `sample_rows` is the number
    of customers to place at most.

    Returns
    -------
    DuckDB relation or pyarrow.Table
        One row, of the schema ``SCHEMAS['customer_embedding']``.
    """
    version, settings = _current(versions)
    earlier = _earlier(session, this)
    if earlier and _is_there(session, earlier, version, sample_rows):
        return session.sql(f"select * from {earlier}")

    from segmentation.embedding import principal_components, tsne

    sample = _sample(session, versions, customers, assignments, catalogue, sample_rows)
    places, loadings, explained = principal_components(sample.complete)
    neighbours = tsne(sample.complete, random_seed=settings["random_seed"])
    return one_row(
        "customer_embedding",
        {
            "model_version": version,
            "sample_rows": sample_rows,
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
                    sample.customer_ids,
                    sample.published,
                    places,
                    neighbours,
                    strict=True,
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
        },
    )


def _current(versions) -> tuple[int, dict]:
    version, definition, seed = (
        versions.filter("is_current")
        .project("model_version, definition, random_seed")
        .fetchall()[0]
    )
    return version, {**json.loads(definition)["settings"], "random_seed": seed}


def _earlier(session, this) -> str | None:
    return str(this) if table_exists(session, this) else None


def _is_there(session, earlier: str, version: int, sample_rows: int) -> bool:
    return bool(
        session.sql(
            f"select 1 from {earlier} "
            f"where model_version = {version} and sample_rows = {sample_rows}"
        ).fetchall()
    )


def _sample(session, versions, customers, assignments, catalogue, limit: int) -> Sample:
    from segmentation.fitting import read_fit_sample

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
        where assignments.segment_key is not null
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

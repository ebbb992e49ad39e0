"""What a fit leaves for later builds and other engines assigns as it is said to."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.portable import portable_assignment
from segmentation.segments.queries import segment_queries
from tests.python.segments.shop import Shop, Table, customers
from tests.python.segments.test_whole_fits import (
    FEATURES,
    by_hash,
    centroids_of,
    squared_distances,
    standard,
    worked_out,
)


def excess(version: dict, frame: pd.DataFrame) -> np.ndarray:
    """Return how far winsorising has pulled everybody in."""
    squares = np.zeros(len(frame))
    for f in version["features"]:
        if f["kind"] == "number":
            values = frame[f["feature"]].to_numpy(float)
            beyond = [values, np.clip(values, f["clip_low"], f["clip_high"])]
            if f["transform"] == "log1p":
                beyond = np.log1p(beyond)
            pulled = np.subtract(*beyond) / f["scale"] * f["weight"] ** 0.5
            squares += np.nan_to_num(pulled) ** 2
    return np.sqrt(squares)


def known_weight(version: dict, frame: pd.DataFrame) -> np.ndarray:
    """Return the share of the variance between segments that is known of everybody."""
    centroids = centroids_of(version)
    sizes = np.array([s["fit_customers"] for s in version["segments"]])
    middle = np.average(centroids, axis=0, weights=sizes)
    between = np.average((centroids - middle) ** 2, axis=0, weights=sizes)
    known = np.column_stack(
        [
            # that the plan is not known is a kind of its own
            frame[f["feature"]].notna() | (f["feature"] == "plan")
            for f in version["features"]
        ]
    )
    return known @ (between / between.sum())


def test_queries_of_a_version_give_everybody_a_segment_and_count_the_bins():
    shop, people = Shop(), customers()
    shop.fit(people, FEATURES)
    # the version before is not the one that counts
    shop.fit(people, FEATURES, outlier_iqr=0.2)
    (_, version) = shop.session.sql("from fits order by 1").to_arrow_table().to_pylist()
    made = segment_queries(
        shop.session,
        this=Table(schema="main", identifier="queries"),
        versions=shop.session.table("fits"),
    )
    rows = made.to_pylist()
    assert [(row["query_name"], row["model_version"]) for row in rows] == [
        *(("assignment", 2), ("drift", 2)),
    ]
    frame = by_hash(people, 260)
    shop.session.register("customers", frame)
    assigned, counted = (
        shop.session.sql(f"from ({row['query_text']}) order by all").df()
        for row in rows
    )
    assigned = assigned.sort_values("customer_id", ignore_index=True)
    assert list(assigned) == [
        *("model_version", "customer_id", "segment_key", "distance_to_centroid"),
        *("second_segment_key", "second_distance", "margin", "is_outlier"),
        "known_weight",
    ]
    assert set(assigned["model_version"]) == {2}
    assert assigned["customer_id"].tolist() == frame["customer_id"].tolist()
    _, points = worked_out(frame, standard)
    distances = np.sqrt(squared_distances(version, points))
    order = np.argsort(distances, axis=1)
    keys = np.array([s["segment_key"] for s in version["segments"]])
    first, second = np.sort(distances, axis=1)[:, :2].T
    assert assigned["segment_key"].tolist() == keys[order[:, 0]].tolist()
    assert assigned["second_segment_key"].tolist() == keys[order[:, 1]].tolist()
    assert assigned["distance_to_centroid"].tolist() == pytest.approx(first)
    assert assigned["second_distance"].tolist() == pytest.approx(second)
    assert assigned["margin"].tolist() == pytest.approx(1 - first / second)
    assert assigned["known_weight"].tolist() == pytest.approx(
        known_weight(version, frame)
    )
    fences = np.array([s["distance_fence"] for s in version["segments"]])[order[:, 0]]
    is_outlier = first + excess(version, frame) > fences
    assert assigned["is_outlier"].tolist() == is_outlier.tolist()
    assert is_outlier.any()

    bins = {
        (b["feature"], b["bin"]): b["reference_share"]
        for b in version["reference_bins"]
    }
    assert len(counted) == len(bins)
    for row in counted.itertuples():
        share = bins[row.feature, row.bin]
        assert row.reference_share == share
        assert (row.customers, row.all_customers) == (pytest.approx(share * 260), 260)


def test_values_that_are_not_believed_are_counted_as_missing():
    shop, people = Shop(), customers()
    shop.fit(people, ["income", "visits"], k=2)
    made = segment_queries(
        shop.session,
        this=Table(schema="main", identifier="queries"),
        versions=shop.session.table("fits"),
    )
    shop.session.register("customers", people)
    counted = shop.session.sql(made.to_pylist()[1]["query_text"]).df()
    missing = counted.query("bin == 0").set_index("feature")["customers"]
    assert missing.to_dict() == {
        "income": people["is_odd"].sum(),
        "visits": people["visits"].isna().sum(),
    }


def test_another_engine_is_told_what_it_needs_and_finds_the_same_segments():
    shop, people = Shop(), customers()
    (version,) = shop.fit(people, FEATURES)
    names = {s["segment_key"]: f"it's {s['segment_name']}" for s in version["segments"]}
    sql = portable_assignment(
        shop.session.table("fits"), names, dialect="duckdb", table="crm.people"
    )
    assert [line for line in sql.splitlines() if line.startswith("--")] == [
        "-- Segments by version 1 of the segmentation, for duckdb.",
        "-- crm.people needs one row a customer, in the units of the mart customers,",
        "-- null where something is not known, with the columns",
        "--   customer_id",
        '--   "income": a number',
        '--   "plan": a word',
        '--   "total_spend": a number',
        '--   "visits": a number',
    ]
    assert sql.endswith("\n")
    frame = by_hash(people, 260)
    _, points = worked_out(frame, standard)
    labels = squared_distances(version, points).argmin(axis=1)
    keys = [version["segments"][label]["segment_key"] for label in labels]
    with duckdb.connect() as engine:
        engine.sql("create schema crm")
        engine.sql("create table crm.people as from frame")
        found = engine.sql(f"from ({sql}) order by customer_id").df()
    assert found["segment_key"].tolist() == keys
    assert found["segment_name"].tolist() == [names[key] for key in keys]
    assert set(found["model_version"]) == {1}
    assert list(found)[-1] == "segment_name"

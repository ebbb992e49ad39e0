"""The SQL that assigns customers does what the fit does, and scikit-learn's predict."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.segments.assignment import assignment_sql
from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.transforms import (
    Feature,
    FittedFeature,
    filled,
    fit_features,
    scaled,
)

FEATURES = [
    Feature("income", "Income", "log1p"),
    Feature("spend", "Spend", "sqrt"),
    Feature("age", "Age", weight=0.5),
]


def customers(n: int, seed: int) -> pd.DataFrame:
    """Draw customers with nulls and absurd values."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:06d}" for i in range(n)],
            "income": rng.lognormal(10, 1.5, n),
            "spend": rng.exponential(500, n) - 50,
            "age": rng.normal(40, 20, n),
        }
    )
    for column in ("income", "spend", "age"):
        frame.loc[rng.random(n) < 0.05, column] = np.nan
        frame.loc[rng.random(n) < 0.004, column] = 1e9
        frame.loc[rng.random(n) < 0.004, column] = -1e9
    return frame


def fit(k: int):
    frame = customers(2_000, seed=1)
    fitted = fit_features(frame, FEATURES)
    model = fit_kmeans(scaled(frame, fitted), k, random_seed=0, starts=3)
    return fitted, model, assignment(fitted, model.centroids)


def assignment(fitted, centroids: np.ndarray) -> str:
    k = len(centroids)
    return assignment_sql(
        "customers",
        features=fitted,
        centroids=centroids.tolist(),
        segment_keys=[f"S{i}" for i in range(k)],
        segment_sizes=[1] * k,
        distance_fences=[3.0] * k,
        distance_offsets=[0.0] * k,
        whitenings=[None] * k,
    )


def assign(sql: str, frame: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect() as engine:
        engine.register("customers", frame)
        return engine.sql(sql).df().sort_values("customer_id", ignore_index=True)


@pytest.mark.parametrize("k", [1, 2, 5, 9])
def test_sql_assigns_as_the_fit_does(k):
    fitted, model, sql = fit(k)
    frame = customers(100_000, seed=2)
    assigned = assign(sql, frame)
    expected = pd.Series(model.assign(scaled(frame, fitted))).map("S{}".format)
    is_known = frame[["income", "spend", "age"]].notna().any(axis=1)
    assert (assigned["segment_key"] == expected)[is_known].all()
    assert ((assigned["known_weight"] > 0) == is_known).all()
    # of whom nothing is known is where the typical customer is
    typical = filled(np.full((1, len(fitted)), np.nan), fitted)
    nearest = f"S{model.assign(typical)[0]}"
    assert set(assigned["segment_key"][~is_known]) == {nearest}
    assert assigned["margin"].notna().all()


def test_sql_assigns_complete_customers_as_scikit_learn_predicts():
    frame = customers(20_000, seed=6).dropna(ignore_index=True)
    fitted = fit_features(frame, FEATURES)
    points = scaled(frame, fitted)
    model = KMeans(5, n_init=3, random_state=0).fit(points)
    sql = assignment(fitted, model.cluster_centers_)
    assert assign(sql, frame)["segment_key"].tolist() == [
        f"S{i}" for i in model.predict(points)
    ]
    assert (
        fit_kmeans(points, 5, random_seed=0, starts=3).labels == model.labels_
    ).all()


def test_distances_margin_and_second_best_are_those_of_the_centroids():
    fitted, model, sql = fit(4)
    frame = customers(5_000, seed=3)
    assigned = assign(sql, frame)
    measured = np.sqrt(model.squared_distances(scaled(frame, fitted)))
    distances, order = np.sort(measured, axis=1), np.argsort(measured, axis=1)
    assert np.allclose(assigned["distance_to_centroid"], distances[:, 0])
    assert np.allclose(assigned["second_distance"], distances[:, 1])
    assert np.allclose(assigned["margin"], 1 - distances[:, 0] / distances[:, 1])
    assert (assigned["second_segment_key"] == [f"S{i}" for i in order[:, 1]]).all()


def test_customer_alone_gets_the_answer_it_gets_in_a_batch():
    _, _, sql = fit(4)
    frame = customers(40, seed=4)
    batch = assign(sql, frame)
    alone = [assign(sql, frame.iloc[[i]]) for i in range(len(frame))]
    pd.testing.assert_frame_equal(batch, pd.concat(alone, ignore_index=True))


def test_what_winsorising_cut_off_makes_an_outlier():
    _, _, sql = fit(4)
    usual = {"customer_id": "a", "income": 22_000.0, "spend": 300.0, "age": 40.0}
    absurd = {**usual, "customer_id": "b", "age": 4_000.0}
    assigned = assign(sql, pd.DataFrame([usual, absurd]))
    assert assigned["is_outlier"].tolist() == [False, True]


@pytest.mark.parametrize(("fence", "is_outlier"), [(5.01, False), (4.99, True)])
def test_what_winsorising_took_counts_as_a_distance(fence, is_outlier):
    # clipped to 3, which is 3 from the centroid, and 2 beyond: 5, not 3 + 2 * 2
    feature = FittedFeature("age", "none", 1.0, 0.0, -3.0, 3.0, 0.0, 1.0)
    sql = assignment_sql(
        "customers",
        features=[feature],
        centroids=[[0.0]],
        segment_keys=["S01"],
        segment_sizes=[1],
        distance_fences=[fence],
        distance_offsets=[0.0],
        whitenings=[None],
    )
    assigned = assign(sql, pd.DataFrame([{"customer_id": "a", "age": 5.0}]))
    assert assigned["distance_to_centroid"].tolist() == [3]
    assert assigned["is_outlier"].tolist() == [is_outlier]


def test_one_segment_has_no_second_best():
    _, _, sql = fit(1)
    assigned = assign(sql, customers(10, seed=5))
    assert assigned["second_segment_key"].isna().all()
    assert (assigned["margin"] == 0).all()

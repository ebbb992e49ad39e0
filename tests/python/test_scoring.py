"""The SQL that assigns customers does what scikit-learn's predict does."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segmentation.scoring import assignment_sql
from segmentation.transforms import Feature, fit_features, scaled

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
    points = scaled(frame, fitted)
    model = KMeans(k, n_init=3, random_state=0).fit(points)
    sql = assignment_sql(
        "customers",
        features=fitted,
        centroids=model.cluster_centers_.tolist(),
        segment_keys=[f"S{i}" for i in range(k)],
        segment_sizes=[1] * k,
        distance_fences=[3.0] * k,
        distance_offsets=[0.0] * k,
        whitenings=[None] * k,
    )
    return fitted, model, sql


def assign(sql: str, frame: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect() as engine:
        engine.register("customers", frame)
        return engine.sql(sql).df().sort_values("customer_id", ignore_index=True)


@pytest.mark.parametrize("k", [1, 2, 5, 9])
def test_sql_assigns_as_scikit_learn_predicts(k):
    fitted, model, sql = fit(k)
    frame = customers(100_000, seed=2)
    assigned = assign(sql, frame)
    expected = model.predict(scaled(frame, fitted))
    assert (assigned["segment_key"] == [f"S{i}" for i in expected]).all()


def test_distances_margin_and_second_best_are_those_of_the_centroids():
    fitted, model, sql = fit(4)
    frame = customers(5_000, seed=3)
    assigned = assign(sql, frame)
    distances = np.sort(model.transform(scaled(frame, fitted)), axis=1)
    order = np.argsort(model.transform(scaled(frame, fitted)), axis=1)
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


def test_one_segment_has_no_second_best():
    _, _, sql = fit(1)
    assigned = assign(sql, customers(10, seed=5))
    assert assigned["second_segment_key"].isna().all()
    assert (assigned["margin"] == 0).all()

"""Partitions of every publishable algorithm, in numpy and in SQL."""

from functools import partial

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments import gaps
from segmentation.segments.assignment import assignment_sql
from segmentation.segments.clustering import (
    ALGORITHMS,
    Clustering,
    canonical,
    fit_gaussian_mixture,
    fit_partition,
    mixture_model,
)
from segmentation.segments.transforms import Feature, filled, fit_features, scaled
from segmentation.warehouse.errors import UserError


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:04d}" for i in range(900)],
            "income": np.exp(rng.normal(10, 0.5, 900)),
            "children": rng.integers(0, 4, 900).astype(float),
            "visits": rng.normal(5, 2, 900),
        }
    )
    frame.loc[rng.choice(900, 60, replace=False), "income"] = np.nan
    frame.loc[3, "income"] = 1e9
    frame.loc[4, "visits"] = -1e6
    return frame


FEATURES = [
    Feature("income", "Income", "log1p"),
    Feature("children", "Children"),
    Feature("visits", "Visits", weight=2.0),
]


def space(customers, fitted, algorithm) -> np.ndarray:
    """Return the points that an algorithm takes: a mixture knows no gaps."""
    points = scaled(customers, fitted)
    return filled(points, fitted) if algorithm == "gaussian_mixture" else points


def from_sql(customers, fitted, clustering):
    k = clustering.k
    query = assignment_sql(
        "customers",
        features=fitted,
        centroids=clustering.centroids.tolist(),
        segment_keys=[str(i) for i in range(k)],
        segment_sizes=[1] * k,
        distance_fences=[3.0] * k,
        distance_offsets=(
            [0.0] * k if clustering.offsets is None else clustering.offsets.tolist()
        ),
        whitenings=(
            [None] * k
            if clustering.whitenings is None
            else clustering.whitenings.tolist()
        ),
    )
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        return connection.sql(f"{query} order by customer_id").df()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_sql_assigns_every_customer_as_numpy_does(customers, algorithm):
    fitted = fit_features(customers, FEATURES)
    points = space(customers, fitted, algorithm)
    clustering = canonical(
        fit_partition(algorithm, points, 4, random_seed=2, sample_rows=500),
        customers["income"].to_numpy(),
    )
    rows = from_sql(customers, fitted, clustering)
    labels = rows["segment_key"].astype(int)
    assert labels.tolist() == clustering.assign(points).tolist()
    distances = np.sort(np.sqrt(clustering.squared_distances(points)), axis=1)
    assert rows["distance_to_centroid"].to_numpy() == pytest.approx(distances[:, 0])
    assert rows["second_distance"].to_numpy() == pytest.approx(distances[:, 1])
    assert rows["margin"].between(0, 1).all()
    assert rows["is_outlier"].iloc[[3, 4]].all()


def test_the_mixture_in_sql_is_predict_of_scikit_learn(customers):
    fitted = fit_features(customers, FEATURES)
    points = space(customers, fitted, "gaussian_mixture")
    model = mixture_model(points, 4, random_seed=2)
    clustering = fit_gaussian_mixture(points, 4, random_seed=2)
    rows = from_sql(customers, fitted, clustering)
    assert rows["segment_key"].astype(int).tolist() == model.predict(points).tolist()
    # the likeliest component is not always the one with the nearest mean
    by_mean = Clustering(clustering.labels, model.means_, 0.0).assign(points)
    assert (by_mean != model.predict(points)).any()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_canonical_numbers_by_value_and_keeps_the_partition(customers, algorithm):
    points = space(customers, fit_features(customers, FEATURES), algorithm)
    clustering = fit_partition(algorithm, points, 4, random_seed=2)
    value = customers["children"].to_numpy()
    numbered = canonical(clustering, value)
    means = [value[numbered.labels == label].mean() for label in range(4)]
    assert means == sorted(means, reverse=True)
    assert numbered.assign(points).tolist() == numbered.labels.tolist()


@pytest.mark.parametrize("algorithm", ["gaussian_mixture", "hierarchical"])
def test_inertia_is_the_sum_of_squared_distances_to_the_own_centroid(algorithm):
    points = np.random.default_rng(1).normal(size=(300, 3))
    clustering = fit_partition(algorithm, points, 3, random_seed=2)
    own = [clustering.centroids[label] for label in clustering.labels]
    expected = sum(np.dot(p - c, p - c) for p, c in zip(points, own, strict=True))
    assert clustering.inertia == pytest.approx(expected)


def test_a_tree_of_a_sample_still_assigns_all(customers):
    points = scaled(customers, fit_features(customers, FEATURES))
    clustering = fit_partition(
        "hierarchical", points, 3, random_seed=2, sample_rows=100
    )
    assert len(clustering.labels) == 900
    assert set(clustering.labels) == {0, 1, 2}


def test_an_unknown_algorithm_is_named():
    with pytest.raises(UserError, match=r"var algorithm is 'magic'.*kmeans"):
        fit_partition("magic", np.zeros((9, 2)), 2, random_seed=1)


@pytest.mark.parametrize("seed", range(8))
def test_who_is_not_measured_again_would_have_stayed(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(400, 4)) + rng.integers(0, 4, 400)[:, None]
    if seed % 2:
        points = points.round()  # many customers are equally far from two centroids
    points[rng.random(points.shape) < 0.1] = np.nan
    fit = partial(gaps.kmeans_with_gaps, points, 5, random_seed=seed, starts=3)
    labels, centroids, inertia = fit()

    monkeypatch.setattr(gaps, "ROUNDING", np.inf)  # everybody is in doubt

    everybody = fit()
    assert (labels == everybody[0]).all()
    assert centroids.tobytes() == everybody[1].tobytes()
    assert inertia == everybody[2]

"""What other algorithms find on customers whose groups are known."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from segmentation.evidence.comparison import (
    compare_algorithms,
    k_distance_radius,
    membership_probabilities,
    ward_dendrogram,
)

CENTERS = np.array([[0, 0], [9, 0], [0, 9]])


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(4)
    return np.repeat([0, 1, 2], [120, 80, 60]), np.vstack(
        [rng.normal(c, 1, (n, 2)) for c, n in zip(CENTERS, [120, 80, 60], strict=True)]
    )


@pytest.fixture(scope="module")
def compared(groups):
    labels, points = groups
    rows = compare_algorithms(
        points, labels, algorithm="kmeans", k=3, ks=range(2, 5), random_seed=1
    )
    return {(row["algorithm"], row["setting"]): row for row in rows}


@pytest.mark.parametrize(
    "which",
    [
        ("kmeans", "k = 3"),
        ("bisecting_kmeans", "k = 3"),
        ("gaussian_mixture", "3 components, full covariances"),
        ("gaussian_mixture", "3 components, diagonal covariances"),
        ("hierarchical", "ward linkage, k = 3"),
        ("hierarchical", "complete linkage, k = 3"),
        ("hierarchical", "average linkage, k = 3"),
    ],
)
def test_groups_far_apart_are_found_by_every_algorithm(compared, which):
    row = compared[which]
    assert row["clusters_found"] == 3
    assert row["adjusted_rand"] == pytest.approx(1)
    assert row["adjusted_mutual_information"] == pytest.approx(1)
    assert row["stability_mean"] == pytest.approx(1)
    assert row["smallest_share"] == pytest.approx(60 / 260)
    assert row["silhouette"] > 0.7
    assert row["noise_share"] == 0


def test_density_finds_the_groups_and_calls_the_rest_noise(compared):
    found = compared["dbscan", "4 neighbours, radius from their distances"]
    assert found["clusters_found"] == 3
    assert 0 < found["noise_share"] < 0.15
    assert found["radius"] > 0
    assert compared["hdbscan", "clusters of at least 5 %"]["clusters_found"] == 3


def test_the_information_criterion_asks_for_the_true_number_of_components(compared):
    bic = {
        row["clusters_asked"]: row["bic"]
        for (_, setting), row in compared.items()
        if "full" in setting
    }
    assert min(bic, key=bic.get) == 3
    assert compared["kmeans", "k = 3"]["bic"] is None


def test_one_setting_is_the_published_one(compared):
    published = [which for which, row in compared.items() if row["is_published"]]
    assert published == [("kmeans", "k = 3")]


def test_density_finds_shapes_that_centroids_cut():
    points, moons = make_moons(400, noise=0.04, random_state=1)
    rows = compare_algorithms(
        points, moons, algorithm="kmeans", k=2, ks=range(2, 3), random_seed=1
    )
    best = {
        name: max(r["adjusted_rand"] for r in rows if r["algorithm"] == name)
        for name in ("kmeans", "dbscan")
    }
    assert best["dbscan"] > 0.95 > 0.6 > best["kmeans"]


def test_few_customers_are_compared_without_density():
    points = np.random.default_rng(1).normal(size=(12, 2))
    rows = compare_algorithms(
        points,
        (points[:, 0] > 0).astype(int),
        algorithm="kmeans",
        k=2,
        ks=range(2, 9),
        random_seed=1,
    )
    assert {"dbscan", "hdbscan"}.isdisjoint(row["algorithm"] for row in rows)
    assert max(row["clusters_asked"] for row in rows) == 4


def test_the_radius_separates_customers_in_dense_places_from_those_apart():
    rng = np.random.default_rng(2)
    dense = rng.normal(size=(300, 2))
    apart = rng.uniform(20, 60, (10, 2))
    radius = k_distance_radius(np.vstack([dense, apart]), 4)
    # above what is usual among the dense, below what is usual among those apart
    assert 0.1 < radius < 10
    assert k_distance_radius(dense[:3], 4) is None
    assert k_distance_radius(np.ones((20, 2)), 4) is None


def test_membership_columns_are_matched_to_the_segments(groups):
    labels, points = groups
    for renamed in ([0, 1, 2], [2, 0, 1]):
        published = np.array(renamed)[labels]
        probabilities = membership_probabilities(points, published, 3, random_seed=1)
        assert probabilities.sum(axis=1) == pytest.approx(1)
        assert (probabilities.argmax(axis=1) == published).all()


def test_the_tree_splits_the_groups_last_and_can_be_drawn(groups):
    labels, points = groups
    merges = ward_dendrogram(points, labels, merges=10)
    assert [m["merge_order"] for m in merges] == list(range(1, 11))
    heights = [m["height"] for m in merges]
    assert heights == sorted(heights, reverse=True)
    assert merges[0]["customers"] == 260
    # two merges join the three groups, then comes a long way down
    assert heights[1] > 3 * heights[2]
    below = {merges[1][f"{side}_customers"] for side in ("left", "right")}
    below |= {merges[0][f"{side}_customers"] for side in ("left", "right")}
    assert {60, 80, 120} & below
    leaves = {m["x_left"] for m in merges if m["y_left"] == 0}
    leaves |= {m["x_right"] for m in merges if m["y_right"] == 0}
    assert leaves == set(range(11))
    for m in merges:
        assert m["customers"] == m["left_customers"] + m["right_customers"]
        assert m["x_left"] < m["x_right"]
        assert max(m["y_left"], m["y_right"]) <= m["height"]
    assert len(ward_dendrogram(points[:5], labels[:5])) == 4

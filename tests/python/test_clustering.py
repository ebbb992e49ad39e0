"""Labels that depend on the customers and on nothing else."""

import numpy as np
import pytest

from segmentation.clustering import Clustering, canonical, fit_kmeans, nearest


@pytest.fixture
def blobs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    centers = np.array([[0, 0], [6, 0], [0, 6], [6, 6]])
    group = rng.integers(0, 4, 400)
    return centers[group] + rng.normal(0, 0.5, (400, 2)), group * 10.0


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_the_same_for_every_seed(blobs, seed):
    points, value = blobs
    first = canonical(fit_kmeans(points, 4, random_seed=99), value)
    again = canonical(fit_kmeans(points, 4, random_seed=seed), value)
    assert np.array_equal(first.labels, again.labels)


def test_labels_are_the_same_for_shuffled_rows(blobs):
    points, value = blobs
    order = np.random.default_rng(0).permutation(len(points))
    first = canonical(fit_kmeans(points, 4, random_seed=1), value)
    shuffled = canonical(fit_kmeans(points[order], 4, random_seed=1), value[order])
    assert np.array_equal(first.labels[order], shuffled.labels)


def test_label_0_is_worth_most(blobs):
    points, value = blobs
    clustering = canonical(fit_kmeans(points, 4, random_seed=1), value)
    means = [value[clustering.labels == label].mean() for label in range(4)]
    assert means == sorted(means, reverse=True)


def test_equal_worth_is_ordered_by_the_centroids():
    clustering = Clustering(np.array([0, 1]), np.array([[2.0], [1.0]]), 0.0)
    assert canonical(clustering, np.array([3.0, 3.0])).centroids.tolist() == [[1], [2]]


def test_centroids_follow_their_labels(blobs):
    points, value = blobs
    clustering = canonical(fit_kmeans(points, 4, random_seed=1), value)
    assert np.array_equal(nearest(points, clustering.centroids), clustering.labels)


def test_nearest_takes_the_first_of_equals():
    assert nearest(np.array([[0.0]]), np.array([[1.0], [-1.0]])).tolist() == [0]

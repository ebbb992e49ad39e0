"""Silhouettes from one distance matrix are scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from segmentation.silhouettes import pairwise_distances, silhouettes


@pytest.mark.parametrize("k", [2, 3, 7])
def test_the_figures_are_those_of_scikit_learn(k):
    rng = np.random.default_rng(k)
    points = rng.normal(size=(120, 4))
    labels = rng.integers(0, k, 120)
    labels[0] = k  # a customer alone
    points[5] = points[6]
    found = silhouettes(pairwise_distances(points), labels)
    assert found == pytest.approx(silhouette_samples(points, labels), abs=1e-5)
    assert found[0] == 0


def test_customers_that_are_all_the_same_stand_on_the_border():
    labels = np.array([0, 0, 1, 1])
    assert silhouettes(pairwise_distances(np.ones((4, 2))), labels).tolist() == [0] * 4


def test_distances_are_over_what_both_are_known_for():
    points = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, np.nan]])
    distances = pairwise_distances(points)
    assert distances[0, 1] == pytest.approx(5)
    # one of two features is known: its square counts for both
    assert distances[0, 2] == pytest.approx(np.sqrt(2 * 9))
    assert distances[1, 2] == pytest.approx(0, abs=1e-3)

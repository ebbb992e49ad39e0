"""Silhouettes of many partitions at once are scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from segmentation.segments.silhouettes import BLOCK, silhouettes


@pytest.mark.parametrize("customers", [120, BLOCK, 2 * BLOCK + 1])
def test_the_figures_are_those_of_scikit_learn(customers):
    rng = np.random.default_rng(customers)
    points = rng.normal(size=(customers, 4))
    points[5] = points[6]
    partitions = [rng.integers(0, k, customers) for k in (2, 3, 7)]
    partitions[0][0] = 2  # a customer alone
    found = silhouettes(points, partitions)
    for labels, own in zip(partitions, found, strict=True):
        assert own == pytest.approx(silhouette_samples(points, labels), abs=1e-5)
    assert found[0][0] == 0


def test_who_is_in_no_cluster_is_left_out():
    rng = np.random.default_rng(7)
    points = rng.normal(size=(200, 3))
    labels = rng.integers(-1, 3, 200)
    (found,) = silhouettes(points, [labels])
    is_in = labels >= 0
    expected = silhouette_samples(points[is_in], labels[is_in])
    assert found[is_in] == pytest.approx(expected, abs=1e-5)
    assert np.isnan(found[~is_in]).all()


def test_customers_that_are_all_the_same_stand_on_the_border():
    labels = np.array([0, 0, 1, 1])
    assert silhouettes(np.ones((4, 2)), [labels])[0].tolist() == [0] * 4


def test_distances_are_over_what_both_are_known_for():
    # from the first: 5 to the second; of the third one of two features is known, its
    # square counts for both; the fourth shares nothing with the third
    points = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, np.nan], [np.nan, 4.0]])
    to_third, to_fourth = np.sqrt(2 * 9), np.sqrt(2 * 16)
    # all to all and each to itself; of the pair that shares nothing both ways
    mean = 2 * (5 + to_third + to_fourth + 0 + 0) / (4 * 4 - 2)
    (found,) = silhouettes(points, [np.array([0, 0, 1, 1])])
    inside, outside = 5, (to_third + to_fourth) / 2
    assert found[0] == pytest.approx((outside - inside) / outside, abs=1e-3)
    assert found[2] == pytest.approx((to_third / 2 - mean) / mean, abs=1e-3)

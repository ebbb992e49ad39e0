"""Segments that come out again, and segments that do not."""

import numpy as np
import pytest

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.stability import bootstrap_partitions, jaccard_stability


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        ([5, 5, 5, 2, 2, 2], [1, 1]),  # other numbers, same segments
        ([0, 0, 1, 1, 1, 1], [2 / 3, 3 / 4]),
        ([0, 0, 0, 0, 0, 0], [1 / 2, 1 / 2]),
    ],
)
def test_jaccard_is_that_of_the_most_similar_cluster(partition, expected):
    labels = np.array([0, 0, 0, 1, 1, 1])
    found = jaccard_stability(labels, [np.array(partition)], 2)
    assert found[0] == pytest.approx(expected)


def test_a_group_is_found_again_and_halves_of_a_blob_are_not():
    rng = np.random.default_rng(3)
    points = np.vstack([rng.normal(size=(300, 2)), rng.normal([12, 0], 1, (300, 2))])

    def jaccards(k):
        fitted = fit_kmeans(points, k, random_seed=1)
        partitions = bootstrap_partitions(
            points,
            lambda drawn, seed: fit_kmeans(drawn, k, random_seed=seed, starts=3),
            samples=10,
            random_seed=1,
        )
        return jaccard_stability(fitted.labels, partitions, k).mean(axis=0)

    assert jaccards(2).min() > 0.99
    # one of the two groups is cut, and not in the same way every time
    assert sorted(jaccards(3))[0] < 0.85

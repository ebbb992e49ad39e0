"""Places on a plane that do not change from fit to fit."""

import numpy as np
import pytest

from segmentation.evidence.embedding import principal_components, tsne


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(6)
    return rng.normal(size=(150, 3)) * [3, 1, 0.1] + np.repeat([[0], [20]], 75, axis=0)


def test_components_rebuild_the_points_and_name_their_variance(points):
    places, loadings, explained = principal_components(points[:, :2])
    rebuilt = places @ loadings + points[:, :2].mean(axis=0)
    assert rebuilt == pytest.approx(points[:, :2])
    assert explained.sum() == pytest.approx(1)
    assert (loadings**2).sum(axis=1) == pytest.approx([1, 1])


def test_the_picture_does_not_flip(points):
    loadings = principal_components(points)[1]
    mirrored = principal_components(-points)[1]
    assert loadings == pytest.approx(mirrored)
    assert all(row[np.abs(row).argmax()] > 0 for row in loadings)


def test_one_feature_lies_on_a_line(points):
    places, loadings, explained = principal_components(points[:, :1])
    assert not places[:, 1].any()
    assert loadings.shape == (1, 1)
    assert explained.tolist() == [1]
    assert np.isfinite(tsne(points[:, :1], random_seed=1)).all()


def test_neighbours_are_the_same_twice_and_keep_groups_apart(points):
    once, twice = (tsne(points, random_seed=1) for _ in range(2))
    assert (once == twice).all()
    centers = once[:75].mean(axis=0), once[75:].mean(axis=0)
    own = [
        np.linalg.norm(once[i] - centers[i // 75])
        < np.linalg.norm(once[i] - centers[1 - i // 75])
        for i in range(150)
    ]
    assert np.mean(own) > 0.98


def test_ten_customers_are_enough_for_a_picture(points):
    assert np.isfinite(tsne(points[:10], random_seed=1)).all()

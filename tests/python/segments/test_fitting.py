import numpy as np
import pytest

from segmentation.segments.clustering import Clustering
from segmentation.segments.fitting import _segments


def test_fence_is_the_upper_quartile_and_so_many_quartile_ranges():
    distances = np.array([0.0, 1, 2, 3, 4, 8.1, 7.9])
    one = Clustering(np.zeros(7, dtype=int), np.array([[0.0]]), 0.0)
    (row,) = _segments(one, distances[:, None], iqrs=1.5)
    low, high = np.quantile(distances, [0.25, 0.75])
    assert row["distance_fence"] == pytest.approx(high + 1.5 * (high - low))
    assert row["fit_mean_distance"] == pytest.approx(distances.mean())
    assert row["fit_customers"] == 7
    assert row["distance_offset"] == 0
    (near,) = _segments(one, distances[:, None], iqrs=0.5)
    assert near["distance_fence"] == pytest.approx(high + 0.5 * (high - low))
    assert near["fit_outliers"] == (distances > near["distance_fence"]).sum()

"""Figures of small shops: no share is above one by a rounding of sums."""

import numpy as np
import pytest

from segmentation.value import backtest
from segmentation.value.at_risk import ListOrders

NO_SHARES = ("lift", "bias", "mean_absolute", "rmse")


@pytest.mark.parametrize("seed", range(40))
def test_shares_of_a_short_list_lie_between_0_and_1(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 40))
    orders = ListOrders(
        {"chance": rng.random(size), "silence": rng.random(size)},
        rng.gamma(2, 17.3, size).round(2),
    )
    lost = rng.integers(0, 2, size).astype(float)
    weights = np.vstack([np.ones((1, size)), rng.poisson(1.0, (50, size))])
    figures = [
        backtest._figure("at risk", order, measure, values)
        for (order, measure), values in backtest._listed(orders, lost, weights).items()
    ]
    assert len(figures) == 19
    for figure in figures:
        if not figure.measure.startswith(NO_SHARES) and np.isfinite(figure.figure):
            assert 0 <= figure.figure <= 1, figure
            assert not figure.high > 1, figure


@pytest.mark.filterwarnings("error")
def test_a_measure_that_no_cut_has_is_missing():
    drawn = [np.array([np.nan, 1.0, 2.0]), np.array([np.nan, np.nan, 4.0])]
    mean = backtest._mean_of_known(drawn)
    assert np.isnan(mean[0]) and mean[1:].tolist() == [1.0, 3.0]

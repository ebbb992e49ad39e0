import numpy as np
import pytest

from segmentation.campaign.figures import calibration_bins, contact_metrics
from segmentation.campaign.money import choose_threshold


@pytest.mark.parametrize(
    ("responses", "of", "lower", "upper"),
    # R: prop.test(x, n, correct = FALSE)$conf.int
    [(0, 10, 0.0, 0.277533), (5, 10, 0.236593, 0.763407), (3, 40, 0.025837, 0.198639)],
)
def test_interval_of_a_calibration_bin_is_wilsons(responses, of, lower, upper):
    responded = np.arange(of) < responses
    (bin_,) = calibration_bins(np.full(of, 0.2), responded.astype(int)).to_dict(
        "records"
    )
    assert (bin_["lower"], bin_["upper"]) == pytest.approx((lower, upper), abs=1e-5)


def test_profit_of_a_draw_is_for_as_many_customers_as_there_are():
    contacted, responded = np.array([True, True, False]), np.array([1, 0, 1])
    weights = np.array([[1.0, 1, 1], [2, 2, 2], [2, 0, 4]])
    figures = contact_metrics(
        contacted, responded, weights, contact_cost=3, revenue_per_response=11
    )
    assert figures["profit"].tolist() == [5, 5, (11 * 2 - 3 * 2) * 3 / 6]
    assert figures["precision"].tolist() == [0.5, 0.5, 1]
    assert figures["recall"].tolist() == [0.5, 0.5, 2 / 6]


def test_cut_off_lies_half_way_to_the_next_customer():
    cut_off = choose_threshold(
        np.array([0.9, 0.5, 0.3, 0.1]),
        np.array([1, 1, 0, 0]),
        contact_cost=3,
        revenue_per_response=11,
    )
    assert cut_off == pytest.approx(0.4)

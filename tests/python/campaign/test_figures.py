"""Figures of given predictions, held to scikit-learn or to counting by hand."""

import numpy as np
import pytest
from sklearn import metrics

from segmentation.campaign import figures
from segmentation.campaign.figures import (
    bootstrap_weights,
    calibration_bins,
    contact_metrics,
    percentile_interval,
    precision_recall_points,
    profit_curve,
    ranking_metrics,
    roc_points,
)

MONEY = {"contact_cost": 3.0, "revenue_per_response": 11.0}


def drawn(seed: int, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Draw probabilities with ties and answers that follow them."""
    rng = np.random.default_rng(seed)
    probability = rng.integers(1, 20, n) / 20
    responded = (rng.random(n) < probability).astype(int)
    responded[:2] = [0, 1]
    return probability, responded


@pytest.mark.parametrize(
    ("responses", "of", "lower", "upper"),
    # R: prop.test(x, n, correct = FALSE)$conf.int
    [
        (0, 10, 0.0, 0.277533),
        (5, 10, 0.236593, 0.763407),
        (3, 40, 0.025837, 0.198639),
        (10, 10, 0.722467, 1.0),
    ],
)
def test_interval_of_a_calibration_bin_is_wilsons(responses, of, lower, upper):
    responded = np.arange(of) < responses
    (bin_,) = calibration_bins(np.full(of, 0.2), responded.astype(int)).to_dict(
        "records"
    )
    assert (bin_["lower"], bin_["upper"]) == pytest.approx((lower, upper), abs=1e-5)
    assert 0 <= bin_["lower"] <= bin_["upper"] <= 1


def test_calibration_bins_have_equal_counts_and_equal_customers_share_one():
    probability = np.array([0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.5, 0.6])
    responded = np.array([0, 1, 0, 1, 1, 0, 1, 1])
    bins = calibration_bins(probability, responded, n_bins=4)
    assert bins["bin"].tolist() == [1, 2, 3]
    assert bins["customers"].tolist() == [2, 4, 2]
    assert bins["lowest_probability"].tolist() == [0.1, 0.3, 0.5]
    assert bins["highest_probability"].tolist() == [0.2, 0.4, 0.6]
    assert bins["mean_probability"].tolist() == pytest.approx([0.15, 0.375, 0.55])
    assert bins["response_rate"].tolist() == [0.5, 0.5, 1.0]
    assert len(calibration_bins(np.arange(40) / 40, np.arange(40) % 2)) == 10


def test_profit_of_a_draw_is_for_as_many_customers_as_there_are():
    contacted, responded = np.array([True, True, False]), np.array([1, 0, 1])
    weights = np.array([[1.0, 1, 1], [2, 2, 2], [2, 0, 4]])
    found = contact_metrics(contacted, responded, weights, **MONEY)
    assert found["profit"].tolist() == [5, 5, (11 * 2 - 3 * 2) * 3 / 6]
    assert found["precision"].tolist() == [0.5, 0.5, 1]
    assert found["recall"].tolist() == [0.5, 0.5, 2 / 6]


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_a_cut_off_are_scikit_learns(seed):
    probability, responded = drawn(seed)
    contacted = probability >= 0.5
    weights = np.random.default_rng(seed).integers(0, 4, (3, len(responded)))
    found = contact_metrics(contacted, responded, weights.astype(float), **MONEY)
    for row, weight in enumerate(weights):
        for name, reference in (
            ("accuracy", metrics.accuracy_score),
            ("precision", metrics.precision_score),
            ("recall", metrics.recall_score),
            ("f1", metrics.f1_score),
        ):
            expected = reference(responded, contacted, sample_weight=weight)
            assert found[name][row] == pytest.approx(expected), name


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_a_ranking_are_scikit_learns(seed):
    probability, responded = drawn(seed)
    weights = np.random.default_rng(seed).integers(0, 4, (3, len(responded)))
    weights[:, :2] = 1
    found = ranking_metrics(probability, responded, weights.astype(float))
    for row, weight in enumerate(weights):
        given = {"sample_weight": weight}
        assert found["roc_auc"][row] == pytest.approx(
            metrics.roc_auc_score(responded, probability, **given)
        )
        assert found["average_precision"][row] == pytest.approx(
            metrics.average_precision_score(responded, probability, **given)
        )


def test_a_draw_without_the_first_customers_has_a_precision_too():
    found = ranking_metrics(
        np.array([0.9, 0.5, 0.1]), np.array([1, 1, 0]), np.array([[0.0, 1, 1]])
    )
    assert found["average_precision"].tolist() == [1.0]
    assert found["roc_auc"].tolist() == [1.0]


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_probabilities_are_scikit_learns(seed):
    probability, responded = drawn(seed)
    weights = np.random.default_rng(seed).integers(0, 4, (2, len(responded)))
    found = figures._probability_metrics(probability, responded, weights.astype(float))
    for row, weight in enumerate(weights):
        assert found["brier"][row] == pytest.approx(
            metrics.brier_score_loss(responded, probability, sample_weight=weight)
        )
        assert found["log_loss"][row] == pytest.approx(
            metrics.log_loss(responded, probability, sample_weight=weight)
        )


def test_calibration_error_is_the_mean_gap_of_its_bins():
    probability = np.repeat([0.2, 0.7], [6, 4])
    responded = np.array([1, 1, 1, 0, 0, 0, 1, 1, 1, 0])
    weights = np.array([np.ones(10), np.repeat([1.0, 3.0], [6, 4])])
    found = figures._probability_metrics(probability, responded, weights)
    # 0.5 against 0.2 of six, 0.75 against 0.7 of four
    gaps = [abs(3 - 6 * 0.2), abs(3 - 4 * 0.7)]
    assert found["calibration_error"].tolist() == pytest.approx(
        [sum(gaps) / 10, (gaps[0] + 3 * gaps[1]) / 18]
    )


def test_draws_are_of_groups_and_the_first_is_everybody():
    groups = np.array([0, 0, 1, 2, 2, 2])
    blocks = list(bootstrap_weights(groups, n_bootstrap=50, random_state=3))
    assert blocks[0].tolist() == [[1.0] * 6]
    draws = np.concatenate(blocks[1:])
    assert draws.shape == (50, 6)
    assert (draws[:, 0] == draws[:, 1]).all()
    assert (draws[:, 3] == draws[:, 5]).all()
    # as many groups are drawn as there are
    assert (draws[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert draws[:, [0, 2, 3]].mean(axis=0) == pytest.approx([1, 1, 1], abs=0.3)
    again = list(bootstrap_weights(groups, n_bootstrap=50, random_state=3))
    assert np.array_equal(draws, np.concatenate(again[1:]))
    other = list(bootstrap_weights(groups, n_bootstrap=50, random_state=4))
    assert not np.array_equal(draws, np.concatenate(other[1:]))


def test_draws_come_in_blocks_that_fit_into_memory(monkeypatch):
    monkeypatch.setattr(figures, "BOOTSTRAP_CELLS", 12)
    groups = np.arange(5)
    sizes = [len(b) for b in bootstrap_weights(groups, n_bootstrap=5, random_state=0)]
    assert sizes == [1, 2, 2, 1]
    monkeypatch.setattr(figures, "BOOTSTRAP_CELLS", 1)
    sizes = [len(b) for b in bootstrap_weights(groups, n_bootstrap=2, random_state=0)]
    assert sizes == [1, 1, 1]


def test_interval_is_that_of_the_draws_that_have_a_figure():
    draws = np.append(np.arange(41.0), [np.nan, np.inf])
    assert percentile_interval("profit", 0.0, draws) == (1.0, 39.0)
    nothing = percentile_interval("precision", 0.5, np.array([np.nan, np.nan]))
    assert np.isnan(nothing).all()
    assert len(nothing) == 2


def test_calibration_error_is_not_raised_by_the_noise_of_the_draws():
    draws = np.arange(41.0) + 100
    assert percentile_interval("calibration_error", 110.0, draws) == (91.0, 129.0)
    low = percentile_interval("calibration_error", 5.0, np.arange(41.0))
    assert low == (0.0, 24.0)
    assert percentile_interval("calibration_error", -30.0, np.arange(41.0)) == (0, 0)


def test_curve_counts_money_along_the_ranking():
    probability, responded = np.array([0.1, 0.9, 0.5, 0.3]), np.array([0, 1, 0, 1])
    curve = profit_curve(
        probability, responded, groups=np.arange(4), n_bootstrap=40, **MONEY
    )
    assert curve["contacted"].tolist() == [0, 1, 2, 3, 4]
    assert curve["profit"].tolist() == [0, 8, 5, 13, 10]
    assert (curve["lower"] <= curve["upper"]).all()
    assert curve.loc[0, ["lower", "upper"]].tolist() == [0, 0]
    assert curve["lower"].iloc[-1] < 10 < curve["upper"].iloc[-1]
    again = profit_curve(
        probability, responded, groups=np.arange(4), n_bootstrap=40, **MONEY
    )
    assert curve.equals(again)


def test_curve_of_draws_is_for_as_many_customers_as_there_are():
    # all customers are alike, so every draw of them is the same
    curve = profit_curve(
        np.full(6, 0.5), np.ones(6, int), groups=np.array([0, 0, 0, 1, 1, 2]),
        n_points=3, n_bootstrap=30, **MONEY,
    )  # fmt: skip
    assert curve["contacted"].tolist() == [0, 2, 4, 6]
    for name in ("profit", "lower", "upper"):
        assert curve[name].tolist() == pytest.approx([0, 16, 32, 48]), name


@pytest.mark.parametrize("seed", range(4))
def test_curves_are_scikit_learns(seed):
    probability, responded = drawn(seed)
    roc = roc_points(probability, responded)
    false, true, at = metrics.roc_curve(responded, probability, drop_intermediate=False)
    assert roc["false_positive_rate"].tolist() == pytest.approx(false.tolist())
    assert roc["true_positive_rate"].tolist() == pytest.approx(true.tolist())
    assert roc["threshold"].tolist()[1:] == at.tolist()[1:]
    assert roc["threshold"].iloc[0] == 2.0
    found = precision_recall_points(probability, responded)
    precision, recall, at = metrics.precision_recall_curve(responded, probability)
    assert found["threshold"].tolist() == at[::-1].tolist()
    assert found["precision"].tolist() == pytest.approx(precision[-2::-1].tolist())
    assert found["recall"].tolist() == pytest.approx(recall[-2::-1].tolist())


def test_curves_are_thinned_to_their_number_of_points_with_both_ends():
    probability, responded = np.linspace(0.99, 0.01, 50), np.arange(50) % 2
    roc = roc_points(probability, responded, n_points=11)
    assert len(roc) == 11
    assert roc.iloc[0].tolist() == [2.0, 0.0, 0.0]
    assert roc["threshold"].iloc[1] == probability[0]
    assert roc.iloc[-1].tolist() == [probability[-1], 1.0, 1.0]
    found = precision_recall_points(probability, responded, n_points=10)
    assert len(found) == 10
    assert found["threshold"].iloc[[0, -1]].tolist() == [
        probability[0],
        probability[-1],
    ]
    assert found["recall"].iloc[-1] == 1.0

"""The models find what they were simulated with, and say so when they cannot."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.stats import beta, gamma

from segmentation.value.purchases import (
    PURCHASE_LIMITS,
    PurchaseModel,
    _bg_nbd,
    _nbd,
    expected_purchases,
    fit_bg_nbd,
    fit_nbd,
    probability_active,
)
from segmentation.value.spend import (
    GammaGamma,
    _gamma_gamma,
    expected_average_value,
    fit_gamma_gamma,
)
from segmentation.value.verdicts import assess_drop_out, assess_value
from segmentation.warehouse.errors import UserError

CDNOW = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
CDNOW_VALUES = GammaGamma(6.25, 3.74, 15.44, -4055.9, 946)


def simulate(n, *, r, alpha, a, b, seed=1, ages=(30.0, 80.0)):
    """Frequency, recency and age of n customers who buy and leave as BG/NBD says."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(r, 1 / alpha, n)
    leaving = rng.beta(a, b, n) if a > 0 else np.zeros(n)
    age = rng.uniform(*ages, n)
    frequency, recency = np.zeros(n), np.zeros(n)
    now, active = np.zeros(n), np.ones(n, dtype=bool)
    while active.any():
        now = now + rng.exponential(1 / rate)
        active &= now <= age
        frequency[active] += 1
        recency[active] = now[active]
        active &= rng.random(n) >= leaving
    return frequency, recency, age


def simulate_values(frequency, *, p, q, gamma, seed=2):
    """Mean value of the purchases of each customer as Gamma-Gamma says."""
    rng = np.random.default_rng(seed)
    scale = rng.gamma(q, 1 / gamma, len(frequency))
    x = np.maximum(frequency, 1)
    mean = rng.gamma(p * x) / (x * scale)
    return np.where(frequency > 0, mean, np.nan)


@pytest.fixture(scope="session")
def cdnow_summary() -> pd.DataFrame:
    """Read the 2,357 CDNOW customers: x, t_x, T in weeks and mean repeat value zbar."""
    name = "cdnow_customers_summary_with_transactions.csv"
    path = os.environ.get("SEGMENTS_CDNOW")
    package = importlib.util.find_spec("lifetimes")  # found, not imported
    if not path and package:
        path = Path(package.origin).parent / "datasets" / name
    if not path:
        pytest.skip(
            f"neither SEGMENTS_CDNOW ({name}) nor the lifetimes package is here"
        )
    return pd.read_csv(path)


class TestPurchases:
    @pytest.mark.parametrize(
        "truth",
        [
            {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5},
            {"r": 2.0, "alpha": 10.0, "a": 1.5, "b": 8.0},
        ],
    )
    def test_parameters_of_simulated_customers_are_recovered(self, truth):
        rows = simulate(5000, **truth)
        model = fit_bg_nbd(*rows)
        assert model.r == pytest.approx(truth["r"], rel=0.10)
        assert model.alpha == pytest.approx(truth["alpha"], rel=0.15)
        # a and b trade off against each other; their ratio is what the data tell
        assert model.a / (model.a + model.b) == pytest.approx(
            truth["a"] / (truth["a"] + truth["b"]), rel=0.08
        )
        assert model.a == pytest.approx(truth["a"], rel=0.35)
        assert model.at_limit == ()
        assert assess_drop_out(model, *rows).is_trusted

    def test_no_parameters_nearby_are_more_likely(self):
        rows = simulate(2000, r=0.8, alpha=6.0, a=0.8, b=2.5)
        model = fit_bg_nbd(*rows)
        best = np.array([model.r, model.alpha, model.a, model.b])
        for step in np.vstack([np.eye(4), -np.eye(4)]) * 0.02:
            likelihood, _ = _bg_nbd(best * np.exp(step), *rows, np.ones(2000))
            assert likelihood < model.log_likelihood

    def test_published_estimates_for_cdnow(self, cdnow_summary):
        rows = [cdnow_summary[name] for name in ("x", "t_x", "T")]
        model = fit_bg_nbd(*rows)
        assert len(cdnow_summary) == 2357
        assert round(model.r, 3) == 0.243
        assert round(model.alpha, 3) == 4.414
        assert round(model.a, 3) == 0.793
        assert round(model.b, 3) == 2.426
        assert round(model.log_likelihood, 1) == -9582.4
        assert assess_drop_out(model, *rows).is_trusted

    def test_published_nbd_log_likelihood_for_cdnow(self, cdnow_summary):
        model = fit_nbd(cdnow_summary["x"], cdnow_summary["T"])
        assert round(model.r, 3) == 0.385
        assert round(model.alpha, 3) == 12.072
        assert round(model.log_likelihood, 1) == -9763.7

    def test_counted_rows_give_the_fit_of_single_rows(self):
        frequency, recency, age = (
            np.round(column)
            for column in simulate(3000, r=0.8, alpha=6.0, a=0.8, b=2.5)
        )
        recency = np.minimum(recency, age)
        single = fit_bg_nbd(frequency, recency, age)
        rows = pd.DataFrame({"x": frequency, "t": recency, "age": age})
        counted = rows.value_counts().reset_index()
        weighted = fit_bg_nbd(
            counted["x"], counted["t"], counted["age"], weights=counted["count"]
        )
        assert len(counted) < 2500
        assert weighted.n_customers == 3000
        assert weighted.log_likelihood == pytest.approx(single.log_likelihood, abs=1e-4)
        assert weighted.a == pytest.approx(single.a, rel=1e-3)

    def test_unit_of_time_changes_alpha_only(self):
        frequency, recency, age = simulate(2000, r=0.8, alpha=6.0, a=0.8, b=2.5)
        weeks = fit_bg_nbd(frequency, recency, age)
        seconds = fit_bg_nbd(frequency, recency * 604800, age * 604800)
        assert seconds.alpha / 604800 == pytest.approx(weeks.alpha, rel=1e-5)
        assert seconds.b == pytest.approx(weeks.b, rel=1e-5)

    @pytest.mark.parametrize("seed", range(8))
    def test_gradients_are_those_of_the_likelihoods(self, seed):
        rng = np.random.default_rng(seed)
        rows = simulate(40, r=0.8, alpha=6.0, a=0.8, b=2.5, seed=seed)
        weights = rng.uniform(0.5, 3, 40)
        bought = np.maximum(rows[0], 1)
        values = rng.gamma(3, 10, 40)
        for function, size, data in (
            (_bg_nbd, 4, (*rows, weights)),
            (_nbd, 2, (rows[0], rows[2], weights)),
            (_gamma_gamma, 3, (bought, values, weights)),
        ):
            logs = rng.normal(0, 1, size)
            _, gradient = function(np.exp(logs), *data)
            for i, step in enumerate(np.eye(size) * 1e-5):
                above, _ = function(np.exp(logs + step), *data)
                below, _ = function(np.exp(logs - step), *data)
                assert gradient[i] == pytest.approx((above - below) / 2e-5, rel=1e-4)


class TestExpectations:
    @pytest.mark.parametrize(
        ("a", "b", "frequency", "age", "horizon"),
        [
            (0.793, 2.426, 2, 38.86, 39.0),
            (0.3, 0.7, 0, 40.0, 39.0),  # pole of the closed form: a + b = 1
            (1.0, 2.0, 4, 40.0, 39.0),  # and a = 1
            (1.5, 4.0, 400, 40.0, 300.0),
            (30.0, 900.0, 12, 40.0, 39.0),
            (100.0, 1e5, 150, 40.0, 1000.0),
        ],
    )
    def test_expected_purchases_are_the_mean_over_leaving(
        self, a, b, frequency, age, horizon
    ):
        model = PurchaseModel(0.5, 4.0, a, b, 0.0, 1)
        shape, ratio = 0.5 + frequency, horizon / (4.0 + age)

        def gained(p):
            return -np.expm1(-shape * np.log1p(p * ratio)) / p if p else shape * ratio

        if b < 100:  # integration that knows the singular ends of the density
            powers = a - 1, b + frequency - 1
            area, _ = quad(gained, 0, 1, weight="alg", wvar=powers, epsrel=1e-10)
            by_hand = area / beta_function(a, b + frequency)
        else:
            low, high = beta.ppf([1e-12, 1 - 1e-12], a, b + frequency)
            by_hand, _ = quad(
                lambda p: gained(p) * beta.pdf(p, a, b + frequency), low, high
            )
        active = probability_active(model, [frequency], [age * (frequency > 0)], [age])
        result = expected_purchases(
            model, [frequency], [age * (frequency > 0)], [age], horizon=horizon
        )
        assert result == pytest.approx(active * by_hand, rel=1e-6)

    def test_expected_purchases_come_true_in_simulation(self):
        truth = {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5}
        model = PurchaseModel(**truth, log_likelihood=0.0, n_customers=1)
        # The draws do not depend on the age: the same customers, watched twice as long.
        short = simulate(40_000, **truth, ages=(40.0, 40.0))
        long = simulate(40_000, **truth, ages=(80.0, 80.0))
        expected = expected_purchases(model, *short, horizon=40.0).mean()
        assert long[0].mean() - short[0].mean() == pytest.approx(expected, rel=0.05)

    def test_probability_active_and_likelihood_follow_from_the_assumptions(self):
        frequency, recency, age = 3, 20.0, 39.0
        rates, leaving = gamma(0.243, scale=1 / 4.414), beta(0.793, 2.426)
        stayed = rates.expect(
            lambda k: k**frequency * np.exp(-k * age)
        ) * leaving.expect(lambda p: (1 - p) ** frequency)
        left = rates.expect(
            lambda k: k**frequency * np.exp(-k * recency)
        ) * leaving.expect(lambda p: p * (1 - p) ** (frequency - 1))
        rows = [frequency], [recency], [age]
        assert probability_active(CDNOW, *rows) == pytest.approx(
            stayed / (stayed + left), rel=1e-6
        )
        likelihood, _ = _bg_nbd(
            np.array([0.243, 4.414, 0.793, 2.426]), *np.array(rows), np.ones(1)
        )
        assert likelihood == pytest.approx(np.log(stayed + left), rel=1e-6)

    def test_active_customers_bought_lately_for_their_habit(self):
        active = probability_active(
            CDNOW, [0, 2, 2, 20, 20], [0, 35, 5, 35, 5], [39, 39, 39, 39, 39]
        )
        assert active[0] == 1
        assert active[1] > active[2] > active[4]
        assert active[3] > active[4]
        assert active[4] < 1e-6

    def test_nobody_leaves_without_drop_out(self):
        frequency, recency, age = simulate(500, r=0.8, alpha=6.0, a=0.8, b=2.5)
        model = fit_nbd(frequency, age)
        assert np.all(probability_active(model, frequency, recency, age) == 1)
        expected = expected_purchases(model, frequency, recency, age, horizon=10)
        assert expected == pytest.approx(
            10 * (model.r + frequency) / (model.alpha + age)
        )

    def test_results_are_finite_at_every_limit_of_the_search(self):
        corners = np.array(np.meshgrid(*PURCHASE_LIMITS.values())).reshape(4, -1).T
        for r, alpha, a, b in corners:
            model = PurchaseModel(r, alpha, a, b, 0.0, 1)
            result = expected_purchases(
                model, [0, 1, 500], [0, 0.5, 1], [1, 1, 1], horizon=2.0
            )
            assert np.all(np.isfinite(result) & (result >= 0))


class TestValues:
    def test_parameters_of_simulated_customers_are_recovered(self):
        frequency = simulate(5000, r=0.8, alpha=6.0, a=0.8, b=2.5)[0]
        value = simulate_values(frequency, p=6.0, q=4.0, gamma=15.0)
        model = fit_gamma_gamma(frequency, value)
        assert model.p == pytest.approx(6.0, rel=0.15)
        assert model.q == pytest.approx(4.0, rel=0.10)
        assert model.p * model.gamma / (model.q - 1) == pytest.approx(30.0, rel=0.03)
        assert assess_value(model, frequency, value).is_trusted

    def test_published_estimates_for_cdnow(self, cdnow_summary):
        rows = cdnow_summary["x"], cdnow_summary["zbar"]
        model = fit_gamma_gamma(*rows)
        assert model.n_customers == 946
        assert model.p == pytest.approx(6.25, abs=0.005)
        assert model.q == pytest.approx(3.74, abs=0.005)
        assert model.gamma == pytest.approx(15.44, abs=0.01)
        assert assess_value(model, *rows).is_trusted

    def test_money_unit_changes_gamma_only(self):
        frequency, value = [1, 2, 5, 3, 8, 2], np.array([20, 35, 28, 60, 31, 12.0])
        euros = fit_gamma_gamma(frequency, value)
        cents = fit_gamma_gamma(frequency, value * 100)
        assert cents.gamma == pytest.approx(euros.gamma * 100, rel=1e-4)
        assert cents.p == pytest.approx(euros.p, rel=1e-4)

    def test_weights_count_customers(self):
        frequency, value = np.array([1, 2, 5, 3]), np.array([20, 35, 28, 60.0])
        counts = np.array([3, 1, 2, 4])
        weighted = fit_gamma_gamma(frequency, value, weights=counts)
        repeated = fit_gamma_gamma(frequency.repeat(counts), value.repeat(counts))
        assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood)

    def test_estimate_lies_between_own_and_population_mean(self):
        population, once, often = expected_average_value(
            CDNOW_VALUES, [0, 1, 50], [np.nan, 80.0, 80.0]
        )
        assert population == pytest.approx(6.25 * 15.44 / 2.74)
        assert population < once < often < 80

    def test_population_without_mean_is_not_hidden(self):
        values = GammaGamma(2.0, 0.8, 10.0, 0.0, 100)
        assert np.isinf(expected_average_value(values, [0], [np.nan]))
        verdict = assess_value(values, [1, 2, 1], [10.0, 12, 14])
        assert verdict.failed == ("no_mean",)


class TestVerdicts:
    def test_too_few_repeat_buyers(self):
        rows = simulate(60, r=0.8, alpha=6.0, a=0.8, b=2.5)
        verdict = assess_drop_out(fit_bg_nbd(*rows), *rows)
        assert "few_repeat_buyers" in verdict.failed

    def test_customers_who_never_leave(self):
        rows = simulate(4000, r=0.8, alpha=6.0, a=0.0, b=1.0)
        verdict = assess_drop_out(fit_bg_nbd(*rows), *rows)
        assert not verdict.is_trusted
        assert "nobody_leaves" in verdict.failed

    def test_file_of_recent_buyers_only(self):
        frequency, recency, age = simulate(
            9000, r=2.0, alpha=10.0, a=0.8, b=8.0, ages=(50.0, 200.0)
        )
        lately = (frequency > 0) & (age - recency < 15)
        rows = frequency[lately], recency[lately], age[lately]
        verdict = assess_drop_out(fit_bg_nbd(*rows), *rows)
        assert lately.sum() > 500
        assert "recent_buyers_only" in verdict.failed
        assert "everybody bought within the last 15 units" in verdict.sentence

    def test_value_that_grows_with_frequency(self):
        frequency = simulate(4000, r=0.8, alpha=6.0, a=0.8, b=2.5)[0]
        value = simulate_values(frequency, p=6.0, q=4.0, gamma=15.0)
        dependent = value * np.maximum(frequency, 1) ** 0.8
        model = fit_gamma_gamma(frequency, dependent)
        verdict = assess_value(model, frequency, dependent)
        assert verdict.failed == ("value_depends_on_frequency",)

    def test_drop_out_of_the_real_file_is_not_identifiable(self, real_data):
        customers = pd.read_csv(
            real_data / "marketing_campaign.csv",
            sep=";",
            encoding="utf-8-sig",
            parse_dates=["Dt_Customer"],
        )
        purchases = customers[
            ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
        ].sum(axis=1)
        age = (pd.Timestamp("2014-10-04") - customers["Dt_Customer"]).dt.days
        frequency = (purchases - 1).clip(lower=0)
        recency = (age - customers["Recency"]).where(frequency > 0, 0)
        model = fit_bg_nbd(frequency, recency, age)
        verdict = assess_drop_out(model, frequency, recency, age)
        assert verdict.failed == ("recent_buyers_only", "limit")
        assert verdict.sentence.startswith("Drop-out cannot be identified")
        assert model.a / (model.a + model.b) < 0.02  # all but nobody leaves

        spend = customers.filter(regex="^Mnt(?!Gold)").sum(axis=1)
        bought = purchases > 0
        average = (spend / purchases)[bought]
        values = fit_gamma_gamma(purchases[bought], average)
        verdict = assess_value(values, purchases[bought], average)
        assert verdict.failed == ("value_depends_on_frequency",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (([1.5], [1], [2]), "not a whole number"),
        (([-1], [1], [2]), "not a whole number"),
        (
            ([1, 1], [1, 3], [2, 2]),
            r"recency below 0 or above the age \(first in row 1\)",
        ),
        (([1, np.nan], [1, 1], [2, 2]), "missing value"),
        (([0, 0], [0, 0], [2, 2]), "Nobody bought again"),
        (([1, 2], [1], [2, 2]), "columns of one length"),
    ],
)
def test_impossible_rows_are_named(rows, message):
    with pytest.raises(UserError, match=message):
        fit_bg_nbd(*rows)


def test_other_impossible_inputs_are_named():
    with pytest.raises(UserError, match="horizon must be above 0"):
        expected_purchases(CDNOW, [1], [1], [2], horizon=0)
    with pytest.raises(UserError, match="weights must be numbers from 0"):
        fit_bg_nbd([1, 2], [1, 1], [2, 2], weights=[1, -1])
    with pytest.raises(UserError, match="average_value must be above 0"):
        fit_gamma_gamma([1, 2], [10.0, 0.0])
    with pytest.raises(UserError, match="No customer has a purchase"):
        fit_gamma_gamma([0, 0], [1.0, 1.0])

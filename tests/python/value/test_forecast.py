"""Forecasts of customers: nothing of the future, and never worse than plain methods."""

import re
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from segmentation.value import measures
from segmentation.value.at_risk import BY_CHANCE, list_orders, still_buying
from segmentation.value.backtest import AT_RISK, FORECAST, METHODS, TARGETS, backtest
from segmentation.value.forecast import Past, fit_forecast
from segmentation.value.histories import PurchaseDays, outcomes_after, summed_up_at
from segmentation.value.kept_forecasts import customer_forecast, forecast_accuracy
from segmentation.value.levels import shrunk_mean
from segmentation.value.sentences import sentences

HORIZON = 60
DAYS = 420


def purchases_of(days_by_customer, rng) -> PurchaseDays:
    """Return days, each with a spend that differs between customers."""
    days = [np.unique(np.floor(days)) for days in days_by_customer]
    days = [one[(one >= 0) & (one <= DAYS)] for one in days]
    days = [one for one in days if len(one)]
    sizes = [len(one) for one in days]
    means = np.repeat(rng.gamma(4, 10, len(sizes)), sizes)
    return PurchaseDays(
        customer=np.repeat(range(len(sizes)), sizes),
        day=np.concatenate(days).astype(np.int64),
        spend=means * rng.gamma(5, 1 / 5, len(means)),
        first_day=0,
        last_day=DAYS,
    )


def leaving_at_random(n: int, rng) -> PurchaseDays:
    """Everybody buys at a rate of their own and leaves after any purchase (BG/NBD)."""

    def days():
        rate, leaves = rng.gamma(1.2, 1 / 30), rng.beta(0.8, 5)
        day = rng.uniform(0, DAYS * 0.8)
        yield day
        while day < DAYS and rng.random() > leaves:
            day += rng.exponential(1 / rate)
            yield day

    return purchases_of([list(days()) for _ in range(n)], rng)


def regular_until_gone(n: int, rng) -> PurchaseDays:
    """Everybody buys at regular intervals and leaves on any day; a season as well."""

    def days():
        interval, day = rng.choice([7, 14, 30, 60]), rng.uniform(0, DAYS * 0.7)
        ends = day + rng.exponential(250)
        while day < min(ends, DAYS):
            yield day
            busy = 1.3 if day % 365 > 300 else 1.0
            day += interval * rng.gamma(8, 1 / 8) / busy

    return purchases_of([list(days()) for _ in range(n)], rng)


PROCESSES = (leaving_at_random, regular_until_gone)


@pytest.fixture(scope="module", params=PROCESSES, ids=lambda process: process.__name__)
def past(request) -> Past:
    return Past(request.param(1000, np.random.default_rng(3)))


@pytest.fixture(scope="module")
def tested(past):
    return backtest(past, horizon=HORIZON, random_state=5)


class TestBacktest:
    def test_what_is_published_is_not_worse_than_any_method(self, tested):
        loss = {"buying again": "brier"}
        for target in TARGETS:
            measure = loss.get(target, "rmse_over_mean")
            published = tested.figure(target, tested.published[target], measure)
            best = min(tested.figure(target, m, measure).figure for m in METHODS)
            assert published.low <= best
            assert published.figure <= 1.02 * best

    def test_probability_is_calibrated(self, tested):
        gap = tested.figure("buying again", tested.published["buying again"], "bias")
        assert abs(gap.figure) < 0.15

    def test_list_finds_more_than_the_longest_silence(self, tested):
        found, silent = (
            tested.figure(AT_RISK, order, "precision_first_fifth")
            for order in (BY_CHANCE, "longest silence")
        )
        assert tested.can_list
        assert found.high >= silent.figure

    def test_figures_lie_within_their_intervals_and_come_again(self, past, tested):
        again = backtest(Past(past.days), horizon=HORIZON, random_state=5)
        assert again.figures == tested.figures
        drawn = [one for one in tested.figures if one.measure != "mean_absolute_bias"]
        inside = [one.low <= one.figure <= one.high for one in drawn]
        assert np.mean(inside) > 0.9

    def test_a_forecast_knows_nothing_of_what_follows(self, past):
        days, cut = past.days, DAYS - HORIZON
        earlier = days.day <= cut
        cut_off = replace(
            days,
            customer=days.customer[earlier],
            day=days.day[earlier],
            spend=days.spend[earlier],
        )
        known = past.known(cut, HORIZON)
        whole, part = (
            fit_forecast(one, cut, horizon=HORIZON, random_state=1).estimates(known)
            for one in (past, Past(cut_off))
        )
        np.testing.assert_array_equal(whole.probability, part.probability)
        np.testing.assert_array_equal(whole.spend, part.spend)

    def test_sentences_have_the_figures(self, tested):
        told = sentences(tested, horizon=HORIZON, basis="past")
        for target in ("purchase days", "spend"):
            published = tested.published[target]
            numbers = re.findall(r"[\d.,]*\d", told[target])
            measured = {
                one.measure: one.figure
                for one in tested.figures
                if (one.target, one.method) == (target, published)
            }
            wanted = [
                f"{len(tested.cuts)}",
                f"{HORIZON}",
                f"{tested.customers:,}",
                f"{100 * measured['mean_absolute_bias']:.0f}",
                f"{measured['mean_absolute_error']:,.2f}",
            ]
            assert numbers[: len(wanted)] == wanted

    @pytest.mark.parametrize(("back", "is_said"), [(3, True), (7, False)])
    def test_a_season_that_was_not_tested_is_said(self, tested, back, is_said):
        """After Christmas fewer come back than any autumn shows."""
        last = max(tested.cuts) + HORIZON
        cuts = tuple(last - HORIZON * number for number in range(1, back + 1))
        told = sentences(replace(tested, cuts=cuts), horizon=HORIZON, basis="past")
        for target in TARGETS:
            first = told[target].split(". ")[0]  # what the page shows
            assert ("of the season ahead" in first) == is_said


class TestForecast:
    def test_who_bought_once_is_told_apart_by_time_alone(self, past):
        known = past.known(DAYS, HORIZON)
        forecast = fit_forecast(past, DAYS, horizon=HORIZON, random_state=1)
        estimates = forecast.estimates(known)
        once = known.purchases == 1
        assert once.sum() > 30
        assert len(np.unique(estimates.spend[once])) <= 6  # spans of time
        assert np.all((estimates.probability > 0) & (estimates.probability < 1))

    def test_too_few_who_bought_again_are_not_forecast(self):
        few = leaving_at_random(40, np.random.default_rng(1))
        assert fit_forecast(Past(few), DAYS, horizon=30, random_state=1) is None
        assert backtest(Past(few), horizon=30, random_state=1) is None

    @pytest.mark.parametrize(("history", "learned"), [(100, 30), (140, 45), (200, 90)])
    def test_short_histories_learn_from_shorter_horizons(self, history, learned):
        days = leaving_at_random(1500, np.random.default_rng(2))
        seen = days.day <= history
        short = PurchaseDays(
            days.customer[seen], days.day[seen], days.spend[seen], 0, history
        )
        forecast = fit_forecast(Past(short), history, horizon=90, random_state=1)
        assert forecast.lesson_horizon == learned
        assert forecast.basis == ("past" if learned == 90 else "belief")

    def test_level_is_drawn_to_none_the_less_past_errors_agree(self):
        agreed = shrunk_mean([0.3, 0.3, 0.3, 0.3], horizons=4)
        torn = shrunk_mean([0.9, -0.3, 0.9, -0.3], horizons=4)
        assert 0.25 < agreed < 0.3
        assert 0 < torn < agreed
        assert shrunk_mean([3.0], horizons=1) == 0.7


class TestHistories:
    def test_summaries_are_those_counted_one_by_one(self):
        rng = np.random.default_rng(0)
        days = leaving_at_random(200, rng)
        cut = 300
        known = summed_up_at(days, cut, horizon=45)
        followed = outcomes_after(days, known, cut, horizon=45)
        for place in rng.choice(len(known), 40, replace=False):
            own = days.customer == known.customer[place]
            day, spend = days.day[own], days.spend[own]
            before = day <= cut
            assert known.purchases[place] == before.sum()
            assert known.silence[place] == cut - day[before].max()
            assert known.tenure[place] == cut - day[before].min()
            assert known.recent[place, 1] == (before & (day > cut - 90)).sum()
            gaps = np.diff(day[before])
            if len(gaps) > 1:
                assert known.gap_spread[place] == pytest.approx(
                    gaps.std() / gaps.mean()
                )
            later = (day > cut) & (day <= cut + 45)
            assert followed.days[place] == later.sum()
            assert followed.spend[place] == pytest.approx(spend[later].sum())

    def test_pool_is_the_upper_half_of_regulars_who_still_buy(self):
        known = summed_up_at(
            leaving_at_random(400, np.random.default_rng(4)), DAYS, horizon=HORIZON
        )
        pool = still_buying(known, horizon=HORIZON)
        regular = known.recent[:, 3] >= 2
        median = np.median(known.recent_spend[regular, 1])
        wanted = [
            bool(r and s >= median and q < HORIZON)
            for r, s, q in zip(
                regular, known.recent_spend[:, 1], known.silence, strict=True
            )
        ]
        assert pool.tolist() == wanted
        orders = list_orders(known, pool, np.linspace(0, 1, len(known)))
        assert all(len(score) == pool.sum() for score in orders.by_order.values())


def test_measures_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    expected = rng.random(300).round(1)  # with ties
    actual = (rng.random(300) < expected).astype(float)
    weights = rng.poisson(1.0, (3, 300)).astype(float)
    for drawn, auc, brier in zip(
        weights,
        measures.area_under_curve(actual, expected, weights),
        measures.brier(actual, expected, weights),
        strict=True,
    ):
        assert auc == pytest.approx(
            roc_auc_score(actual, expected, sample_weight=drawn)
        )
        assert brier == pytest.approx(
            brier_score_loss(actual, expected, sample_weight=drawn)
        )


class TestRelations:
    """The same through relations, as the warehouse does it."""

    @pytest.fixture(scope="class")
    @staticmethod
    def made():
        days = leaving_at_random(600, np.random.default_rng(8))
        session = duckdb.connect()
        table = pa.table(
            {
                "customer_id": [f"c{number:04d}" for number in days.customer],
                "days_ago": (DAYS - days.day).astype(np.int32),
                "spend": days.spend.round(2),
            }
        )
        session.register("days", table)
        session.sql("create schema ml")
        return session, session.table("days")

    @staticmethod
    def applied(session, relation, accuracy, fit_customers=20_000):
        return customer_forecast(
            session,
            accuracy=accuracy,
            purchase_days=relation,
            fit_customers=fit_customers,
            seed=1,
        ).read_all()

    def accuracy(self, made, **settings):
        session, relation = made
        this = type("Relation", (), {"schema": "ml", "identifier": "kept"})
        this.__str__ = lambda _: "ml.kept"
        settings = {"horizon_days": 60, "fit_customers": 20_000, "seed": 1} | settings
        return forecast_accuracy(
            session, this=this(), purchase_days=relation, **settings
        )

    def test_every_customer_once_whatever_the_size_of_a_batch(self, made, monkeypatch):
        accuracy = self.accuracy(made).to_arrow_table()
        kept = duckdb.connect().from_arrow(accuracy)
        whole = self.applied(*made, kept)
        monkeypatch.setattr("segmentation.value.kept_forecasts._BATCH", 7)
        pieces = self.applied(*made, kept).to_pandas()
        # sums of many products may differ in the last digit with the size of a batch
        pd.testing.assert_frame_equal(pieces, whole.to_pandas(), rtol=1e-9)
        names = whole.column("customer_id").to_pylist()
        assert len(names) == len(set(names)) == 600

    def test_test_is_kept_until_data_or_settings_change(self, made, monkeypatch):
        session, _ = made
        session.register("made_now", self.accuracy(made).to_arrow_table())
        session.sql("create table ml.kept as select * from made_now")
        first = self.accuracy(made).fetchall()

        def never(*_, **__):
            raise AssertionError("tested again")

        monkeypatch.setattr("segmentation.value.backtest.backtest", never)
        assert self.accuracy(made).fetchall() == first
        with pytest.raises(AssertionError, match="tested again"):
            self.accuracy(made, horizon_days=61)

    def test_no_purchases_are_no_forecast(self, made):
        session, relation = made
        nothing = session, relation.filter("false")
        accuracy = self.accuracy(nothing)
        assert accuracy.fetchall() == []
        assert self.applied(*nothing, accuracy).num_rows == 0


def test_forecast_is_among_the_methods():
    assert METHODS[0] == FORECAST

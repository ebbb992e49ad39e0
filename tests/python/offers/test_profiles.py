"""Recommendations: what is fitted, what is ranked, and honest hit rates."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from segmentation.offers.evaluation import (
    _rank_of,
    _resample,
    _summarise,
    evaluate_recommendations,
)
from segmentation.offers.profiles import (
    BASELINES,
    METHODS,
    RIDGE,
    SMOOTHING,
    fit_category_profiles,
    recommend_categories,
)
from segmentation.warehouse.errors import UserError

CATEGORIES = list("abcdefgh")


def long_table(money, categories=None):
    """Spend of customers 0, 1, .. as rows, without the zeros."""
    row, column = np.nonzero(money)
    names = np.array(categories or CATEGORIES)
    return pd.DataFrame(
        {
            "customer_id": row,
            "category": names[column],
            "spend": np.asarray(money, dtype=float)[row, column],
        }
    )


def one_segment(n, segment="s"):
    return pd.DataFrame({"customer_id": np.arange(n), "segment": segment})


def customers_with_two_tastes(n=1200, seed=3):
    """Half of them buy three of a-d, half three of e-h: popularity cannot tell."""
    rng = np.random.default_rng(seed)
    first = 4 * rng.integers(0, 2, n)
    money = np.zeros((n, 8))
    for row in range(n):
        bought = first[row] + rng.choice(4, size=3, replace=False)
        money[row, bought] = rng.gamma(4, 10, 3)
    return money


def customers_without_taste(n=1200, seed=4):
    """Everybody buys each category with its own probability, whatever the others."""
    rng = np.random.default_rng(seed)
    is_bought = rng.random((n, 8)) < np.linspace(0.9, 0.1, 8)
    return np.where(is_bought, rng.gamma(4, 10, (n, 8)), 0.0)


def figures(quality, metric="hit_rate_at_1"):
    rows = quality.metrics[quality.metrics["metric"] == metric]
    return rows.set_index("method")["value"]


class TestProfiles:
    def test_segment_shares_are_means_of_customers_pulled_to_the_whole(self):
        money = np.array([[10, 0], [5, 5], [0, 40]])
        segments = pd.DataFrame({"customer_id": [0, 1, 2], "segment": ["x", "x", "y"]})
        profiles = fit_category_profiles(long_table(money), segments).segments
        row = profiles.set_index(["segment", "category"]).loc[("x", "a")]
        weight = SMOOTHING
        assert row["n_customers"] == 2
        assert row["mean_share"] == pytest.approx((1.5 + weight * 0.5) / (2 + weight))
        assert row["buyers_share"] == pytest.approx((2 + weight * 2 / 3) / (2 + weight))
        assert row["overall_buyers_share"] == pytest.approx(2 / 3)

    def test_shares_of_each_segment_sum_to_one(self):
        segments = one_segment(1200).assign(segment=np.arange(1200) % 7)
        money = customers_without_taste()
        money[:5] = 0  # customers without spend have no shares to count
        profiles = fit_category_profiles(long_table(money), segments)
        sums = profiles.segments.groupby("segment")["mean_share"].sum()
        assert sums.to_numpy() == pytest.approx(np.ones(7))

    def test_affinity_weights_are_those_of_ridge_regressions(self):
        money = customers_with_two_tastes(300)
        profiles = fit_category_profiles(long_table(money), one_segment(300))
        logs = np.log1p(money / np.median(money[money > 0]))
        logs -= logs.mean(axis=0)
        covariance = logs.T @ logs / 300
        covariance += RIDGE * np.diag(np.diag(covariance))
        others = np.arange(1, 8)  # category a explained by the others
        by_hand = np.linalg.solve(covariance[np.ix_(others, others)], covariance[1:, 0])
        fitted = profiles.affinities.query("category == 'a'")["weight"]
        assert fitted.to_numpy() == pytest.approx(by_hand)

    def test_a_category_that_never_varies_has_no_weight(self):
        money = customers_with_two_tastes(300)
        money[:, 0] = 25.0
        affinities = fit_category_profiles(
            long_table(money), one_segment(300)
        ).affinities
        involved = affinities.query("category == 'a' or from_category == 'a'")
        assert involved["weight"].abs().max() < 1e-9

    def test_order_of_rows_does_not_matter(self):
        spend = long_table(customers_with_two_tastes(200))
        segments = one_segment(200).assign(segment=np.arange(200) % 3)
        profiles = fit_category_profiles(spend, segments)
        shuffled = fit_category_profiles(
            spend.sample(frac=1, random_state=1),
            segments.sample(frac=1, random_state=2),
        )
        pd.testing.assert_frame_equal(profiles.segments, shuffled.segments)
        pd.testing.assert_frame_equal(profiles.affinities, shuffled.affinities)


class TestOffers:
    money = np.array([[80, 20, 0], [40, 60, 0], [0, 0, 0], [30, 30, 40], [0, 0, 10]])

    @pytest.fixture
    def inputs(self):
        return long_table(self.money), one_segment(5)

    def test_never_bought_comes_before_bought_too_little(self, inputs):
        profiles = fit_category_profiles(*inputs)
        offers = recommend_categories(*inputs, profiles, method="gap")
        first = offers[offers["customer_id"] == 0].set_index("rank")
        assert first["category"].tolist() == ["c", "b"]
        assert first["reason_code"].tolist() == ["never_bought", "below_segment"]
        shares = np.mean([[0.8, 0.2, 0], [0.4, 0.6, 0], [0.3, 0.3, 0.4], [0, 0, 1]], 0)
        assert first["segment_share"].to_numpy() == pytest.approx(shares[[2, 1]])
        assert first["own_share"].to_numpy() == pytest.approx([0, 0.2])
        assert first["score"].to_numpy() == pytest.approx(shares[[2, 1]] - [0, 0.2])
        assert first["expected_extra_spend"].to_numpy() == pytest.approx(
            100 * (shares[[2, 1]] - [0, 0.2])
        )

    @pytest.mark.parametrize("method", METHODS)
    def test_each_rank_is_one_category_below_the_segment(self, inputs, method):
        profiles = fit_category_profiles(*inputs)
        offers = recommend_categories(*inputs, profiles, method=method, n_categories=2)
        assert not offers.duplicated(["customer_id", "category"]).any()
        assert offers["rank"].between(1, 2).all()
        assert (offers["segment_share"] >= offers["own_share"]).all()
        assert offers["score"].notna().all()
        # A customer who never spent is offered something, and no money is promised.
        nobody = offers[offers["customer_id"] == 2]
        assert nobody["rank"].tolist() == [1, 2]
        assert nobody["expected_extra_spend"].tolist() == [0, 0]

    def test_affinity_score_follows_the_documented_formula(self):
        spend = long_table(customers_with_two_tastes(300))
        segments = one_segment(300).assign(segment=np.arange(300) % 2)
        profiles = fit_category_profiles(spend, segments)
        offers = recommend_categories(spend, segments, profiles, method="affinity")
        new = offers[offers["reason_code"] == "never_bought"]
        parts = spend.rename(columns={"category": "from_category"}).merge(
            profiles.affinities, on="from_category"
        )
        parts["part"] = parts["weight"] * np.log1p(parts["spend"] / profiles.spend_unit)
        logs = parts.groupby(["customer_id", "category"])["part"].sum()
        table = new.merge(logs.reset_index()).merge(segments).merge(profiles.segments)
        by_hand = profiles.spend_unit * np.expm1(
            (table["affinity_intercept"] + table["part"]).clip(lower=0)
        )
        assert len(table) == len(new) > 800
        assert table["score"].to_numpy() == pytest.approx(by_hand.to_numpy())

    def test_a_part_of_the_customers_gets_the_same_offers(self):
        spend = long_table(customers_with_two_tastes(200))
        segments = one_segment(200).assign(segment=np.arange(200) // 100)
        profiles = fit_category_profiles(spend, segments)
        every = recommend_categories(spend, segments, profiles, method="affinity")
        part = recommend_categories(
            spend[spend["customer_id"] >= 150],
            segments[segments["customer_id"] >= 150],
            profiles,
            method="affinity",
        )
        expected = every[every["customer_id"] >= 150].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, expected)


class TestHitRates:
    def test_affinity_wins_where_tastes_exist(self):
        quality = evaluate_recommendations(
            long_table(customers_with_two_tastes()), one_segment(1200)
        )
        rates = figures(quality)
        assert quality.n_customers == 1200
        # Two candidates remain of the customer's own taste, six in all.
        assert rates["affinity"] == pytest.approx(1 / 2, abs=0.05)
        assert rates["global_popularity"] == pytest.approx(1 / 4, abs=0.06)
        assert rates["chance"] == pytest.approx(1 / 6)
        assert figures(quality, "hit_rate_at_2")["affinity"] == 1
        assert quality.method == "affinity"
        assert "affinity does better than" in quality.sentence

    def test_popularity_is_published_where_there_is_nothing_to_learn(self):
        quality = evaluate_recommendations(
            long_table(customers_without_taste()), one_segment(1200)
        )
        at_1 = quality.differences.query("metric == 'hit_rate_at_1'")
        assert quality.method in BASELINES
        assert (at_1["low"] <= 0).all()
        assert "is not shown to do better than" in quality.sentence

    def test_segments_that_buy_differently_make_segment_popularity_the_baseline(self):
        money = customers_with_two_tastes()
        segments = one_segment(1200).assign(
            segment=np.where(money[:, :4].sum(axis=1) > 0, "early", "late")
        )
        quality = evaluate_recommendations(long_table(money), segments)
        assert figures(quality)["segment_popularity"] > 0.4
        assert set(quality.differences["baseline"]) == {"segment_popularity"}

    def test_customers_without_a_question_are_left_out(self):
        money = np.zeros((6, 8))
        money[0] = 1  # everything
        money[1, 2] = 1  # one category only
        money[3:, :3] = 1
        quality = evaluate_recommendations(long_table(money), one_segment(6))
        assert (quality.n_customers, quality.n_left_out) == (3, 3)

    @pytest.mark.parametrize(
        "money",
        [np.ones((5, 2)), np.eye(5), [[1, 1, 0]]],
        ids=["all_bought", "one_bought", "nobody_to_learn_from"],
    )
    def test_nothing_to_measure_is_said(self, money):
        rows, columns = np.indices(np.shape(money))
        spend = pd.DataFrame(
            {
                "customer_id": rows.ravel(),
                "category": columns.ravel(),
                "spend": np.ravel(money),
            }
        )
        quality = evaluate_recommendations(spend, one_segment(len(money)))
        assert quality.n_customers == 0
        assert quality.n_left_out == len(money)
        assert quality.metrics.empty
        assert quality.method == "global_popularity"
        assert quality.sentence.startswith("Too few customers")

    @pytest.mark.parametrize("category", [0, 1, 2])
    def test_hidden_spend_does_not_reach_its_own_judge(self, category):
        # Only customer 0 is asked: the others buy everything. Whichever of the three
        # categories is hidden, its amount must not move the segment's shares.
        money = np.random.default_rng(0).gamma(50, 1, (10, 8))
        money[0, 3:] = 0
        before = evaluate_recommendations(long_table(money), one_segment(10))
        money[0, category] = 1e6
        after = evaluate_recommendations(long_table(money), one_segment(10))
        assert before.n_customers == 1
        known = ["global_popularity", "segment_popularity", "gap"]
        metric = "mean_reciprocal_rank"
        pd.testing.assert_series_equal(
            figures(before, metric)[known], figures(after, metric)[known]
        )

    def test_result_is_the_same_whatever_the_order_of_rows(self):
        spend = long_table(customers_with_two_tastes(300))
        first = evaluate_recommendations(spend, one_segment(300))
        second = evaluate_recommendations(
            spend.sample(frac=1, random_state=1),
            one_segment(300).sample(frac=1, random_state=2),
        )
        pd.testing.assert_frame_equal(first.metrics, second.metrics)
        pd.testing.assert_frame_equal(first.differences, second.differences)

    def test_intervals_are_those_of_resampled_customers(self):
        rng = np.random.default_rng(0)
        ranks = rng.integers(1, 4, (500, 4))
        observed, resampled = _resample(ranks, np.full(500, 3), 2000, 1)
        hits = ranks[:, 2] == 1
        drawn = rng.choice(hits, (2000, 500)).mean(axis=1)
        assert observed[2, 0] == pytest.approx(hits.mean())
        assert resampled[:, 2, 0].mean() == pytest.approx(hits.mean(), abs=0.005)
        assert resampled[:, 2, 0].std() == pytest.approx(drawn.std(), rel=0.1)
        assert observed[-1] == pytest.approx([1 / 3, 2 / 3, (1 + 1 / 2 + 1 / 3) / 3])

    @pytest.mark.parametrize(
        ("gained", "lost", "published"),
        [(0, 0, "global_popularity"), (4, 3, "global_popularity"), (30, 3, "gap")],
    )
    def test_a_lead_within_chance_is_not_published(self, gained, lost, published):
        ranks = np.full((200, 4), 2)
        ranks[:80] = 1
        ranks[80 : 80 + gained, METHODS.index("gap")] = 1
        ranks[:lost, METHODS.index("gap")] = 2
        quality = _summarise(ranks, np.full(200, 3), 250, 1000, 0)
        at_1 = quality.differences.query("metric == 'hit_rate_at_1'")
        lead = at_1.set_index("method").loc["gap", "difference"]
        assert lead == pytest.approx((gained - lost) / 200)
        assert quality.method == published
        assert quality.n_left_out == 50
        assert quality.sentence.endswith(f"{published} is published.")

    def test_equal_scores_go_by_category(self):
        score = np.array([[0.5, 0.5, 0.1], [0.5, 0.5, 0.1], [0.5, 0.5, 0.1]])
        assert _rank_of(score, np.array([0, 1, 2])).tolist() == [1, 2, 3]

    def test_real_file(self, real_data):
        customers = pd.read_csv(
            real_data / "marketing_campaign.csv", sep=";", encoding="utf-8-sig"
        ).rename(columns={"ID": "customer_id"})
        spent = customers.filter(regex="^Mnt(?!Gold)")
        purchases = customers[
            ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
        ].sum(axis=1)
        features = pd.DataFrame(
            {
                "income": np.log1p(customers["Income"].fillna(51_381.5)),
                "spend": np.log1p(spent.sum(axis=1)),
                "purchases": np.log1p(purchases),
                "children": customers["Kidhome"] + customers["Teenhome"],
                "deals": (
                    customers["NumDealsPurchases"] / purchases.clip(lower=1)
                ).clip(upper=1),
                "visits": customers["NumWebVisitsMonth"],
            }
        )
        model = KMeans(4, n_init=10, random_state=0)
        segments = pd.DataFrame(
            {
                "customer_id": customers["customer_id"],
                "segment": model.fit_predict(StandardScaler().fit_transform(features)),
            }
        )
        spend = customers.melt("customer_id", spent.columns, "category", "spend")
        quality = evaluate_recommendations(spend, segments)
        rates = figures(quality)
        # 1,471 buy all five categories; of the others wines and meat are bought by all
        # but everybody, so that no method can do better than naming the popular one.
        assert (quality.n_customers, quality.n_left_out) == (769, 1471)
        assert rates["chance"] == pytest.approx(0.42, abs=0.001)
        assert rates[list(METHODS)].between(0.78, 0.86).all()
        assert quality.method in BASELINES


@pytest.mark.parametrize(
    ("spend", "message"),
    [
        ({"customer_id": [0, 0], "category": ["a", "a"], "spend": [1, 2]}, "repeat"),
        ({"customer_id": [0, 0], "category": ["a", "b"], "spend": [1, -2]}, "negative"),
        ({"customer_id": [0, 0], "category": ["a", None], "spend": [1, 2]}, "missing"),
        (
            {"customer_id": [0, 9], "category": ["a", "b"], "spend": [1, 2]},
            "no segment",
        ),
        (
            {"customer_id": [0, 1], "category": ["a", "a"], "spend": [1, 2]},
            "at least 2",
        ),
        ({"customer_id": [0, 1], "category": ["a", "b"], "spend": [0, 0]}, "Nobody"),
        ({"customer_id": [0, 1], "spend": [0, 0]}, "lacks category"),
    ],
)
def test_impossible_spend_is_named(spend, message):
    with pytest.raises(UserError, match=message):
        fit_category_profiles(pd.DataFrame(spend), one_segment(2))


def test_unknown_names_are_named():
    spend, segments = long_table(customers_with_two_tastes(50)), one_segment(50)
    profiles = fit_category_profiles(spend, segments)
    with pytest.raises(UserError, match="method must be one of"):
        recommend_categories(spend, segments, profiles, method="luck")
    with pytest.raises(UserError, match="segment 'other' is not in the profiles"):
        recommend_categories(spend, one_segment(50, "other"), profiles, method="gap")
    with pytest.raises(UserError, match="category 'new' is not in the profiles"):
        recommend_categories(
            spend.assign(category="new").drop_duplicates("customer_id"),
            segments,
            profiles,
            method="gap",
        )

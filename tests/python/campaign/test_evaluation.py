"""Response models: honest folds, money, and what they refuse."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn import metrics as reference

from segmentation.campaign.choice import (
    _profit_by_draw,
    choose_model,
    permutation_importance,
)
from segmentation.campaign.evaluation import Evaluation, _nested_scores, evaluate_models
from segmentation.campaign.features import (
    column_kinds,
    customer_groups,
    model_input,
    response_features,
    skip_reason,
)
from segmentation.campaign.figures import (
    bootstrap_weights,
    calibration_bins,
    model_metrics,
    precision_recall_points,
    profit_curve,
    ranking_metrics,
    roc_points,
)
from segmentation.campaign.models import (
    COMPONENTS,
    MODELS,
    SkewedLog1p,
    fit_estimator,
    raw_score,
)
from segmentation.campaign.money import (
    CONTACT_NOBODY,
    break_even_threshold,
    choose_threshold,
)
from segmentation.campaign.refit import fit_response_model, score_batches
from segmentation.warehouse.errors import UserError

MONEY = {"contact_cost": 3, "revenue_per_response": 11}


def make_customers(n_customers=600, seed=0):
    """Return features and a response that depends on spend, recency and marital."""
    rng = np.random.default_rng(seed)
    features = pd.DataFrame(
        {
            "spend": rng.lognormal(5, 1, n_customers).round(2),
            "recency_days": rng.integers(0, 100, n_customers),
            "noise": rng.normal(size=n_customers),
            "marital": rng.choice(["Single", "Married", None], n_customers),
            "has_complained": rng.random(n_customers) < 0.1,
        }
    )
    features.loc[::17, "spend"] = np.nan
    odds = (
        1.5 * (np.log(features["spend"].fillna(150)) - 5)
        - 0.03 * (features["recency_days"] - 50)
        + 1.2 * (features["marital"] == "Single")
        - 2.2
    )
    return features, (rng.random(n_customers) < 1 / (1 + np.exp(-odds))).astype(int)


@pytest.fixture(scope="module")
def customers():
    return make_customers()


@pytest.fixture(scope="module")
def evaluation(customers):
    features, responded = customers
    return evaluate_models(features, responded, n_splits=3, n_repeats=2, **MONEY)


@pytest.fixture(scope="module")
def figures(evaluation):
    return model_metrics(evaluation, n_bootstrap=200)


def made_up_evaluation(contacted_by_model, responded):
    """Return an evaluation in which each model contacts just the given customers."""
    n_customers = len(responded)
    return Evaluation(
        responded=responded,
        groups=np.arange(n_customers),
        folds=np.zeros((1, n_customers), dtype=int),
        probability={
            model: contacted[None, :] * 0.8 + 0.1
            for model, contacted in contacted_by_model.items()
        },
        threshold={model: np.array([[0.5]]) for model in contacted_by_model},
        fold_models={},
        **MONEY,
    )


# -- what may be used


@pytest.mark.parametrize(
    ("column", "is_feature"),
    [
        ("income", True),
        ("accepted_campaign_5", True),
        ("customer_id", False),
        ("accepted_campaign_6", False),
        ("is_accepted_campaign_6", False),
        ("Accepted_Campaign_6_copy", False),
        ("segment_response_rate", False),
        ("SEGMENT_RESPONSE_SHARE", False),
    ],
)
def test_response_features_refuse_what_derives_from_the_target(column, is_feature):
    features = response_features(
        ["age", column],
        target="accepted_campaign_6",
        key="customer_id",
        excluded=["segment_response_*"],
    )
    assert features == (["age", column] if is_feature else ["age"])


def test_response_features_need_one_column():
    with pytest.raises(UserError, match="No column is left"):
        response_features(["id", "y", "y_rate"], target="y", key="id")


def test_a_leaked_copy_under_an_excluded_name_changes_nothing(customers):
    features, responded = customers
    leaky = features.assign(outcome_flag=responded, responded_score=responded * 0.9)
    names = response_features(
        leaky.columns, target="responded", key="customer_id", excluded=["outcome_*"]
    )
    settings = {"models": ["logistic"], "n_splits": 3, "n_repeats": 1, **MONEY}
    honest = evaluate_models(features, responded, **settings)
    guarded = evaluate_models(leaky[names], responded, **settings)
    np.testing.assert_array_equal(
        guarded.probability["logistic"], honest.probability["logistic"]
    )


@pytest.mark.parametrize(
    "code",
    [
        lambda y: y,
        lambda y: 1 - y,
        lambda y: np.where(y == 1, "yes", "no"),
        lambda y: np.where(y == 1, 5.0, np.nan),
    ],
    ids=["copy", "opposite", "words", "missing unless responded"],
)
def test_a_copy_of_the_target_is_refused_under_any_name(customers, code):
    features, responded = customers
    with pytest.raises(UserError, match="'innocent' is a copy of the target"):
        evaluate_models(features.assign(innocent=code(responded)), responded, **MONEY)


# -- folds


def test_customer_groups_join_equal_rows_only():
    features = pd.DataFrame(
        {
            "income": [1.0, np.nan, 1.0, np.nan, 0.0, -0.0, 1.0],
            "marital": ["S", None, "S", np.nan, "S", "S", "M"],
        }
    )
    assert customer_groups(features).tolist() == [0, 1, 0, 1, 2, 2, 3]


def test_equal_customers_share_a_fold_unless_asked_otherwise(customers):
    features, responded = customers
    twins = pd.concat([features, features.iloc[:200]], ignore_index=True)
    answers = np.append(responded, responded[:200])
    settings = {"models": ["baseline"], "n_splits": 3, "n_repeats": 2, **MONEY}
    together = evaluate_models(twins, answers, **settings).folds
    apart = evaluate_models(twins, answers, grouped=False, **settings).folds
    assert (together[:, :200] == together[:, 600:]).all()
    assert (apart[:, :200] != apart[:, 600:]).any()
    assert (together[0] != together[1]).any()


def test_equal_rows_do_not_flatter_grouped_folds(customers):
    features, _ = customers
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 2, len(features))  # nothing to learn but the twins
    twins = pd.concat([features, features], ignore_index=True)
    answers = np.append(noise, noise)
    settings = {"models": ["random_forest"], "n_splits": 3, "n_repeats": 1, **MONEY}
    auc = {
        grouped: reference.roc_auc_score(
            answers,
            evaluate_models(
                twins, answers, grouped=grouped, **settings
            ).mean_probability("random_forest"),
        )
        for grouped in (True, False)
    }
    assert auc[True] < 0.58
    assert auc[False] > 0.75


def test_margin_of_the_support_vector_machine_is_its_decision_function():
    rng = np.random.default_rng(0)
    prepared = rng.normal(size=(2_301, 50))  # two blocks and a rest
    prepared[2_001:] = prepared[:300]
    responded = prepared[:, 0] + rng.normal(size=len(prepared)) > 1
    machine = fit_estimator("svm", prepared, responded, n_features=9, random_state=0)
    margin = raw_score(machine, prepared)
    assert np.allclose(margin, machine.decision_function(prepared), rtol=0, atol=1e-8)
    assert (margin[2_001:] == margin[:300]).all()


@pytest.mark.parametrize("fold", [2])
@pytest.mark.parametrize("model", ["logistic", "gradient_boosting", "svm"])
def test_no_score_depends_on_the_answers_of_its_own_fold(customers, model, fold):
    features, responded = (values[:300] for values in customers)
    kinds = column_kinds(features)
    table = model_input(features, kinds)
    folds = np.arange(len(responded)) % 3
    within = folds == fold

    def scores(answers):
        (nested,) = _nested_scores(
            [model], table, answers, kinds, all_folds=folds[None], random_state=0
        )
        return nested.outer[model], nested.inner[model]

    outer, inner = scores(responded)
    outer_other, inner_other = scores(np.where(within, 1 - responded, responded))
    np.testing.assert_array_equal(outer[within], outer_other[within])
    np.testing.assert_array_equal(inner[:, within], inner_other[:, within])
    np.testing.assert_array_equal(inner[fold], inner_other[fold])
    assert np.isnan(inner[fold, within]).all()
    assert np.isfinite(inner[fold, ~within]).all()
    assert (outer[~within] != outer_other[~within]).any()


def test_same_seed_same_bytes(customers, evaluation):
    features, responded = customers
    settings = {"n_splits": 3, "n_repeats": 2, **MONEY}
    again = evaluate_models(features, responded, **settings)
    other = evaluate_models(
        features, responded, models=["logistic"], random_state=5, **settings
    )
    for model in MODELS:
        assert (
            again.probability[model].tobytes()
            == evaluation.probability[model].tobytes()
        )
        assert again.threshold[model].tobytes() == evaluation.threshold[model].tobytes()
    assert (other.probability["logistic"] != again.probability["logistic"]).any()


def test_ensemble_is_the_mean_of_the_four(evaluation):
    mean = np.mean([evaluation.probability[model] for model in COMPONENTS], axis=0)
    np.testing.assert_allclose(evaluation.probability["ensemble"], mean, rtol=1e-12)
    assert evaluation.models == list(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_probabilities_are_calibrated(evaluation, model):
    probability = evaluation.mean_probability(model)
    assert ((probability > 0) & (probability < 1)).all()
    assert probability.mean() == pytest.approx(evaluation.responded.mean(), abs=0.02)


# -- refusals


def groups_of(responded):
    return np.arange(len(responded))


@pytest.mark.parametrize(
    ("responded", "groups", "reason"),
    [
        (np.zeros(50, int), None, "none of the 50 customers responded"),
        (np.ones(50, int), None, "all 50 customers responded"),
        (np.arange(50) // 46, None, "only 4 distinct customers responded"),
        (1 - np.arange(50) // 46, None, "only 4 distinct customers did not respond"),
        (np.arange(50) // 40, np.minimum(np.arange(50), 41), "only 2 distinct"),
    ],
)
def test_skip_reason_says_what_is_missing(responded, groups, reason):
    groups = groups_of(responded) if groups is None else groups
    assert reason in skip_reason(responded, groups, n_splits=5)


def test_skip_reason_is_none_when_there_is_enough():
    responded = np.arange(50) // 45
    assert skip_reason(responded, groups_of(responded), n_splits=5) is None


@pytest.mark.parametrize("call", [evaluate_models, fit_response_model])
def test_too_few_responders_is_a_sentence(call):
    features = pd.DataFrame({"income": np.arange(60.0)})
    chosen = {"model": "logistic"} if call is fit_response_model else {}
    with pytest.raises(UserError, match="only 4 distinct customers responded"):
        call(features, np.arange(60) // 56, **chosen, **MONEY)


def test_as_few_responders_as_folds_still_work():
    features = pd.DataFrame({"income": np.random.default_rng(0).normal(size=60)})
    few = evaluate_models(features, np.arange(60) // 55, n_repeats=1, **MONEY)
    assert np.isfinite(few.mean_probability("ensemble")).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": ["logistics"]}, "no response model 'logistics'"),
        ({"contact_cost": -1}, "contact cost is -1"),
        ({"n_splits": 2}, "at least 3 folds"),
    ],
)
def test_wrong_settings_are_refused(customers, change, message):
    with pytest.raises(UserError, match=message):
        evaluate_models(*customers, **(MONEY | change))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pd.Timestamp("2014-10-04"), "'new' is a date"),
        (np.inf, "'new' holds an infinite value"),
    ],
)
def test_unusable_features_are_refused(customers, column, message):
    features, responded = customers
    with pytest.raises(UserError, match=message):
        evaluate_models(features.assign(new=column), responded, **MONEY)


def test_unknown_answers_are_refused(customers):
    features, responded = customers
    answers = responded.astype(float)
    answers[3] = np.nan
    with pytest.raises(UserError, match="0 or 1 for every customer"):
        evaluate_models(features, answers, **MONEY)


# -- money


@pytest.mark.parametrize(
    ("cost", "revenue", "threshold"),
    [
        (3, 11, 3 / 11),
        (0, 11, 0.0),
        (11, 11, CONTACT_NOBODY),
        (12, 11, CONTACT_NOBODY),
        (0, 0, CONTACT_NOBODY),
    ],
)
def test_break_even(cost, revenue, threshold):
    money = {"contact_cost": cost, "revenue_per_response": revenue}
    assert break_even_threshold(**money) == threshold
    if threshold != 3 / 11:
        chosen = choose_threshold(np.array([0.1, 0.9]), np.array([0, 1]), **money)
        assert chosen == threshold


@pytest.mark.parametrize("seed", range(8))
def test_chosen_threshold_earns_the_most_there_is(seed):
    rng = np.random.default_rng(seed)
    probability = rng.integers(0, 8, 40) / 8  # many ties
    responded = (rng.random(40) < probability).astype(int)

    def profit(threshold):
        return ((probability >= threshold) * (11 * responded - 3)).sum()

    best = max(profit(t) for t in (*np.unique(probability), CONTACT_NOBODY))
    assert profit(choose_threshold(probability, responded, **MONEY)) == best


def test_chosen_threshold_contacts_nobody_where_nothing_is_earned():
    assert (
        choose_threshold(np.array([0.9, 0.1]), np.array([0, 0]), **MONEY)
        == CONTACT_NOBODY
    )


@pytest.mark.parametrize(
    ("cost", "revenue", "contacted"), [(0, 11, True), (11, 11, False), (20, 11, False)]
)
def test_extreme_money_contacts_everybody_or_nobody(
    customers, cost, revenue, contacted
):
    extreme = evaluate_models(
        *customers,
        contact_cost=cost,
        revenue_per_response=revenue,
        models=["logistic"],
        n_splits=3,
        n_repeats=1,
    )
    for kind in ("chosen", "break_even"):
        assert (extreme.is_contacted("logistic", kind) == contacted).all()
    profit = model_metrics(extreme, n_bootstrap=20).query("metric == 'profit'")
    expected = extreme.responded.sum() * revenue if contacted else 0
    by_kind = profit.set_index("threshold_kind")["estimate"]
    assert by_kind["chosen"] == by_kind["break_even"] == expected


# -- figures


def test_figures_are_those_of_scikit_learn(evaluation, figures):
    estimate = figures.set_index(["model", "metric", "threshold_kind"])["estimate"]
    responded = evaluation.responded
    for model in ("logistic", "ensemble"):
        probabilities = evaluation.probability[model]
        expected = {
            (name, "none"): np.mean([f(responded, p) for p in probabilities])
            for name, f in {
                "roc_auc": reference.roc_auc_score,
                "average_precision": reference.average_precision_score,
                "brier": reference.brier_score_loss,
                "log_loss": reference.log_loss,
            }.items()
        }
        for kind in ("chosen", "break_even", "half"):
            contacted = evaluation.is_contacted(model, kind)
            expected |= {
                (name, kind): np.mean([f(responded, c) for c in contacted])
                for name, f in {
                    "accuracy": reference.accuracy_score,
                    "precision": reference.precision_score,
                    "recall": reference.recall_score,
                    "f1": reference.f1_score,
                    "profit": lambda y, c: (c * (11 * y - 3)).sum(),
                }.items()
            }
        for key, value in expected.items():
            assert estimate[(model, *key)] == pytest.approx(value), (model, *key)


def test_figures_have_one_row_each_and_an_interval_around_it(figures):
    assert not figures.duplicated(["model", "metric", "threshold_kind"]).any()
    assert len(figures) == len(MODELS) * (5 * 3 + 5)
    known = figures.dropna()
    assert (known["lower"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["upper"]).all()
    assert (known.query("model == 'svm'").eval("upper - lower") > 0).all()


def test_the_baseline_is_worth_nothing_and_the_models_something(figures):
    estimate = figures.set_index(["model", "metric", "threshold_kind"])["estimate"]
    assert estimate["baseline", "roc_auc", "none"] == pytest.approx(0.5, abs=0.03)
    assert estimate["baseline", "profit", "chosen"] <= 0
    assert np.isnan(estimate["baseline", "precision", "half"])
    for model in MODELS[1:]:
        assert estimate[model, "roc_auc", "none"] > 0.7
        assert estimate[model, "profit", "chosen"] > 0
        assert estimate[model, "brier", "none"] < estimate["baseline", "brier", "none"]


def test_weights_count_as_repeated_customers():
    rng = np.random.default_rng(3)
    probability = rng.integers(1, 9, 60) / 10
    responded = (rng.random(60) < probability).astype(int)
    weights = rng.integers(0, 4, 60)
    values = ranking_metrics(probability, responded, weights[None, :] * 1.0)
    for name, function in (
        ("roc_auc", reference.roc_auc_score),
        ("average_precision", reference.average_precision_score),
    ):
        expected = function(responded, probability, sample_weight=weights)
        assert values[name][0] == pytest.approx(expected)


def test_bootstrap_draws_equal_customers_together():
    groups = np.array([0, 0, 1, 2, 2, 2])
    first, draws = bootstrap_weights(groups, n_bootstrap=50, random_state=0)
    assert (first == 1).all()
    assert (draws[:, 0] == draws[:, 1]).all()
    assert (draws[:, 3:] == draws[:, [5]]).all()
    assert (draws[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_predictions_are_the_same_whatever_the_processors(monkeypatch):
    found = []
    for processors in (1, 2):
        monkeypatch.setattr("joblib.cpu_count", lambda n=processors: n)
        found.append(
            evaluate_models(*make_customers(200), n_splits=3, n_repeats=1, **MONEY)
        )
    for model in MODELS:
        alone, together = (f.probability[model].tobytes() for f in found)
        assert alone == together, model


def test_a_shuffled_target_teaches_nothing():
    features, responded = make_customers(1_500)
    shuffled = np.random.default_rng(7).permutation(responded)
    money = {"contact_cost": 5, "revenue_per_response": 11}  # above the mean response
    nothing = evaluate_models(features, shuffled, n_splits=3, n_repeats=1, **money)
    estimate = (
        model_metrics(nothing, n_bootstrap=20)
        .set_index(["metric", "threshold_kind", "model"])["estimate"]
        .sort_index()
    )
    assert ((estimate["roc_auc", "none"] - 0.5).abs() <= 0.06).all()
    perfect = 6 * responded.sum()
    for kind in ("chosen", "break_even"):
        assert (estimate["profit", kind] <= 0.01 * perfect).all()


# -- which model


def test_models_that_cannot_be_told_apart_are_chosen_among_by_a_fixed_order():
    responded = np.repeat([1, 0], [100, 900])
    one = np.arange(1000) < 90  # misses 10 responders: 80 in money
    other = np.arange(1000) < 124  # contacts 24 in vain: 72
    worse = np.arange(1000) < 40
    for first, second in ((one, other), (other, one)):
        tied = made_up_evaluation(
            {"logistic": worse, "svm": first, "ensemble": second}, responded
        )
        model, reason = choose_model(tied)
        assert model == "ensemble"
        own, svm = (728, 720) if second is other else (720, 728)
        assert reason == (
            f"ensemble: earns {own} out of fold; not to be told apart from it: "
            f"svm ({svm})."
        )


@pytest.mark.parametrize("seed", range(3))
def test_without_money_the_ranking_decides(seed):
    features, responded = make_customers(300, seed)
    ranked = evaluate_models(
        features,
        responded,
        contact_cost=np.nan,
        revenue_per_response=np.nan,
        models=["logistic"],
        n_repeats=1,
    )
    model, reason = choose_model(ranked)
    assert model == "logistic"
    area = reference.roc_auc_score(responded, ranked.mean_probability("logistic"))
    assert f"reaches ROC AUC {area:.3f}" in reason
    assert np.isnan(ranked.threshold["logistic"]).all()


def test_a_clearly_better_model_wins():
    responded = np.repeat([1, 0], [100, 900])
    half = (responded == 1) & (np.arange(1000) < 50)
    better = made_up_evaluation(
        {"baseline": responded == 2, "logistic": half, "svm": responded == 1}, responded
    )
    assert choose_model(better)[0] == "svm"
    assert choose_model(better, rule="logistic")[0] == "logistic"


def test_bootstrapped_profit_is_of_as_many_customers_as_there_are():
    responded = np.ones(60, dtype=int)
    everybody = made_up_evaluation({"logistic": responded == 1}, responded)
    # so a draw of large groups has more than sixty customers
    crowded = replace(everybody, groups=np.repeat([0, 1, 2], [40, 15, 5]))
    profit, draws = _profit_by_draw(crowded, ["logistic"], 50, 0)
    assert profit.tolist() == [[8 * 60]]
    assert draws == pytest.approx(8 * 60)


def test_nothing_earned_falls_to_the_first_of_the_order():
    responded = np.repeat([1, 0], [10, 90])
    nobody = responded == 2
    idle = made_up_evaluation({"logistic": nobody, "ensemble": nobody}, responded)
    assert choose_model(idle)[0] == "ensemble"


def test_an_unknown_rule_is_refused(evaluation):
    with pytest.raises(UserError, match="'auc': give 'profit' or one of"):
        choose_model(evaluation, rule="auc")


# -- curves


def test_profit_curve_counts_money_along_the_ranking():
    probability = np.array([0.2, 0.9, 0.5])
    curve = profit_curve(
        probability, np.array([0, 1, 1]), groups=np.arange(3), n_bootstrap=50, **MONEY
    )
    assert curve["contacted"].tolist() == [0, 1, 2, 3]
    assert curve["profit"].tolist() == [0, 8, 16, 13]


def test_profit_curve_is_thinned_and_has_an_interval(evaluation):
    curve = profit_curve(
        evaluation.mean_probability("logistic"),
        evaluation.responded,
        groups=evaluation.groups,
        n_points=50,
        **MONEY,
    )
    n_customers = len(evaluation.responded)
    assert len(curve) == 51
    assert curve["contacted"].iloc[[0, -1]].tolist() == [0, n_customers]
    everybody = 11 * evaluation.responded.sum() - 3 * n_customers
    assert curve["profit"].iloc[-1] == everybody
    assert (curve["lower"] <= curve["profit"]).all()
    assert (curve["profit"] <= curve["upper"]).all()


def test_calibration_bins_cover_every_customer_once(evaluation):
    bins = calibration_bins(
        evaluation.mean_probability("logistic"), evaluation.responded
    )
    assert bins["bin"].tolist() == list(range(1, 11))
    assert bins["customers"].sum() == len(evaluation.responded)
    responses = (bins["customers"] * bins["response_rate"]).sum()
    assert responses == pytest.approx(evaluation.responded.sum())
    assert (bins["highest_probability"].shift() <= bins["lowest_probability"])[1:].all()
    assert (bins["lower"] <= bins["response_rate"] + 1e-12).all()
    assert (bins["response_rate"] <= bins["upper"] + 1e-12).all()


def test_equal_probabilities_share_a_calibration_bin():
    bins = calibration_bins(np.full(50, 0.3), np.arange(50) % 2)
    assert bins["customers"].tolist() == [50]


def test_curves_are_thin_and_true(evaluation):
    probability = evaluation.mean_probability("ensemble")
    responded = evaluation.responded
    roc = roc_points(probability, responded)
    assert len(roc) <= 200
    assert roc.iloc[0, 1:].tolist() == [0, 0]
    assert roc.iloc[-1, 1:].tolist() == [1, 1]
    area = np.trapezoid(roc["true_positive_rate"], roc["false_positive_rate"])
    assert area == pytest.approx(
        reference.roc_auc_score(responded, probability), abs=0.01
    )
    curve = precision_recall_points(probability, responded)
    assert len(curve) <= 200
    for point in curve.iloc[[10, 100, -1]].itertuples():
        contacted = probability >= point.threshold
        assert point.recall == reference.recall_score(responded, contacted)
        assert point.precision == reference.precision_score(responded, contacted)


# -- importance


def test_importance_finds_what_the_response_depends_on(customers, evaluation):
    features, _ = customers
    importance = permutation_importance(evaluation, features, model="logistic")
    by_feature = importance.query("metric == 'roc_auc'").set_index("feature")
    assert set(by_feature.index[:2]) == {"spend", "recency_days"}
    assert by_feature.loc["spend", "lower"] > 0
    assert abs(by_feature.loc["noise", "estimate"]) < 0.02
    assert (by_feature["lower"] <= by_feature["upper"]).all()
    money = importance.query("metric == 'profit'").set_index("feature")["estimate"]
    assert money["spend"] > money["noise"]


def test_importance_is_bounded_and_repeatable(customers, evaluation):
    features, _ = customers
    settings = {"model": "gradient_boosting", "max_customers": 150}
    first = permutation_importance(evaluation, features, **settings)
    second = permutation_importance(evaluation, features, **settings)
    pd.testing.assert_frame_equal(first, second)
    assert len(first) == 2 * features.shape[1]


# -- scoring


@pytest.fixture(scope="module")
def fitted(customers):
    return fit_response_model(*customers, model="ensemble", n_splits=3, **MONEY)


@pytest.fixture(scope="module")
def newcomers():
    features, responded = make_customers(90, seed=11)
    features.insert(0, "customer_id", np.arange(1000, 1090))
    return features, responded


def test_scores_of_newcomers_rank_them(fitted, newcomers):
    features, responded = newcomers
    assert reference.roc_auc_score(responded, fitted.predict(features)) > 0.75
    assert 0 < fitted.threshold < 1


@pytest.mark.parametrize("as_arrow", [False, True], ids=["pandas", "arrow"])
def test_batches_give_the_scores_of_the_whole(fitted, newcomers, as_arrow):
    features, _ = newcomers
    parts = [features.iloc[:1], features.iloc[1:60], features.iloc[60:60]]
    parts.append(features.iloc[60:])
    batches = [pa.RecordBatch.from_pandas(p) for p in parts] if as_arrow else parts
    scored = list(score_batches(fitted, batches))
    assert [len(part) for part in scored] == [1, 59, 0, 30]
    scored = pd.concat(scored)
    assert scored["customer_id"].tolist() == features["customer_id"].tolist()
    np.testing.assert_allclose(
        scored["probability"], fitted.predict(features), rtol=1e-12
    )


def test_batches_are_read_one_at_a_time(fitted, newcomers):
    features, _ = newcomers
    read = []

    def reader():
        for start in range(0, 90, 30):
            read.append(start)
            yield features.iloc[start : start + 30]

    scores = score_batches(fitted, reader())
    assert read == []
    next(scores)
    assert read == [0]


@pytest.mark.parametrize(("cost", "revenue"), [(3, 11), (1, 20), (0, 5), (9, 9)])
def test_other_money_moves_the_cut_offs_as_a_new_evaluation_would(
    customers, cost, revenue
):
    features, responded = customers
    money = {"contact_cost": cost, "revenue_per_response": revenue}
    anew = evaluate_models(
        features, responded, models=["logistic"], n_repeats=2, **money
    )
    before = evaluate_models(
        features, responded, models=["logistic"], n_repeats=2, **MONEY
    ).with_money(**money)
    np.testing.assert_array_equal(
        before.threshold["logistic"], anew.threshold["logistic"]
    )
    assert before.contact_cost == cost


def test_odd_newcomers_are_scored(fitted):
    odd = pd.DataFrame(
        {
            "spend": [Decimal("12.50"), None, Decimal("-3.00")],
            "recency_days": pd.array([5, None, 10_000], dtype="Int64"),
            "noise": [0.0, 1e6, np.nan],
            "marital": ["Absurd", None, "Married"],
            "has_complained": pd.array([True, None, False], dtype="boolean"),
        }
    )
    probability = fitted.predict(odd)
    assert ((probability > 0) & (probability < 1)).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="spend"), "lack 'spend'"),
        (lambda f: f.drop(columns="customer_id"), "no column 'customer_id'"),
        (lambda f: f.assign(spend="much"), "'spend' must hold numbers"),
    ],
)
def test_batches_of_another_shape_are_refused(fitted, newcomers, change, message):
    features, _ = newcomers
    with pytest.raises(UserError, match=message):
        list(score_batches(fitted, [change(features)]))


def test_only_skewed_amounts_are_logged():
    rng = np.random.default_rng(0)
    spend, age = rng.lognormal(5, 1, 500), rng.normal(45, 12, 500)
    table = np.column_stack([spend, age, -spend, np.ones(500)])
    fitted = SkewedLog1p().fit(table)
    assert fitted.is_logged_.tolist() == [True, False, False, False]
    np.testing.assert_allclose(fitted.transform(table)[:, 0], np.log1p(spend))
    assert fitted.transform(np.array([[-5.0, 1, 1, 1]]))[0, 0] == 0


# -- the retailer's customers


def retailer(folder):
    """Return what was known of the retailer's customers before the last campaign."""
    file = pd.read_csv(
        folder / "marketing_campaign.csv", sep=";", parse_dates=["Dt_Customer"]
    )
    categories = ["Wines", "Fruits", "MeatProducts", "FishProducts", "SweetProducts"]
    spend = file[[f"Mnt{name}" for name in categories]]
    purchases = file[[f"Num{name}Purchases" for name in ("Web", "Catalog", "Store")]]
    total, bought = spend.sum(axis=1), purchases.sum(axis=1)
    accepted = file[[f"AcceptedCmp{number}" for number in range(1, 6)]]
    levels = {"Basic": 0, "Graduation": 1, "2n Cycle": 2, "Master": 2, "PhD": 3}
    features = pd.concat(
        [
            file[["Income", "Recency", "Kidhome", "Teenhome", "NumWebVisitsMonth"]],
            file[["MntGoldProds", "NumDealsPurchases", "Education", "Marital_Status"]],
            spend,
            spend.div(total, axis=0).add_suffix("_share"),
            purchases,
            purchases.div(bought.where(bought > 0), axis=0).add_suffix("_share"),
            accepted,
        ],
        axis=1,
    ).assign(
        age=2014 - file["Year_Birth"],
        tenure_days=(pd.Timestamp("2014-10-04") - file["Dt_Customer"]).dt.days,
        total_spend=total,
        purchases=bought,
        deal_share=file["NumDealsPurchases"] / bought.where(bought > 0),
        education_level=file["Education"].map(levels),
        has_partner=file["Marital_Status"].isin(["Married", "Together"]),
        campaigns_accepted=accepted.sum(axis=1),
    )
    return features, file["Response"].to_numpy()


def test_real_figure_beats_the_best_published_one(real_data):
    # 0.9105 is of random folds: compared like with like; test_campaign_build.py has
    # the figures with identical customers in one fold
    features, responded = retailer(real_data)
    plain = evaluate_models(
        features,
        responded,
        models=["gradient_boosting"],
        grouped=False,
        n_repeats=1,
        **MONEY,
    )
    probability = plain.mean_probability("gradient_boosting")
    assert reference.roc_auc_score(responded, probability) > 0.9105

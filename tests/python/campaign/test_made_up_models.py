"""Figures of made-up predictions, held to scikit-learn draw by draw."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from segmentation.campaign.choice import choose_model, permutation_importance
from segmentation.campaign.evaluation import Evaluation
from segmentation.campaign.figures import bootstrap_weights, model_metrics, profit_curve

MONEY = {"contact_cost": 3.0, "revenue_per_response": 11.0}
N = 60


def made_up(seed: int = 4, **money) -> Evaluation:
    """Return two repeats of two folds, pairs of equal customers, and two models."""
    rng = np.random.default_rng(seed)
    chance = rng.integers(1, 20, N) / 20
    responded = (rng.random(N) < chance).astype(int)
    near, far = (
        np.clip(chance + rng.normal(0, spread, (2, N)).round(1), 0.05, 0.95)
        for spread in (0.1, 0.4)
    )
    return Evaluation(
        responded=responded,
        groups=np.arange(N) // 2,
        folds=np.array([np.arange(N) % 2, np.arange(N) // 30]),
        probability={"logistic": far, "ensemble": near},
        threshold={
            "logistic": np.array([[0.3, 0.4], [0.35, 0.6]]),
            "ensemble": np.array([[0.2, 0.3], [0.25, 0.45]]),
        },
        fold_models={},
        **(MONEY | money),
    )


def figures_of(evaluation: Evaluation, model: str, weight: np.ndarray) -> dict:
    """Return the means over the repeats, by scikit-learn."""
    answers = evaluation.responded
    size = len(answers) / weight.sum()
    found: dict[tuple[str, str], list] = {}
    for repeat, probability in enumerate(evaluation.probability[model]):
        limits = {
            "chosen": evaluation.threshold[model][repeat][evaluation.folds[repeat]],
            "break_even": 3 / 11,
            "half": 0.5,
        }
        for kind, limit in limits.items():
            contacted = (probability >= limit).astype(int)
            scores = {
                "accuracy": metrics.accuracy_score,
                "precision": metrics.precision_score,
                "recall": metrics.recall_score,
                "f1": metrics.f1_score,
            }
            for name, score in scores.items():
                value = score(answers, contacted, sample_weight=weight)
                found.setdefault((name, kind), []).append(value)
            profit = (weight * contacted * (11 * answers - 3)).sum() * size
            found.setdefault(("profit", kind), []).append(profit)
        scores = {
            "roc_auc": metrics.roc_auc_score,
            "average_precision": metrics.average_precision_score,
            "brier": metrics.brier_score_loss,
            "log_loss": metrics.log_loss,
        }
        for name, score in scores.items():
            value = score(answers, probability, sample_weight=weight)
            found.setdefault((name, "none"), []).append(value)
    return {key: np.mean(values) for key, values in found.items()}


def test_every_figure_of_every_model_with_the_quantiles_of_its_draws():
    evaluation, seed = made_up(), 5
    table = model_metrics(evaluation, n_bootstrap=12, random_state=seed)
    assert list(table) == [
        *("model", "metric", "threshold_kind", "estimate", "lower", "upper"),
    ]
    assert len(table) == 2 * (5 * 3 + 5)
    rows = table.set_index(["model", "metric", "threshold_kind"])
    everybody, draws = bootstrap_weights(
        evaluation.groups, n_bootstrap=12, random_state=seed
    )
    for model in ("logistic", "ensemble"):
        estimates = figures_of(evaluation, model, everybody[0])
        drawn = [figures_of(evaluation, model, weight) for weight in draws]
        for key, estimate in estimates.items():
            found = rows.loc[(model, *key)]
            interval = np.quantile([own[key] for own in drawn], [0.025, 0.975])
            assert found["estimate"] == pytest.approx(estimate), key
            assert [found["lower"], found["upper"]] == pytest.approx(interval), key
        gap = rows.loc[(model, "calibration_error", "none")]
        assert 0 <= gap["lower"] <= gap["estimate"] <= gap["upper"]


def test_a_model_that_contacts_nobody_has_no_precision_and_earns_nothing():
    evaluation = made_up(contact_cost=12.0)
    rows = model_metrics(evaluation, n_bootstrap=5).set_index(
        ["model", "metric", "threshold_kind"]
    )
    precision = rows.loc[("ensemble", "precision", "break_even")]
    assert precision.isna().all()
    assert rows.loc[("ensemble", "profit", "break_even")].tolist() == [0, 0, 0]


def test_the_curve_of_profit_has_the_quantiles_of_its_draws():
    evaluation = made_up()
    probability = evaluation.probability["ensemble"][0]
    curve = profit_curve(
        probability,
        evaluation.responded,
        groups=evaluation.groups,
        n_points=7,
        n_bootstrap=25,
        random_state=6,
        **MONEY,
    )
    order = np.argsort(-probability, kind="stable")
    gain = 11 * evaluation.responded[order] - 3
    _, draws = bootstrap_weights(evaluation.groups, n_bootstrap=25, random_state=6)
    at = np.linspace(0, N, 8).round()
    curves = []
    for weight in draws[:, order] * (N / draws.sum(axis=1, keepdims=True)):
        # a customer drawn twice is two contacts
        reached, earned = [0.0], [0.0]
        for own, money in zip(weight, gain, strict=True):
            reached.append(reached[-1] + own)
            earned.append(earned[-1] + own * money)
        curves.append(np.interp(at, reached, earned))
    assert curve["contacted"].tolist() == at.tolist()
    earned = np.append(0, np.cumsum(gain))
    assert curve["profit"].tolist() == pytest.approx(earned[at.astype(int)])
    low, high = np.quantile(curves, [0.025, 0.975], axis=0)
    assert curve["lower"].tolist() == pytest.approx(low)
    assert curve["upper"].tolist() == pytest.approx(high)


def test_the_reason_says_what_was_reached_in_which_draws():
    settings = {"n_bootstrap": 40, "random_state": 1}
    # 184 and 162, 193 and 187 in money: chosen by the order, not by the mean
    assert choose_model(made_up(), **settings) == (
        "ensemble",
        "ensemble: earns 190 out of fold, the mean of 2 draws of the folds (187 to "
        "193); not to be told apart from it: logistic (173).",
    )
    without_money = made_up(contact_cost=np.nan)
    assert choose_model(without_money, **settings) == (
        "ensemble",
        "ensemble: reaches ROC AUC 0.751, the mean of 2 draws of the folds (0.743 to "
        "0.758); not to be told apart from it: logistic (0.764).",
    )
    named = choose_model(without_money, rule="logistic")
    assert named == ("logistic", "logistic: named in the settings.")
    alone = made_up()
    del alone.probability["logistic"]
    assert choose_model(alone, **settings)[1] == (
        "ensemble: earns 190 out of fold, the mean of 2 draws of the folds (187 to "
        "193)."
    )
    worse = made_up()
    worse.threshold["ensemble"] = np.full((2, 2), 0.9)
    assert choose_model(worse, **settings) == (
        "logistic",
        "logistic: earns 173 out of fold, the mean of 2 draws of the folds (162 to "
        "184); all others are worse by more than chance.",
    )


class Guess:
    """A model that knows what spend says, and looks at nothing else."""

    def __init__(self, steep: float):
        self.kinds = {"spend": "number", "colour": "word", "visits": "number"}
        self.steep = steep

    def predict(self, table: pd.DataFrame) -> np.ndarray:
        assert list(table) == list(self.kinds)
        odds = self.steep * table["spend"] + 0.1 * table["visits"]
        return 1 / (1 + np.exp(-odds.to_numpy()))


def test_importance_is_what_shuffling_a_feature_costs():
    rng = np.random.default_rng(8)
    evaluation = made_up()
    features = pd.DataFrame(
        {
            "visits": rng.poisson(3, N) - 3.0,
            "spend": evaluation.responded + rng.normal(0, 0.7, N),
            "colour": rng.choice(["red", "blue"], N),
            "other": 1.0,
        }
    )
    models = [Guess(1.0), Guess(2.0)]
    by_fold = np.stack([m.predict(features[list(m.kinds)]) for m in models])
    first = by_fold[evaluation.folds[0], np.arange(N)]
    evaluation.probability["guess"] = np.stack([first, first])
    evaluation.threshold["guess"] = np.array([[0.5, 0.6], [0.5, 0.5]])
    evaluation.fold_models["guess"] = models
    given = {"model": "guess", "n_bootstrap": 40, "random_state": 2}
    table = permutation_importance(evaluation, features, **given)
    assert list(table) == ["feature", "metric", "estimate", "lower", "upper"]
    assert table.round(4).to_numpy().tolist() == [
        ["spend", "roc_auc", 0.4029, 0.2745, 0.5623],
        ["visits", "roc_auc", 0.0143, -0.0069, 0.0502],
        ["colour", "roc_auc", 0, 0, 0],
        ["spend", "profit", 91, 64.65, 124.05],
        ["colour", "profit", 0, 0, 0],
        ["visits", "profit", -9.5, -21.075, 5],
    ]
    # of some customers, shuffled more often
    given |= {"max_customers": 41, "n_permutations": 3}
    some = permutation_importance(evaluation, features, **given)
    assert some.round(4).to_numpy().tolist() == [
        ["spend", "roc_auc", 0.3292, 0.1829, 0.4883],
        ["visits", "roc_auc", 0.01, -0.0054, 0.0352],
        ["colour", "roc_auc", 0, 0, 0],
        ["spend", "profit", 40.3333, 14.1706, 65.8722],
        ["colour", "profit", 0, 0, 0],
        ["visits", "profit", -11, -26.761, 1.2126],
    ]

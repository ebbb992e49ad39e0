"""Choose the response model that is published, and say what it looks at."""

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from segmentation.campaign.evaluation import Evaluation
from segmentation.campaign.features import model_input
from segmentation.campaign.figures import (
    bootstrap_weights,
    contact_metrics,
    percentile_interval,
    ranking_metrics,
)
from segmentation.campaign.models import COMPONENTS, ENSEMBLE
from segmentation.warehouse.errors import UserError

__all__ = ["PREFERENCE", "choose_model", "permutation_importance"]

PREFERENCE = (ENSEMBLE, *COMPONENTS)
# standard errors of a difference, up to which two models count as equal
TOLD_APART = 2.0


def choose_model(
    evaluation: Evaluation,
    *,
    rule: str = "profit",
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> tuple[str, str]:
    """Return the model to publish and the reason in one sentence.

    Which model earns most depends on how the folds are drawn. Models that cannot be
    told apart are therefore chosen among by a fixed order, the ensemble first: its
    profit changes least from draw to draw, and hardly any customers tell it from the
    best of its members.

    Parameters
    ----------
    evaluation : Evaluation
        Result of `evaluate_models`.
    rule : str
        ``profit``: the first model of `PREFERENCE` that no other exceeds by more than
        two standard errors in out-of-fold profit at the chosen cut-off (in ROC AUC
        where money is not known). The standard error is that of the difference on the
        same bootstrapped customers. Or the name of a model, which is then published.
    n_bootstrap, random_state : int
        Replicates and seed of the bootstrap.

    Returns
    -------
    model, reason : str

    Raises
    ------
    UserError
        If the rule is neither ``profit`` nor an evaluated model.
    """
    if rule in evaluation.models:
        return rule, f"{rule}: named in the settings."
    candidates = [model for model in PREFERENCE if model in evaluation.models]
    if rule != "profit" or not candidates:
        raise UserError(
            f"The rule for the published response model is {rule!r}: give 'profit' or "
            f"one of the evaluated models ({', '.join(evaluation.models)})."
        )
    figure = _profit_by_draw if evaluation.is_money_known else _auc_by_draw
    by_draw, replicates = figure(evaluation, candidates, n_bootstrap, random_state)
    means = by_draw.mean(axis=0)
    best = int(np.argmax(means))
    error = (replicates[:, [best]] - replicates).std(axis=0)
    level = means[best] - means <= TOLD_APART * error
    chosen = int(np.flatnonzero(level)[0])
    return candidates[chosen], _reason(
        candidates, chosen, by_draw, level, evaluation.is_money_known
    )


def _profit_by_draw(
    evaluation: Evaluation, models: list[str], n_bootstrap: int, random_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return profit by draw of the folds and model, and its bootstrapped means."""
    gain = (
        evaluation.revenue_per_response * evaluation.responded - evaluation.contact_cost
    )
    earned = np.stack([evaluation.is_contacted(m, "chosen") * gain for m in models])
    by_customer = earned.mean(axis=1).T
    blocks = [
        weights @ by_customer * (len(gain) / weights.sum(axis=1, keepdims=True))
        for weights in bootstrap_weights(
            evaluation.groups, n_bootstrap=n_bootstrap, random_state=random_state
        )
    ]
    return earned.sum(axis=2).T, np.concatenate(blocks)[1:]


def _auc_by_draw(
    evaluation: Evaluation, models: list[str], n_bootstrap: int, random_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return ROC AUC by draw of the folds and model, and its bootstrapped means."""
    blocks = [
        [
            [
                ranking_metrics(probability, evaluation.responded, weights)["roc_auc"]
                for probability in evaluation.probability[model]
            ]
            for model in models
        ]
        for weights in bootstrap_weights(
            evaluation.groups, n_bootstrap=n_bootstrap, random_state=random_state
        )
    ]
    figures = np.concatenate(blocks, axis=2)
    return figures[:, :, 0].T, figures[:, :, 1:].mean(axis=1).T


def _reason(
    models: list[str],
    chosen: int,
    by_draw: np.ndarray,
    level: np.ndarray,
    is_money_known: bool,
) -> str:
    """Say what the model reached and what can be told apart from it."""

    def figure(value: float) -> str:
        return f"{round(value) + 0:,}" if is_money_known else f"{value:.3f}"

    own = by_draw[:, chosen]
    draws = len(own)
    reached = "earns {} out of fold" if is_money_known else "reaches ROC AUC {}"
    reason = f"{models[chosen]}: {reached.format(figure(own.mean()))}"
    if draws > 1:
        lowest, highest = figure(own.min()), figure(own.max())
        reason += f", the mean of {draws} draws of the folds ({lowest} to {highest})"
    others = [
        f"{model} ({figure(mean)})"
        for model, mean, is_level in zip(
            models, by_draw.mean(axis=0), level, strict=True
        )
        if is_level and model != models[chosen]
    ]
    if others:
        reason += f"; not to be told apart from it: {', '.join(others)}"
    elif len(models) > 1:
        reason += "; all others are worse by more than chance"
    return f"{reason}."


@threadpool_limits.wrap(limits=1)
def permutation_importance(
    evaluation: Evaluation,
    features: pd.DataFrame,
    *,
    model: str,
    n_permutations: int = 2,
    max_customers: int = 2_500,
    n_bootstrap: int = 200,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how much worse a model gets when one feature is shuffled.

    The fitted models of the first repeat predict their held-out fold with one feature
    shuffled within the fold; ROC AUC and profit are then taken over all folds. Features
    that say the same share their importance: shuffling one leaves the other.

    Parameters
    ----------
    evaluation : Evaluation
        Result of `evaluate_models`.
    features : DataFrame of shape (n_customers, n_features)
        The features of that evaluation, rows in the same order.
    model : str
        An evaluated model.
    n_permutations : int
        Shuffles a feature.
    max_customers : int
        Most held-out customers to predict, which bounds the time.
    n_bootstrap, random_state : int
        Replicates of the bootstrap over groups of equal customers, and seed.

    Returns
    -------
    DataFrame
        ``feature``, ``metric`` (``roc_auc`` or ``profit`` at the chosen cut-off, money
        of the customers predicted), ``estimate`` (mean drop), ``lower``, ``upper``
        (95 %); most important first by ROC AUC.
    """
    fold_models = evaluation.fold_models[model]
    kinds = fold_models[0].kinds
    rng = np.random.default_rng(random_state)
    n_customers = len(evaluation.responded)
    kept = np.sort(rng.permutation(n_customers)[: min(max_customers, n_customers)])
    table = model_input(features, kinds).iloc[kept].reset_index(drop=True)
    folds = evaluation.folds[0, kept]
    limit = evaluation.threshold[model][0, folds]
    base = evaluation.probability[model][0, kept]

    # One long table a fold: a block of rows for each feature, shuffled there only.
    shuffled = np.empty((n_permutations, len(kinds), len(kept)))
    for fold, fitted in enumerate(fold_models):
        rows = np.flatnonzero(folds == fold)
        for permutation in range(n_permutations):
            blocks = []
            for feature in kinds:
                block = table.iloc[rows].copy()
                block[feature] = block[feature].to_numpy()[rng.permutation(len(rows))]
                blocks.append(block)
            shuffled[permutation][:, rows] = fitted.predict(
                pd.concat(blocks, ignore_index=True)
            ).reshape(len(kinds), len(rows))

    responded = evaluation.responded[kept]
    _, groups = np.unique(evaluation.groups[kept], return_inverse=True)
    weights = np.concatenate(
        list(
            bootstrap_weights(
                groups, n_bootstrap=n_bootstrap, random_state=random_state
            )
        )
    )

    def figures(probability: np.ndarray) -> np.ndarray:
        money = contact_metrics(
            probability >= limit,
            responded,
            weights,
            contact_cost=evaluation.contact_cost,
            revenue_per_response=evaluation.revenue_per_response,
        )["profit"]
        ranking = ranking_metrics(probability, responded, weights)["roc_auc"]
        return np.stack([ranking, money])

    lines = []
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw without responders
        intact = figures(base)
        for index, feature in enumerate(kinds):
            drop = intact - np.mean([figures(run[index]) for run in shuffled], axis=0)
            for metric, values in zip(("roc_auc", "profit"), drop, strict=True):
                lines.append(
                    (
                        feature,
                        metric,
                        values[0],
                        *percentile_interval(metric, values[0], values[1:]),
                    )
                )
    table = pd.DataFrame(
        lines, columns=["feature", "metric", "estimate", "lower", "upper"]
    )
    return table.sort_values(
        ["metric", "estimate", "feature"], ascending=[False, False, True]
    ).reset_index(drop=True)

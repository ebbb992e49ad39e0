"""Who answers the next campaign: models judged out of fold, and in money.

Four families of model, their mean and a baseline predict a customer's response to one
campaign. Every figure is out of fold: customers with equal features are never split
between training and test, and whatever is fitted (imputation, encoding, scaling, the
model, its calibration and the cut-off) sees the training part only.

The nesting costs little because it is shared. With folds A..E, a model fitted without
A and B predicts B "as if A were the test fold" and A "as if B were"; so 10 such fits
and the 5 usual ones give every fold its own inner out-of-fold predictions: 15 fits a
repeat, where a separate inner loop of the same depth needs 25.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from segmentation.campaign.features import (
    checked_target,
    column_kinds,
    customer_groups,
    model_input,
    refuse_copies_of_target,
    skip_reason,
)
from segmentation.campaign.models import (
    BASELINE,
    COMPONENTS,
    ENSEMBLE,
    MODELS,
    ResponseModel,
    fit_estimator,
    fit_preparation,
    fit_sigmoid,
    known_models,
    raw_score,
)
from segmentation.campaign.money import break_even_threshold, choose_threshold
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.workers import each_apart

__all__ = [
    "Evaluation",
    "checked_input",
    "evaluate_models",
    "fit_on",
    "fold_numbers",
    "held_out_scores",
]


def fold_numbers(
    responded: np.ndarray,
    groups: np.ndarray | None,
    *,
    n_splits: int,
    random_state: int,
) -> np.ndarray:
    """Return the fold of every customer; without groups, plain stratified folds."""
    return _fold_numbers(
        *(None if of is None else tuple(of.tolist()) for of in (responded, groups)),
        n_splits=n_splits,
        random_state=random_state,
    )


# a second for every two thousand customers, and a build asks more than once
@lru_cache(maxsize=8)
def _fold_numbers(
    responses: tuple, together: tuple | None, *, n_splits: int, random_state: int
) -> np.ndarray:
    responded = np.array(responses)
    groups = None if together is None else np.array(together)
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    splitter = kind(n_splits, shuffle=True, random_state=random_state)
    folds = np.empty(len(responded), dtype=np.int64)
    blank = np.zeros((len(responded), 1))
    for number, (_, test) in enumerate(splitter.split(blank, responded, groups)):
        folds[test] = number
    for value, who in ((1, "responders"), (0, "non-responders")):
        # Two folds are left out at a time, and the rest must hold both classes.
        if len(np.unique(folds[responded == value])) < 3:
            raise UserError(
                f"No response model: equal customers crowd the {who} into fewer than "
                "3 folds; more distinct customers are needed."
            )
    folds.setflags(write=False)
    return folds


def fit_on(
    train: np.ndarray,
    models: Sequence[str],
    table: pd.DataFrame,
    responded: np.ndarray,
    kinds: Mapping[str, str],
    *,
    random_state: int,
) -> tuple[ColumnTransformer, dict[str, BaseEstimator]]:
    """Return the preparation and the models fitted on the customers in `train`."""
    preparation = fit_preparation(table[train], kinds)
    prepared = preparation.transform(table[train])
    fitted = {
        model: fit_estimator(
            model,
            prepared,
            responded[train],
            n_features=len(kinds),
            random_state=random_state,
        )
        for model in models
    }
    return preparation, fitted


def held_out_scores(
    models: Sequence[str],
    table: pd.DataFrame,
    responded: np.ndarray,
    kinds: Mapping[str, str],
    *,
    folds: np.ndarray,
    random_state: int,
) -> dict[str, np.ndarray]:
    """Return each customer's score by models that did not see the customer's fold."""
    scores = {model: np.empty(len(folds)) for model in models}
    for fold in range(folds.max() + 1):
        test = folds == fold
        preparation, fitted = fit_on(
            ~test, models, table, responded, kinds, random_state=random_state
        )
        prepared = preparation.transform(table[test])
        for model, estimator in fitted.items():
            scores[model][test] = raw_score(estimator, prepared)
    return scores


_Fit = tuple[ColumnTransformer, dict[str, BaseEstimator]]


@dataclass(frozen=True)
class _NestedScores:
    """Fits without every fold, and scores of customers whom the fits did not see.

    ``outer`` has the out-of-fold score of every customer; row ``i`` of ``inner``, of
    shape (n_splits, n_customers), the scores of the customers outside fold ``i`` by
    models that saw neither them nor fold ``i``.
    """

    fits: list[_Fit]
    outer: dict[str, np.ndarray]
    inner: dict[str, np.ndarray]


def _nested_scores(
    models: Sequence[str],
    table: pd.DataFrame,
    responded: np.ndarray,
    kinds: Mapping[str, str],
    *,
    all_folds: np.ndarray,
    random_state: int,
) -> list[_NestedScores]:
    """Fit without every fold and without every pair of folds, all side by side."""
    n_splits = all_folds.max() + 1
    left_out = [(i,) for i in range(n_splits)] + [*combinations(range(n_splits), 2)]
    fit_without = partial(
        _fit_without, models=models, table=table, responded=responded, kinds=kinds
    )
    results = each_apart(
        fit_without,
        [
            (out, folds, random_state + repeat)
            for repeat, folds in enumerate(all_folds)
            for out in left_out
        ],
    )
    fits = iter(results)
    return [
        _gathered(folds, {out: next(fits) for out in left_out}) for folds in all_folds
    ]


@threadpool_limits.wrap(limits=1)
def _fit_without(
    out: tuple[int, ...],
    folds: np.ndarray,
    random_state: int,
    *,
    models: Sequence[str],
    table: pd.DataFrame,
    responded: np.ndarray,
    kinds: Mapping[str, str],
) -> tuple[_Fit, dict[str, np.ndarray]]:
    """Fit without the customers of some folds, and score these."""
    test = np.isin(folds, out)
    preparation, fitted = fit_on(
        ~test, models, table, responded, kinds, random_state=random_state
    )
    prepared = preparation.transform(table[test])
    scores = {model: raw_score(fitted[model], prepared) for model in models}
    return (preparation, fitted), scores


def _gathered(folds: np.ndarray, fits: dict[tuple[int, ...], tuple]) -> _NestedScores:
    """Return the fits of one draw of the folds by what they left out, as scores."""
    n_splits = folds.max() + 1
    single = [fits[(fold,)] for fold in range(n_splits)]
    models = single[0][1]
    outer = {model: np.empty(len(folds)) for model in models}
    inner = {model: np.full((n_splits, len(folds)), np.nan) for model in models}
    for out, (_, scores) in fits.items():
        test = np.isin(folds, out)
        for model, score in scores.items():
            if len(out) == 1:
                outer[model][test] = score
                continue
            for kept, other in (out, out[::-1]):
                inner[model][kept, folds == other] = score[folds[test] == other]
    return _NestedScores([fit for fit, _ in single], outer, inner)


@dataclass(frozen=True)
class Evaluation:
    """What the models predicted for customers they had not seen.

    Attributes
    ----------
    responded : ndarray of shape (n_customers,)
        1 for a response, 0 for none.
    groups : ndarray of shape (n_customers,)
        Customers that were kept together; all different if none were.
    folds : ndarray of shape (n_repeats, n_customers)
        Fold in which a customer was predicted.
    probability : dict of str to ndarray of shape (n_repeats, n_customers)
        Calibrated out-of-fold probability by model.
    threshold : dict of str to ndarray of shape (n_repeats, n_splits)
        Cut-off by model and fold, chosen without the customers of the fold.
    fold_models : dict of str to list of ResponseModel
        The fitted models of the first repeat, one a fold.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`; NaN where it is not known.
    inner_probability : dict of str to ndarray, (n_repeats, n_splits, n_customers)
        By model and fold, the calibrated probability of the customers outside the fold
        by models that saw neither them nor the fold; missing inside it. The cut-offs
        are chosen on it.
    """

    responded: np.ndarray
    groups: np.ndarray
    folds: np.ndarray
    probability: dict[str, np.ndarray]
    threshold: dict[str, np.ndarray]
    fold_models: dict[str, list[ResponseModel]] = field(repr=False)
    contact_cost: float
    revenue_per_response: float
    inner_probability: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    def with_money(
        self, *, contact_cost: float, revenue_per_response: float
    ) -> "Evaluation":
        """Return the evaluation with the cut-offs that other money leads to.

        Probabilities say nothing about money, so nothing is fitted. The cut-offs of
        ``fold_models`` stay as they were.

        Parameters
        ----------
        contact_cost, revenue_per_response : float
            Money, see `break_even_threshold`.

        Returns
        -------
        Evaluation
        """
        money = {
            "contact_cost": contact_cost,
            "revenue_per_response": revenue_per_response,
        }
        break_even_threshold(**money)
        threshold = {
            model: np.array(
                [
                    [
                        choose_threshold(
                            by_fold[fold, folds != fold],
                            self.responded[folds != fold],
                            **money,
                        )
                        for fold in range(len(by_fold))
                    ]
                    for by_fold, folds in zip(inner, self.folds, strict=True)
                ]
            )
            for model, inner in self.inner_probability.items()
        }
        return replace(
            self,
            threshold=threshold,
            contact_cost=contact_cost,
            revenue_per_response=revenue_per_response,
        )

    @property
    def is_money_known(self) -> bool:
        """Return whether there are amounts to earn and to spend."""
        return not np.isnan([self.contact_cost, self.revenue_per_response]).any()

    @property
    def models(self) -> list[str]:
        """Return the evaluated models, simplest first."""
        return list(self.probability)

    def mean_probability(self, model: str) -> np.ndarray:
        """Return each customer's out-of-fold probability, the mean over repeats."""
        return self.probability[model].mean(axis=0)

    def is_contacted(self, model: str, threshold_kind: str) -> np.ndarray:
        """Return whom the model would contact, of shape (n_repeats, n_customers).

        ``threshold_kind`` is ``chosen`` (inside the folds), ``break_even`` or ``half``.
        """
        limit: np.ndarray | float = 0.5
        if threshold_kind == "chosen":
            limit = np.take_along_axis(self.threshold[model], self.folds, axis=1)
        elif threshold_kind == "break_even":
            limit = break_even_threshold(
                contact_cost=self.contact_cost,
                revenue_per_response=self.revenue_per_response,
            )
        return self.probability[model] >= limit


def checked_input(
    features: pd.DataFrame, responded: np.ndarray, *, grouped: bool, n_splits: int
) -> tuple[pd.DataFrame, dict[str, str], np.ndarray, np.ndarray]:
    """Return table, kinds, target and groups, or raise the reason there is no model."""
    if n_splits < 3:
        raise UserError(
            f"n_splits is {n_splits}: at least 3 folds are needed, as two are left out "
            "at a time."
        )
    target = checked_target(responded)
    kinds = column_kinds(features)
    table = model_input(features, kinds)
    groups = customer_groups(features) if grouped else np.arange(len(target))
    reason = skip_reason(target, groups, n_splits=n_splits)
    if reason:
        raise UserError(reason)
    refuse_copies_of_target(table, target)
    return table, kinds, target, groups


@threadpool_limits.wrap(limits=1)
def evaluate_models(
    features: pd.DataFrame,
    responded: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
    models: Sequence[str] = MODELS,
    grouped: bool = True,
    n_splits: int = 5,
    n_repeats: int = 3,
    random_state: int = 0,
) -> Evaluation:
    """Predict every customer by models that saw neither them nor their equals.

    Calibration and cut-off of a fold come from predictions within its training part,
    by models that saw neither the fold nor the customer predicted. Time grows with
    ``n_repeats * n_splits * (n_splits + 1) / 2`` fits a model and, because of the SVM,
    faster than linearly with customers: pass a sample of some thousands.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        Known before the campaign, see `response_features`; in a fixed row order, such
        as by customer, as folds depend on it. Numbers may be missing.
    responded : array of shape (n_customers,)
        1 or true for a response, 0 or false for none.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`.
    models : sequence of str
        Some of `MODELS`.
    grouped : bool
        Keep customers with equal features in one fold. False gives the plain random
        folds of most published figures, which equal rows flatter.
    n_splits, n_repeats : int
        Folds (3 or more), and how often they are drawn anew.
    random_state : int
        Seed of folds and models; the same seed gives the same bytes.

    Returns
    -------
    Evaluation

    Raises
    ------
    UserError
        If the target is not 0/1, `skip_reason` has a reason, a feature copies the
        target or is a date, or a model is unknown.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> income = rng.normal(size=300)
    >>> evaluation = evaluate_models(
    ...     pd.DataFrame({"income": income}), income + rng.normal(size=300) > 1,
    ...     contact_cost=3, revenue_per_response=11, models=["logistic"], n_repeats=1,
    ... )
    >>> evaluation.mean_probability("logistic").shape
    (300,)
    """
    models = known_models(models)
    table, kinds, target, groups = checked_input(
        features, responded, grouped=grouped, n_splits=n_splits
    )
    money = {
        "contact_cost": contact_cost,
        "revenue_per_response": revenue_per_response,
    }
    break_even_threshold(**money)  # a wrong amount is refused before the long work
    fitted = [
        model
        for model in (BASELINE, *COMPONENTS)
        if model in models or (ENSEMBLE in models and model in COMPONENTS)
    ]
    all_folds = np.array(
        [
            fold_numbers(
                target,
                groups if grouped else None,
                n_splits=n_splits,
                random_state=random_state + repeat,
            )
            for repeat in range(n_repeats)
        ]
    )
    probability = {model: np.empty(all_folds.shape) for model in models}
    threshold = {model: np.empty((n_repeats, n_splits)) for model in models}
    inner_probability = {
        model: np.full((n_repeats, n_splits, len(target)), np.nan) for model in models
    }
    fold_models: dict[str, list[ResponseModel]] = {model: [] for model in models}

    nested = _nested_scores(
        fitted, table, target, kinds, all_folds=all_folds, random_state=random_state
    )
    for repeat, scored in enumerate(nested):
        for fold, (preparation, estimators) in enumerate(scored.fits):
            test = all_folds[repeat] == fold
            members: dict[str, tuple] = {}
            inner: dict[str, np.ndarray] = {}
            outer: dict[str, np.ndarray] = {}
            for model in fitted:
                within = scored.inner[model][fold, ~test]
                calibrate = fit_sigmoid(model, within, target[~test])
                members[model] = ((estimators[model], calibrate),)
                inner[model] = calibrate(within)
                outer[model] = calibrate(scored.outer[model][test])
            if ENSEMBLE in models:
                members[ENSEMBLE] = sum((members[name] for name in COMPONENTS), ())
                inner[ENSEMBLE] = np.mean([inner[name] for name in COMPONENTS], axis=0)
                outer[ENSEMBLE] = np.mean([outer[name] for name in COMPONENTS], axis=0)
            for model in models:
                limit = choose_threshold(inner[model], target[~test], **money)
                probability[model][repeat, test] = outer[model]
                inner_probability[model][repeat, fold, ~test] = inner[model]
                threshold[model][repeat, fold] = limit
                if repeat == 0:
                    fold_models[model].append(
                        ResponseModel(model, kinds, preparation, members[model], limit)
                    )
    return Evaluation(
        responded=target,
        groups=groups,
        folds=all_folds,
        probability=probability,
        threshold=threshold,
        fold_models=fold_models,
        contact_cost=contact_cost,
        revenue_per_response=revenue_per_response,
        inner_probability=inner_probability,
    )

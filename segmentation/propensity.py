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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from segmentation.errors import UserError

__all__ = [
    "CONTACT_NOBODY",
    "MODELS",
    "Evaluation",
    "ResponseModel",
    "break_even_threshold",
    "calibration_bins",
    "choose_model",
    "choose_threshold",
    "customer_groups",
    "evaluate_models",
    "fit_response_model",
    "model_metrics",
    "permutation_importance",
    "precision_recall_points",
    "profit_curve",
    "response_features",
    "roc_points",
    "score_batches",
    "skip_reason",
]

BASELINE = "baseline"
ENSEMBLE = "ensemble"
COMPONENTS = ("logistic", "random_forest", "gradient_boosting", "svm")
"""The models the ensemble averages, simplest first."""

MODELS = (BASELINE, *COMPONENTS, ENSEMBLE)
"""Every model that is evaluated, simplest first: ties are settled in this order."""

CONTACT_NOBODY = 2.0
"""A cut-off no probability reaches."""

CERTAINTY = 1e-4
"""No customer is given a probability nearer to 0 or 1 than this."""

MISSING_LABEL = "(missing)"
INTERVAL = (0.025, 0.975)
BOOTSTRAP_CELLS = 2_000_000
"""Customers x replicates held at once while bootstrapping (16 MB an array)."""


# -- what may be used ---------------------------------------------------------


def response_features(
    columns: Iterable[str],
    *,
    target: str,
    key: str,
    excluded: Iterable[str] = (),
) -> list[str]:
    """Return the columns a response model may learn from, in their given order.

    Left out are the key, the target, every column whose name contains the target's
    name, and every column that matches a pattern of ``excluded``, whatever the case.

    Parameters
    ----------
    columns : iterable of str
        Columns of the feature table.
    target : str
        Column that holds the response to predict.
    key : str
        Column that identifies a customer.
    excluded : iterable of str
        Names or shell patterns (``response_*``) of what is derived from the target or
        known only after it: response rates, segments fitted on it, later campaigns.

    Returns
    -------
    list of str

    Raises
    ------
    UserError
        If nothing is left to learn from.

    Examples
    --------
    >>> response_features(
    ...     ["customer_id", "income", "responded", "responded_before_days", "rate_all"],
    ...     target="responded", key="customer_id", excluded=["rate_*"],
    ... )
    ['income']
    """
    patterns = [key.lower(), *(pattern.lower() for pattern in excluded)]
    features = [
        column
        for column in columns
        if target.lower() not in column.lower()
        and not any(fnmatchcase(column.lower(), pattern) for pattern in patterns)
    ]
    if not features:
        raise UserError(
            f"No column is left to predict {target!r} from: every column is the key, "
            "the target or excluded; exclude fewer columns."
        )
    return features


def customer_groups(features: pd.DataFrame) -> np.ndarray:
    """Give customers with equal feature rows the same number.

    Equal rows may be one person or two; kept in one fold, neither can be predicted
    from the other.

    Parameters
    ----------
    features : DataFrame of shape (n_customers, n_features)
        Features only: neither the key nor the target.

    Returns
    -------
    ndarray of shape (n_customers,)
        Group numbers from 0, in order of first appearance.

    Examples
    --------
    >>> customer_groups(pd.DataFrame({"age": [40, 31, 40], "city": ["A", "B", "A"]}))
    array([0, 1, 0])
    """
    table = _model_input(features, _column_kinds(features))
    codes, _ = pd.factorize(pd.util.hash_pandas_object(table, index=False))
    return codes


def skip_reason(
    responded: np.ndarray, groups: np.ndarray, *, n_splits: int = 5
) -> str | None:
    """Say in one sentence why no response model can be evaluated, or return None.

    Parameters
    ----------
    responded : array of shape (n_customers,)
        1 for a response, 0 for none.
    groups : array of shape (n_customers,)
        Result of `customer_groups`.
    n_splits : int
        Folds of the evaluation.

    Returns
    -------
    str or None

    Examples
    --------
    >>> skip_reason(np.zeros(9), np.arange(9))
    'No response model: none of the 9 customers responded to the campaign.'
    >>> skip_reason(np.array([0, 1] * 5), np.arange(10)) is None
    True
    """
    responded = np.asarray(responded)
    n_customers, n_responses = len(responded), int(responded.sum())
    if n_responses == 0:
        return (
            f"No response model: none of the {n_customers} customers responded to "
            "the campaign."
        )
    if n_responses == n_customers:
        return (
            f"No response model: all {n_customers} customers responded to the campaign."
        )
    for value, who in ((1, "responded"), (0, "did not respond")):
        distinct = len(np.unique(groups[responded == value]))
        if distinct < n_splits:
            return (
                f"No response model: only {distinct} distinct customers {who}, fewer "
                f"than the {n_splits} folds of the evaluation."
            )
    return None


# -- money --------------------------------------------------------------------


def break_even_threshold(*, contact_cost: float, revenue_per_response: float) -> float:
    """Return the probability from which contacting a customer pays.

    Parameters
    ----------
    contact_cost : float
        Cost of contacting one customer, in money.
    revenue_per_response : float
        Revenue of one response, in the same money, the contact not yet paid.

    Returns
    -------
    float
        Cost over revenue; 0 (contact everybody) if contacts are free; `CONTACT_NOBODY`
        if a response does not bring in more than the contact costs.

    Raises
    ------
    UserError
        If an amount is negative or not a number.

    Examples
    --------
    >>> round(break_even_threshold(contact_cost=3, revenue_per_response=11), 4)
    0.2727
    """
    for name, amount in (
        ("contact cost", contact_cost),
        ("revenue per response", revenue_per_response),
    ):
        if not (np.isfinite(amount) and amount >= 0):
            raise UserError(
                f"The {name} is {amount}: give an amount of money, 0 or more."
            )
    if revenue_per_response <= contact_cost:
        return CONTACT_NOBODY
    return contact_cost / revenue_per_response


def choose_threshold(
    probability: np.ndarray,
    responded: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
) -> float:
    """Return the cut-off that would have earned most on these customers.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Predictions made without these customers, and what they did.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`.

    Returns
    -------
    float
        Contact customers whose probability is at least this. Half-way between the last
        customer contacted and the next one; of equally good cut-offs the one that
        contacts fewest; `CONTACT_NOBODY` if no cut-off earns anything.

    Examples
    --------
    >>> choose_threshold(
    ...     np.array([0.9, 0.5, 0.3, 0.1]), np.array([1, 1, 0, 0]),
    ...     contact_cost=3, revenue_per_response=11,
    ... )
    0.4
    """
    limit = break_even_threshold(
        contact_cost=contact_cost, revenue_per_response=revenue_per_response
    )
    if limit in (0.0, CONTACT_NOBODY):
        return limit
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    profit = np.cumsum(revenue_per_response * responded[order] - contact_cost)
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True))  # equal ones go along
    best = int(np.argmax(profit[ends]))
    if profit[ends[best]] <= 0:
        return CONTACT_NOBODY
    last = float(ranked[ends[best]])
    following = float(ranked[ends[best + 1]]) if best + 1 < len(ends) else 0.0
    middle = (last + following) / 2
    return middle if middle > following else last


# -- the models ---------------------------------------------------------------


class SkewedLog1p(TransformerMixin, BaseEstimator):
    """Take ``log1p`` of the columns that are non-negative and skewed to the right.

    The rule, applied to the training part: smallest value 0 or more and skewness above
    ``min_skewness``. Money and counts qualify, ages do not, and shares hardly change.

    Parameters
    ----------
    min_skewness : float
        Skewness (third standardised moment) above which a column is transformed.

    Attributes
    ----------
    is_logged_ : ndarray of shape (n_features,)
        Whether a column is transformed.

    Examples
    --------
    >>> spend_and_age = np.array([[0.0, 30], [1, 40], [2, 50], [99, 60]])
    >>> SkewedLog1p().fit(spend_and_age).is_logged_
    array([ True, False])
    """

    def __init__(self, min_skewness: float = 1.0):
        self.min_skewness = min_skewness

    def fit(self, X, y=None):
        """Find the columns to transform in ``X`` (n_rows, n_features), no missing."""
        centred = X - X.mean(axis=0)
        spread = np.sqrt((centred**2).mean(axis=0))
        third = (centred**3).mean(axis=0)
        skewness = np.divide(
            third, spread**3, out=np.zeros_like(third), where=spread > 0
        )
        self.is_logged_ = (X.min(axis=0) >= 0) & (skewness > self.min_skewness)
        return self

    def transform(self, X):
        """Return ``X`` with the chosen columns logged."""
        logged = X.copy()
        # A later customer may be negative where nobody was: treated as 0.
        logged[:, self.is_logged_] = np.log1p(np.maximum(X[:, self.is_logged_], 0.0))
        return logged


def _column_kinds(features: pd.DataFrame) -> dict[str, str]:
    """Say for each column whether it is a ``number`` or ``text``."""
    kinds = {}
    for column in features.columns:
        values = features[column]
        inferred = (
            pd.api.types.infer_dtype(values, skipna=True)
            if values.dtype == object
            else ""
        )
        if pd.api.types.is_numeric_dtype(values.dtype) or inferred in {
            "boolean",
            "decimal",
            "integer",
            "floating",
            "mixed-integer-float",
        }:
            kinds[column] = "number"
        elif (
            pd.api.types.is_datetime64_any_dtype(values.dtype)
            or pd.api.types.is_timedelta64_dtype(values.dtype)
            or inferred in {"date", "datetime", "datetime64", "timedelta"}
        ):
            raise UserError(
                f"Feature {column!r} is a date: give the days up to the observation "
                "date instead."
            )
        else:
            kinds[column] = "text"
    return kinds


def _model_input(features: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns of ``kinds`` as plain floats and plain text."""
    absent = [column for column in kinds if column not in features.columns]
    if absent:
        raise UserError(
            f"The customers lack {', '.join(map(repr, absent))}, which the response "
            "model learnt from: supply the same features as at the fit."
        )
    columns = {}
    for column, kind in kinds.items():
        values = features[column]
        if kind == "number":
            try:
                numbers = values.to_numpy(dtype="float64", na_value=np.nan)
            except (TypeError, ValueError) as error:
                raise UserError(
                    f"Feature {column!r} must hold numbers, as at the fit: {error}."
                ) from error
            if np.isinf(numbers).any():
                raise UserError(
                    f"Feature {column!r} holds an infinite value: leave it empty "
                    "where it cannot be computed."
                )
            columns[column] = numbers
        else:
            text = values.astype(object)
            columns[column] = text.where(values.notna(), MISSING_LABEL).astype(str)
    return pd.DataFrame(columns, index=features.index)


def _preparation(kinds: Mapping[str, str]) -> ColumnTransformer:
    """Return the imputing, transforming, scaling and encoding every model begins with.

    Trees need neither logarithm nor scale and are not harmed by them: one preparation
    for all keeps the comparison about the models.
    """
    numbers = [column for column, kind in kinds.items() if kind == "number"]
    texts = [column for column, kind in kinds.items() if kind == "text"]
    return ColumnTransformer(
        [
            (
                "numbers",
                make_pipeline(
                    SimpleImputer(strategy="median", keep_empty_features=True),
                    SkewedLog1p(),
                    StandardScaler(),
                ),
                numbers,
            ),
            (
                "texts",
                # Values rarer than 1 % share a column; so do values not seen before.
                OneHotEncoder(
                    min_frequency=0.01,
                    handle_unknown="infrequent_if_exist",
                    sparse_output=False,
                ),
                texts,
            ),
        ],
        verbose_feature_names_out=False,
    )


def _estimator(model: str, n_features: int, random_state: int) -> BaseEstimator:
    """Return one model with the fixed settings it is compared with.

    Settings are modest and were compared by hand, a few each, not searched: at some
    2,000 customers a search would mostly fit the folds.
    """
    if model == BASELINE:
        return DummyClassifier(strategy="prior")
    if model == "logistic":
        # Some 50 correlated columns (a total beside its parts): firmer than C=1.
        return LogisticRegression(C=0.3, max_iter=1_000)
    if model == "random_forest":
        # 0.3 of the columns a split beats the square root: few carry the signal.
        # 60 trees, as the forest is the dearest to fit; 300 gain 0.003 of ROC AUC.
        return RandomForestClassifier(
            n_estimators=60,
            min_samples_leaf=5,
            max_features=0.3,
            random_state=random_state,
        )
    if model == "gradient_boosting":
        # Many small trees that each see some columns; deeper ones overfit 300
        # responders. No early stopping: it would split the rows regardless of groups.
        return HistGradientBoostingClassifier(
            learning_rate=0.08,
            max_iter=150,
            max_leaf_nodes=6,
            max_features=0.3,
            max_bins=64,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=random_state,
        )
    # Half the usual 1 / n_features: with ~50 columns the usual kernel is too narrow
    # (ROC AUC 0.910 against 0.917).
    return SVC(C=3.0, gamma=0.5 / n_features)


def _fit_pipeline(
    model: str,
    table: pd.DataFrame,
    responded: np.ndarray,
    kinds: Mapping[str, str],
    random_state: int,
) -> Pipeline:
    estimator = _estimator(model, len(kinds), random_state)
    return make_pipeline(_preparation(kinds), estimator).fit(table, responded)


def _raw_score(pipeline: Pipeline, table: pd.DataFrame) -> np.ndarray:
    """Return a score on the log-odds scale (a margin for the SVM)."""
    if isinstance(pipeline[-1], SVC):
        return pipeline.decision_function(table)
    probability = pipeline.predict_proba(table)[:, 1]
    return logit(np.clip(probability, CERTAINTY, 1 - CERTAINTY))


@dataclass(frozen=True)
class _Sigmoid:
    """Probability as a logistic function of a raw score (Platt, 1999)."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, score: np.ndarray) -> np.ndarray:
        probability = expit(self.slope * score + self.intercept)
        return np.clip(probability, CERTAINTY, 1 - CERTAINTY)


def _fit_sigmoid(model: str, score: np.ndarray, responded: np.ndarray) -> _Sigmoid:
    """Calibrate on out-of-fold scores.

    Every model is calibrated: the scores are there anyway, and on the retailer's
    customers the log loss is never worse and the calibration error lower. A sigmoid,
    not isotonic steps: those cost 0.002 to 0.005 of ROC AUC and 0.02 of precision.
    """
    if model == BASELINE:
        return _Sigmoid()  # one rate for everybody leaves nothing to calibrate
    # The mild penalty keeps the slope finite when the scores separate the classes.
    fitted = LogisticRegression(C=100.0).fit(score[:, None], responded)
    return _Sigmoid(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


@dataclass(frozen=True)
class ResponseModel:
    """A fitted model: the mean of its calibrated members, and a cut-off.

    Attributes
    ----------
    name : str
        One of `MODELS`.
    kinds : dict of str to str
        Feature names in order, each ``number`` or ``text``.
    members : tuple of (Pipeline, callable)
        Pipelines with their calibrations; four for the ensemble, otherwise one.
    threshold : float
        Probability from which contacting earned most out of fold.
    """

    name: str
    kinds: dict[str, str]
    members: tuple[tuple[Pipeline, _Sigmoid], ...]
    threshold: float

    @threadpool_limits.wrap(limits=1)
    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Return the probability of a response of every customer.

        Parameters
        ----------
        features : DataFrame of shape (n_customers, n_columns)
            Holds at least the features of the fit; other columns are ignored.

        Returns
        -------
        ndarray of shape (n_customers,)

        Raises
        ------
        UserError
            If a feature is absent or holds what the fit cannot have seen.
        """
        table = _model_input(features, self.kinds)
        if table.empty:
            return np.empty(0)
        return np.mean(
            [
                calibrate(_raw_score(fitted, table))
                for fitted, calibrate in self.members
            ],
            axis=0,
        )


# -- evaluation ---------------------------------------------------------------


def _fold_numbers(
    responded: np.ndarray,
    groups: np.ndarray | None,
    *,
    n_splits: int,
    random_state: int,
) -> np.ndarray:
    """Return the fold of every customer; without groups, plain stratified folds."""
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
    return folds


def _nested_scores(
    model: str,
    table: pd.DataFrame,
    responded: np.ndarray,
    folds: np.ndarray,
    kinds: Mapping[str, str],
    random_state: int,
) -> tuple[list[Pipeline], np.ndarray, np.ndarray]:
    """Fit without every fold and without every pair of folds.

    Returns the pipeline fitted without each fold, the out-of-fold score of every
    customer, and ``inner`` of shape (n_splits, n_customers): row ``i`` holds scores of
    the customers outside fold ``i`` by models that saw neither them nor fold ``i``.
    """
    n_splits = folds.max() + 1
    outer = np.empty(len(folds))
    inner = np.full((n_splits, len(folds)), np.nan)
    pipelines = []

    def fit(train: np.ndarray) -> Pipeline:
        return _fit_pipeline(model, table[train], responded[train], kinds, random_state)

    for i in range(n_splits):
        test = folds == i
        pipelines.append(fit(~test))
        outer[test] = _raw_score(pipelines[i], table[test])
    for i, j in combinations(range(n_splits), 2):
        in_i, in_j = folds == i, folds == j
        pair = in_i | in_j
        scores = np.empty(len(folds))
        scores[pair] = _raw_score(fit(~pair), table[pair])
        inner[i, in_j] = scores[in_j]
        inner[j, in_i] = scores[in_i]
    return pipelines, outer, inner


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
        Money, see `break_even_threshold`.
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
        return replace(self, threshold=threshold, **money)

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
        if threshold_kind == "chosen":
            limit = np.take_along_axis(self.threshold[model], self.folds, axis=1)
        elif threshold_kind == "break_even":
            limit = break_even_threshold(
                contact_cost=self.contact_cost,
                revenue_per_response=self.revenue_per_response,
            )
        else:
            limit = 0.5
        return self.probability[model] >= limit


def _target(responded: np.ndarray) -> np.ndarray:
    """Return the target as 0 and 1."""
    target = pd.Series(responded).to_numpy(dtype="float64", na_value=np.nan)
    if not np.isin(target, (0.0, 1.0)).all():
        raise UserError(
            "The response to the target campaign must be 0 or 1 for every customer the "
            "model learns from: leave out customers whose answer is not known."
        )
    return target.astype(np.int64)


def _refuse_copies_of_target(table: pd.DataFrame, responded: np.ndarray) -> None:
    """Raise if one feature alone states the target, whatever its name and coding."""
    for column in table.columns:
        codes, values = pd.factorize(table[column], use_na_sentinel=False)
        if len(values) == 2 and len(np.unique(codes != responded)) == 1:
            raise UserError(
                f"Feature {column!r} is a copy of the target: add it to the excluded "
                "columns of the response model."
            )


def _known_models(models: Sequence[str]) -> list[str]:
    """Return the models in the order of `MODELS`."""
    unknown = sorted(set(models) - set(MODELS))
    if unknown:
        raise UserError(
            f"There is no response model {unknown[0]!r}: choose among "
            f"{', '.join(MODELS)}."
        )
    return [model for model in MODELS if model in models]


def _checked_input(
    features: pd.DataFrame, responded: np.ndarray, *, grouped: bool, n_splits: int
) -> tuple[pd.DataFrame, dict[str, str], np.ndarray, np.ndarray]:
    """Return table, kinds, target and groups, or raise the reason there is no model."""
    if n_splits < 3:
        raise UserError(
            f"n_splits is {n_splits}: at least 3 folds are needed, as two are left out "
            "at a time."
        )
    target = _target(responded)
    kinds = _column_kinds(features)
    table = _model_input(features, kinds)
    groups = customer_groups(features) if grouped else np.arange(len(target))
    reason = skip_reason(target, groups, n_splits=n_splits)
    if reason:
        raise UserError(reason)
    _refuse_copies_of_target(table, target)
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
    models = _known_models(models)
    table, kinds, target, groups = _checked_input(
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
    all_folds = np.empty((n_repeats, len(target)), dtype=np.int64)
    probability = {model: np.empty(all_folds.shape) for model in models}
    threshold = {model: np.empty((n_repeats, n_splits)) for model in models}
    inner_probability = {
        model: np.full((n_repeats, n_splits, len(target)), np.nan) for model in models
    }
    fold_models: dict[str, list[ResponseModel]] = {model: [] for model in models}

    for repeat in range(n_repeats):
        seed = random_state + repeat
        folds = all_folds[repeat] = _fold_numbers(
            target, groups if grouped else None, n_splits=n_splits, random_state=seed
        )
        scored = {
            model: _nested_scores(model, table, target, folds, kinds, seed)
            for model in fitted
        }
        for fold in range(n_splits):
            test = folds == fold
            members, inner, outer = {}, {}, {}
            for model, (pipelines, outer_score, inner_score) in scored.items():
                within = inner_score[fold, ~test]
                calibrate = _fit_sigmoid(model, within, target[~test])
                members[model] = ((pipelines[fold], calibrate),)
                inner[model] = calibrate(within)
                outer[model] = calibrate(outer_score[test])
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
                        ResponseModel(model, kinds, members[model], limit)
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


# -- figures ------------------------------------------------------------------


def _bootstrap_weights(
    groups: np.ndarray, *, n_bootstrap: int, random_state: int
) -> Iterator[np.ndarray]:
    """Yield how often each customer is drawn, in bounded blocks of replicates.

    The first row of the first block is all ones: the customers as they are. Groups are
    drawn, not customers, so that equal rows do not feign independent evidence.
    """
    yield np.ones((1, len(groups)))
    rng = np.random.default_rng(random_state)
    n_groups = int(groups.max()) + 1
    block = max(1, BOOTSTRAP_CELLS // len(groups))
    for start in range(0, n_bootstrap, block):
        size = min(block, n_bootstrap - start)
        draws = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=size)
        yield draws[:, groups].astype(np.float64)


def _contact_metrics(
    contacted: np.ndarray,
    responded: np.ndarray,
    weights: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
) -> dict[str, np.ndarray]:
    """Return the figures of one cut-off for every row of weights."""
    total = weights.sum(axis=1)
    responders = weights @ responded
    contacts = weights @ contacted
    hits = weights @ (contacted & (responded == 1))
    return {
        "accuracy": (total - contacts - responders + 2 * hits) / total,
        "precision": hits / contacts,
        "recall": hits / responders,
        "f1": 2 * hits / (contacts + responders),
        # A replicate may hold a few customers more or less: money per as many as real.
        "profit": (revenue_per_response * hits - contact_cost * contacts)
        * (len(responded) / total),
    }


def _ranking_metrics(
    probability: np.ndarray, responded: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return ROC AUC and average precision for every row of weights."""
    order = np.argsort(-probability, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    drawn = weights[:, order]
    hits = np.cumsum(drawn * responded[order], axis=1)[:, ends]
    contacts = np.cumsum(drawn, axis=1)[:, ends]
    misses = contacts - hits
    new_hits = np.diff(hits, axis=1, prepend=0)
    new_misses = np.diff(misses, axis=1, prepend=0)
    precision = np.divide(hits, contacts, out=np.zeros_like(hits), where=contacts > 0)
    return {
        "roc_auc": (new_misses * (hits - new_hits / 2)).sum(axis=1)
        / (hits[:, -1] * misses[:, -1]),
        "average_precision": (new_hits * precision).sum(axis=1) / hits[:, -1],
    }


def _equal_count_bins(probability: np.ndarray, n_bins: int) -> np.ndarray:
    """Return bins 0, 1, ... of about equal size; equal probabilities share one."""
    first_rank = np.searchsorted(np.sort(probability), probability)
    _, bins = np.unique(first_rank * n_bins // len(probability), return_inverse=True)
    return bins


def _probability_metrics(
    probability: np.ndarray, responded: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return Brier score, log loss and calibration error for every row of weights."""
    total = weights.sum(axis=1)
    bins = _equal_count_bins(probability, 10)
    in_bin = np.eye(bins.max() + 1)[bins]
    gaps = np.abs(weights @ (in_bin * (probability - responded)[:, None]))
    return {
        "brier": weights @ ((probability - responded) ** 2) / total,
        "log_loss": -(
            weights @ np.log(np.where(responded, probability, 1 - probability))
        )
        / total,
        "calibration_error": gaps.sum(axis=1) / total,
    }


def _interval(metric: str, estimate: float, replicates: np.ndarray) -> tuple:
    """Return the 95 % percentile interval of the bootstrap replicates."""
    replicates = replicates[np.isfinite(replicates)]
    if not len(replicates):
        return np.nan, np.nan
    lower, upper = np.quantile(replicates, INTERVAL)
    if metric == "calibration_error":
        # Resampling adds noise to a sum of absolute gaps, hence only ever raises it.
        shift = replicates.mean() - estimate
        return max(lower - shift, 0.0), max(upper - shift, 0.0)
    return lower, upper


def model_metrics(
    evaluation: Evaluation, *, n_bootstrap: int = 500, random_state: int = 0
) -> pd.DataFrame:
    """Return every figure of every model, with a 95 % interval.

    An estimate is the mean over the repeats, each a complete set of out-of-fold
    predictions: what one fitted model does, not the better figure of the averaged
    predictions. The interval is the percentile interval of a bootstrap over customers
    (over groups of equal customers), the same draws for all repeats and models.

    Parameters
    ----------
    evaluation : Evaluation
        Result of `evaluate_models`.
    n_bootstrap : int
        Replicates.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        ``model``, ``metric``, ``threshold_kind``, ``estimate``, ``lower``, ``upper``.
        ``accuracy``, ``precision``, ``recall``, ``f1`` and ``profit`` (money, all
        customers of the evaluation) have the kinds ``chosen``, ``break_even`` and
        ``half``; ``roc_auc``, ``average_precision``, ``brier``, ``log_loss`` and
        ``calibration_error`` (10 equal-count bins) have ``none``. The precision of a
        model that contacts nobody is missing.
    """
    replicates: dict[tuple[str, str, str], list[np.ndarray]] = {}
    n_repeats = len(evaluation.folds)
    for weights in _bootstrap_weights(
        evaluation.groups, n_bootstrap=n_bootstrap, random_state=random_state
    ):
        for model in evaluation.models:
            sums: dict[tuple[str, str], np.ndarray] = {}
            for repeat in range(n_repeats):
                for key, values in _all_metrics(
                    evaluation, model, repeat, weights
                ).items():
                    sums[key] = sums.get(key, 0.0) + values / n_repeats
            for (metric, kind), values in sums.items():
                replicates.setdefault((model, metric, kind), []).append(values)
    rows = []
    for (model, metric, kind), blocks in replicates.items():
        estimate, *_ = values = np.concatenate(blocks)
        rows.append(
            (model, metric, kind, estimate, *_interval(metric, estimate, values[1:]))
        )
    return pd.DataFrame(
        rows,
        columns=["model", "metric", "threshold_kind", "estimate", "lower", "upper"],
    )


def _all_metrics(
    evaluation: Evaluation, model: str, repeat: int, weights: np.ndarray
) -> dict[tuple[str, str], np.ndarray]:
    """Return every figure of one model in one repeat for every row of weights."""
    responded = evaluation.responded
    probability = evaluation.probability[model][repeat]
    figures = {}
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody contacted: missing
        for kind in ("chosen", "break_even", "half"):
            by_metric = _contact_metrics(
                evaluation.is_contacted(model, kind)[repeat],
                responded,
                weights,
                contact_cost=evaluation.contact_cost,
                revenue_per_response=evaluation.revenue_per_response,
            )
            figures |= {(metric, kind): by_metric[metric] for metric in by_metric}
        for by_metric in (
            _ranking_metrics(probability, responded, weights),
            _probability_metrics(probability, responded, weights),
        ):
            figures |= {(metric, "none"): by_metric[metric] for metric in by_metric}
    return figures


def choose_model(
    evaluation: Evaluation,
    *,
    rule: str = "profit",
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> tuple[str, str]:
    """Return the model to publish and the reason in one sentence.

    Parameters
    ----------
    evaluation : Evaluation
        Result of `evaluate_models`.
    rule : str
        ``profit``: of the models whose out-of-fold profit at the chosen cut-off is
        within one standard error of the highest, the simplest (order of `MODELS`,
        the baseline aside). The standard error is that of the difference on the same
        bootstrapped customers. Or the name of a model, which is then published.
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
    candidates = [model for model in evaluation.models if model != BASELINE]
    if rule != "profit" or not candidates:
        raise UserError(
            f"The rule for the published response model is {rule!r}: give 'profit' or "
            f"one of the evaluated models ({', '.join(evaluation.models)})."
        )
    gain = (
        evaluation.revenue_per_response * evaluation.responded - evaluation.contact_cost
    )
    by_customer = np.column_stack(
        [evaluation.is_contacted(m, "chosen").mean(axis=0) * gain for m in candidates]
    )
    blocks = [
        weights @ by_customer * (len(gain) / weights.sum(axis=1, keepdims=True))
        for weights in _bootstrap_weights(
            evaluation.groups, n_bootstrap=n_bootstrap, random_state=random_state
        )
    ]
    profit, *replicates = np.concatenate(blocks)
    best = int(np.argmax(profit))
    behind = profit[best] - profit
    error = (np.array(replicates)[:, [best]] - np.array(replicates)).std(axis=0)
    chosen = int(np.flatnonzero(behind <= error)[0])
    earned = f"earns {profit[best]:,.0f} out of fold"
    if chosen == best:
        return candidates[best], f"{candidates[best]}: {earned}, the highest profit."
    return candidates[chosen], (
        f"{candidates[chosen]}: the simplest within one standard error; "
        f"{candidates[best]} {earned}, {behind[chosen]:,.0f} more, with a standard "
        f"error of {error[chosen]:,.0f}."
    )


def profit_curve(
    probability: np.ndarray,
    responded: np.ndarray,
    *,
    contact_cost: float,
    revenue_per_response: float,
    groups: np.ndarray,
    n_points: int = 200,
    n_bootstrap: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the profit of contacting the most likely customers, by their number.

    The top of the curve is found with hindsight; the profit a cut-off earns on
    customers it was not chosen on is in `model_metrics`.

    Parameters
    ----------
    probability, responded, groups : array of shape (n_customers,)
        Out-of-fold probability, response and `customer_groups`.
    contact_cost, revenue_per_response : float
        Money, see `break_even_threshold`.
    n_points : int
        Most points of the curve beside the first.
    n_bootstrap, random_state : int
        Replicates and seed of the bootstrap over groups of equal customers.

    Returns
    -------
    DataFrame
        ``contacted`` (customers, from 0 to all), ``profit``, ``lower``, ``upper``
        (95 %, pointwise).
    """
    n_customers = len(probability)
    order = np.argsort(-probability, kind="stable")
    gain = (revenue_per_response * responded - contact_cost)[order]
    contacted = np.unique(
        np.linspace(0, n_customers, min(n_points, n_customers) + 1).round()
    )
    curves = []
    for weights in _bootstrap_weights(
        groups, n_bootstrap=n_bootstrap, random_state=random_state
    ):
        drawn = weights[:, order] * (n_customers / weights.sum(axis=1, keepdims=True))
        curves += [
            np.interp(contacted, np.append(0, reached), np.append(0, profit))
            for reached, profit in zip(
                np.cumsum(drawn, axis=1), np.cumsum(drawn * gain, axis=1), strict=True
            )
        ]
    lower, upper = np.quantile(curves[1:], INTERVAL, axis=0)
    return pd.DataFrame(
        {
            "contacted": contacted.astype(np.int64),
            "profit": curves[0],
            "lower": lower,
            "upper": upper,
        }
    )


def calibration_bins(
    probability: np.ndarray, responded: np.ndarray, *, n_bins: int = 10
) -> pd.DataFrame:
    """Compare predicted and observed response in bins of about equal size.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response.
    n_bins : int
        Most bins; customers with equal probabilities share one.

    Returns
    -------
    DataFrame
        ``bin`` (from 1, lowest probability first), ``customers``,
        ``lowest_probability``, ``mean_probability``, ``highest_probability``,
        ``response_rate`` with its 95 % Wilson interval ``lower``, ``upper``.

    Examples
    --------
    >>> calibration_bins(
    ...     np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1]), n_bins=2
    ... )[["bin", "customers", "mean_probability", "response_rate"]]
       bin  customers  mean_probability  response_rate
    0    1          2              0.15            0.0
    1    2          2              0.85            1.0
    """
    frame = pd.DataFrame(
        {
            "bin": _equal_count_bins(probability, n_bins) + 1,
            "probability": probability,
            "responded": responded,
        }
    )
    bins = frame.groupby("bin", as_index=False).agg(
        customers=("probability", "size"),
        lowest_probability=("probability", "min"),
        mean_probability=("probability", "mean"),
        highest_probability=("probability", "max"),
        response_rate=("responded", "mean"),
    )
    z = 1.959964
    count, rate = bins["customers"], bins["response_rate"]
    centre = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    half = (
        z
        * np.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
        / (1 + z**2 / count)
    )
    return bins.assign(
        lower=(centre - half).clip(lower=0), upper=(centre + half).clip(upper=1)
    )


def _cut_offs(
    probability: np.ndarray, responded: np.ndarray, n_points: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return thinned cut-offs, highest first, and responders and others above."""
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True))
    kept = np.linspace(0, len(ends) - 1, min(n_points, len(ends))).round().astype(int)
    ends = ends[np.unique(kept)]
    hits = np.cumsum(responded[order])[ends]
    return ranked[ends], hits, ends + 1 - hits


def roc_points(
    probability: np.ndarray, responded: np.ndarray, *, n_points: int = 200
) -> pd.DataFrame:
    """Return the ROC curve, thinned to at most ``n_points`` points.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response; both classes occur.
    n_points : int
        Most points.

    Returns
    -------
    DataFrame
        ``threshold`` (falling, from `CONTACT_NOBODY`), ``false_positive_rate``,
        ``true_positive_rate``.

    Examples
    --------
    >>> roc_points(np.array([0.9, 0.4, 0.1]), np.array([1, 0, 0]))
       threshold  false_positive_rate  true_positive_rate
    0        2.0                  0.0                 0.0
    1        0.9                  0.0                 1.0
    2        0.4                  0.5                 1.0
    3        0.1                  1.0                 1.0
    """
    threshold, hits, misses = _cut_offs(probability, responded, n_points - 1)
    return pd.DataFrame(
        {
            "threshold": np.append(CONTACT_NOBODY, threshold),
            "false_positive_rate": np.append(0, misses) / misses[-1],
            "true_positive_rate": np.append(0, hits) / hits[-1],
        }
    )


def precision_recall_points(
    probability: np.ndarray, responded: np.ndarray, *, n_points: int = 200
) -> pd.DataFrame:
    """Return the precision-recall curve, thinned to at most ``n_points`` points.

    Parameters
    ----------
    probability, responded : array of shape (n_customers,)
        Out-of-fold probability and response; at least one responded.
    n_points : int
        Most points.

    Returns
    -------
    DataFrame
        ``threshold`` (falling), ``recall``, ``precision``.

    Examples
    --------
    >>> precision_recall_points(np.array([0.9, 0.4, 0.1]), np.array([1, 0, 1]))
       threshold  recall  precision
    0        0.9     0.5   1.000000
    1        0.4     0.5   0.500000
    2        0.1     1.0   0.666667
    """
    threshold, hits, misses = _cut_offs(probability, responded, n_points)
    return pd.DataFrame(
        {
            "threshold": threshold,
            "recall": hits / hits[-1],
            "precision": hits / (hits + misses),
        }
    )


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
    table = _model_input(features, kinds).iloc[kept].reset_index(drop=True)
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
            _bootstrap_weights(
                groups, n_bootstrap=n_bootstrap, random_state=random_state
            )
        )
    )

    def figures(probability: np.ndarray) -> np.ndarray:
        money = _contact_metrics(
            probability >= limit,
            responded,
            weights,
            contact_cost=evaluation.contact_cost,
            revenue_per_response=evaluation.revenue_per_response,
        )["profit"]
        ranking = _ranking_metrics(probability, responded, weights)["roc_auc"]
        return np.stack([ranking, money])

    rows = []
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw without responders
        intact = figures(base)
        for index, feature in enumerate(kinds):
            drop = intact - np.mean([figures(run[index]) for run in shuffled], axis=0)
            for metric, values in zip(("roc_auc", "profit"), drop, strict=True):
                rows.append(
                    (
                        feature,
                        metric,
                        values[0],
                        *_interval(metric, values[0], values[1:]),
                    )
                )
    table = pd.DataFrame(
        rows, columns=["feature", "metric", "estimate", "lower", "upper"]
    )
    return table.sort_values(
        ["metric", "estimate", "feature"], ascending=[False, False, True]
    ).reset_index(drop=True)


# -- scoring ------------------------------------------------------------------


@threadpool_limits.wrap(limits=1)
def fit_response_model(
    features: pd.DataFrame,
    responded: np.ndarray,
    *,
    model: str,
    contact_cost: float,
    revenue_per_response: float,
    n_splits: int = 5,
    random_state: int = 0,
) -> ResponseModel:
    """Fit one model on all customers, to score customers that are not among them.

    Calibration and cut-off come from out-of-fold predictions of these customers.

    Parameters
    ----------
    features, responded, contact_cost, revenue_per_response, n_splits, random_state
        As for `evaluate_models`.
    model : str
        One of `MODELS`.

    Returns
    -------
    ResponseModel

    Raises
    ------
    UserError
        As `evaluate_models`.
    """
    _known_models([model])
    table, kinds, target, groups = _checked_input(
        features, responded, grouped=True, n_splits=n_splits
    )
    folds = _fold_numbers(target, groups, n_splits=n_splits, random_state=random_state)
    members, probabilities = [], []
    for name in COMPONENTS if model == ENSEMBLE else (model,):
        score = np.empty(len(target))
        for fold in range(n_splits):
            test = folds == fold
            score[test] = _raw_score(
                _fit_pipeline(name, table[~test], target[~test], kinds, random_state),
                table[test],
            )
        calibrate = _fit_sigmoid(name, score, target)
        members.append(
            (_fit_pipeline(name, table, target, kinds, random_state), calibrate)
        )
        probabilities.append(calibrate(score))
    limit = choose_threshold(
        np.mean(probabilities, axis=0),
        target,
        contact_cost=contact_cost,
        revenue_per_response=revenue_per_response,
    )
    return ResponseModel(model, kinds, tuple(members), limit)


def score_batches(
    model: ResponseModel, batches: Iterable, *, key: str = "customer_id"
) -> Iterator[pd.DataFrame]:
    """Score customers batch by batch; memory does not grow with their number.

    Parameters
    ----------
    model : ResponseModel
        Result of `fit_response_model`.
    batches : iterable of DataFrame or pyarrow.RecordBatch
        Key and features, such as the reader of a database cursor.
    key : str
        Column that identifies a customer.

    Yields
    ------
    DataFrame
        The key and ``probability``, a table for each batch, rows in its order.

    Raises
    ------
    UserError
        If a batch lacks the key or a feature.

    Examples
    --------
    >>> features = pd.DataFrame({"income": np.arange(40.0)})
    >>> fitted = fit_response_model(
    ...     features, np.arange(40) % 4 == 0, model="baseline",
    ...     contact_cost=3, revenue_per_response=11,
    ... )
    >>> batch = pd.DataFrame({"customer_id": [7, 9], "income": [1.0, None]})
    >>> next(score_batches(fitted, [batch])).round(2)
       customer_id  probability
    0            7         0.25
    1            9         0.25
    """
    for batch in batches:
        frame = batch if isinstance(batch, pd.DataFrame) else batch.to_pandas()
        if key not in frame.columns:
            raise UserError(
                f"The customers to score have no column {key!r}: it identifies them."
            )
        yield pd.DataFrame(
            {key: frame[key].to_numpy(), "probability": model.predict(frame)}
        )

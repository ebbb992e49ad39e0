"""The families of response models: preparation, fit, calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.utils import gen_batches
from threadpoolctl import threadpool_limits

from segmentation.campaign.columns import CERTAINTY
from segmentation.campaign.features import model_input
from segmentation.warehouse.errors import UserError

__all__ = [
    "BASELINE",
    "COMPONENTS",
    "ENSEMBLE",
    "MODELS",
    "ResponseModel",
    "fit_estimator",
    "fit_preparation",
    "fit_sigmoid",
    "known_models",
    "raw_score",
]

BASELINE = "baseline"
ENSEMBLE = "ensemble"
COMPONENTS = ("logistic", "random_forest", "gradient_boosting", "svm")
MODELS = (BASELINE, *COMPONENTS, ENSEMBLE)
_KERNEL_ROWS = 1_000
_MARGIN_DECIMALS = 8


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

    def fit(self, X: pd.DataFrame, y: Any = None) -> "SkewedLog1p":
        """Find the columns to transform in ``X`` (n_rows, n_features), no missing."""
        centred = X - X.mean(axis=0)
        spread = np.sqrt((centred**2).mean(axis=0))
        third = (centred**3).mean(axis=0)
        skewness = np.divide(
            third, spread**3, out=np.zeros_like(third), where=spread > 0
        )
        self.is_logged_ = (X.min(axis=0) >= 0) & (skewness > self.min_skewness)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return ``X`` with the chosen columns logged."""
        logged = X.copy()
        # A later customer may be negative where nobody was: treated as 0.
        logged[:, self.is_logged_] = np.log1p(np.maximum(X[:, self.is_logged_], 0.0))
        return logged


def fit_preparation(table: pd.DataFrame, kinds: Mapping[str, str]) -> ColumnTransformer:
    """Return the imputing, transforming, scaling and encoding every model begins with.

    Trees need neither logarithm nor scale and are not harmed by them: one preparation
    for all keeps the comparison about the models, and is made once.
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
    ).fit(table)


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
    # Half the usual 1 / n_features: with ~50 columns the usual kernel is too narrow.
    # Balanced, as errors among few responders else weigh too little (ROC AUC 0.917
    # against 0.914 in six draws of the folds); the calibration mends the level.
    return SVC(C=3.0, gamma=0.5 / n_features, class_weight="balanced")


def fit_estimator(
    model: str,
    prepared: np.ndarray,
    responded: np.ndarray,
    *,
    n_features: int,
    random_state: int,
) -> BaseEstimator:
    """Return a model fitted on prepared features."""
    return _estimator(model, n_features, random_state).fit(prepared, responded)


def raw_score(estimator: BaseEstimator, prepared: np.ndarray) -> np.ndarray:
    """Return a score on the log-odds scale (a margin for the SVM)."""
    if isinstance(estimator, SVC):
        return _margin(estimator, prepared)
    probability = estimator.predict_proba(prepared)[:, 1]
    return logit(np.clip(probability, CERTAINTY, 1 - CERTAINTY))


def _margin(machine: SVC, prepared: np.ndarray) -> np.ndarray:
    """Return the ``decision_function`` by products of matrices: seven times faster.

    Rounded, as the last digits of a product depend on where in a block a row stands,
    and equal customers have equal scores.
    """
    margin = np.empty(len(prepared))
    for rows in gen_batches(len(prepared), _KERNEL_ROWS):
        kernel = rbf_kernel(
            prepared[rows], machine.support_vectors_, gamma=machine.gamma
        )
        margin[rows] = kernel @ machine.dual_coef_[0]
    return np.round(margin + machine.intercept_[0], _MARGIN_DECIMALS)


@dataclass(frozen=True)
class _Sigmoid:
    """Probability as a logistic function of a raw score (Platt, 1999)."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, score: np.ndarray) -> np.ndarray:
        probability = expit(self.slope * score + self.intercept)
        return np.clip(probability, CERTAINTY, 1 - CERTAINTY)


def fit_sigmoid(model: str, score: np.ndarray, responded: np.ndarray) -> _Sigmoid:
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
    preparation : ColumnTransformer
        What its members see of a table.
    members : tuple of (estimator, callable)
        Estimators with their calibrations; four for the ensemble, otherwise one.
    threshold : float
        Probability from which contacting earned most out of fold.
    """

    name: str
    kinds: dict[str, str]
    preparation: ColumnTransformer
    members: tuple[tuple[BaseEstimator, _Sigmoid], ...]
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
        table = model_input(features, self.kinds)
        if table.empty:
            return np.empty(0)
        prepared = self.preparation.transform(table)
        return np.mean(
            [
                calibrate(raw_score(member, prepared))
                for member, calibrate in self.members
            ],
            axis=0,
        )


def known_models(models: Sequence[str]) -> list[str]:
    """Return the models in the order of `MODELS`."""
    unknown = sorted(set(models) - set(MODELS))
    if unknown:
        raise UserError(
            f"There is no response model {unknown[0]!r}: choose among "
            f"{', '.join(MODELS)}."
        )
    return [model for model in MODELS if model in models]

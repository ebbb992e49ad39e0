"""Fit the published response model to everybody and score in batches."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from segmentation.campaign.evaluation import checked_input, fold_numbers
from segmentation.campaign.models import (
    COMPONENTS,
    ENSEMBLE,
    ResponseModel,
    fit_pipeline,
    fit_sigmoid,
    known_models,
    raw_score,
)
from segmentation.campaign.money import choose_threshold
from segmentation.warehouse.errors import UserError

__all__ = ["fit_response_model", "score_batches"]


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
    known_models([model])
    table, kinds, target, groups = checked_input(
        features, responded, grouped=True, n_splits=n_splits
    )
    folds = fold_numbers(target, groups, n_splits=n_splits, random_state=random_state)
    members, probabilities = [], []
    for name in COMPONENTS if model == ENSEMBLE else (model,):
        score = np.empty(len(target))
        for fold in range(n_splits):
            test = folds == fold
            score[test] = raw_score(
                fit_pipeline(name, table[~test], target[~test], kinds, random_state),
                table[test],
            )
        calibrate = fit_sigmoid(name, score, target)
        members.append(
            (fit_pipeline(name, table, target, kinds, random_state), calibrate)
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

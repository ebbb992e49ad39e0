"""Fit the published response model to everybody and score in batches."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from segmentation.campaign.evaluation import (
    checked_input,
    fit_on,
    fold_numbers,
    held_out_scores,
)
from segmentation.campaign.models import (
    COMPONENTS,
    ENSEMBLE,
    ResponseModel,
    fit_sigmoid,
    known_models,
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
    names = COMPONENTS if model == ENSEMBLE else (model,)
    data = (table, target, kinds)
    scores = held_out_scores(names, *data, folds=folds, random_state=random_state)
    calibrations = {name: fit_sigmoid(name, scores[name], target) for name in names}
    limit = choose_threshold(
        np.mean([calibrations[name](scores[name]) for name in names], axis=0),
        target,
        contact_cost=contact_cost,
        revenue_per_response=revenue_per_response,
    )
    everybody = np.ones(len(target), dtype=bool)
    preparation, fitted = fit_on(everybody, names, *data, random_state=random_state)
    members = tuple((fitted[name], calibrations[name]) for name in names)
    return ResponseModel(model, kinds, preparation, members, limit)


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

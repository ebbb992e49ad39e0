"""Fit, judge and describe the response model of the target campaign.

All that needs scikit-learn; `segmentation.campaign` says when it is due.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sklearn
from sklearn.metrics import roc_auc_score

from segmentation.campaign.choice import choose_model, permutation_importance
from segmentation.campaign.columns import KEY, TARGET, as_numbers
from segmentation.campaign.evaluation import (
    Evaluation,
    evaluate_models,
    fold_numbers,
    held_out_scores,
)
from segmentation.campaign.features import (
    column_kinds,
    customer_groups,
    model_input,
    response_features,
    skip_reason,
)
from segmentation.campaign.figures import (
    calibration_bins,
    model_metrics,
    precision_recall_points,
    profit_curve,
    roc_points,
)
from segmentation.campaign.logistic_sql import logistic_terms
from segmentation.campaign.models import ResponseModel
from segmentation.campaign.money import break_even_threshold, choose_threshold
from segmentation.campaign.refit import fit_response_model, score_batches
from segmentation.campaign.schema import REFITTED_SCORES
from segmentation.campaign.suspicion import WARNING_AUC, suspicious_columns
from segmentation.warehouse.protocols import Relation

__all__ = ["figures_for_money", "fit_response", "logistic_beside", "stream_scores"]

AMOUNTS = ("contact_cost", "revenue_per_response")
RECENCY = "recency_days"
NOT_FEATURES = ("profile_fingerprint",)
MOST_REPEATS = 2
N_SPLITS = 5
BATCH_ROWS = 50_000


def fit_response(customers: Relation, *, amounts: dict, settings: dict) -> dict:
    """Evaluate all models, choose one, fit it and say what it rests on.

    Parameters
    ----------
    customers : DuckDB relation
        Features and target by customer.
    amounts : dict
        ``contact_cost`` and ``revenue_per_response``, in money.
    settings : dict
        ``fit_rows``, ``model`` and ``random_seed``, the vars of the campaign.

    Returns
    -------
    dict
        Columns of the schema ``CAMPAIGN_RESPONSE``; ``skip_reason`` alone
        where the customers do not suffice.
    """
    names = response_features(
        customers.columns, target=TARGET, key=KEY, excluded=NOT_FEATURES
    )
    frame = _fit_sample(customers, names, settings["fit_rows"])
    responded = frame[TARGET].to_numpy(bool)
    # a column that the input lacks is empty, and says nothing
    features = frame[names].dropna(axis="columns", how="all")
    reason = skip_reason(responded, customer_groups(features))
    if reason:
        return {"skip_reason": reason}
    repeats = min(MOST_REPEATS, max(1, settings["fit_rows"] // len(frame)))
    seed = settings["random_seed"]
    amounts = _known_or_nan(amounts)
    evaluation = evaluate_models(
        features, responded, n_repeats=repeats, random_state=seed, **amounts
    )
    published, why = choose_model(evaluation, rule=settings["model"], random_state=seed)
    importance = permutation_importance(
        evaluation, features, model=published, n_permutations=1, random_state=seed
    )
    row = {
        "features": list(features.columns),
        "evaluated_customers": len(frame),
        "repeats": repeats,
        "random_seed": seed,
        "data_fingerprint": _fingerprint(frame),
        "library_versions": _library_versions(),
        "published_model": published,
        "model_reason": why,
        "suspicion": _suspicion(features, responded, evaluation, published),
        "assumption": _assumption(features, responded, seed),
        "evaluated": _evaluated(frame, evaluation, published),
        "predictions": [
            {
                "model": model,
                "repeat": repeat + 1,
                "probability": evaluation.probability[model][repeat],
                "inner_probability": inner.ravel(),
            }
            for model in evaluation.models
            for repeat, inner in enumerate(evaluation.inner_probability[model])
        ],
        # what a feature earns depends on the money; its ROC AUC does not
        "importance": importance[importance["metric"] == "roc_auc"].to_dict("records"),
        **_figures(evaluation, {"published_model": published, "random_seed": seed}),
    }
    if published == "logistic":
        fitted = fit_response_model(
            features, responded, model=published, random_state=seed, **amounts
        )
        return {**row, **logistic_terms(fitted)}
    return {**row, "fit_sample": _as_json(features)}


def _fit_sample(customers: Relation, names: Sequence[str], limit: int) -> pd.DataFrame:
    """Return at most `limit` customers whose answer is known, the same ones always."""
    sample = customers.query(
        "customers",
        f"""
        select {KEY}, profile_fingerprint, {TARGET}, {as_numbers(customers, names)}
        from customers
        where {KEY} in (
            select {KEY} from customers where {TARGET} is not null
            order by md5({KEY}), {KEY} limit {limit}
        )
        """,
    )
    return sample.df().sort_values(KEY, ignore_index=True)


def _evaluated(
    frame: pd.DataFrame, evaluation: Evaluation, published: str
) -> list[dict]:
    probability = evaluation.mean_probability(published)
    return [
        {
            "customer_id": customer,
            "profile_fingerprint": fingerprint,
            "has_responded": bool(evaluation.responded[i]),
            "equal_customers_group": int(evaluation.groups[i]),
            "folds": (evaluation.folds[:, i] + 1).tolist(),
            "probability": float(probability[i]),
        }
        for i, (customer, fingerprint) in enumerate(
            zip(frame[KEY], frame["profile_fingerprint"], strict=True)
        )
    ]


def figures_for_money(row: dict, amounts: dict) -> dict:
    """Return what other money makes of a stored evaluation; nothing is fitted.

    Parameters
    ----------
    row : dict
        The row of a fit.
    amounts : dict
        ``contact_cost`` and ``revenue_per_response``, in money.

    Returns
    -------
    dict
        The columns that change: money, thresholds, metrics, curve and their like.
    """
    evaluation = _stored_evaluation(row).with_money(**_known_or_nan(amounts))
    return _figures(evaluation, row)


def _known_or_nan(amounts: dict) -> dict:
    return {name: np.nan if v is None else v for name, v in amounts.items()}


def _suspicion(
    features: pd.DataFrame,
    responded: np.ndarray,
    evaluation: Evaluation,
    published: str,
) -> str | None:
    """Say which columns may have been filled after the answer, if any may."""
    odd = suspicious_columns(features, responded)
    if odd:
        named = "; ".join(f"{column} {what}" for column, what in odd.items())
        return (
            f"Too good to be true: {named}. Leave out what became known only after "
            "the campaign."
        )
    reached = roc_auc_score(responded, evaluation.mean_probability(published))
    if reached <= WARNING_AUC:
        return None
    return (
        f"Too good to be true: ROC AUC {reached:.3f}. Look at the first columns of "
        "campaign_feature_importance: one of them may have become known only after the "
        "campaign."
    )


def _assumption(features: pd.DataFrame, responded: np.ndarray, seed: int) -> str | None:
    """Say what the days since the last purchase are taken for, and what they matter."""
    others = features.drop(columns=RECENCY, errors="ignore")
    if others.columns.size in (0, features.columns.size):
        return None
    if skip_reason(responded, customer_groups(others)):
        return None
    # customers that only their recency tells apart stay together
    folds = fold_numbers(
        responded, customer_groups(others), n_splits=N_SPLITS, random_state=seed
    )
    with_it, without = (
        held_out_scores(
            ["logistic"],
            model_input(table, column_kinds(table)),
            responded,
            column_kinds(table),
            folds=folds,
            random_state=seed,
        )["logistic"]
        for table in (features, others)
    )
    return (
        f"Assumed: {RECENCY} were counted before the campaign; a purchase that answers "
        "it would give the answer away. A logistic model has ROC AUC "
        f"{roc_auc_score(responded, with_it):.3f} with them and "
        f"{roc_auc_score(responded, without):.3f} without."
    )


def _stored_evaluation(row: dict) -> Evaluation:
    """Return the evaluation of a row, without its fitted models."""
    customers = row["evaluated"]
    folds = np.array([c["folds"] for c in customers]).T - 1
    by_model: dict[str, list[dict]] = {}
    for prediction in sorted(row["predictions"], key=lambda p: p["repeat"]):
        by_model.setdefault(prediction["model"], []).append(prediction)
    return Evaluation(
        responded=np.array([c["has_responded"] for c in customers], dtype=np.int64),
        groups=np.array([c["equal_customers_group"] for c in customers]),
        folds=folds,
        probability={
            model: np.array([p["probability"] for p in repeats])
            for model, repeats in by_model.items()
        },
        threshold={},
        fold_models={},
        **_known_or_nan({name: row[name] for name in AMOUNTS}),
        inner_probability={
            model: np.array(
                [p["inner_probability"] for p in repeats], dtype=np.float64
            ).reshape(len(repeats), -1, len(customers))
            for model, repeats in by_model.items()
        },
    )


def _figures(evaluation: Evaluation, row: dict) -> dict:
    """Return everything that follows from the predictions and the money."""
    published, seed = row["published_model"], row["random_seed"]
    money: dict[str, Any] = {
        "contact_cost": evaluation.contact_cost,
        "revenue_per_response": evaluation.revenue_per_response,
    }
    is_known = evaluation.is_money_known
    probability = evaluation.mean_probability(published)
    break_even = break_even_threshold(**money)
    metrics = model_metrics(evaluation, random_state=seed)
    cut_offs = {"break_even": break_even, "half": 0.5, "none": None}
    metrics["threshold"] = [
        cut_offs.get(kind, float(np.median(evaluation.threshold[model])))
        for model, kind in zip(metrics["model"], metrics["threshold_kind"], strict=True)
    ]
    if not is_known:
        metrics = metrics[
            metrics["threshold_kind"].isin(["half", "none"])
            & (metrics["metric"] != "profit")
        ]
    curve = profit_curve(
        probability,
        evaluation.responded,
        groups=evaluation.groups,
        random_state=seed,
        **money,
    )
    cut_offs = {
        **money,
        "break_even_threshold": break_even,
        "chosen_threshold": choose_threshold(
            probability, evaluation.responded, **money
        ),
    }
    return {
        **(cut_offs if is_known else dict.fromkeys(cut_offs)),
        "metrics": _records(metrics),
        "profit_curve": _records(curve) if is_known else [],
        "calibration": [
            {"model": model, **record}
            for model in evaluation.models
            for record in _records(
                calibration_bins(
                    evaluation.mean_probability(model), evaluation.responded
                )
            )
        ],
        "curves": [
            point for model in evaluation.models for point in _curves(evaluation, model)
        ],
    }


def _curves(evaluation: Evaluation, model: str) -> list[dict]:
    probability = evaluation.mean_probability(model)
    points = {
        "roc": roc_points(probability, evaluation.responded).rename(
            columns={"true_positive_rate": "recall"}
        ),
        "precision_recall": precision_recall_points(
            probability, evaluation.responded
        ).rename(columns={"precision": "response_precision"}),
    }
    return [
        {"model": model, "curve": curve, "point": number, **record}
        for curve, table in points.items()
        for number, record in enumerate(_records(table), 1)
    ]


def _records(table: pd.DataFrame) -> list[dict]:
    """Return rows as dicts, missing values as None."""
    plain = table.astype(object)
    return plain.where(table.notna(), None).to_dict("records")


def _as_json(features: pd.DataFrame) -> str:
    """Return the features as text that gives the same doubles back."""
    return json.dumps(
        {
            name: [None if pd.isna(value) else value for value in features[name]]
            for name in features
        }
    )


def _fingerprint(frame: pd.DataFrame) -> str:
    return hashlib.sha256(
        pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    ).hexdigest()[:16]


def _library_versions() -> str:
    return (
        f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, "
        f"pandas {pd.__version__}"
    )


def stream_scores(
    row: dict, responded: list[bool], customers: Relation
) -> pa.RecordBatchReader:
    """Fit a published model again and score customers with it, batch by batch.

    The same customers, seed and settings give the same model, so none is kept.

    Parameters
    ----------
    row : dict
        The row of the fit.
    responded : list of bool
        Answers of its customers, by key.
    customers : DuckDB relation
        Key and features.

    Returns
    -------
    pyarrow.RecordBatchReader
        ``customer_id``, ``probability``.
    """
    fitted = _fitted_again(row, responded, row["published_model"])
    batches = customers.project(
        f"{KEY}, {as_numbers(customers, row['features'])}"
    ).to_arrow_reader(BATCH_ROWS)
    schema = REFITTED_SCORES
    return pa.RecordBatchReader.from_batches(
        schema,
        (
            pa.RecordBatch.from_pandas(scored, schema=schema, preserve_index=False)
            for scored in score_batches(fitted, batches, key=KEY)
        ),
    )


def logistic_beside(row: dict, responded: list[bool]) -> dict:
    """Fit a logistic model to the customers of a fit that published another one.

    Parameters as in `stream_scores`.

    Returns
    -------
    dict
        What `logistic_terms` says of it.
    """
    return logistic_terms(_fitted_again(row, responded, "logistic"))


def _fitted_again(row: dict, responded: list[bool], model: str) -> ResponseModel:
    return fit_response_model(
        pd.DataFrame(json.loads(row["fit_sample"])),
        np.array(responded),
        model=model,
        random_state=row["random_seed"],
        **_known_or_nan({name: row[name] for name in AMOUNTS}),
    )

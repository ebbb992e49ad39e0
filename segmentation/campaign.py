"""Keep the campaign's response model as a row, and score customers from it.

A fit (evaluation, choice, importance) costs half a minute and happens once a
definition; its out-of-fold predictions are kept, so that other money only re-reads
them. Customers whom the evaluation has not seen are scored from the row: a logistic
model as an SQL expression, any other by fitting that one model again on the customers
it was fitted on, which gives the same model. Nothing here needs scikit-learn unless a
fit, new money or such a model is due.
"""

import hashlib
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.errors import UserError
from segmentation.tables import one_row

__all__ = [
    "campaign_response",
    "logistic_terms",
    "new_scores",
    "read_outcomes",
    "score_sql",
]

KEY = "customer_id"
TARGET = "target_accepted"
NOT_FEATURES = ("profile_fingerprint",)
MOST_REPEATS = 2
BATCH_ROWS = 50_000
# propensity's own, which are not imported as scikit-learn would come along
CERTAINTY = 1e-4
MISSING_LABEL = "(missing)"
SCALARS = (
    "skip_reason, model_version, definition_hash, contact_cost, revenue_per_response"
)
SCORING = (
    "published_model, features, random_seed, contact_cost, revenue_per_response, "
    "score_intercept, calibration_slope, calibration_intercept, score_terms, "
    "fit_sample"
)
NO_PROBABILITY = "cast(null as double) as probability"
OUTCOME_COLUMNS = ("customer_id", "was_contacted", "has_responded")
YES, NO = ("1", "true", "t", "yes", "y"), ("0", "false", "f", "no", "n")


def campaign_response(
    session, *, this, versions, customers, money, dialect, settings: dict
):
    """Return the response model with its evidence, or the reason why there is none.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The model as the last build left it.
    versions, customers, money, dialect : DuckDB relations
        Segment model versions; features and target by customer; cost and revenue;
        the input's dialect.
    settings : dict
        ``fit_rows``, ``model`` and ``random_seed``, the vars of the campaign.

    Returns
    -------
    DuckDB relation or pyarrow.Table
        One row of the schema ``SCHEMAS['campaign_response']``.
    """
    target, wanted = _definition(dialect, customers, settings)
    version = versions.aggregate("max(model_version)").fetchall()[0][0]
    amounts = dict(
        zip(
            ("contact_cost", "revenue_per_response"), money.fetchall()[0], strict=True
        )
    )
    identity = {
        "campaign": target["name"],
        "model_version": version,
        "definition": json.dumps(wanted, sort_keys=True),
    }
    identity["definition_hash"] = hashlib.sha256(
        identity["definition"].encode()
    ).hexdigest()[:16]

    reason = _plain_reason(target, customers, amounts, wanted["input"])
    if reason:
        return one_row("campaign_response", {**identity, "skip_reason": reason})
    earlier = _earlier(session, this)
    is_fitted = earlier is not None and (
        earlier["skip_reason"],
        earlier["model_version"],
        earlier["definition_hash"],
    ) == (None, version, identity["definition_hash"])
    if is_fitted and all(earlier[name] == amounts[name] for name in amounts):
        return session.sql(f"select * from {this}")
    if is_fitted:
        row = session.sql(f"select * from {this}").to_arrow_table().to_pylist()[0]
        evaluation = _stored_evaluation(row).with_money(**amounts)
        return one_row("campaign_response", {**row, **_figures(evaluation, row)})
    return one_row(
        "campaign_response", {**identity, **_fitted(customers, amounts, settings)}
    )


def _definition(dialect, customers, settings: dict) -> tuple[dict, dict]:
    """Return the target campaign's field and what makes the model what it is."""
    name, fields = dialect.project("input_name, fields").fetchall()[0]
    target = next(field for field in fields if field["role"] == "target")
    return target, {
        "input": name,
        "campaign": target["name"],
        "response": target["source_column"],
        "columns": list(customers.columns),
        "settings": settings,
    }


def _plain_reason(
    target: dict, customers, amounts: dict, input_name: str
) -> str | None:
    """Say why there can be no model, as far as that can be counted."""
    if target["source_column"] is None:
        return f"No response model: the input {input_name} has no target campaign."
    known, responses = customers.aggregate(
        f"count({TARGET}), count_if({TARGET})"
    ).fetchall()[0]
    if not responses:
        return (
            f"No response model: none of the {known} customers responded to "
            f"{target['name']}."
        )
    if None in amounts.values():
        return (
            f"No response model: the input {input_name} does not say what a contact "
            "costs and a response brings in; set the vars contact_cost and "
            "revenue_per_response."
        )
    return None


def _earlier(session, this) -> dict | None:
    """Return the scalars of the last build's row, or None."""
    known = session.sql(
        "select 1 from information_schema.tables "
        f"where table_schema = '{this.schema}' and table_name = '{this.identifier}'"
    ).fetchall()
    rows = session.sql(f"select {SCALARS} from {this}").fetchall() if known else []
    return dict(zip(SCALARS.split(", "), rows[0], strict=True)) if rows else None


# -- fitting ------------------------------------------------------------------


def _fitted(customers, amounts: dict, settings: dict) -> dict:
    """Evaluate all models, choose one and fit it."""
    from segmentation.propensity import (
        choose_model,
        customer_groups,
        evaluate_models,
        fit_response_model,
        permutation_importance,
        response_features,
        skip_reason,
    )

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
    evaluation = evaluate_models(
        features, responded, n_repeats=repeats, random_state=seed, **amounts
    )
    published, why = choose_model(
        evaluation, rule=settings["model"], random_state=seed
    )
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


def _fit_sample(customers, names: Sequence[str], limit: int) -> pd.DataFrame:
    """Return at most `limit` customers whose answer is known, the same ones always."""
    sample = customers.query(
        "customers",
        f"""
        select {KEY}, profile_fingerprint, {TARGET}, {_as_numbers(customers, names)}
        from customers
        where {KEY} in (
            select {KEY} from customers where {TARGET} is not null
            order by md5({KEY}), {KEY} limit {limit}
        )
        """,
    )
    return sample.df().sort_values(KEY, ignore_index=True)


def _as_numbers(customers, names: Sequence[str]) -> str:
    """Return the select list of the features, whatever is not text as a double."""
    types = dict(zip(customers.columns, map(str, customers.types), strict=True))
    return ", ".join(
        _quoted(name)
        if types[name] == "VARCHAR"
        else f"cast({_quoted(name)} as double) as {_quoted(name)}"
        for name in names
    )


def _evaluated(frame: pd.DataFrame, evaluation, published: str) -> list[dict]:
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


def _stored_evaluation(row: dict):
    """Return the evaluation of a row, without its fitted models."""
    from segmentation.propensity import Evaluation

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
        contact_cost=row["contact_cost"],
        revenue_per_response=row["revenue_per_response"],
        inner_probability={
            model: np.array(
                [p["inner_probability"] for p in repeats], dtype=np.float64
            ).reshape(len(repeats), -1, len(customers))
            for model, repeats in by_model.items()
        },
    )


def _figures(evaluation, row: dict) -> dict:
    """Return everything that follows from the predictions and the money."""
    from segmentation.propensity import (
        break_even_threshold,
        calibration_bins,
        choose_threshold,
        model_metrics,
        profit_curve,
    )

    published, seed = row["published_model"], row["random_seed"]
    money = {
        "contact_cost": evaluation.contact_cost,
        "revenue_per_response": evaluation.revenue_per_response,
    }
    probability = evaluation.mean_probability(published)
    break_even = break_even_threshold(**money)
    metrics = model_metrics(evaluation, random_state=seed)
    cut_offs = {"break_even": break_even, "half": 0.5, "none": None}
    metrics["threshold"] = [
        cut_offs.get(kind, float(np.median(evaluation.threshold[model])))
        for model, kind in zip(
            metrics["model"], metrics["threshold_kind"], strict=True
        )
    ]
    curve = profit_curve(
        probability,
        evaluation.responded,
        groups=evaluation.groups,
        random_state=seed,
        **money,
    )
    return {
        **money,
        "break_even_threshold": break_even,
        "chosen_threshold": choose_threshold(
            probability, evaluation.responded, **money
        ),
        "metrics": _records(metrics),
        "profit_curve": _records(curve),
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


def _curves(evaluation, model: str) -> list[dict]:
    from segmentation.propensity import precision_recall_points, roc_points

    probability = evaluation.mean_probability(model)
    points = {
        "roc": roc_points(probability, evaluation.responded).rename(
            columns={"true_positive_rate": "recall"}
        ),
        "precision_recall": precision_recall_points(probability, evaluation.responded),
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
    import sklearn

    return (
        f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, "
        f"pandas {pd.__version__}"
    )


# -- scoring ------------------------------------------------------------------


def logistic_terms(fitted) -> dict:
    """Return a fitted logistic model as numbers that SQL can score with.

    Parameters
    ----------
    fitted : ResponseModel
        Result of ``fit_response_model(model="logistic")``.

    Returns
    -------
    dict
        ``score_intercept``, ``calibration_slope``, ``calibration_intercept`` and
        ``score_terms``: one for each number, one for each value of a text, and one
        without a value for every other value of it.
    """
    ((pipeline, calibration),) = fitted.members
    preparation, model = pipeline[0], pipeline[-1]
    coefficients = dict(
        zip(preparation.get_feature_names_out(), model.coef_[0], strict=True)
    )
    numbers = [name for name, kind in fitted.kinds.items() if kind == "number"]
    texts = [name for name, kind in fitted.kinds.items() if kind == "text"]
    terms = []
    if numbers:
        imputer, logs, scaler = (
            step for _, step in preparation.named_transformers_["numbers"].steps
        )
        terms += [
            {
                "feature": name,
                "value": None,
                "impute_value": float(imputer.statistics_[i]),
                "is_logged": bool(logs.is_logged_[i]),
                "center": float(scaler.mean_[i]),
                "scale": float(scaler.scale_[i]),
                "coefficient": float(coefficients[name]),
            }
            for i, name in enumerate(numbers)
        ]
    if texts:
        terms += _text_terms(preparation.named_transformers_["texts"], texts, model)
    return {
        "score_intercept": float(model.intercept_[0]),
        "calibration_slope": calibration.slope,
        "calibration_intercept": calibration.intercept,
        "score_terms": terms,
    }


def _text_terms(encoder, texts: list[str], model) -> list[dict]:
    terms, start = [], -len(encoder.get_feature_names_out())
    coefficients = model.coef_[0]
    rare_values = encoder.infrequent_categories_
    for name, values, rare in zip(texts, encoder.categories_, rare_values, strict=True):
        rare = set() if rare is None else set(rare)
        # a column for each frequent value, then one for rare and unknown ones together
        for value in (*(value for value in values if value not in rare), None):
            is_counted = value is not None or bool(rare)
            terms.append(
                {
                    "feature": name,
                    "value": value,
                    "coefficient": float(coefficients[start]) if is_counted else 0.0,
                }
            )
            start += is_counted
    return terms


def score_sql(row: dict) -> str:
    """Return the expression of the calibrated probability of a logistic model.

    Parameters
    ----------
    row : dict
        Result of `logistic_terms`.

    Returns
    -------
    str
        SQL over columns named as the features.

    Examples
    --------
    >>> intercept_only = {
    ...     "score_intercept": -1.0, "calibration_slope": 2.0,
    ...     "calibration_intercept": 0.5, "score_terms": [],
    ... }
    >>> duckdb.sql(f"select round({score_sql(intercept_only)}, 4)").fetchall()
    [(0.1824,)]
    """
    by_feature: dict[str, list[dict]] = {}
    for term in row["score_terms"]:
        by_feature.setdefault(term["feature"], []).append(term)
    score = " + ".join(
        [
            f"{row['score_intercept']!r}",
            *(
                _number_sql(terms[0])
                if terms[0]["scale"] is not None
                else _text_sql(name, terms)
                for name, terms in by_feature.items()
            ),
        ]
    )
    limit = math.log((1 - CERTAINTY) / CERTAINTY)
    bounded = f"least(greatest({score}, {-limit!r}), {limit!r})"
    calibrated = (
        f"1 / (1 + exp(-({row['calibration_slope']!r} * {bounded} "
        f"+ {row['calibration_intercept']!r})))"
    )
    return f"least(greatest({calibrated}, {CERTAINTY!r}), {1 - CERTAINTY!r})"


def _number_sql(term: dict) -> str:
    value = (
        f"coalesce(cast({_quoted(term['feature'])} as double), "
        f"{term['impute_value']!r})"
    )
    if term["is_logged"]:
        value = f"ln(1 + greatest({value}, 0))"
    return (
        f"{term['coefficient']!r} * ({value} - {term['center']!r}) / {term['scale']!r}"
    )


def _text_sql(name: str, terms: list[dict]) -> str:
    cases = " ".join(
        f"when {_literal(term['value'])} then {term['coefficient']!r}"
        for term in terms
        if term["value"] is not None
    )
    (other,) = (term["coefficient"] for term in terms if term["value"] is None)
    value = f"coalesce({_quoted(name)}, {_literal(MISSING_LABEL)})"
    return f"case {value} {cases} else {other!r} end" if cases else f"{other!r}"


def new_scores(*, response, customers, evaluated):
    """Return the probability of every customer without an out-of-fold one.

    Parameters
    ----------
    response : DuckDB relation
        The one row of `campaign_response`.
    customers : DuckDB relation
        Key and features of all customers.
    evaluated : DuckDB relation
        Key and profile of the customers with an out-of-fold probability.

    Returns
    -------
    DuckDB relation or pyarrow.RecordBatchReader
        ``customer_id``, ``probability``; memory does not grow with the customers.
    """
    row = dict(
        zip(
            SCORING.split(", "), response.project(SCORING).fetchall()[0], strict=True
        )
    )
    if row["published_model"] is None:
        return customers.filter("false").project(f"{KEY}, {NO_PROBABILITY}")
    unseen = customers.set_alias("customers").join(
        evaluated.set_alias("evaluated"),
        f"customers.{KEY} = evaluated.{KEY} "
        "and customers.profile_fingerprint = evaluated.profile_fingerprint",
        how="anti",
    )
    if row["fit_sample"] is None:
        return unseen.project(f"{KEY}, {score_sql(row)} as probability")
    if not unseen.aggregate("count(*)").fetchall()[0][0]:
        return customers.filter("false").project(f"{KEY}, {NO_PROBABILITY}")

    from segmentation.propensity import fit_response_model, score_batches

    fitted = fit_response_model(
        pd.DataFrame(json.loads(row["fit_sample"])),
        np.array(
            [answer for (answer,) in evaluated.order(KEY).project("has_responded").fetchall()]
        ),
        model=row["published_model"],
        contact_cost=row["contact_cost"],
        revenue_per_response=row["revenue_per_response"],
        random_state=row["random_seed"],
    )
    batches = unseen.project(
        f"{KEY}, {_as_numbers(unseen, row['features'])}"
    ).to_arrow_reader(BATCH_ROWS)
    schema = pa.schema({KEY: pa.string(), "probability": pa.float64()})
    return pa.RecordBatchReader.from_batches(
        schema,
        (
            pa.RecordBatch.from_pandas(scored, schema=schema, preserve_index=False)
            for scored in score_batches(fitted, batches, key=KEY)
        ),
    )


# -- what became of it --------------------------------------------------------


def read_outcomes(session, definition: dict):
    """Return who was contacted and who responded, as the input's file of it says.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    definition : dict
        The input under ``vars: inputs:``; its ``campaign_outcomes`` is the path of a
        CSV file with the columns customer_id, was_contacted and has_responded.

    Returns
    -------
    DuckDB relation
        A row a customer with the types VARCHAR, BOOLEAN, BOOLEAN; no rows where the
        input names no file.

    Raises
    ------
    UserError
        If the file, a column, or an answer is absent, or a customer is there twice.

    Examples
    --------
    >>> read_outcomes(duckdb.connect(), {}).fetchall()
    []
    """
    path = definition.get("campaign_outcomes")
    if not path:
        return session.sql(
            "select cast(null as varchar) as customer_id, "
            "cast(null as boolean) as was_contacted, "
            "cast(null as boolean) as has_responded where false"
        )
    if not Path(path).is_file():
        raise UserError(
            f"The file of campaign outcomes {path} does not exist; correct "
            "campaign_outcomes in dbt_project.yml, or remove it."
        )
    file = session.sql(
        f"select * from read_csv({_literal(path)}, header = true, all_varchar = true)"
    )
    columns = {name.strip().lower(): name for name in file.columns}
    absent = [name for name in OUTCOME_COLUMNS if name not in columns]
    if absent:
        raise UserError(
            f"The file of campaign outcomes {path} has no column {absent[0]!r}; it "
            f"needs {', '.join(OUTCOME_COLUMNS)}."
        )
    customer, *answers = (_quoted(columns[name]) for name in OUTCOME_COLUMNS)
    outcomes = file.project(
        f"nullif(trim({customer}), '') as customer_id, "
        + ", ".join(
            f"case when lower(trim({answer})) in {YES} then true "
            f"when lower(trim({answer})) in {NO} then false end as {name}"
            for answer, name in zip(answers, OUTCOME_COLUMNS[1:], strict=True)
        )
    )
    rows, keys, contacted, responded = outcomes.aggregate(
        "count(*), count(distinct customer_id), count(was_contacted), "
        "count(has_responded)"
    ).fetchall()[0]
    if keys != rows:
        raise UserError(
            f"The file of campaign outcomes {path} has {rows} rows but {keys} "
            "different customers; give each customer one row."
        )
    for name, answered in (("was_contacted", contacted), ("has_responded", responded)):
        if answered != rows:
            raise UserError(
                f"The file of campaign outcomes {path} has {rows - answered} rows "
                f"whose {name} is neither 1 nor 0; fill them in."
            )
    return outcomes


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str | os.PathLike) -> str:
    return "'" + str(text).replace("'", "''") + "'"

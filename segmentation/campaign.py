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
from collections.abc import Sequence
from pathlib import Path

from segmentation.engine import file_reader, query, table_exists
from segmentation.errors import UserError
from segmentation.quoting import double, identifier, literal
from segmentation.tables import SCHEMAS, one_row

__all__ = [
    "CERTAINTY",
    "KEY",
    "MISSING_LABEL",
    "TARGET",
    "as_numbers",
    "campaign_response",
    "new_scores",
    "read_outcomes",
    "score_sql",
]

KEY = "customer_id"
TARGET = "target_accepted"
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
    version = versions.filter("is_current").project("model_version").fetchall()[0][0]
    amounts = dict(
        zip(("contact_cost", "revenue_per_response"), money.fetchall()[0], strict=True)
    )
    identity = {
        "campaign": target["name"],
        "model_version": version,
        "definition": json.dumps(wanted, sort_keys=True),
    }
    identity["definition_hash"] = _short_hash(identity["definition"])

    earlier = _earlier(session, this)
    is_fitted = earlier is not None and (
        earlier["skip_reason"],
        earlier["model_version"],
        earlier["definition_hash"],
    ) == (None, version, identity["definition_hash"])
    if is_fitted and all(earlier[name] == amounts[name] for name in amounts):
        return session.sql(f"select * from {this}")
    reason = _plain_reason(target, customers, amounts, wanted["input"])
    if reason:
        return one_row("campaign_response", {**identity, "skip_reason": reason})

    # a build that has nothing to fit need not wait for scikit-learn
    from segmentation.campaign_fitting import figures_for_money, fit_response

    if is_fitted:
        row = session.sql(f"select * from {this}").to_arrow_table().to_pylist()[0]
        return one_row("campaign_response", {**row, **figures_for_money(row, amounts)})
    fitted = fit_response(customers, amounts=amounts, settings=settings)
    return one_row("campaign_response", {**identity, **fitted})


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
        # a row of another make cannot be carried over
        "stored_as": _short_hash(str(SCHEMAS["campaign_response"])),
    }


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
    known = table_exists(session, this)
    rows = session.sql(f"select {SCALARS} from {this}").fetchall() if known else []
    return dict(zip(SCALARS.split(", "), rows[0], strict=True)) if rows else None


# -- scoring ------------------------------------------------------------------


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
            double(row["score_intercept"]),
            *(
                _number_sql(terms[0])
                if terms[0].get("scale") is not None
                else _text_sql(name, terms)
                for name, terms in by_feature.items()
            ),
        ]
    )
    limit = math.log((1 - CERTAINTY) / CERTAINTY)
    bounded = f"least(greatest({score}, {double(-limit)}), {double(limit)})"
    calibrated = (
        f"1 / (1 + exp(-({double(row['calibration_slope'])} * {bounded} "
        f"+ {double(row['calibration_intercept'])})))"
    )
    return (
        f"least(greatest({calibrated}, {double(CERTAINTY)}), {double(1 - CERTAINTY)})"
    )


def _number_sql(term: dict) -> str:
    value = (
        f"coalesce(cast({identifier(term['feature'])} as double), "
        f"{double(term['impute_value'])})"
    )
    if term["is_logged"]:
        value = f"ln(1 + greatest({value}, 0))"
    return (
        f"{double(term['coefficient'])} * ({value} - {double(term['center'])}) "
        f"/ {double(term['scale'])}"
    )


def _text_sql(name: str, terms: list[dict]) -> str:
    cases = " ".join(
        f"when {literal(term['value'])} then {double(term['coefficient'])}"
        for term in terms
        if term["value"] is not None
    )
    (other,) = (term["coefficient"] for term in terms if term["value"] is None)
    value = f"coalesce({identifier(name)}, {literal(MISSING_LABEL)})"
    return f"case {value} {cases} else {double(other)} end" if cases else double(other)


def new_scores(session, *, response, customers, evaluated):
    """Return the probability of every customer without an out-of-fold one.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
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
        zip(SCORING.split(", "), response.project(SCORING).fetchall()[0], strict=True)
    )
    if row["published_model"] is None:
        return customers.filter("false").project(f"{KEY}, {NO_PROBABILITY}")
    unseen = query(
        session,
        f"select customers.* from customers anti join evaluated "
        f"on customers.{KEY} = evaluated.{KEY} "
        "and customers.profile_fingerprint = evaluated.profile_fingerprint",
        customers=customers,
        evaluated=evaluated,
    )
    if row["fit_sample"] is None:
        return unseen.project(f"{KEY}, {score_sql(row)} as probability")
    if not unseen.aggregate("count(*)").fetchall()[0][0]:
        return customers.filter("false").project(f"{KEY}, {NO_PROBABILITY}")

    from segmentation.campaign_fitting import stream_scores

    answers = evaluated.order(KEY).project("has_responded").fetchall()
    return stream_scores(row, [answer for (answer,) in answers], unseen)


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
    session = file_reader(session)
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
        f"select * from read_csv({literal(path)}, header = true, all_varchar = true)"
    )
    columns = {name.strip().lower(): name for name in file.columns}
    absent = [name for name in OUTCOME_COLUMNS if name not in columns]
    if absent:
        raise UserError(
            f"The file of campaign outcomes {path} has no column {absent[0]!r}; it "
            f"needs {', '.join(OUTCOME_COLUMNS)}."
        )
    customer, *answers = (identifier(columns[name]) for name in OUTCOME_COLUMNS)
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


def as_numbers(customers, names: Sequence[str]) -> str:
    """Return the select list of the features, whatever is not text as a double."""
    types = dict(zip(customers.columns, map(str, customers.types), strict=True))
    return ", ".join(
        identifier(name)
        if types[name] == "VARCHAR"
        else f"cast({identifier(name)} as double) as {identifier(name)}"
        for name in names
    )

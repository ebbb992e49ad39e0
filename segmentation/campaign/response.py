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

from segmentation.campaign.columns import KEY, TARGET
from segmentation.campaign.logistic_sql import score_sql
from segmentation.campaign.schema import CAMPAIGN_RESPONSE
from segmentation.warehouse.connection import query, table_exists
from segmentation.warehouse.tables import one_row

__all__ = ["campaign_response", "new_scores"]

SCALARS = (
    "skip_reason, model_version, definition_hash, contact_cost, revenue_per_response"
)
SCORING = (
    "published_model, features, random_seed, contact_cost, revenue_per_response, "
    "score_intercept, calibration_slope, calibration_intercept, score_terms, "
    "fit_sample"
)
NO_PROBABILITY = "cast(null as double) as probability"


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
        One row of the schema ``CAMPAIGN_RESPONSE``.
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
        return one_row(CAMPAIGN_RESPONSE, {**identity, "skip_reason": reason})

    # a build that has nothing to fit need not wait for scikit-learn
    from segmentation.campaign.fitting import figures_for_money, fit_response

    if is_fitted:
        row = session.sql(f"select * from {this}").to_arrow_table().to_pylist()[0]
        return one_row(CAMPAIGN_RESPONSE, {**row, **figures_for_money(row, amounts)})
    fitted = fit_response(customers, amounts=amounts, settings=settings)
    return one_row(CAMPAIGN_RESPONSE, {**identity, **fitted})


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
        "stored_as": _short_hash(str(CAMPAIGN_RESPONSE)),
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

    from segmentation.campaign.fitting import stream_scores

    answers = evaluated.order(KEY).project("has_responded").fetchall()
    return stream_scores(row, [answer for (answer,) in answers], unseen)

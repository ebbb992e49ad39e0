"""Keep the campaign's response model as a row, and score customers from it.

A fit (evaluation, choice, importance) costs half a minute and happens once a
definition; its out-of-fold predictions are kept, so that other money only re-reads
them. Customers whom the evaluation has not seen are scored from the row: a logistic
model as an SQL expression that later builds run without Python, any other by fitting
that one model again on the customers it was fitted on, which gives the same model.
Nothing here needs scikit-learn unless a fit, new money or such a model is due.
"""

import json
from typing import Any

from segmentation.campaign.columns import KEY, TARGET
from segmentation.campaign.logistic_sql import score_sql
from segmentation.campaign.schema import (
    CAMPAIGN_RESPONSE,
    REFITTED_SCORES,
    RESPONSE_QUERY,
)
from segmentation.warehouse.connection import query
from segmentation.warehouse.kept import (
    definition_hash,
    kept_or_made,
    kept_rows,
    nothing_kept,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.tables import one_row

__all__ = ["campaign_response", "refitted_scores", "response_query"]

AMOUNTS = ("contact_cost", "revenue_per_response")
_PROGRAM = [
    f"segmentation.campaign.{module}"
    for module in (
        *("choice", "columns", "evaluation", "features", "figures", "fitting"),
        *("logistic_sql", "models", "money", "refit", "suspicion"),
    )
]
SCORING = (
    "published_model, features, random_seed, contact_cost, revenue_per_response, "
    "score_intercept, calibration_slope, calibration_intercept, score_terms, "
    "fit_sample, definition_hash"
)
NO_PROBABILITY = "cast(null as double) as probability"


@unless_empty(CAMPAIGN_RESPONSE)
def campaign_response(
    session: Session,
    *,
    this: KeptTable,
    customers: Relation,
    money: Relation,
    dialect: Relation,
    settings: dict,
) -> Any:
    """Return the response model with its evidence, or the reason why there is none.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The model as the last build left it.
    customers, money, dialect : DuckDB relations
        Features and target by customer; cost and revenue; the input's dialect.
    settings : dict
        ``fit_rows``, ``model`` and ``random_seed``, the vars of the campaign, and
        ``retrain``, which fits again on today's customers.

    Returns
    -------
    DuckDB relation or pyarrow.Table
        One row of the schema ``CAMPAIGN_RESPONSE``.
    """
    retrain = settings["retrain"]
    settings = {name: settings[name] for name in ("fit_rows", "model", "random_seed")}
    target, wanted = _definition(dialect, customers, settings)
    amounts = dict(zip(AMOUNTS, money.fetchall()[0], strict=True))
    if None in amounts.values():
        # one amount without the other tells no profit
        amounts = dict.fromkeys(AMOUNTS)
    identity = {
        "campaign": target["name"],
        "definition": json.dumps(wanted, sort_keys=True),
        "definition_hash": definition_hash(wanted),
    }
    earlier = kept_rows(session, this, CAMPAIGN_RESPONSE)
    fitted_for = None if retrain else _money_of(earlier, identity["definition_hash"])
    if fitted_for == amounts:
        return earlier
    reason = _plain_reason(target, customers, wanted["input"])
    if reason:
        return one_row(CAMPAIGN_RESPONSE, {**identity, "skip_reason": reason})

    # a build that has nothing to fit need not wait for scikit-learn
    from segmentation.campaign.fitting import figures_for_money, fit_response

    if earlier is not None and fitted_for:
        row = earlier.to_arrow_table().to_pylist()[0]
        return one_row(CAMPAIGN_RESPONSE, {**row, **figures_for_money(row, amounts)})
    fitted = fit_response(customers, amounts=amounts, settings=settings)
    return one_row(CAMPAIGN_RESPONSE, {**identity, **fitted})


def _definition(
    dialect: Relation, customers: Relation, settings: dict
) -> tuple[dict, dict]:
    """Return the target campaign's field and what makes the model what it is."""
    name, fields = dialect.project("input_name, fields").fetchall()[0]
    target = next(field for field in fields if field["role"] == "target")
    return target, {
        "input": name,
        "campaign": target["name"],
        "response": target["source_column"],
        "columns": list(customers.columns),
        "settings": settings,
        # what another program made, or with other columns, cannot be carried over
        "stored_as": str(CAMPAIGN_RESPONSE),
        "program": program_hash(*_PROGRAM),
    }


def _plain_reason(target: dict, customers: Relation, input_name: str) -> str | None:
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
    return None


def _money_of(earlier: Relation | None, definition_hash: str) -> dict | None:
    """Return cost and revenue that the kept fit of a definition was judged by."""
    if earlier is None:
        return None
    fitted = earlier.filter(
        f"skip_reason is null and definition_hash = '{definition_hash}'"
    )
    found = fitted.project(", ".join(AMOUNTS)).fetchall()
    return dict(zip(AMOUNTS, found[0], strict=True)) if found else None


@unless_empty(RESPONSE_QUERY)
def response_query(
    session: Session, *, this: KeptTable, response: Relation, evaluated: Relation
) -> Relation:
    """Return a logistic model of the response as SQL, whichever model is published.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table as the last build left it.
    response : DuckDB relation
        The one row of `campaign_response`.
    evaluated : DuckDB relation
        Key and answer of the customers that it was fitted on.

    Returns
    -------
    DuckDB relation
        One row of the schema ``RESPONSE_QUERY``; none where there is no model.
    """
    row = _scoring(response)
    if row["published_model"] is None:
        return nothing_kept(session, RESPONSE_QUERY)
    wanted = {
        "response": row["definition_hash"],
        "model": row["published_model"],
        "columns": str(RESPONSE_QUERY),
        "program": program_hash(*_PROGRAM),
    }

    def make() -> list[dict]:
        fitted = row
        if row["fit_sample"] is not None:
            from segmentation.campaign.fitting import logistic_beside

            fitted = {**row, **logistic_beside(row, _answers(evaluated))}
        is_number = {
            term["feature"]: term.get("scale") is not None
            for term in fitted["score_terms"]
        }
        return [
            {
                "is_published": row["fit_sample"] is None,
                "numbers": [name for name, is_so in is_number.items() if is_so],
                "words": [name for name, is_so in is_number.items() if not is_so],
                "score_sql": score_sql(fitted),
            }
        ]

    return kept_or_made(
        session,
        this=this,
        schema=RESPONSE_QUERY,
        key={"definition_hash": definition_hash(wanted)},
        make=make,
    )


def _answers(evaluated: Relation) -> list[bool]:
    answers = evaluated.order(KEY).project("has_responded").fetchall()
    return [answer for (answer,) in answers]


@unless_empty(REFITTED_SCORES)
def refitted_scores(
    session: Session, *, response: Relation, customers: Relation, evaluated: Relation
) -> Any:
    """Return the probability of customers without an out-of-fold one, by a refit.

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
        ``customer_id``, ``probability``; memory does not grow with the customers. No
        rows where SQL scores, or nothing does.
    """
    row = _scoring(response)
    nobody = customers.filter("false").project(f"{KEY}, {NO_PROBABILITY}")
    if row["fit_sample"] is None:
        return nobody
    unseen = query(
        session,
        f"select customers.* from customers anti join evaluated "
        f"on customers.{KEY} = evaluated.{KEY} "
        "and customers.profile_fingerprint = evaluated.profile_fingerprint",
        customers=customers,
        evaluated=evaluated,
    )
    if not unseen.aggregate("count(*)").fetchall()[0][0]:
        return nobody

    from segmentation.campaign.fitting import stream_scores

    return stream_scores(row, _answers(evaluated), unseen)


def _scoring(response: Relation) -> dict:
    found = response.project(SCORING).fetchall()[0]
    return dict(zip(SCORING.split(", "), found, strict=True))

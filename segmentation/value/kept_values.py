"""Fit the models of value to the customers of an input.

The SQL model ml_customer_value applies them to all, by what stands in tables here.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from segmentation.value.schema import LEAVING_PROBABILITIES, VALUE_MODELS
from segmentation.warehouse.kept import (
    current_model_version,
    definition_hash,
    is_switched_off,
    kept_or_made,
    nothing_kept,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = ["leaving_probabilities", "value_models"]

_PROGRAM = [
    f"segmentation.value.{module}"
    for module in ("kept_values", "likelihood", "purchases", "spend", "verdicts")
]

# repeat purchases up to which every number has rows, whether a customer has it or not
MOST_STEPS = 2_000


@unless_empty(VALUE_MODELS)
def value_models(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    summaries: Relation,
    switched_off: Relation,
    fit_sample_rows: int,
) -> Relation:
    """Return the fitted models of value, fitted anew where due.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table of fits as the last build left it.
    versions, summaries, switched_off : DuckDB relations
        Fitted segmentations, purchases summed up by customer, what the input switches
        off.
    fit_sample_rows : int
        Customers the fit reads at most.

    Returns
    -------
    DuckDB relation
        One row a model version, of the schema ``VALUE_MODELS``; none where
        the input lacks what the models need.
    """
    if is_switched_off(switched_off, "customer_value"):
        return nothing_kept(session, VALUE_MODELS)
    definition = {
        "fit_sample_rows": fit_sample_rows,
        "program": program_hash(*_PROGRAM),
        "columns": str(VALUE_MODELS),
    }
    return kept_or_made(
        session,
        this=this,
        schema=VALUE_MODELS,
        key={
            "model_version": current_model_version(versions),
            "definition_hash": definition_hash(definition),
        },
        make=lambda: [_fit(summaries, fit_sample_rows)],
        carried=dict,
    )


@unless_empty(LEAVING_PROBABILITIES)
def leaving_probabilities(
    *, models: Relation, versions: Relation, summaries: Relation
) -> pa.Table:
    """Return what the expected purchases of an active customer are a mean over.

    Parameters
    ----------
    models : DuckDB relation
        From `value_models`.
    versions, summaries : DuckDB relations
        Fitted segmentations, purchases summed up by customer.

    Returns
    -------
    pyarrow.Table
        Of the schema ``LEAVING_PROBABILITIES``: for every number of repeat purchases
        that a customer has, or may have soon, the nodes of the mean; no rows where
        nobody leaves, or the input lacks what the models need.
    """
    version = current_model_version(versions)
    fits = models.filter(f"model_version = {version}").project("fits").fetchall()
    purchases = _purchases_in_use(fits[0][0]) if fits else None
    if purchases is None or purchases.a == 0:
        return LEAVING_PROBABILITIES.empty_table()
    seen = summaries.project("frequency").distinct().fetchnumpy()["frequency"]
    most = 1 + 2 * int(max(seen, default=0))
    frequency = np.union1d(seen, np.arange(min(most, MOST_STEPS), dtype=float))

    # a build that has nothing to fit need not wait for scipy
    from segmentation.value.purchases import leaving_nodes

    probability, weights = leaving_nodes(purchases, frequency)
    nodes, n = probability.shape
    return pa.table(
        {
            "frequency": np.repeat(frequency, nodes),
            "node": np.tile(np.arange(nodes, dtype=np.int32), n),
            "probability": probability.T.ravel(),
            "weight": np.tile(weights, n),
        },
        schema=LEAVING_PROBABILITIES,
    )


def _fit(summaries: Relation, fit_sample_rows: int) -> dict:
    from segmentation.value.purchases import fit_bg_nbd, fit_nbd
    from segmentation.value.spend import fit_gamma_gamma
    from segmentation.value.verdicts import assess_drop_out, assess_value

    total = summaries.aggregate("count(*)").fetchall()[0][0]
    drawn = drawn_by_hash("known", total=total, limit=fit_sample_rows)
    # equal customers are one row with a weight; sorted, so that sums are repeatable
    names = "frequency, recency, age, average_value, valued_purchases"
    rows = summaries.query(
        "known",
        f"""
        select {names}, cast(count(*) as double) as weight
        from ({drawn}) as drawn
        group by {names}
        order by {names}
        """,
    ).fetchnumpy()
    summary = rows["frequency"], rows["recency"], rows["age"]
    weights = rows["weight"]
    bg_nbd = fit_bg_nbd(*summary, weights=weights)
    nbd = fit_nbd(rows["frequency"], rows["age"], weights=weights)
    leaving = assess_drop_out(bg_nbd, *summary, weights=weights, unit="days")
    paid = rows["average_value"] > 0
    paying = rows["valued_purchases"][paid], rows["average_value"][paid]
    gamma_gamma = fit_gamma_gamma(*paying, weights=weights[paid])
    value = assess_value(gamma_gamma, *paying, weights=weights[paid])
    return {
        "customers": total,
        "fit_customers": int(weights.sum()),
        "fits": [
            _row("BG/NBD", bg_nbd, leaving.is_trusted, leaving),
            _row("NBD", nbd, not leaving.is_trusted, _nbd_verdict(leaving)),
            _row("Gamma-Gamma", gamma_gamma, value.is_trusted, value),
        ],
    }


def _nbd_verdict(leaving: Any) -> Any:
    from segmentation.value.verdicts import Verdict

    if leaving.is_trusted:
        return Verdict(True, (), "Not needed, because drop-out can be estimated.")
    return Verdict(
        True,
        (),
        "Used in place of BG/NBD: it says what to expect of customers if they go on "
        "buying, and nothing about who stops.",
    )


def _row(name: str, model: Any, is_used: bool, verdict: Any) -> dict:
    fitted = vars(model)
    return {
        "model": name,
        **{key: fitted.get(key) for key in ("r", "alpha", "a", "b", "p", "q", "gamma")},
        "log_likelihood": model.log_likelihood,
        "customers": round(model.n_customers),
        "is_used": is_used,
        "failed_checks": ", ".join(verdict.failed) or None,
        "verdict": verdict.sentence,
    }


def _purchases_in_use(fits: list[dict]) -> Any:
    """Return the model of purchases that is used."""
    from segmentation.value.purchases import PurchaseModel

    used = {fit["model"]: fit for fit in fits if fit["is_used"]}
    fit = used["BG/NBD" if "BG/NBD" in used else "NBD"]
    return PurchaseModel(
        **{key: fit[key] for key in ("r", "alpha", "a", "b")},
        log_likelihood=fit["log_likelihood"],
        n_customers=fit["customers"],
    )

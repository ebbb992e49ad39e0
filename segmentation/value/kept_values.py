"""Fit the models of value to the customers of an input, and apply them to all.

The input's columns are read as the models need them: the day of enrolment stands for
the first purchase, all further purchases are repeat purchases, and the time of the last
one is tenure minus days since it.
"""

from typing import Any

import pyarrow as pa

from segmentation.value.schema import CUSTOMER_VALUE, VALUE_MODELS
from segmentation.warehouse.kept import (
    current_model_version,
    definition_hash,
    is_switched_off,
    kept_or_made,
    nothing_kept,
    program_hash,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = ["customer_value", "value_models"]

_PROGRAM = [
    f"segmentation.value.{module}"
    for module in ("kept_values", "likelihood", "purchases", "spend", "verdicts")
]

# A customer who never bought has no first purchase to count from; where returns exceed
# purchases, no average says what the next purchase brings.
IS_KNOWN = (
    "purchases >= 1 and tenure_days is not null "
    "and recency_days between 0 and tenure_days and average_order_value >= 0"
)
# Orders tell on how many days somebody came back; several orders on one day are one
# purchase here. A file that only counts purchases takes each as one of its own.
REPEATS = "coalesce(repeat_purchases, purchases - 1)"
SUMMARY = f"""
    cast({REPEATS} as double) as frequency,
    case when {REPEATS} > 0 then cast(tenure_days - recency_days as double) else 0 end
        as recency,
    cast(tenure_days as double) as age,
    case
        when repeat_purchases is null then cast(average_order_value as double)
        else cast(total_spend as double) / (repeat_purchases + 1)
    end as average_value,
    cast({REPEATS} as double) + 1 as valued_purchases
"""


def value_models(
    session: Session,
    *,
    this: KeptTable,
    versions: Relation,
    customers: Relation,
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
    versions, customers, switched_off : DuckDB relations
        Fitted segmentations, engineered customers, what the input switches off.
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
        make=lambda: [_fit(customers, fit_sample_rows)],
        carried=dict,
    )


def customer_value(
    *, models: Relation, versions: Relation, customers: Relation, horizon_days: float
) -> Relation:
    """Return expected purchases and spend of all customers that enough is known about.

    Parameters
    ----------
    models : DuckDB relation
        From `value_models`.
    versions, customers : DuckDB relations
        Fitted segmentations, engineered customers.
    horizon_days : float
        Days to look ahead, above 0.

    Returns
    -------
    pyarrow.RecordBatchReader
        Of the schema ``CUSTOMER_VALUE``; memory holds one batch.

    Raises
    ------
    UserError
        If the horizon is not above 0.
    """
    schema = CUSTOMER_VALUE
    version = current_model_version(versions)
    fits = models.filter(f"model_version = {version}").project("fits").fetchall()
    if not fits:
        return pa.RecordBatchReader.from_batches(schema, [])

    # a build whose input has no purchases need not wait for scipy
    from segmentation.value.application import value_customers

    purchases, values = _models_in_use(fits[0][0])
    known = customers.filter(IS_KNOWN).project(f"customer_id, {SUMMARY}")
    batches = value_customers(
        known.to_arrow_reader(100_000), purchases, values, horizon=horizon_days
    )
    return pa.RecordBatchReader.from_batches(
        schema, (batch.cast(schema) for batch in batches)
    )


def _fit(customers: Relation, fit_sample_rows: int) -> dict:
    from segmentation.value.purchases import fit_bg_nbd, fit_nbd
    from segmentation.value.spend import fit_gamma_gamma
    from segmentation.value.verdicts import assess_drop_out, assess_value

    known = customers.filter(IS_KNOWN)
    total = known.aggregate("count(*)").fetchall()[0][0]
    drawn = drawn_by_hash("known", total=total, limit=fit_sample_rows)
    # equal customers are one row with a weight; sorted, so that sums are repeatable
    names = "frequency, recency, age, average_value, valued_purchases"
    rows = known.query(
        "known",
        f"""
        select {names}, cast(count(*) as double) as weight
        from (select {SUMMARY} from ({drawn}) as drawn) as summaries
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


def _models_in_use(fits: list[dict]) -> tuple[Any, Any]:
    """Return the model of purchases and that of values, or None for the latter."""
    from segmentation.value.purchases import PurchaseModel
    from segmentation.value.spend import GammaGamma

    used = {fit["model"]: fit for fit in fits if fit["is_used"]}

    def model(kind: type, name: str, parameters: tuple[str, ...]) -> Any:
        fit = used[name]
        return kind(
            **{key: fit[key] for key in parameters},
            log_likelihood=fit["log_likelihood"],
            n_customers=fit["customers"],
        )

    purchases = "BG/NBD" if "BG/NBD" in used else "NBD"
    values = None
    if "Gamma-Gamma" in used:
        values = model(GammaGamma, "Gamma-Gamma", ("p", "q", "gamma"))
    return model(PurchaseModel, purchases, ("r", "alpha", "a", "b")), values

"""The forecast of an input with times: proven once for these data, applied to all."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from segmentation.value.schema import CUSTOMER_FORECAST, FORECAST_ACCURACY
from segmentation.warehouse.kept import (
    definition_hash,
    kept_or_made,
    program_hash,
    unless_empty,
)
from segmentation.warehouse.protocols import KeptTable, Relation, Session
from segmentation.warehouse.sampling import drawn_by_hash

__all__ = ["customer_forecast", "forecast_accuracy"]

_PROGRAM = [
    f"segmentation.value.{module}"
    for module in (
        *("at_risk", "backtest", "estimates", "features", "forecast", "histories"),
        *("kept_forecasts", "levels", "measures", "purchases", "sentences", "shapes"),
        "spend",
    )
]
_BATCH = 200_000


@unless_empty(FORECAST_ACCURACY)
def forecast_accuracy(
    session: Session,
    *,
    this: KeptTable,
    purchase_days: Relation,
    horizon_days: int,
    fit_customers: int,
    seed: int,
) -> Relation:
    """Return how wrong the forecast was in time; worked out where the data are new.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    this : dbt relation
        The table as the last build left it.
    purchase_days : DuckDB relation
        One row a customer and day: customer_id, days_ago, spend.
    horizon_days : int
        Days to look ahead.
    fit_customers : int
        Customers that are learned from and tested on at most.
    seed : int

    Returns
    -------
    DuckDB relation
        One row, of the schema ``FORECAST_ACCURACY``; none where the input has no times
        or too few customers who bought again.
    """

    def make() -> list[dict]:
        past, total = _past(session, purchase_days, fit_customers)
        if past is None or not past.is_enough(0):
            return []
        return [{"customers": total, **_described(past, horizon_days, seed)}]

    wanted = _definition(purchase_days, horizon_days, fit_customers, seed)
    return kept_or_made(
        session,
        this=this,
        schema=FORECAST_ACCURACY,
        key={"definition_hash": definition_hash(wanted)},
        make=make,
    )


@unless_empty(CUSTOMER_FORECAST)
def customer_forecast(
    session: Session,
    *,
    accuracy: Relation,
    purchase_days: Relation,
    fit_customers: int,
    seed: int,
) -> Relation:
    """Return what to expect of every customer, by the methods that were chosen.

    Parameters
    ----------
    session : DuckDB connection
        The build's own.
    accuracy : DuckDB relation
        From `forecast_accuracy`.
    purchase_days, fit_customers, seed
        As there.

    Returns
    -------
    pyarrow.RecordBatchReader
        Of the schema ``CUSTOMER_FORECAST``; memory holds one batch.
    """
    names = "horizon_days, buying_again_method, purchase_days_method, spend_method"
    proven = accuracy.project(names).fetchall()
    if not proven:
        return pa.RecordBatchReader.from_batches(CUSTOMER_FORECAST, [])

    horizon, *methods = proven[0]
    past, _ = _past(session, purchase_days, fit_customers)
    ordered = purchase_days.project("customer_id, days_ago, spend").order(
        "customer_id, days_ago desc"
    )
    reader = ordered.to_arrow_reader(_BATCH)
    return pa.RecordBatchReader.from_batches(
        CUSTOMER_FORECAST,
        _applied(past, _whole_customers(reader), int(horizon), methods, seed),
    )


def _described(past: Any, horizon: int, seed: int) -> dict:
    """Return the row of the test but for its fingerprint."""
    from segmentation.value.at_risk import BY_CHANCE
    from segmentation.value.backtest import AT_RISK, FORECAST, TARGETS, backtest
    from segmentation.value.forecast import LEAST_HISTORY, expected_misses
    from segmentation.value.sentences import sentences, untested

    _, basis = expected_misses(past, 0, horizon)
    tested = backtest(past, horizon=horizon, random_state=seed)
    published = dict.fromkeys(TARGETS, FORECAST)
    if tested is None:
        needed = horizon + LEAST_HISTORY
        told = dict.fromkeys(
            (*TARGETS, AT_RISK), untested(horizon, -past.days.first_day, needed)
        )
        figures = [
            {"target": target, "method": FORECAST, "measure": "not tested"}
            for target in told
        ]
    else:
        published = tested.published
        told = sentences(tested, horizon=horizon, basis=basis)
        figures = [_known(vars(one)) for one in tested.figures]
    is_listed = tested is not None and tested.can_list
    methods = {**published, AT_RISK: BY_CHANCE if is_listed else None}
    return {
        "horizon_days": horizon,
        "level_basis": basis,
        "buying_again_method": published["buying again"],
        "purchase_days_method": published["purchase days"],
        "spend_method": published["spend"],
        "can_list": is_listed,
        "tested_customers": tested.customers if tested else 0,
        "tested_periods": len(tested.cuts) if tested else 0,
        "first_cut_days_ago": -min(tested.cuts) if tested else None,
        "figures": [
            {
                **one,
                "is_published": one["method"] == methods[one["target"]],
                "sentence": told[one["target"]],
            }
            for one in figures
        ],
    }


def _known(figure: dict) -> dict:
    """Return a figure in which what could not be told is null."""
    return {
        name: None if isinstance(value, float) and np.isnan(value) else value
        for name, value in figure.items()
    }


def _applied(
    past: Any, tables: Iterator[pa.Table], horizon: int, methods: list[str], seed: int
) -> Iterator[pa.RecordBatch]:
    from segmentation.value.backtest import all_estimates
    from segmentation.value.forecast import fit_forecast
    from segmentation.value.histories import summed_up_at

    forecast = fit_forecast(past, 0, horizon=horizon, random_state=seed)
    for table in tables:
        days, names = _numbered(table)
        known = summed_up_at(days, 0, horizon=horizon)
        assert forecast is not None, "the span to learn from is checked before"
        estimates = all_estimates(past, 0, forecast, known)
        buying_again, purchase_days, spend = (estimates[name] for name in methods)
        columns = {
            "customer_id": names[known.customer],
            "probability_of_buying_again": buying_again.probability,
            "expected_purchase_days": purchase_days.days,
            "expected_spend": spend.spend,
            "purchase_days": known.purchases.astype(int),
            "purchase_days_last_year": known.recent[:, -1].astype(int),
            "spend_last_year": known.recent_spend[:, -1],
        }
        yield pa.RecordBatch.from_pydict(columns, schema=CUSTOMER_FORECAST)


def _whole_customers(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Cut a stream that is sorted by customer between customers."""
    carried = None
    for batch in reader:
        table = pa.Table.from_batches([batch])
        if carried is not None:
            table = pa.concat_tables([carried, table])
        names = table.column("customer_id").to_numpy()
        if not len(names):
            continue
        whole = int(np.argmax(names == names[-1]))
        if whole:
            yield table.slice(0, whole)
        carried = table.slice(whole)
    if carried is not None:
        yield carried


def _numbered(table: pa.Table) -> Any:
    """Return purchase days with numbers for customers, and the customers' keys."""
    from segmentation.value.histories import PurchaseDays

    names = table.column("customer_id").to_numpy()
    starts = np.append(True, names[1:] != names[:-1])
    day = -table.column("days_ago").to_numpy().astype(np.int64)
    days = PurchaseDays(
        customer=np.cumsum(starts) - 1,
        day=day,
        spend=table.column("spend").to_numpy().astype(float),
        first_day=int(day.min()),
        last_day=0,
    )
    return days, names[starts]


def _past(session: Session, purchase_days: Relation, fit_customers: int) -> Any:
    """Return the past of the customers to learn from, and the number of all."""
    total = purchase_days.aggregate("count(distinct customer_id)").fetchall()[0][0]
    if not total:
        return None, 0
    from segmentation.value.forecast import Past

    drawn = drawn_by_hash("everybody", total=total, limit=fit_customers)
    table = purchase_days.query(
        "purchases",
        f"""
        with everybody as (select distinct customer_id from purchases),
        drawn as ({drawn})
        select purchases.customer_id, purchases.days_ago, purchases.spend
        from purchases
        inner join drawn on purchases.customer_id = drawn.customer_id
        order by purchases.customer_id, purchases.days_ago desc
        """,
    ).to_arrow_table()
    days, _ = _numbered(table)
    return Past(days), total


def _definition(
    purchase_days: Relation, horizon_days: int, fit_customers: int, seed: int
) -> dict:
    seen = purchase_days.aggregate(
        "count(*), count(distinct customer_id), sum(days_ago), "
        "cast(sum(cast(spend as decimal(18, 2))) as varchar(40))"
    ).fetchall()[0]
    return {
        "horizon_days": horizon_days,
        "fit_customers": fit_customers,
        "seed": seed,
        "data": [str(value) for value in seen],
        "columns": str(FORECAST_ACCURACY),
        "program": program_hash(*_PROGRAM),
    }

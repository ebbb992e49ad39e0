"""Any number of customers in the schema of the sample, written by the engine.

Each customer is one of the sample whose figures are shaken: income and spend by a
factor of their own, counts by at most one, dates by some days. So the groups, the
correlations and the oddities of the sample are those of ten million customers, too, and
hardly any two customers are equal. Every number comes from a hash of the row's
position: the same file each time, whatever the number of threads.
"""

from pathlib import Path

import duckdb

__all__ = ["SAMPLE", "write_customers"]

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "customers.csv"

# Keys in no order: multiplying by a number without a factor in common with a prime
# visits every remainder once (Lehmer 1951).
KEY = "1000 + (position + 1) * 48271 % 2147483647"
MONEY = (
    "MntWines",
    "MntFruits",
    "MntMeatProducts",
    "MntFishProducts",
    "MntSweetProducts",
    "MntGoldProds",
)
COUNTS = (
    "NumDealsPurchases",
    "NumWebPurchases",
    "NumCatalogPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
)


def write_customers(
    n_customers: int, file: Path, *, sample: Path = SAMPLE, threads: int = 2
) -> None:
    """Write a Parquet file of customers; memory does not grow with their number.

    Parameters
    ----------
    n_customers : int
    file : Path
        To write; its folder exists.
    sample : Path
        Customers to draw from, in the schema of the shipped sample.
    threads : int, default=2
        The rows do not depend on it.
    """
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.read_csv(str(sample)).create("sample")
        types = {
            name: kind
            for name, kind, *_ in connection.execute("describe sample").fetchall()
        }
        shaken = {
            "ID": KEY,
            "Year_Birth": f"Year_Birth + {_integer('birth', -5, 5)}",
            "Income": f"round(Income * ({_factor('income', 0.15)}))",
            "Dt_Customer": f"Dt_Customer + {_integer('enrolment', -60, 60)}",
            "Recency": f"greatest(Recency + {_integer('recency', -9, 9)}, 0)",
            **{
                name: f"round({name} * spender * ({_factor(name, 0.3)}))"
                for name in MONEY
            },
            **{
                # who never did something still does not
                name: f"case when {name} > 0 then "
                f"greatest({name} + {_integer(name, -1, 1)}, 1) else 0 end"
                for name in COUNTS
            },
        }
        values = ", ".join(
            f"cast({shaken.get(name, name)} as {kind}) as {name}"
            for name, kind in types.items()
        )
        connection.execute(
            f"""
            copy (
                select {values}
                from (
                    select
                        position,
                        {_factor("spender", 0.4)} as spender,
                        cast(hash(position, 'drawn') % sample_rows as bigint) as drawn
                    from range({n_customers}) as positions (position)
                    cross join (select count(*) as sample_rows from sample)
                ) as positions
                inner join (select *, rowid as sampled from sample) as sample
                    on drawn = sampled
            ) to '{file}' (format parquet)
            """
        )


def _uniform(salt: str) -> str:
    """Return a number from 0 to 1 that depends on the position alone."""
    return f"(cast(hash(position, '{salt}') as double) / 18446744073709551616)"


def _factor(salt: str, spread: float) -> str:
    return f"1 + {spread} * (2 * {_uniform(salt)} - 1)"


def _integer(salt: str, lowest: int, highest: int) -> str:
    return (
        f"cast(floor({lowest} + {highest - lowest + 1} * {_uniform(salt)}) as integer)"
    )

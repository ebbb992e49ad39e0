"""A seeded customer file that looks like the public marketing-campaign data.

The public file (2,240 customers of a food retailer, 29 columns; known as "Customer
Personality Analysis" and as the iFood case) is not copied. This module draws a file of
the same shape from the summary statistics in `samples.marketing_statistics`; no
customer made here is a person of that file.

Every customer belongs to one of four household archetypes. Inside an archetype nine
quantities are drawn together from a Gaussian copula (correlated normal scores, mapped
to the published quantiles); the other columns follow from those nine. The archetype is
not written to the file: finding it again is the work of the segmentation.

Examples
--------
    python -m samples.marketing data/sample/customers.csv
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

from samples import marketing_statistics as stats

__all__ = [
    "COLUMNS",
    "DEFAULT_SEED",
    "acceptance_probability",
    "generate_customers",
    "main",
    "write_customers",
]

DEFAULT_SEED = 13
MIN_CUSTOMERS = 10
# Gold cuts across these five and is no sixth category.
CATEGORIES = (
    "MntWines",
    "MntFruits",
    "MntMeatProducts",
    "MntFishProducts",
    "MntSweetProducts",
)
# The odd order of the public file: campaigns 3, 4, 5, 1, 2; `Response` is the sixth.
COLUMNS = (
    "ID",
    "Year_Birth",
    "Education",
    "Marital_Status",
    "Income",
    "Kidhome",
    "Teenhome",
    "Dt_Customer",
    "Recency",
    *CATEGORIES,
    "MntGoldProds",
    "NumDealsPurchases",
    "NumWebPurchases",
    "NumCatalogPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
    "AcceptedCmp3",
    "AcceptedCmp4",
    "AcceptedCmp5",
    "AcceptedCmp1",
    "AcceptedCmp2",
    "Complain",
    "Z_CostContact",
    "Z_Revenue",
    "Response",
)
# The day the file was taken: latest enrolment plus recency. Enrolments lie 97 to 796
# days before it (2014-06-29 back to 2012-07-30).
SNAPSHOT = np.datetime64("2014-10-04")
TENURE_DAYS = (97, 796)
CONTACT_COST, RESPONSE_REVENUE = 3, 11


def generate_customers(
    n_customers: int = 2240, *, seed: int = DEFAULT_SEED
) -> pd.DataFrame:
    """Draw a customer file with the columns, statistics and oddities of the public one.

    Parameters
    ----------
    n_customers : int
        Number of rows, at least 10. Oddities keep their frequency.
    seed : int
        Seed of `numpy.random.default_rng`; the same seed gives the same file.

    Returns
    -------
    pandas.DataFrame of shape (n_customers, 29)
        Columns `COLUMNS`, one row per customer, in no order. `ID` is unique but not
        consecutive; `Dt_Customer` is text, an ISO date; `Income` has missing values.

    Raises
    ------
    ValueError
        If fewer than 10 customers are asked for.

    References
    ----------
    Statistics computed from "Customer Personality Analysis" (marketing_campaign.csv).

    Examples
    --------
    >>> customers = generate_customers(100, seed=1)
    >>> customers.shape
    (100, 29)
    >>> bool(customers["ID"].is_unique)
    True
    """
    if n_customers < MIN_CUSTOMERS:
        raise ValueError(
            f"n_customers is {n_customers}: ask for at least {MIN_CUSTOMERS} customers."
        )
    rng = np.random.default_rng(seed)
    scale = n_customers / stats.REFERENCE_SIZE
    n_copies = round(stats.COPIED * scale)

    customers = _draw_profiles(rng, n_customers - n_copies)
    customers = customers.assign(**_split_spend(rng, customers))
    customers = customers.assign(**_split_purchases(rng, customers))
    customers = customers.assign(**_draw_person(rng, customers))
    for campaign in stats.CAMPAIGNS:
        chance = acceptance_probability(customers, campaign)
        customers[campaign] = (rng.random(len(customers)) < chance).astype(int)
    customers, n_odd = _plant_oddities(rng, customers, scale)
    customers = _append_copies(rng, customers, n_copies, first=n_odd)

    customers = customers.iloc[rng.permutation(n_customers)].reset_index(drop=True)
    customers["ID"] = rng.choice(5 * n_customers, n_customers, replace=False)
    customers["Dt_Customer"] = np.datetime_as_string(
        SNAPSHOT - customers["tenure"].to_numpy().astype("timedelta64[D]")
    )
    customers["Z_CostContact"] = CONTACT_COST
    customers["Z_Revenue"] = RESPONSE_REVENUE
    return customers.loc[:, list(COLUMNS)]


def acceptance_probability(customers: pd.DataFrame, campaign: str) -> np.ndarray:
    """Probability that each customer accepts `campaign`, given the earlier campaigns.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns of the file, with `tenure` (days since enrolment) beside them; income
        without missing values; the campaigns before `campaign` already answered.
    campaign : str
        A key of `sample_statistics.CAMPAIGNS`.

    Returns
    -------
    numpy.ndarray of shape (n_customers,)
        Probabilities in [0, 1].

    Examples
    --------
    >>> customers = generate_customers(100, seed=1).assign(tenure=400)
    >>> known = customers[customers["Income"].notna()]
    >>> bool((acceptance_probability(known, "Response") < 1).all())
    True
    """
    features = {
        # Incomes of 150,000 and more belong to customers who buy next to nothing.
        "income": np.minimum(customers["Income"], 120_000) / 10_000,
        "wines": customers["MntWines"] / 100,
        "meat": customers["MntMeatProducts"] / 100,
        "treats": customers[list(stats.CATEGORY_CAPS)].sum(axis=1) / 100,
        "gold": np.log1p(customers["MntGoldProds"]),
        "children": customers["Kidhome"] + customers["Teenhome"],
        "teenager": customers["Teenhome"] > 0,
        "web": customers["NumWebPurchases"],
        "catalog": customers["NumCatalogPurchases"],
        "store": customers["NumStorePurchases"],
        "visits": customers["NumWebVisitsMonth"],
        "deals": customers["NumDealsPurchases"],
        "recency": customers["Recency"] / 100,
        "tenure": customers["tenure"] / 100,
        "partner": customers["Marital_Status"].isin(["Married", "Together"]),
        "phd": customers["Education"] == "PhD",
        "master": customers["Education"] == "Master",
    }
    score = np.zeros(len(customers))
    for name, weight in stats.CAMPAIGNS[campaign].items():
        value = 1 if name == "intercept" else features.get(name, customers.get(name))
        score += weight * np.asarray(value, dtype=float)
    return expit(score)


def _draw_profiles(rng: np.random.Generator, n_customers: int) -> pd.DataFrame:
    """Draw the archetype of every customer and, inside it, the nine quantities."""
    bounds = np.cumsum(list(stats.ARCHETYPES.values()))
    # Fixed shares in random order: overall medians lie between archetypes, where few
    # customers are, and would jump with the sizes of the archetypes.
    ranks = (np.arange(n_customers) + 0.5) / n_customers * bounds[-1]
    codes = rng.permutation(np.searchsorted(bounds, ranks))
    levels = rng.standard_normal((n_customers, len(stats.QUANTITIES)))
    drawn = {name: np.empty(n_customers) for name in stats.QUANTILES}
    households = np.empty((n_customers, 2), dtype=int)
    for code, correlations in enumerate(stats.CORRELATIONS):
        rows = codes == code
        levels[rows] = ndtr(levels[rows] @ _correlation_root(correlations))
        level = dict(zip(stats.QUANTITIES, levels[rows].T, strict=True))
        for name, quantiles in stats.QUANTILES.items():
            drawn[name][rows] = np.interp(
                level[name], stats.PROBABILITIES, quantiles[code]
            )
        shares = stats.HOUSEHOLDS[code]
        cell = np.searchsorted(
            np.cumsum(list(shares.values()))[:-1], level["household"]
        )
        households[rows] = np.array(list(shares))[cell]
    drawn["income"] *= 1000
    whole = {name: np.rint(values).astype(int) for name, values in drawn.items()}
    return pd.DataFrame(
        {
            "archetype": codes,
            "tenure": whole["tenure"],
            "spend": whole["spend"],
            "purchases": whole["purchases"],
            "Year_Birth": whole["birth_year"],
            "Income": whole["income"].astype(float),
            "Kidhome": households[:, 0],
            "Teenhome": households[:, 1],
            "MntGoldProds": np.clip(whole["gold"], 0, whole["spend"]),
            "NumDealsPurchases": np.clip(whole["deals"], 0, whole["purchases"]),
            "NumWebVisitsMonth": whole["visits"],
        }
    )


def _correlation_root(below_diagonal: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """Return the matrix that turns independent normal rows into correlated ones."""
    correlations = np.eye(len(stats.QUANTITIES))
    for row, values in enumerate(below_diagonal, start=1):
        correlations[row, :row] = correlations[:row, row] = values
    return np.linalg.cholesky(correlations).T


def _split_spend(
    rng: np.random.Generator, customers: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Split total spend over the five categories by log ratios to wine.

    Fruits, meat, fish and sweets rise and fall together: one factor is common to them.
    """
    codes = customers["archetype"].to_numpy()
    means, spreads = np.array(stats.BASKET_MEANS), np.array(stats.BASKET_SPREADS)
    shared = np.array(stats.BASKET_CORRELATIONS)[codes, np.newaxis]
    own = rng.standard_normal((len(customers), 4))
    common = rng.standard_normal((len(customers), 1))
    scores = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    ratios = np.exp(means[codes] + spreads[codes] * scores)
    to_wine = np.column_stack([np.ones(len(customers)), ratios])
    shares = to_wine / to_wine.sum(axis=1, keepdims=True)
    # Differences of rounded running sums: whole amounts that still add up to the total.
    running = np.rint(shares.cumsum(axis=1) * customers[["spend"]].to_numpy())
    amounts = np.diff(running, axis=1, prepend=0).astype(int)
    split = dict(zip(CATEGORIES, amounts.T, strict=True))
    for category, cap in stats.CATEGORY_CAPS.items():
        excess = np.maximum(split[category] - cap, 0)
        split[category] -= excess
        split["MntWines"] += excess
    return split


def _split_purchases(
    rng: np.random.Generator, customers: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Split purchases: one on the web, two in a store, the rest by lot."""
    codes = customers["archetype"].to_numpy()
    web_share, catalog_share = np.array(stats.CHANNEL_SHARES)[codes].T
    rest = customers["purchases"].to_numpy() - 3
    web = rng.binomial(rest, web_share)
    catalog = rng.binomial(rest - web, catalog_share / (1 - web_share))
    store = 2 + rest - web - catalog
    excess = np.maximum(store - stats.MAX_STORE_PURCHASES, 0)
    return {
        "NumWebPurchases": 1 + web + excess,
        "NumCatalogPurchases": catalog,
        "NumStorePurchases": store - excess,
    }


def _draw_person(
    rng: np.random.Generator, customers: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Draw education, marital status, recency and complaint."""
    n_customers = len(customers)
    bounds = np.cumsum(stats.EDUCATION_SHARES, axis=1)[customers["archetype"], :-1]
    education = (rng.random((n_customers, 1)) > bounds).sum(axis=1)
    statuses = np.array(list(stats.MARITAL_STATUS), dtype=object)
    shares = list(stats.MARITAL_STATUS.values())
    recency = rng.integers(0, 100, n_customers)
    return {
        "Education": np.array(stats.EDUCATION, dtype=object)[education],
        "Marital_Status": rng.choice(statuses, n_customers, p=shares),
        # Nobody bought after the day the file was taken, nor before enrolment.
        "Recency": np.minimum(recency, customers["tenure"]),
        "Complain": (rng.random(n_customers) < stats.COMPLAINT_RATE).astype(int),
    }


def _plant_oddities(
    rng: np.random.Generator, customers: pd.DataFrame, scale: float
) -> tuple[pd.DataFrame, int]:
    """Give the first customers one oddity each; return also how many have one.

    Rows are in random order, so the first are as good as any.
    """
    customers = customers.copy()
    counts = [round(count * scale) for count in stats.ODDITIES.values()]
    ends = np.cumsum([2, *counts])  # the first two rows pin the range of dates
    _, *slices = np.split(np.arange(ends[-1]), ends[:-1])
    places = dict(zip(stats.ODDITIES, slices, strict=True))
    customers.loc[[0, 1], "tenure"] = TENURE_DAYS
    customers.loc[0, "Recency"] = TENURE_DAYS[0]

    customers.loc[places["missing_income"], "Income"] = np.nan
    customers.loc[places["absurd_income"], "Income"] = 666666
    births = rng.integers(1893, 1901, len(places["impossible_birth"]))
    customers.loc[places["impossible_birth"], "Year_Birth"] = births
    customers.loc[places["alone"], "Marital_Status"] = "Alone"
    customers.loc[places["absurd"], "Marital_Status"] = "Absurd"
    customers.loc[places["yolo"], "Marital_Status"] = "YOLO"
    customers.loc[places["no_visit"], "NumWebVisitsMonth"] = 0

    rich, poor = places["rich_no_purchase"], places["poor_no_purchase"]
    idle = places["idle_visitor"]
    bare = np.concatenate([rich, poor, idle])
    small = [*CATEGORIES, "MntGoldProds"]
    customers.loc[bare, small] = rng.integers(1, 6, (len(bare), len(small)))
    customers.loc[bare, "MntGoldProds"] = 1
    customers.loc[bare, [name for name in COLUMNS if "Purchases" in name]] = 0
    customers.loc[poor, "NumDealsPurchases"] = 15
    customers.loc[idle, "NumWebPurchases"] = 1
    customers.loc[bare, "Income"] = rng.integers(1_700, 7_200, len(bare))
    customers.loc[bare, "NumWebVisitsMonth"] = rng.integers(13, 21, len(bare))
    customers.loc[rich, "Income"] = rng.integers(150_000, 160_000, len(rich))
    customers.loc[rich, "NumWebVisitsMonth"] = 0

    golden = places["gold_excess"]
    customers.loc[golden, list(CATEGORIES)] = rng.integers(1, 30, (len(golden), 5))
    customers.loc[golden, "MntGoldProds"] = rng.integers(250, 363, len(golden))
    return customers, int(ends[-1])


def _append_copies(
    rng: np.random.Generator, customers: pd.DataFrame, n_copies: int, *, first: int
) -> pd.DataFrame:
    """Append copies of rows from `first` on; some answer the last campaign again."""
    sources = rng.integers(first, len(customers), n_copies)
    copies = customers.iloc[sources].reset_index(drop=True)
    chance = acceptance_probability(copies, "Response")
    again = (rng.random(n_copies) < chance).astype(int)
    redrawn = rng.random(n_copies) < stats.COPIED_REDRAWN
    copies["Response"] = np.where(redrawn, again, copies["Response"])
    return pd.concat([customers, copies], ignore_index=True)


def write_customers(customers: pd.DataFrame, path: Path) -> None:
    """Write the file as the public one is written: semicolons, ISO dates.

    Parameters
    ----------
    customers : pandas.DataFrame
        As `generate_customers` returns it.
    path : pathlib.Path
        CSV file to write; UTF-8 without byte order mark, lines end in a newline alone.

    Raises
    ------
    ValueError
        If the folder does not exist.
    """
    if not path.parent.is_dir():
        raise ValueError(f"folder {path.parent} does not exist: create it first.")
    whole = customers.assign(Income=customers["Income"].astype("Int64"))
    whole.to_csv(path, sep=";", index=False, encoding="utf-8", lineterminator="\n")


def main() -> None:
    """Write the default sample to the path given on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.marketing",
        description="Write the sample customer file.",
    )
    parser.add_argument("path", type=Path, help="CSV file to write")
    path = parser.parse_args().path
    try:
        write_customers(generate_customers(), path)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

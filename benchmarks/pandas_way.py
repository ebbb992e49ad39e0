"""The same work as people do it today: one notebook with pandas and scikit-learn.

    python -m benchmarks.pandas_way customers.parquet OUTPUT_FOLDER K [--elbow]

Read everything, clean it, engineer the same features, winsorise, scale, fit
``KMeans(n_init=10)`` to everybody, write the customers back, and group by segment. All
steps are vectorised and read or copy no more than they need: it is what a good notebook
does, not a straw man. With --elbow it fits every k that the build compares, as
notebooks do to choose k by their inertia. It leaves out what this project adds:
stability, names, rules, history, drift, tests.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

__all__ = ["main"]

COMPARED = range(2, 9)
SEGMENTATION = [
    "income",
    "total_spend",
    "purchases",
    "children",
    "deal_share",
    "web_visits_per_month",
]
LOGGED = ["income", "total_spend", "purchases"]
CATEGORIES = {
    "wine": "MntWines",
    "fruit": "MntFruits",
    "meat": "MntMeatProducts",
    "fish": "MntFishProducts",
    "sweets": "MntSweetProducts",
}
CHANNELS = {
    "web": "NumWebPurchases",
    "catalog": "NumCatalogPurchases",
    "store": "NumStorePurchases",
}
CAMPAIGNS = [f"AcceptedCmp{number}" for number in range(1, 6)]
EDUCATION = {
    "Basic": ("Basic", 1),
    "Graduation": ("Graduate", 3),
    "2n Cycle": ("Master", 4),
    "Master": ("Master", 4),
    "PhD": ("PhD", 5),
}
MARITAL_STATUS = {
    "Married": ("Married", 2),
    "Together": ("Together", 2),
    "Single": ("Single", 1),
    "Alone": ("Single", 1),
    "Divorced": ("Divorced", 1),
    "Widow": ("Widowed", 1),
}
NUMERIC = [
    *SEGMENTATION,
    "age",
    "education_rank",
    "household_size",
    "income_per_head",
    "tenure_days",
    "recency_days",
    "average_order_value",
    *(f"{category}_share" for category in [*CATEGORIES, "gold"]),
    *(f"{channel}_share" for channel in CHANNELS),
    "campaigns_accepted",
]
ATTRIBUTES = [
    "education",
    "household_type",
    "marital_status",
    "preferred_channel",
    "top_category",
]


def clean(raw: pd.DataFrame) -> pd.DataFrame:
    """Return one row a customer with looked-up words and what is not believed."""
    customers = raw.dropna(subset=["ID"]).drop_duplicates("ID").copy()
    customers["is_repeated_profile"] = customers.duplicated(
        [name for name in customers.columns if name not in ("ID", "Response")]
    )
    enrolled = pd.to_datetime(customers["Dt_Customer"])
    observed_on = (enrolled + pd.to_timedelta(customers["Recency"], unit="D")).max()
    customers["tenure_days"] = (observed_on - enrolled).dt.days
    customers["age"] = observed_on.year - customers["Year_Birth"]
    low, high = customers["Income"].quantile([0.25, 0.75])
    is_implausible = (customers["Income"] > high + 5 * (high - low)) | (
        customers["Income"] < 0
    )
    customers["is_income_implausible"] = is_implausible
    customers["is_age_implausible"] = ~customers["age"].between(16, 100)
    for column, words in (("Education", EDUCATION), ("Marital_Status", MARITAL_STATUS)):
        known = customers[column].astype("category")
        customers[column] = known.map({word: name for word, (name, _) in words.items()})
        number = known.map({word: number for word, (_, number) in words.items()})
        customers[f"{column}_number"] = number.astype(float)
    return customers


def engineer(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the features in natural units."""
    spend = raw[list(CATEGORIES.values())]
    purchases = raw[list(CHANNELS.values())]
    total_spend, total_purchases = spend.sum(axis=1), purchases.sum(axis=1)
    some_spend = total_spend.where(total_spend > 0)
    some_purchases = total_purchases.where(total_purchases > 0)
    adults = raw["Marital_Status_number"]
    children = raw["Kidhome"] + raw["Teenhome"]
    features = pd.DataFrame(
        {
            "customer_id": raw["ID"],
            "birth_year": raw["Year_Birth"],
            "age": raw["age"],
            "education": raw["Education"],
            "education_rank": raw["Education_number"],
            "marital_status": raw["Marital_Status"],
            "household_size": adults + children,
            "household_type": pd.Categorical.from_codes(
                np.select(
                    [
                        adults.isna(),
                        (adults == 1) & (children == 0),
                        adults == 1,
                        children == 0,
                    ],
                    [-1, 0, 1, 2],
                    default=3,
                ),
                ["Single", "Single parent", "Couple", "Family"],
            ),
            "children": children,
            "income": raw["Income"],
            "income_per_head": raw["Income"] / (adults + children),
            "enrolled_on": raw["Dt_Customer"],
            "tenure_days": raw["tenure_days"],
            "recency_days": raw["Recency"],
            "total_spend": total_spend,
            "top_category": _greatest(spend, list(CATEGORIES)),
            "gold_share": raw["MntGoldProds"] / some_spend,
            "purchases": total_purchases,
            "preferred_channel": _greatest(purchases, list(CHANNELS)),
            "average_order_value": total_spend / some_purchases,
            "deal_purchases": raw["NumDealsPurchases"],
            "deal_share": raw["NumDealsPurchases"] / some_purchases,
            "web_visits_per_month": raw["NumWebVisitsMonth"],
            "has_complained": raw["Complain"] == 1,
            "campaigns_accepted": raw[CAMPAIGNS].sum(axis=1),
            "target_accepted": raw["Response"] == 1,
            "is_age_implausible": raw["is_age_implausible"],
            "is_income_implausible": raw["is_income_implausible"],
            "is_repeated_profile": raw["is_repeated_profile"],
        }
    )
    for name, column in CATEGORIES.items():
        features[f"{name}_spend"] = raw[column]
        features[f"{name}_share"] = raw[column] / some_spend
    for name, column in CHANNELS.items():
        features[f"{name}_purchases"] = raw[column]
        features[f"{name}_share"] = raw[column] / some_purchases
    return features


def assign(features: pd.DataFrame, k: int, *, compared=()) -> pd.DataFrame:
    """Fit k, and each to compare, to everybody; return segment, distances, margin."""
    space = features[SEGMENTATION].astype(float)
    space.loc[features["is_income_implausible"], "income"] = np.nan
    low, high = space.quantile(0.01), space.quantile(0.99)
    space = space.fillna(space.median()).clip(low, high, axis=1)
    space[LOGGED] = np.log1p(space[LOGGED])
    points = StandardScaler().fit_transform(space)
    models = {
        n: KMeans(n, n_init=10, random_state=0).fit(points) for n in {k, *compared}
    }
    fitted = models[k]
    distances = np.sort(fitted.transform(points), axis=1)
    return pd.DataFrame(
        {
            "segment": fitted.labels_,
            "distance_to_centroid": distances[:, 0],
            "second_distance": distances[:, 1],
            "margin": 1 - distances[:, 0] / distances[:, 1],
        },
        index=features.index,
    )


def profiles(customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the segment marts hold, as far as a group by tells it."""
    by_segment = customers.groupby("segment")
    numbers = by_segment[NUMERIC].agg(["count", "mean", "median", "std"])
    quantiles = by_segment[NUMERIC].quantile([0.1, 0.25, 0.75, 0.9])
    spend = by_segment[[f"{name}_spend" for name in CATEGORIES]].sum()
    purchases = by_segment[[f"{name}_purchases" for name in CHANNELS]].sum()
    return {
        "sizes": by_segment.agg(
            customers=("customer_id", "size"),
            total_spend=("total_spend", "sum"),
            response=("target_accepted", "mean"),
        ),
        "numbers": numbers,
        "quantiles": quantiles,
        "category_mix": spend.div(spend.sum(axis=1), axis=0),
        "channel_mix": purchases.div(purchases.sum(axis=1), axis=0),
        **{
            name: pd.crosstab(customers["segment"], customers[name], normalize="index")
            for name in ATTRIBUTES
        },
    }


def main(arguments: list[str]) -> None:
    """Read the file named first, write into the folder named second, told k third."""
    file, folder = map(Path, arguments[:2])
    k, compared = int(arguments[2]), COMPARED if "--elbow" in arguments else ()
    steps = {}

    def timed(step: str, function, *given):
        start = time.process_time()
        outcome = function(*given)
        steps[step] = round(time.process_time() - start, 2)
        return outcome

    raw = timed("read", pd.read_parquet, file)
    features = timed("clean and engineer", lambda: engineer(clean(raw)))
    assigned = timed("fit and assign", lambda: assign(features, k, compared=compared))
    customers = pd.concat([features, assigned], axis=1)
    written = folder / "customers.parquet"
    timed("write", lambda: customers.to_parquet(written, index=False))
    for name, table in timed("group by", profiles, customers).items():
        table.to_csv(folder / f"{name}.csv")
    (folder / "pandas_steps.json").write_text(json.dumps(steps), encoding="utf-8")


def _greatest(values: pd.DataFrame, names: list[str]) -> pd.Categorical:
    """Return the name of the greatest column of each row; none where all are 0."""
    numbers = values.to_numpy()
    codes = np.where(numbers.max(axis=1) > 0, numbers.argmax(axis=1), -1)
    return pd.Categorical.from_codes(codes, names)


if __name__ == "__main__":
    main(sys.argv[1:])

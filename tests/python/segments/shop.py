"""A small shop, made up, whose segmentation is fitted in this process."""

from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd

from segmentation.segments.versions import FitInputs, segment_model

SETTINGS = {
    "fit_sample_rows": 260,
    "evaluation_sample_rows": 200,
    "scaling": "standard",
    "winsorise_quantiles": [0.02, 0.98],
    "outlier_iqr": 1.5,
    "algorithm": "kmeans",
    "random_seed": 1,
    "kmeans_starts": 3,
    "k_range": [2, 4],
    "k": 0,
    "k_rule": "stability",
    "min_stability": 0.8,
    "min_segment_share": 0.05,
    "bootstrap_samples": 4,
    "min_segment_overlap": 0.4,
    "min_refit_agreement": 0.5,
}
CATALOGUE = pd.DataFrame(
    [
        ("age", "Age", "years", "number", "none", 1.0, None, "older", "young"),
        ("gone", "Gone", "", "group", "none", 1.0, None, "", ""),
        ("income", "Income", "money", "number", "log1p", 1.0, "is_odd", "rich", ""),
        ("plan", "Plan", "", "group", "none", 1.0, None, "", ""),
        ("total_spend", "Total spend", "money", "number", "log1p", 2.0, None, "", ""),
        ("visits", "Visits", "count", "number", "none", 0.5, None, "frequent", "rare"),
    ],
    columns=[
        *("feature", "label", "unit", "kind", "transform", "weight"),
        *("implausible_flag", "high_phrase", "low_phrase"),
    ],
)
# most of the well-off have so much; the settled are known by their age as well
ARCHETYPES = pd.DataFrame(
    {
        "archetype": ["Settled", "Settled", "Well-Off"],
        "feature": ["age", "income", "income"],
        "direction": 1,
        "bound": [np.nan, np.nan, 60_000],
        "is_compared": True,
        "bound_words": None,
        "weight": [2.0, 1.0, 1.0],
        "bound_share": [np.nan, np.nan, 0.9],
    }
)
WORDS = pd.DataFrame(
    {"word": ["young"], "unit": ["years"], "direction": [-1], "bound": [30.0]}
)


class Table(SimpleNamespace):
    """Stands for `dbt.this`."""

    def __str__(self):
        return f"{self.schema}.{self.identifier}"


def customers(n: int = 300, *, richer: float = 0.0) -> pd.DataFrame:
    """Return three kinds of customers that overlap; some values are missing."""
    rng = np.random.default_rng(11)
    kind = np.arange(n) % 3
    income = np.exp(rng.normal(np.array([10, 10.6, 11.4 + richer])[kind], 0.3))
    anything = rng.random(n) < 0.35
    plans = np.array(["basic", "plus", "gold"])
    people = pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "observed_on": pd.Timestamp("2024-03-01").date(),
            "income": income.round(-2),
            "visits": rng.poisson(np.array([7, 4, 3])[kind]).astype(float),
            "total_spend": (income * rng.uniform(0.01, 0.04, n)).round(2),
            "age": rng.integers(20, 50, n) + 10 * kind,
            "plan": plans[np.where(anything, rng.integers(0, 3, n), kind)],
            "is_odd": rng.random(n) < 0.03,
        }
    )
    people.loc[rng.random(n) < 0.1, "visits"] = np.nan
    people.loc[rng.random(n) < 0.06, "plan"] = None
    people.loc[people["is_odd"], "income"] = 9e9
    people.loc[people.index == 7, "plan"] = "trial"
    return people


class Shop:
    """Builds that share a table of versions."""

    def __init__(self):
        self.session = duckdb.connect()

    def fit(self, people: pd.DataFrame, features: list[str], **asked) -> list[dict]:
        """Return the versions after a build; settings go by their names."""
        options = ("retrain", "model_version", "accept_refit")
        given = {name: asked.pop(name) for name in options if name in asked}
        catalogue = CATALOGUE.assign(
            is_segmentation=CATALOGUE["feature"].isin(features)
        )
        dialect = pd.DataFrame({"input_name": ["shop"], "features": [features]})
        overrides = pd.DataFrame({"segment_name": ["Our Best"]})
        seeds = ARCHETYPES, WORDS, overrides
        tables = people, catalogue, catalogue, dialect, *seeds
        made = segment_model(
            self.session,
            this=Table(schema="main", identifier="fits"),
            inputs=FitInputs(*map(self.session.from_df, tables)),
            settings={**SETTINGS, **asked},
            **given,
        )
        self.session.register("made", made)
        self.session.sql("create or replace table next_fits as from made")
        self.session.sql("drop table if exists fits")
        self.session.sql("alter table next_fits rename to fits")
        versions = self.session.sql("from fits order by model_version")
        return versions.to_arrow_table().to_pylist()

"""The verdict on drift, from the model's own SQL over builds that are drawn."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from segmentation.segments.drift import bin_counts_sql, reference_bins
from segmentation.segments.transforms import Feature

pytestmark = pytest.mark.long

SEGMENTS = ["S01", "S02", "S03", "S04"]
WORDS = ["monthly", "yearly", "two years", "none"]


def population(rng: np.random.Generator, n: int, *, shift: float = 0.0) -> pd.DataFrame:
    """Draw customers; `shift` moves income, by its standard deviation."""
    spend = rng.lognormal(4, 1.2, n).round(2)
    return pd.DataFrame(
        {
            "income": 50_000 + 15_000 * (rng.normal(size=n) + shift),
            "spend": np.where(rng.random(n) < 0.05, np.nan, spend),
            "refunds": np.where(rng.random(n) < 0.7, 0, rng.poisson(3, n) + 1.0),
            "children": rng.poisson(0.9, n) * 1.0,
            "purchases": rng.negative_binomial(2, 0.2, n) * 1.0,
            "recency": rng.uniform(0, 99, n),
            "contract": rng.choice(WORDS, n, p=[0.5, 0.3, 0.195, 0.005]),
            "senior": rng.choice(["no", "yes"], n, p=[0.85, 0.15]),
        }
    )


GROUPS = ("contract", "senior")
DRAWS = 20


def draws(rng: np.random.Generator, n: int, **change) -> pd.DataFrame:
    """Draw customers several times, side by side: a model run judges them at once."""
    frames = [population(rng, n, **change).add_suffix(f" {i}") for i in range(DRAWS)]
    return pd.concat(frames, axis=1)


def feature(column: str) -> Feature:
    kind = "group" if column.split()[0] in GROUPS else "number"
    return Feature(column, column, kind=kind)


@pytest.fixture(scope="module")
def drift(project_jinja):
    """Return a function: the verdict by subject of one build after another fit."""
    sql = project_jinja("models/marts/versions/segment_drift.sql")
    engine = duckdb.connect()

    def judge(fit: pd.DataFrame, today: pd.DataFrame, rng) -> pd.DataFrame:
        sizes = [0.4, 0.3, 0.2, 0.1]
        at_fit = rng.multinomial(len(fit), sizes)
        distances = [rng.gamma(6, 0.3, max(n, 1)).mean() for n in at_fit]
        versions = pd.DataFrame(
            {
                "model_version": 1,
                "is_current": True,
                "segment_key": SEGMENTS,
                "fit_customers": at_fit,
                "fit_mean_distance": distances,
                "fit_outliers": rng.binomial(at_fit, 0.02),
            }
        )
        assigned = pd.DataFrame(
            {
                "segment_key": rng.choice(SEGMENTS, len(today), p=sizes),
                "distance_to_centroid": rng.gamma(6, 0.3, len(today)),
                "is_outlier": rng.random(len(today)) < 0.02,
            }
        )
        engine.register("customers", today)
        features = [feature(column) for column in fit]
        bins = engine.sql(bin_counts_sql("customers", reference_bins(fit, features)))
        engine.register("ml_segment_drift", bins.df())
        engine.register("int_segment_versions", versions)
        engine.register("ml_customer_segments", assigned)
        statistics = pd.DataFrame({"observed_on": ["2014-03-01"]})
        engine.register("int_input_statistics", statistics)
        return engine.sql(sql).df().set_index("subject")

    with engine:
        yield judge


def false_alarms(verdicts: pd.Series) -> np.ndarray:
    """Return which draws are flagged in any feature; what the fit made is in all."""
    others = ["all segments", "mean distance to the centroid", "share of outliers"]
    flagged = verdicts != "stable"
    by_draw = flagged.drop(others).groupby(lambda subject: subject.split()[1]).any()
    return by_draw.to_numpy() | flagged[others].any()


@pytest.mark.parametrize(
    ("fitted", "today"), [(200, 200), (2_000, 2_000), (20_000, 100)]
)
def test_customers_of_the_same_population_are_stable(drift, fitted, today):
    rng = np.random.default_rng(fitted + today)
    flagged = [
        false_alarms(drift(draws(rng, fitted), draws(rng, today), rng)["verdict"])
        for _ in range(4)
    ]
    assert np.mean(flagged) < 0.05


def test_a_shift_of_three_tenths_of_a_standard_deviation_is_found(drift):
    rng = np.random.default_rng(2)
    fit, today = draws(rng, 2_000), draws(rng, 2_000, shift=0.3)
    verdicts = drift(fit, today, rng)["verdict"]
    found = verdicts[verdicts.index.str.startswith("income")]
    assert (found == "watch").mean() >= 0.9
    many = drift(population(rng, 100_000), population(rng, 100_000, shift=0.3), rng)
    assert many.verdict["income"] == "watch"


def test_a_change_too_small_to_matter_is_stable_however_sure(drift):
    rng = np.random.default_rng(1)
    row = drift(
        population(rng, 100_000), population(rng, 200_000, shift=0.05), rng
    ).loc["income"]
    assert row.significance > 3.5
    assert row.verdict == "stable"


@pytest.mark.parametrize(
    ("subject", "change"),
    [
        ("contract", lambda t, r: t.where(r.random(len(t)) > 0.2, "yearly")),
        ("contract", lambda t, r: t.where(r.random(len(t)) > 0.15, "weekly")),
        ("senior", lambda t, r: t.where(r.random(len(t)) > 0.2, "yes")),
        ("refunds", lambda t, r: t.where(r.random(len(t)) > 0.3, 1.0)),
        ("spend", lambda t, r: t.where(r.random(len(t)) > 0.15, np.nan)),
        ("children", lambda t, r: t.where(r.random(len(t)) > 0.25, 7.0)),
    ],
)
def test_what_changes_is_found_and_nothing_else(drift, subject, change):
    rng = np.random.default_rng(3)
    fit, today = population(rng, 3_000), population(rng, 3_000)
    today[subject] = change(today[subject], rng)
    verdicts = drift(fit, today, rng)["verdict"]
    assert verdicts[verdicts != "stable"].index.tolist() == [subject]


@pytest.mark.parametrize("freedom", [1, 4, 9, 20])
def test_standard_errors_are_those_of_the_chi_square_distribution(
    project_jinja, freedom
):
    call = "select {{ chi_square_errors(column, freedom) }} from statistics"
    exact = np.array([0.5, 1.0, 2.0, 3.5, 5.0])
    statistics = pd.DataFrame({"x": stats.chi2.isf(stats.norm.sf(exact), freedom)})
    with duckdb.connect() as engine:
        engine.register("statistics", statistics)
        found = engine.sql(project_jinja(text=call, column="x", freedom=str(freedom)))
        assert np.allclose(found.df().to_numpy().ravel(), exact, rtol=0.07)

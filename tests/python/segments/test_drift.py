"""Bins of the fit, counted again by the engine."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.drift import bin_counts_sql, reference_bins
from segmentation.segments.transforms import Feature


def counts(frame: pd.DataFrame, reference: list[dict], **options) -> pd.DataFrame:
    with duckdb.connect() as engine:
        engine.register("customers", frame)
        return engine.sql(bin_counts_sql("customers", reference, **options)).df()


def features(*names: str) -> list[Feature]:
    return [Feature(name, name) for name in names]


def frame(seed: int, n: int = 1_000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    income = np.where(rng.random(n) < 0.05, np.nan, rng.lognormal(10, 1, n))
    return pd.DataFrame({"income": income, "children": rng.integers(0, 4, n) * 1.0})


def test_the_engine_finds_the_customers_of_the_fit_in_the_bins_of_the_fit():
    fit = frame(1)
    reference = reference_bins(fit, features("income", "children"))
    again = counts(fit, reference)
    assert np.allclose(
        again["customers"] / again["all_customers"], again["reference_share"]
    )


def test_every_customer_is_in_one_bin_of_each_feature():
    reference = reference_bins(frame(1), features("income", "children"))
    today = frame(2, n=777)
    totals = counts(today, reference).groupby("feature")["customers"].sum()
    assert totals.to_dict() == {"income": 777, "children": 777}


def test_missing_values_have_a_bin_of_their_own():
    fit = frame(1)
    reference = reference_bins(fit, features("income"))
    assert reference[0]["bin"] == 0
    assert reference[0]["reference_share"] == fit["income"].isna().mean()


def test_bins_of_a_number_hold_equally_many():
    values = pd.DataFrame({"income": np.arange(1_000.0)})
    shares = [
        row["reference_share"] for row in reference_bins(values, features("income"))
    ]
    known = [share for share in shares if share]
    assert known == pytest.approx([1 / len(known)] * len(known), abs=0.002)


def test_few_different_values_make_few_bins():
    assert len(reference_bins(frame(1), features("children"))) <= 1 + 4


def test_values_that_are_not_believed_count_as_missing_as_they_did_at_the_fit():
    today = frame(1)
    today["is_odd"] = today["income"].to_numpy() > today["income"].quantile(0.9)
    fit = today.assign(income=today["income"].mask(today["is_odd"]))
    reference = reference_bins(fit, features("income"))
    again = counts(today, reference, implausible_flags={"income": "is_odd"})
    assert np.allclose(
        again["customers"] / again["all_customers"], again["reference_share"]
    )


def test_levels_of_a_group_are_its_bins_and_new_ones_are_counted_as_others():
    plans = pd.DataFrame({"plan": ["basic"] * 60 + ["gold"] * 39 + [None]})
    reference = reference_bins(plans, [Feature("plan", "Plan", kind="group")])
    shares = [(row["level"], row["reference_share"]) for row in reference]
    assert shares == [(None, 0.01), ("basic", 0.6), ("gold", 0.39), (None, 0.0)]
    later = pd.DataFrame({"plan": ["basic"] * 10 + ["Land's End"] * 5 + [None] * 2})
    assert counts(later, reference).sort_values("bin")["customers"].tolist() == [
        *(2, 10, 0, 5),
    ]


def test_a_value_that_many_have_and_every_frequent_level_have_bins_of_their_own():
    rng = np.random.default_rng(4)
    fit = pd.DataFrame(
        {
            "visits": np.where(rng.random(900) < 0.3, 5.0, rng.normal(5, 3, 900)),
            "contract": rng.choice(["monthly", 'it\'s "yearly"', None], 900),
        }
    )
    features = [Feature("visits", ""), Feature("contract", "", kind="group")]
    reference = reference_bins(fit, features)
    shares = [row["reference_share"] for row in reference]
    assert (fit["visits"] == 5).mean() in shares
    levels = {row["level"]: row["reference_share"] for row in reference if row["level"]}
    assert levels == fit["contract"].value_counts().div(900).to_dict()
    today = pd.concat([fit, fit.assign(contract="unheard of")])
    again = counts(today, reference)
    assert again.groupby("feature")["customers"].sum().tolist() == [1_800, 1_800]
    assert again.query("feature == 'contract'")["customers"].iloc[-1] == 900
    assert np.allclose(counts(fit, reference)["customers"] / 900, shares)

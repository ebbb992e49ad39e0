import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.clustering import Clustering
from segmentation.segments.fitting import _readable
from segmentation.segments.sample_fit import _fingerprint, _segments, _value
from segmentation.segments.transforms import Feature


def test_fence_is_the_upper_quartile_and_so_many_quartile_ranges():
    distances = np.array([0.0, 1, 2, 3, 4, 8.1, 7.9])
    one = Clustering(np.zeros(7, dtype=int), np.array([[0.0]]), 0.0)
    (row,) = _segments(one, distances[:, None], iqrs=1.5)
    low, high = np.quantile(distances, [0.25, 0.75])
    assert row["distance_fence"] == pytest.approx(high + 1.5 * (high - low))
    assert row["fit_mean_distance"] == pytest.approx(distances.mean())
    assert row["fit_customers"] == 7
    assert row["distance_offset"] == 0
    (near,) = _segments(one, distances[:, None], iqrs=0.5)
    assert near["distance_fence"] == pytest.approx(high + 0.5 * (high - low))
    assert near["fit_outliers"] == (distances > near["distance_fence"]).sum()


def test_numbers_are_read_as_numbers_and_groups_of_any_type():
    types = ["tinyint", "smallint", "integer", "bigint", "decimal(9, 2)", "float"]
    columns = [f"cast(1 as {kind}) as n{i}" for i, kind in enumerate(types)]
    customers = duckdb.sql(
        f"select {', '.join(columns)}, 1.5e0 as d, 'a' as word, true as flag, 'b' as w"
    )
    numbers = [Feature(name, name) for name in (*customers.columns[:-1], "gone")]
    groups = [Feature(name, name, kind="group") for name in ("w", "n0", "nowhere")]
    found = [f.feature for f in _readable(customers, [*numbers, *groups])]
    assert found == [*(f"n{i}" for i in range(6)), "d", "w", "n0"]


def test_value_is_money_where_there_is_any_and_else_the_score():
    score = [3.0, 1.0]
    both = pd.DataFrame({"spending_score": score, "total_spend": [np.nan, 2.0]})
    assert np.array_equal(_value(both), [np.nan, 2], equal_nan=True)
    assert _value(both.assign(total_spend=np.nan)).tolist() == score
    nothing = both.assign(total_spend=np.nan, spending_score=np.nan)
    assert np.isnan(_value(nothing)).all()
    assert np.isnan(_value(nothing[["total_spend"]])).all()


def test_the_fingerprint_is_of_keys_numbers_and_words():
    features = [
        *(Feature("x", ""), Feature("plan", "", kind="group")),
        Feature("kind", "", kind="group"),
    ]
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "x": [1.0, 2.0],
            "plan": ["p", "q"],
            "kind": ["k", "k"],
            "other": [0, 0],
        }
    )
    found = [
        _fingerprint(frame.assign(**change), features)
        for change in (
            {},
            {"customer_id": ["a", "c"]},
            {"x": [1.0, 2.5]},
            {"plan": ["p", "p"]},
            {"kind": ["k", "l"]},
        )
    ]
    assert len(set(found)) == 5
    assert _fingerprint(frame.assign(other=1), features) == found[0]

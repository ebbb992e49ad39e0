"""RFM scores for any ties, by the macro itself."""

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest

MACRO = Path(__file__).parents[3] / "macros" / "arithmetic" / "tied_scores.sql"


def scores(values, direction="asc") -> pd.Series:
    """Return the score of each distinct value."""
    customers = pd.DataFrame({"value_of": values})  # noqa: F841 - read by the query
    macro = jinja2.Template(MACRO.read_text()).module.tied_scores
    query = macro("customers", "value_of", direction)
    return duckdb.sql(query).df().set_index("value")["score"].sort_index()


def test_untied_values_are_divided_into_fifths():
    counts = scores(range(1000)).value_counts().sort_index()
    assert counts.index.tolist() == [1, 2, 3, 4, 5]
    assert counts.between(199, 201).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7], [3]),
        ([7, 7, 7], [3]),
        ([1, 2], [1, 5]),
        ([1, 2, 2, 3], [1, 3, 5]),
        ([1, 2, 3, 4], [1, 2, 4, 5]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1] * 96 + [2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4] + [5] * 96, [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4, 5, 6] + [7] * 94, [1, 1, 1, 2, 3, 4, 5]),
        ([None, 1, None, 2], [1, 5]),
    ],
)
def test_ties_are_resolved_as_documented(values, expected):
    assert scores(values).tolist() == expected


@pytest.mark.parametrize("seed", range(30))
def test_scores_rise_without_gaps_up_to_five(seed):
    rng = np.random.default_rng(seed)
    values = rng.choice(rng.integers(5, 40), 300) ** rng.integers(1, 4)
    if seed % 2:  # one value of most customers
        values[: rng.integers(100, 280)] = rng.choice(values)
    found = scores(values)
    steps = found.diff().dropna()
    assert len(found) >= 5
    assert found.iloc[0] == 1
    assert found.iloc[-1] == 5
    assert steps.isin([0, 1]).all()


def test_the_fewest_days_have_the_highest_score():
    days = [0, 5, 5, 20, 40, 60, 90]
    ascending, descending = scores(days), scores(days, "desc")
    assert ascending.loc[90] == 5
    assert descending.loc[0] == 5
    assert descending.loc[90] == 1

"""A figure is written alike by the engine and by Python, whatever it is."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.warehouse.figures import figure_text, percent_text
from tests.python.rendering import rendered

DECIMALS = (0, 1, 2, 3)


def figures(seed):
    """Return numbers of every size, and many that lie just between two figures."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(-3_000_000, 3_000_000, 400).astype(float)
    decades = 10.0 ** rng.integers(0, 4, 400)
    ties = (whole + 0.5) / decades
    beside = np.nextafter(ties, rng.choice([-np.inf, np.inf], 400))
    small = rng.uniform(-1, 1, 400) / decades
    edges = [0.0, -0.0, -0.4, 0.5, 1.5, 2.5, -0.5, 999.5, 999999.5, 0.35, 13.65, 1.005]
    return np.concatenate([edges, ties, beside, small, rng.normal(0, 1e5, 400)])


def by_engine(values, expression):
    connection = duckdb.connect()
    connection.register("figures", pd.DataFrame({"value": values}))
    sql = rendered(f"select {expression} as said from figures")
    return [said for (said,) in connection.sql(sql).fetchall()]


@pytest.mark.parametrize("decimals", DECIMALS)
@pytest.mark.parametrize("seed", range(5))
def test_a_figure_is_the_same_in_sql_and_python(seed, decimals):
    values = figures(seed)
    engine = by_engine(values, f"{{{{ figure('value', {decimals}) }}}}")
    assert engine == [figure_text(value, decimals) for value in values]


@pytest.mark.parametrize("seed", range(5))
def test_an_amount_that_a_mart_publishes_reads_alike_from_its_cents(seed):
    """What is published as DECIMAL(18, 2) is the figure: nothing is rounded twice."""
    cents = np.random.default_rng(seed).integers(-10_000_000, 10_000_000, 500)
    cents[::3] = cents[::3] // 100 * 100 + 50
    published = "cast(value as decimal(18, 2))"
    engine = by_engine(cents / 100, f"{{{{ figure('{published}') }}}}")
    assert engine == [figure_text(cent / 100) for cent in cents]


@pytest.mark.parametrize("seed", range(5))
def test_a_share_is_the_same_in_sql_and_python(seed):
    rng = np.random.default_rng(seed)
    of = rng.integers(1, 3000, 600)
    shares = rng.integers(0, of + 1) / of
    edges = [0, 1, 0.005, 0.0049999, 0.995, 0.9949999, 0.125, 0.285, 0.545]
    shares = np.concatenate([edges, shares, (rng.integers(0, 100, 200) + 0.5) / 100])
    engine = by_engine(shares, "{{ percent('value') }}")
    assert engine == [percent_text(share) for share in shares]
    assert all(said != "100 %" for said, s in zip(engine, shares, strict=True) if s < 1)
    assert all(said != "0 %" for said, s in zip(engine, shares, strict=True) if s > 0)


def test_a_tie_goes_away_from_zero_whatever_the_sign():
    assert [figure_text(v) for v in (20391.5, 20392.5, -20391.5)] == [
        "20,392",
        "20,393",
        "-20,392",
    ]

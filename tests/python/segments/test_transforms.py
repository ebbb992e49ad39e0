"""Fitted features: invertible, and honest about what they cannot use."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.segments.groups import group_weight, indicator, learned_levels
from segmentation.segments.transforms import (
    SCALINGS,
    TRANSFORMS,
    Feature,
    filled,
    fit_features,
    natural,
    scaled,
)
from segmentation.warehouse.errors import UserError


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "income": np.where(
                rng.random(500) < 0.1, np.nan, rng.lognormal(10, 1, 500)
            ),
            "age": rng.normal(40, 10, 500),
        }
    )


def test_standard_scaling_gives_mean_0_and_spread_1(frame):
    points = scaled(frame, fit_features(frame, [Feature("age", "Age")]))
    assert points.mean() == pytest.approx(0, abs=1e-12)
    assert points.std() == pytest.approx(1)


def test_weight_multiplies_the_squared_distance(frame):
    light, heavy = (
        scaled(frame, fit_features(frame, [Feature("age", "Age", weight=w)]))
        for w in (1, 4)
    )
    assert np.allclose(heavy, 2 * light)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("scaling", SCALINGS)
def test_natural_inverts_scaled_between_the_winsorising_bounds(
    frame, transform, scaling
):
    features = [Feature("income", "Income", transform), Feature("age", "Age")]
    fitted = fit_features(frame, features, scaling=scaling, winsorise_quantiles=(0, 1))
    known = frame.dropna()
    assert np.allclose(natural(scaled(known, fitted), fitted), known[["income", "age"]])


def test_missing_stays_missing_and_filled_is_the_median(frame):
    fitted = fit_features(frame, [Feature("income", "Income")])
    points = scaled(pd.DataFrame({"income": [np.nan, 1e12]}), fitted)
    assert np.isnan(points[:, 0]).tolist() == [True, False]
    median = natural(filled(points, fitted), fitted)[0, 0]
    assert median == pytest.approx(np.nanmedian(frame["income"]))


def test_extremes_count_as_the_bounds(frame):
    fitted = fit_features(frame, [Feature("income", "Income")])
    (income,) = fitted
    odd = pd.DataFrame({"income": [1e12, -1e12]})
    same = [[income.clip_high], [income.clip_low]]
    assert np.allclose(natural(scaled(odd, fitted), fitted), same)


@pytest.mark.parametrize(
    ("values", "feature", "settings", "sentence"),
    [
        ([np.nan, np.nan], Feature("x", "X"), {}, "The feature x has no values at all"),
        ([5.0, 5.0], Feature("x", "X"), {}, "has the same value (5)"),
        ([1.0, 2.0], Feature("x", "X", "cube"), {}, "transform 'cube' of feature x"),
        ([1.0, 2.0], Feature("x", "X", weight=0), {}, "weight of feature x is 0"),
        ([1.0, 2.0], Feature("x", "X"), {"scaling": "l2"}, "var scaling is 'l2'"),
    ],
)
def test_what_cannot_make_segments_is_said(values, feature, settings, sentence):
    with pytest.raises(UserError) as error:
        fit_features(pd.DataFrame({"x": values}), [feature], **settings)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("scaling", "centre", "spread"),
    [
        ("standard", 21.2, np.std([0, 1, 2, 3, 100])),
        ("robust", 2, 2),
        ("minmax", 0, 100),
    ],
)
def test_scalings_are_what_their_names_say(scaling, centre, spread):
    assert SCALINGS[scaling](np.array([0, 1, 2, 3, 100.0])) == pytest.approx(
        (centre, spread)
    )


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_transforms_in_numpy_and_sql_are_one_and_negatives_count_as_zero(transform):
    values = np.array([-5.0, -0.5, 0.0, 0.5, 5.0])
    in_numpy = TRANSFORMS[transform].apply(values)
    expression = TRANSFORMS[transform].sql.format(x="x")
    in_sql = duckdb.sql(
        f"select {expression} from (select unnest({values.tolist()}::double[]) as x)"
    ).fetchall()
    assert in_numpy == pytest.approx([value for (value,) in in_sql])
    if transform != "none":
        assert in_numpy[:3].tolist() == [0, 0, 0]
        assert in_numpy[4] == pytest.approx(
            {"log1p": np.log(6), "sqrt": 5**0.5}[transform]
        )


@pytest.mark.parametrize(
    ("rare", "unknown", "kinds"),
    [
        # of a hundred customers, or of those whose value is known
        (1, 0, [("level", "a"), ("level", "rare")]),
        (0, 1, [("level", "a"), ("unknown", None)]),
        (0, 40, [("level", "a"), ("unknown", None)]),
        (0, 41, [("level", "a")]),
    ],
)
def test_levels_of_a_group_are_those_of_one_in_a_hundred(rare, unknown, kinds):
    values = ["rare"] * rare + [None] * unknown + ["a"] * (100 - rare - unknown)
    assert learned_levels(pd.Series(values)) == kinds


def test_rare_levels_are_others_and_no_more_than_twenty_are_levels():
    values = pd.Series(["b"] * 100 + ["a"] * 100 + ["rare"] + [None])
    kinds = [("level", "a"), ("level", "b"), ("other", None)]
    assert learned_levels(values) == kinds
    is_other = indicator(values, "other", None, kinds)
    assert is_other.tolist()[:-1] == [0.0] * 200 + [1.0]
    assert np.isnan(is_other[-1])
    kinds.append(("unknown", None))
    assert indicator(values, "other", None, kinds)[-1] == 0
    assert indicator(values, "unknown", None, kinds).tolist() == [0.0] * 201 + [1.0]
    many = pd.Series([f"{i:02d}" for i in range(21)] * 2)
    assert learned_levels(many)[18:] == [
        *(("level", "18"), ("level", "19"), ("other", None)),
    ]


def test_a_group_weighs_as_its_effective_number_of_levels():
    assert group_weight(np.array([0.5, 0.25, 0.25])) == pytest.approx(
        (8 / 3 - 1) ** 0.5
    )
    assert group_weight(np.full(50, 0.02)) == 2
    assert group_weight(np.array([1.0])) == 0

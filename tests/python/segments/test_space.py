"""Customers without a value: whether that tells them apart, and how much it weighs."""

import numpy as np
import pandas as pd
import pytest

from segmentation.segments.space import fit_space, points_of
from segmentation.segments.transforms import Feature, filled, scaled
from segmentation.warehouse.errors import UserError

NUMBERS = [Feature(name, name) for name in "abcd"]


def people(missing: int, n: int = 240) -> pd.DataFrame:
    """Return three kinds of customers; some of the third lack a and b."""
    rng = np.random.default_rng(3)
    kind = np.arange(n) % 3
    frame = pd.DataFrame(
        {
            "a": rng.normal(kind, 1),
            "b": rng.normal(size=n),
            "c": rng.normal(3 * kind, 0.5),
            "d": rng.normal(-2 * kind, 0.6),
        }
    )
    frame.loc[np.flatnonzero(kind == 2)[:missing], ["a", "b"]] = np.nan
    return frame


def space_of(frame, features=NUMBERS, **asked):
    usual = {"algorithm": "kmeans", "scaling": "standard", "random_seed": 1}
    asked = {"winsorise_quantiles": (0, 1)} | usual | asked
    return fit_space(frame, features, **asked)


@pytest.mark.parametrize(
    ("missing", "n", "told"),
    [
        (20, 240, ["a", "b"]),
        (19, 240, []),
        # of many customers one in a hundred
        (30, 3000, ["a", "b"]),
        (29, 3000, []),
    ],
)
def test_enough_alike_customers_without_a_value_are_a_kind(missing, n, told):
    assert space_of(people(missing, n)).told_by_gaps == told


def test_gaps_of_anybody_are_no_kind():
    frame = people(0)
    who = np.random.default_rng(1).permutation(240)[:40]
    frame.loc[who, "a"] = np.nan
    assert space_of(frame).told_by_gaps == []


def test_numbers_that_are_missing_together_share_an_indicator():
    frame = people(24)
    space = space_of(frame)
    assert [f.key for f in space.features] == [
        *((name, "number", None) for name in "abcd"),
        ("a", "unknown", None),
    ]
    indicator = space.features[-1]
    assert (indicator.transform, indicator.weight) == ("none", 1)
    assert (indicator.impute_value, indicator.center) == (0.1, 0.1)
    assert (indicator.clip_low, indicator.clip_high) == (0, 1)
    assert indicator.scale == pytest.approx((0.1 * 0.9) ** 0.5)
    is_missing = frame["a"].isna().to_numpy()
    expected = np.where(is_missing, 0.9, -0.1) / 0.3
    assert space.points[:, -1] == pytest.approx(expected)
    assert np.isnan(space.points).sum() == 2 * 24
    assert np.array_equal(space.points, scaled(frame, space.features), equal_nan=True)


def test_indicators_together_weigh_as_one_number_of_weight_one():
    frame = people(24)
    # others of the third kind lack b, so there are two patterns
    third = np.flatnonzero(np.arange(240) % 3 == 2)
    frame["b"] = np.random.default_rng(4).normal(size=240)
    frame.loc[third[30:66], "b"] = np.nan
    weighty = [Feature(f.feature, "", weight=3.0) for f in NUMBERS]
    space = space_of(frame, weighty, scaling="minmax")
    assert space.told_by_gaps == ["a", "b"]
    points = scaled(frame, space.features)
    unit = np.nanvar(points[:, :4] / 3**0.5, axis=0).mean()
    variance = 0.1 * 0.9 + 0.15 * 0.85
    for indicator, share in zip(space.features[4:], (0.1, 0.15), strict=True):
        assert indicator.center == pytest.approx(share)
        assert indicator.scale == pytest.approx((variance / unit) ** 0.5)
    assert np.var(points[:, 4:], axis=0).sum() == pytest.approx(unit)


def test_a_mixture_has_no_gaps_and_needs_no_indicators():
    frame = people(24)
    space = space_of(frame, algorithm="gaussian_mixture")
    assert (space.told_by_gaps, len(space.features)) == ([], 4)
    complete = filled(scaled(frame, space.features), space.features)
    assert np.array_equal(space.points, complete)
    assert np.array_equal(
        points_of(frame, space.features, "gaussian_mixture"), complete
    )
    gaps = points_of(frame, space.features, "hierarchical")
    assert np.isnan(gaps).sum() == 48


def test_a_group_is_no_number_that_is_missing():
    frame = people(24)
    frame["a"] = np.where(frame["a"].isna(), None, "known")
    group = Feature("a", "a", kind="group")
    space = space_of(frame, [group, *NUMBERS[1:]])
    assert space.told_by_gaps == ["b"]
    assert [f.key for f in space.features] == [
        *(("a", "level", "known"), ("a", "unknown", None)),
        *((name, "number", None) for name in "bcd"),
        ("b", "unknown", None),
    ]
    with pytest.raises(UserError, match="cannot take a, which is a group"):
        space_of(frame, [group], algorithm="gaussian_mixture")


def test_something_has_to_be_known_of_most():
    frame = people(0)[["a", "b"]]
    frame.loc[:143, "a"] = np.nan
    frame.loc[:149, "b"] = np.nan
    with pytest.raises(UserError, match="Every feature is missing for at least 60% of"):
        space_of(frame, NUMBERS[:2])
    frame.loc[143, "a"] = 1.0
    assert len(space_of(frame, NUMBERS[:2]).features) >= 2

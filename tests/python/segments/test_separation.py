"""What stands apart, what shades into what, and how that is said."""

import numpy as np
import pytest

from benchmarks.groups import CASES
from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.natural_groups import find_natural_groups
from segmentation.segments.separation import (
    Pair,
    Separation,
    distinct_rows,
    separation,
    untied,
)
from segmentation.segments.stability import bootstrap_partitions, jaccard_stability
from segmentation.segments.verdict import verdict

BY_NAME = {case.name: case for case in CASES}
FOUND = [
    *("gaussian: 2, 8 sd, 2d", "gaussian: 3, 6 sd, 2d", "gaussian: 4, 5 sd, 12d"),
    *("unequal: 2, 90, 10 %", "97 and 3 %: 2, 8 sd", "heavy-tailed: 3, 4d"),
    *("counts: 4, 4 columns", "yes or no: 3, blocks of 4", "copies: 3, 5 times"),
    "many zeros: 3, one column",
]
NONE = [
    *("gaussian, 200 in 2d", "correlated, 4d", "uniform, 2d", "log-normal, 2d"),
    *("log-normal, 6d", "exponential, 5d", "t(3), 5d", "1 to 5, 6 columns"),
    *("yes or no, 6 columns", "many zeros, 2 of 4", "several kinds", "copies of one"),
]


@pytest.mark.parametrize("name", FOUND)
def test_groups_that_stand_apart_are_counted(name):
    points, _ = BY_NAME[name].drawn(42)
    found = find_natural_groups(points, random_seed=42, starts=3, most=6)
    assert found.count == BY_NAME[name].groups


@pytest.mark.parametrize("name", NONE)
def test_a_cloud_without_groups_is_one_however_it_is_cut(name):
    points, _ = BY_NAME[f"none: {name}"].drawn(42)
    assert find_natural_groups(points, random_seed=42, starts=3, most=6).count == 1


def touching_and_far(rng):
    """Four groups, of which the first two touch and the others are far away."""
    centres = np.array([[0, 0, 0], [2.5, 0, 0], [0, 12, 0], [0, 0, 12]])
    truth = np.repeat(np.arange(4), 250)
    return centres[truth] + rng.normal(size=(1000, 3)), truth


def test_two_that_touch_shade_into_each_other_and_the_others_stand_apart():
    points, truth = touching_and_far(np.random.default_rng(1))
    found = separation(untied(points, 1), truth, random_seed=1)
    assert [found.shades_into(label) for label in range(4)] == [[1], [0], [], []]
    assert list(found.groups) == [0, 0, 1, 2]
    assert not found.all_apart
    words = {(p.first, p.second): p.verdict for p in found.pairs}
    assert words[0, 1] == "shade into each other"
    assert words[2, 3] == "stand apart"


def test_the_same_seed_tells_the_same():
    points, truth = touching_and_far(np.random.default_rng(2))
    once, again = (separation(points, truth, random_seed=3) for _ in range(2))
    assert once.pairs == again.pairs


def test_segments_with_a_third_between_are_not_neighbours():
    rng = np.random.default_rng(4)
    truth = np.repeat(np.arange(3), 200)
    line = np.column_stack([10.0 * truth, np.zeros(600)]) + rng.normal(size=(600, 2))
    found = separation(line, truth, random_seed=1)
    words = {(p.first, p.second): p.verdict for p in found.pairs}
    assert words == {
        (0, 1): "stand apart",
        (0, 2): "not neighbours",
        (1, 2): "stand apart",
    }


def test_copies_are_dropped_but_not_equal_answers():
    rng = np.random.default_rng(5)
    people = rng.normal(size=(100, 3))
    assert list(distinct_rows(np.tile(people, (4, 1)))) == list(range(100))
    answers = rng.integers(0, 2, (400, 3)).astype(float)
    assert len(distinct_rows(answers)) == 400


def test_copies_are_seen_though_a_value_is_missing():
    people = np.random.default_rng(8).normal(size=(60, 3))
    people[::4, 1] = np.nan
    assert list(distinct_rows(np.tile(people, (3, 1)))) == list(range(60))


def test_values_that_are_missing_at_random_make_no_groups_and_hide_none_far_apart():
    rng = np.random.default_rng(9)
    cloud, (points, truth) = rng.normal(size=(600, 4)), touching_and_far(rng)
    for data, count in ((cloud, 1), (np.hstack([points, points]), 3)):
        data[rng.random(data.shape) < 0.03] = np.nan
        found = find_natural_groups(data, random_seed=1, starts=3, most=5)
        assert found.count == count
    assert len(truth) == len(found.rows)


def test_spread_ties_keep_order_mean_and_deviation():
    rng = np.random.default_rng(6)
    columns = np.column_stack(
        [
            rng.integers(0, 2, 500),
            rng.poisson(30, 500),
            rng.normal(size=500),
            np.exp(rng.normal(size=500)) * (rng.random(500) < 0.5),
        ]
    ).astype(float)
    spread = untied(columns, 1)
    assert spread.mean(axis=0) == pytest.approx(columns.mean(axis=0))
    assert spread.std(axis=0) == pytest.approx(columns.std(axis=0))
    for before, after in zip(columns.T, spread.T, strict=True):
        assert len(np.unique(after)) == 500
        # a larger value stays the larger one
        assert (np.diff(before[np.argsort(after)]) >= 0).all()


def test_copies_of_customers_do_not_make_segments_come_out_again():
    people = np.random.default_rng(7).normal(size=(80, 3))

    def stability(points):
        labels = fit_kmeans(points, 5, random_seed=1).labels
        draws = bootstrap_partitions(
            points,
            lambda drawn, seed: fit_kmeans(drawn, 5, random_seed=seed, starts=3),
            samples=10,
            random_seed=1,
        )
        return jaccard_stability(labels, draws, 5).mean()

    assert stability(np.tile(people, (30, 1))) == pytest.approx(
        stability(people), abs=0.05
    )


def apart(groups, shares=None, chain=False):
    """Return a separation with these groups, by segment."""
    shares = np.full(len(groups), 1 / len(groups)) if shares is None else shares
    pairs = [
        Pair(a, b, 0.5, 0.5 if is_joined else 0.001)
        for a in range(len(groups))
        for b in range(a + 1, len(groups))
        for is_joined in [groups[a] == groups[b] and (b == a + 1 or not chain)]
    ]
    return Separation(pairs, np.array(groups), np.array(shares))


KEYS = ["S01", "S02", "S03", "S04", "S05"]


@pytest.mark.parametrize(
    ("found", "figures", "said"),
    [
        (apart([0, 1, 2]), {}, "Three natural groups: all three segments stand apart."),
        (
            apart([0, 0, 1, 1]),
            {},
            "Two natural groups, cut into four: S01 and S02 shade into each other, and "
            "stand apart from S03 and S04, which shade into each other too.",
        ),
        (
            apart([0, 0, 1]),
            {},
            "Two natural groups, cut into three: S01 and S02 shade into each other, "
            "and stand apart from S03.",
        ),
        (
            apart([0, 1, 1, 1], chain=True),
            {},
            "Two natural groups, cut into four: S02, S03 and S04 shade into each other "
            "step by step, and stand apart from S01.",
        ),
        (
            apart([0, 0, 1, 1, 1], chain=True),
            {},
            "Two natural groups, cut into five: S01 and S02 shade into each other, and "
            "stand apart from S03, S04 and S05, which shade into each other too step "
            "by step.",
        ),
        (
            apart([0, 0, 1, 1, 2]),
            {},
            "Three natural groups, cut into five: S01 and S02 shade into each other, "
            "S03 and S04 shade into each other, S05 stands apart; between the groups "
            "there are gaps.",
        ),
        (
            apart([0, 1], [0.04, 0.03]),
            {},
            "Two small groups: both segments stand apart.",
        ),
        (
            apart([0, 1, 2], [0.949, 0.05, 0.001]),
            {},
            "Two natural groups and a small one of 0.1% of the customers: all three "
            "segments stand apart.",
        ),
        (
            apart([0, 1, 2], [0.93, 0.04, 0.03]),
            {},
            "One group and two small ones of 4.0% and 3.0% of the customers: all three "
            "segments stand apart.",
        ),
        (
            apart([0, 0]),
            {"customers": 500, "natural_groups": 12},
            "A continuum: the two segments shade into each other, a useful cut rather "
            "than natural groups. Cut into another number of segments, twelve groups "
            "stand apart.",
        ),
        (
            apart([0, 1]),
            {"natural_groups": 13, "stability": 0.9},
            "Two natural groups: both segments stand apart. Cut into another number of "
            "segments, 13 groups stand apart.",
        ),
        (
            apart([0, 1, 2, 0]),
            {},
            "Three natural groups, cut into four: S01 and S04 shade into each other, "
            "S02 and S03 stand apart; between the groups there are gaps.",
        ),
        (
            apart([0, 1], [0.97, 0.03]),
            {},
            "One group and a small one of 3.0% of the customers: both segments stand "
            "apart.",
        ),
        (
            apart([0, 0]),
            {},
            "A continuum: the two segments shade into each other, a useful cut rather "
            "than natural groups.",
        ),
        (
            apart([0, 0]),
            {"customers": 300},
            "No natural groups shown: the two segments shade into each other as far as "
            "300 customers can tell, and below about 500 groups that nearly touch "
            "cannot be told from one.",
        ),
        (
            apart([0, 1]),
            {"natural_groups": 3},
            "Two natural groups: both segments stand apart. Cut into another number of "
            "segments, three groups stand apart.",
        ),
        (
            apart([0, 1]),
            {"features": ["Income"]},
            "Two natural groups: both segments stand apart. Segments rest on income "
            "alone.",
        ),
        (
            apart([0, 1]),
            {"features": ["Income", "Age"]},
            "Two natural groups: both segments stand apart.",
        ),
        (
            apart([0, 1]),
            {"stability": 0.8967},
            "Two natural groups: both segments stand apart. When the customers are "
            "drawn again other segments come out: their borders are not to be relied "
            "on (agreement 0.897 of 1, 0.90 wanted).",
        ),
    ],
)
def test_the_verdict_says_what_stands_apart(found, figures, said):
    usual = {"customers": 2000, "natural_groups": 1, "stability": 0.95}
    keys = KEYS[: len(found.groups)]
    assert verdict(found, **{**usual, **figures}, keys=keys) == said


def test_without_keys_it_is_not_said_which_shade_into_each_other():
    figures = {"customers": 2000, "natural_groups": 2, "stability": 0.95}
    said = verdict(apart([0, 0, 1]), **figures)
    assert said == "Two natural groups, cut into three."


def test_a_pair_is_joined_by_its_p_value_only():
    assert Pair(0, 1, 0.5, 0.02).is_joined
    assert not Pair(0, 1, 0.5, 0.01).is_joined
    assert not Pair(0, 1, 0.1, None).is_joined

"""Columns that should not make segments are left out, each with the reason."""

import numpy as np
import pandas as pd
import pytest

from segmentation.segments.columns import choose_columns


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 1200
    kind = rng.integers(0, 3, n)
    wine, meat = rng.gamma(2, 20 * (1 + 4 * kind)), rng.gamma(2, 20 * (1 + 3 * kind))
    fish = rng.gamma(2, 10 * (1 + 2 * kind))
    return pd.DataFrame(
        {
            "country": "here",
            "nothing": np.nan,
            "e_mail": [f"{i}@example.org" for i in range(n)],
            "wine": wine,
            "meat": meat,
            "fish": fish,
            "spend": wine + meat + fish,
            "wine_cents": 100 * wine + rng.normal(0, 5, n),
            "visits": rng.poisson(3 + 6 * kind).astype(float),
            "plan": np.array(["basic", "plus", "gold"])[kind],
            "noise": rng.normal(size=n),
            "colour": rng.choice(["red", "blue"], n),
        }
    )


def test_each_column_has_its_reason(frame):
    said = {c.column: c.reason for c in choose_columns(frame, k=3)}
    assert said == {
        "country": "is the same for everybody",
        "nothing": "is known of hardly anybody",
        "e_mail": "differs for nearly every customer",
        "wine": "",
        "meat": "",
        "fish": said["fish"],
        "spend": "is the total of wine, meat and fish",
        "wine_cents": "says the same as wine",
        "visits": "",
        "plan": "",
        "noise": "tells little about the segments that the others make",
        "colour": "tells little about the segments that the others make",
    }


def test_the_choice_is_the_same_again_and_takes_the_logarithm_of_skewed(frame):
    first, second = (choose_columns(frame, k=3) for _ in range(2))
    assert first == second
    transforms = {c.column: c.transform for c in first}
    assert transforms["wine"] == "log1p"
    assert transforms["noise"] == "none"


@pytest.mark.parametrize(
    ("values", "transform"),
    [
        (np.exp(np.arange(60) / 8), "log1p"),
        (np.exp(np.arange(60) / 8) - 2, "none"),  # some are below zero
        (np.arange(60.0), "none"),  # not skewed
        (np.repeat([0.0, 1, 9], [40, 15, 5]), "none"),  # a few values, counted
    ],
)
def test_logarithms_are_of_what_is_skewed_many_valued_and_never_negative(
    values, transform
):
    (chosen,) = choose_columns(pd.DataFrame({"spend": values}), k=2)
    assert (chosen.kind, chosen.transform, chosen.reason) == ("number", transform, "")


def test_a_column_left_out_is_still_of_its_kind(frame):
    kinds = {c.column: c.kind for c in choose_columns(frame, k=3)}
    assert kinds["nothing"] == kinds["spend"] == kinds["noise"] == "number"
    assert kinds["country"] == kinds["e_mail"] == kinds["colour"] == "group"


def test_of_two_columns_one_that_tells_nothing_is_left_out():
    rng = np.random.default_rng(4)
    kind = rng.integers(0, 2, 900)
    frame = pd.DataFrame({"a": rng.normal(9 * kind), "b": rng.normal(size=900)})
    assert [c.column for c in choose_columns(frame, k=2) if c.is_kept] == ["a"]


def test_a_sample_of_many_rows_follows_the_seed():
    frame = pd.DataFrame(np.random.default_rng(6).normal(size=(12_000, 3)))
    frame.columns = ["a", "b", "c"]
    first, again, other = (
        [c.share for c in choose_columns(frame, k=3, random_seed=seed)]
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_many_rows_are_drawn_the_same_way():
    rng = np.random.default_rng(2)
    kind = rng.integers(0, 2, 20_000)
    frame = pd.DataFrame(
        {
            "a": rng.normal(5 * kind),
            "b": rng.normal(5 * kind),
            "c": rng.normal(size=20_000),
        }
    )
    kept = [c.column for c in choose_columns(frame, k=2) if c.is_kept]
    assert kept == ["a", "b"]


@pytest.mark.parametrize("seed", range(4))
def test_what_most_have_none_of_comes_after_what_tells_of_everybody(seed):
    rng = np.random.default_rng(seed)
    n = 1500
    # how often, how lately and at what price somebody flies, each in several columns
    often, lately, price = rng.normal(0, 1, (3, n))
    dense = {
        f"{name}_{i}": np.exp(2 + what + rng.normal(0, 0.35, n))
        for name, what in (("often", often), ("lately", lately), ("price", price))
        for i in range(3)
    }
    collects = rng.random(n) < 0.2
    sparse = {
        f"points_{i}": np.where(
            collects & (rng.random(n) < 0.8), rng.gamma(1, 3000, n), 0
        )
        for i in range(5)
    }
    chosen = choose_columns(pd.DataFrame(sparse | dense), k=6, most=10)
    kept = {c.column for c in chosen if c.is_kept}
    told = {c.column for c in chosen if c.share is not None}
    assert len(told) > 10  # the limit leaves some out
    assert told & set(dense) <= kept
    left = [c for c in chosen if c.column in told - kept]
    assert all(c.reason.startswith("most have none") for c in left)


def test_an_empty_choice_is_no_error():
    frame = pd.DataFrame({"same": [1.0, 1.0], "none": [None, None]})
    assert [c.is_kept for c in choose_columns(frame, k=2)] == [False, False]

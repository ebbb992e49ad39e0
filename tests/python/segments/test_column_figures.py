"""Figures and limits by which columns are chosen."""

import numpy as np
import pandas as pd
import pytest

from segmentation.segments.columns import Column, choose_columns
from segmentation.segments.transforms import Feature


def shop(rng, n=900) -> pd.DataFrame:
    """Return columns about three kinds of customers, one mostly 0, some with gaps."""
    kind = rng.integers(0, 3, n)
    few = np.where(rng.random(n) < 0.15, rng.gamma(2, 10, n), 0)
    frame = pd.DataFrame(
        {
            "wine": rng.gamma(2, 20 * (1 + 4 * kind)),
            "visits": rng.poisson(3 + 6 * kind).astype(float),
            "plan": np.array(["basic", "plus", "gold"])[kind],
            "colour": rng.choice(["red", "blue"], n),
            "points": few,
            "age": rng.normal(40 + 8 * kind, 10),
        }
    )
    frame.loc[rng.random(n) < 0.1, "age"] = np.nan
    return frame


def shares(chosen: list[Column]) -> dict[str, float]:
    return {c.column: round(c.share, 4) for c in chosen if c.share is not None}


def test_shares_are_of_the_variance_between_segments():
    frame = shop(np.random.default_rng(1))
    three = {"wine": 0.577, "visits": 0.7224, "plan": 0.9967, "age": 0.3189}
    assert shares(choose_columns(frame, k=3)) == three
    four = {"wine": 0.5219, "visits": 0.6331, "plan": 0.8899, "age": 0.2873}
    chosen = choose_columns(frame, k=4, random_seed=3, most=3)
    assert shares(chosen) == four | {"points": 0.9108}
    assert {c.column: c.reason for c in chosen} == {
        **dict.fromkeys(["wine", "visits", "plan"], ""),
        "colour": "tells little about the segments that the others make",
        "points": "most have none; the 3 that stay tell of everybody",
        "age": "tells less about the segments than the 3 that stay",
    }


def test_columns_about_one_thing_count_as_one_where_that_is_steadier():
    rng = np.random.default_rng(5)
    n = 900
    a, b = rng.normal(size=(2, n))
    kind = rng.integers(0, 3, n)
    # two things in four and three columns, which have nothing to do with the kinds
    frame = pd.DataFrame(
        {f"a{i}": a + rng.normal(0, 0.7, n) for i in range(4)}
        | {f"b{i}": (-1) ** i * b + rng.normal(0, 0.7, n) for i in range(3)}
        | {"kind": np.array(["x", "y", "z"])[kind], "t": 2 * kind + rng.normal(size=n)}
        | {f"noise{i}": rng.normal(size=n) for i in range(3)}
    )
    assert shares(choose_columns(frame, k=3)) == {"kind": 1.0, "t": 0.7371}
    # without the kinds the many columns about one thing are what segments are of
    left = choose_columns(frame.drop(columns=["kind", "t"]), k=3)
    assert shares(left) == {
        **{"a0": 0.4712, "a1": 0.4237, "a2": 0.4339, "a3": 0.4144},
        **{"b0": 0.4155, "b1": 0.4045, "b2": 0.4126},
    }


def judged(*values, name="x") -> Column:
    (column,) = choose_columns(pd.DataFrame({name: list(values)}), k=2)
    return column


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        # of 300 customers three are known, or two
        ([1.0, 2, 3, *[None] * 297], ""),
        ([1.0, 2, *[None] * 298], "is known of hardly anybody"),
        # 1 in 100 has a level of the group, or no level has so many
        (["a"] * 2 + ["b"] * 2 + [f"{i}" for i in range(196)], ""),
        (
            ["a"] * 2 + [f"{i}" for i in range(199)],
            "differs for nearly every customer",
        ),
        (["a"] * 50, "is the same for everybody"),
        ([5.0] * 50, "is the same for everybody"),
        ([5.0] * 300 + [6.0], "is the same for nearly everybody"),
        ([5.0] * 300 + [6.0] * 6, ""),
    ],
)
def test_a_column_is_judged_by_what_is_known_and_differs(values, reason):
    kind = "group" if isinstance(values[0], str) else "number"
    assert judged(*values) == Column("x", kind, reason=reason)


def test_a_column_that_stays_is_a_feature():
    feature = judged(*np.exp(np.arange(60) / 8), name="spend").as_feature()
    assert feature == Feature("spend", "spend", "log1p", kind="number")
    plan = judged("a", "b", "a", "b", name="plan").as_feature()
    assert plan == Feature("plan", "plan", "none", kind="group")


def amounts(rng, n=200, parts=5) -> pd.DataFrame:
    frame = pd.DataFrame({f"part{i}": rng.gamma(2, 10, n) for i in range(parts)})
    return frame.assign(all=frame.sum(axis=1))


def reasons(frame: pd.DataFrame) -> dict[str, str]:
    return {c.column: c.reason for c in choose_columns(frame, k=2)}


def test_a_total_is_told_by_its_parts():
    frame = amounts(np.random.default_rng(2))
    said = reasons(frame)
    assert said["all"] == "is the total of part0, part1, part2 and 2 more"
    two = frame.assign(all=frame["part0"] + frame["part3"])
    assert reasons(two)["all"] == "is the total of part0 and part3"
    three = frame.assign(all=frame["part0"] + frame["part1"] + frame["part3"])
    assert reasons(three)["all"] == "is the total of part0, part1 and part3"
    # a weighted sum is none, nor is what is so of the first customers only
    assert "total" not in reasons(two.assign(all=frame["part0"] * 2))["all"]
    weighted = two.assign(all=frame["part0"] + 1.1 * frame["part3"])
    assert "total" not in reasons(weighted)["all"]
    many = amounts(np.random.default_rng(3), n=400)
    later = np.arange(400) >= 350
    off = many.assign(all=many["all"] * np.where(later, 1.5, 1))
    assert "total" not in reasons(off)["all"]
    # what may be below zero is no part, and of ten customers nothing is told
    owing = frame.assign(part0=frame["part0"] - 30, all=frame["all"] - 30)
    assert "total" not in reasons(owing)["all"]
    assert "total" not in reasons(frame.iloc[:10])["all"]
    assert "total" in reasons(frame.iloc[:11])["all"]


def test_a_total_is_told_by_parts_that_are_no_total_themselves():
    parts = amounts(np.random.default_rng(4), parts=3)
    parts.insert(0, "some", parts["part0"] + parts["part1"])
    said = reasons(parts)
    assert said["some"] == "is the total of part0 and part1"
    assert said["all"] == "is the total of part0, part1 and part2"


def test_of_two_that_say_the_same_the_better_known_stays():
    rng = np.random.default_rng(5)
    first, other = rng.normal(size=(2, 300))
    frame = pd.DataFrame({"a": first, "b": -(first**3), "c": other})
    assert reasons(frame)["b"] == "says the same as a"
    frame.loc[:3, "a"] = np.nan
    said = reasons(frame)
    assert said["a"] == "says the same as b"
    assert "same" not in said["b"] + said["c"]
    # ranks that correlate by less than 0.95
    loose = pd.DataFrame({"a": first, "b": first + 0.4 * other})
    assert "same" not in reasons(loose)["b"]


def test_a_number_and_a_group_are_blocks_of_their_own():
    rng = np.random.default_rng(6)
    kind = rng.integers(0, 2, 400)
    frame = pd.DataFrame(
        {"spend": rng.normal(6 * kind), "plan": np.array(["basic", "gold"])[kind]}
    )
    assert reasons(frame) == {"spend": "", "plan": ""}


def test_a_column_tells_a_fifth_of_what_the_five_best_do():
    rng = np.random.default_rng(1)
    kind = rng.integers(0, 2, 600)
    apart = [5, 5, 5, 5, 2.2, 1.2, 1.2, *np.linspace(1.1, 0.7, 9)]
    frame = pd.DataFrame(
        {f"c{i}": rng.normal(s * kind, 1) for i, s in enumerate(apart)}
    )
    kept = sorted(shares(choose_columns(frame, k=2)).values(), reverse=True)
    assert kept[-1] >= 0.2 * np.mean(kept[:5])
    # fewer of the best would leave out one more, more of them none of two others
    assert len(kept) == 12

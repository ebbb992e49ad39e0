"""docs/features.md says what the shipped methods reach; the kinds are known."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import many_columns, missing_values, mixed_data

PAGE = (Path(__file__).parents[3] / "docs/features.md").read_text("utf-8")


def table(header: str) -> dict[str, list[float]]:
    """Return the figures of the page's table under this header, by first column."""
    lines = PAGE[PAGE.index(header) :].splitlines()[2:]
    rows = {}
    for line in lines[: lines.index("") if "" in lines else None]:
        name, *figures = (cell.strip(" *") for cell in line.strip("| ").split("|"))
        rows[name] = [float(figure) for figure in figures]
    return rows


@pytest.fixture(scope="module")
def mixed() -> dict[str, list[float]]:
    return table("| customers | this project |")


def test_mixed_data_is_segmented_as_well_as_promised(mixed):
    for name, setting in mixed_data.SETTINGS.items():
        reached = mixed_data.score(mixed_data.shipped, setting)
        assert reached == pytest.approx(mixed[name][0], abs=0.01), name
    assert mixed["mean"][0] >= 0.78


def test_no_rival_is_clearly_better_on_any_mixed_data(mixed):
    worse = {name: max(own[1:]) - own[0] for name, own in mixed.items()}
    assert max(worse.values()) <= 0.03


def test_gaps_cost_less_than_medians_do():
    known = table("| values missing |")
    for kind in missing_values.KINDS:
        own = [missing_values.measure(kind, seed) for seed in range(3)]
        means = {way: np.mean([one[way] for one in own]) for way in own[0]}
        assert means["shipped"] >= means["median"] - 0.01, kind
        assert known[kind][2] >= known[kind][0]
    assert means["told by gaps"] > 0.5


def test_gaps_at_random_are_no_state_of_their_own():
    flags = [missing_values.measure("at random", s)["told by gaps"] for s in (11, 12)]
    assert flags == [0, 0]


@pytest.mark.parametrize("setting", ["skewed", "and twelve copies of one"])
def test_chosen_columns_find_what_all_columns_hide(setting):
    reached = many_columns.measure(setting, seed=0)
    assert reached["chosen"] >= table("| columns | all |")[setting][1] - 0.15
    assert reached["chosen"] > reached["all"] + 0.2

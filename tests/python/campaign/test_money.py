"""From money to a cut-off, without a model: every rule by an example or a reference."""

import numpy as np
import pytest

from segmentation.campaign.money import (
    CONTACT_NOBODY,
    break_even_threshold,
    choose_threshold,
)
from segmentation.warehouse.errors import UserError

MONEY = {"contact_cost": 3.0, "revenue_per_response": 11.0}


def chosen(probability, responded, **money) -> float:
    return choose_threshold(
        np.array(probability, dtype=float), np.array(responded), **(MONEY | money)
    )


@pytest.mark.parametrize(
    ("cost", "revenue", "threshold"),
    [
        (3, 11, 3 / 11),
        (0, 11, 0.0),
        (10.99, 11, 10.99 / 11),
        (11, 11, 2.0),
        (12, 11, 2.0),
        (0, 0, 2.0),
    ],
)
def test_break_even_is_cost_over_revenue(cost, revenue, threshold):
    found = break_even_threshold(contact_cost=cost, revenue_per_response=revenue)
    assert found == threshold
    assert CONTACT_NOBODY == 2.0  # above every probability


@pytest.mark.parametrize(("cost", "revenue"), [(np.nan, 11), (3, np.nan)])
def test_money_that_is_not_known_gives_no_cut_off(cost, revenue):
    money = {"contact_cost": cost, "revenue_per_response": revenue}
    assert np.isnan(break_even_threshold(**money))
    assert np.isnan(chosen([0.9, 0.1], [1, 0], **money))


@pytest.mark.parametrize(
    ("cost", "revenue", "said"),
    [
        (-1, 11, "The contact cost is -1: give an amount of money, 0 or more."),
        (3, -0.5, "The revenue per response is -0.5: give"),
        (np.inf, 11, "The contact cost is inf: give"),
        (3, np.inf, "The revenue per response is inf: give"),
    ],
)
def test_amounts_that_are_none_are_refused(cost, revenue, said):
    with pytest.raises(UserError) as refused:
        break_even_threshold(contact_cost=cost, revenue_per_response=revenue)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("probability", "responded", "cut_off"),
    [
        ([0.9, 0.5, 0.3, 0.1], [1, 1, 0, 0], 0.4),  # half-way to the next
        ([0.1, 0.5, 0.3, 0.9], [0, 1, 0, 1], 0.4),  # in any order
        ([0.9, 0.5], [1, 1], 0.25),  # the last: half-way to nobody
        ([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.3),  # equal ones go along
        ([0.9, 0.5, 0.4, 0.1], [1, 0, 1, 0], 0.25),  # the second costs less than it
        ([0.9, 0.5, 0.5, 0.5, 0.4], [0, 1, 0, 0, 0], CONTACT_NOBODY),  # 11 - 12
        ([0.9, 0.1], [0, 0], CONTACT_NOBODY),
        ([0.9, 0.6, 0.2], [1, 0, 0], 0.75),
    ],
)
def test_cut_off_earns_most_and_lies_between_customers(probability, responded, cut_off):
    assert chosen(probability, responded) == pytest.approx(cut_off)


def test_equally_good_cut_offs_contact_the_fewest():
    # the second and third customer earn 11 - 11
    money = {"contact_cost": 5.5, "revenue_per_response": 11.0}
    assert chosen([0.9, 0.7, 0.5], [1, 0, 1], **money) == pytest.approx(0.8)


def test_a_profit_of_nothing_is_no_reason_to_contact():
    money = {"contact_cost": 5.5, "revenue_per_response": 11.0}
    assert chosen([0.9, 0.9], [1, 0], **money) == CONTACT_NOBODY
    assert chosen([0.9, 0.9], [1, 1], **money) == pytest.approx(0.45)


def test_the_smallest_profit_is_a_reason_to_contact():
    assert chosen([0.9], [1], contact_cost=10.75) == pytest.approx(0.45)


def test_free_contacts_go_to_everybody_and_dear_ones_to_nobody():
    assert chosen([0.9, 0.1], [0, 0], contact_cost=0.0) == 0.0
    assert chosen([0.9, 0.1], [1, 1], contact_cost=11.0) == CONTACT_NOBODY


def test_cut_off_tells_neighbours_apart_that_have_no_number_between_them():
    above = np.nextafter(0.5, 1)
    cut_off = chosen([above, 0.5], [1, 0])
    assert 0.5 < cut_off <= above


@pytest.mark.parametrize("seed", range(8))
def test_no_cut_off_earns_more(seed):
    rng = np.random.default_rng(seed)
    probability = rng.integers(0, 8, 40) / 8  # many ties
    responded = (rng.random(40) < probability).astype(int)

    def profit(cut_off):
        return ((probability >= cut_off) * (11 * responded - 3)).sum()

    best = max(profit(t) for t in (*np.unique(probability), CONTACT_NOBODY))
    assert profit(chosen(probability, responded)) == best

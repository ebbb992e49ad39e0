"""The campaign's marts in whole builds: other money, no target, and what came of it."""

import csv
import json
import shutil
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
MONEY = ("run", "--select", "int_campaign_money+")


def inputs(**changes) -> dict:
    """Return the project's inputs, the sample's definition changed."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    found = project["vars"]["inputs"]
    found["sample"] |= changes
    return found


@pytest.fixture
def copy(sample, new_builder, request):
    """Return a builder that goes on from the sample's build."""
    builder = new_builder(f"campaign_{abs(hash(request.node.name))}")
    shutil.copy(sample.warehouse, builder.folder / sample.warehouse.name)
    return builder


def with_vars(**variables) -> tuple[str, str]:
    return "--vars", json.dumps(variables)


def decision(builder) -> tuple:
    ((listed, sentence),) = builder.query(
        "select listed, sentence from marts.campaign_summary"
    )
    return listed, sentence


def probabilities(builder) -> list[tuple]:
    return builder.query(
        "select customer_id, probability, is_out_of_fold "
        "from marts.campaign_response_scores order by customer_id"
    )


@pytest.mark.parametrize(
    ("variables", "words", "fewest", "most"),
    [
        ({"contact_cost": 6}, "of 2,240 customers, keep", 50, 300),
        ({"contact_cost": 0}, "Contact everybody", 2240, 2240),
        ({"revenue_per_response": 2}, "Contact nobody", 0, 0),
    ],
)
def test_other_money_moves_the_list_but_no_probability(
    sample, copy, variables, words, fewest, most
):
    assert copy.dbt(*MONEY, *with_vars(**variables)) == []
    listed, sentence = decision(copy)
    assert words in sentence
    assert fewest <= listed <= most < decision(sample)[0] or listed == 2240
    assert copy.query("select sum(listed) from marts.campaign_plan") == [(listed,)]
    assert probabilities(copy) == probabilities(sample)


def test_holdout_is_its_share_and_the_same_in_every_build(sample, copy):
    ((held_out,),) = sample.query(
        "select avg(cast(is_holdout as integer)) from marts.campaign_targets"
    )
    assert 0.05 < held_out < 0.16
    assert copy.dbt(*MONEY, *with_vars(holdout_share=0.5)) == []
    half = "select customer_id from marts.campaign_targets where is_holdout"
    assert set(sample.query(half)) < set(copy.query(half))


def test_customers_beyond_the_evaluation_are_scored_too(copy):
    variables = with_vars(campaign_fit_rows=700, campaign_model="logistic")
    assert copy.dbt("run", "--select", "ml_campaign_response+", *variables) == []
    counts = copy.query(
        "select is_out_of_fold, count(*), min(probability) > 0, max(probability) < 1 "
        "from marts.campaign_response_scores group by 1 order by 1"
    )
    assert counts == [(False, 1540, True, True), (True, 700, True, True)]
    before = copy.marts()
    assert copy.dbt("run", "--select", "ml_campaign_response+", *variables) == []
    assert copy.marts() == before


def newcombe(a: int, n: int, b: int, m: int) -> tuple[float, float]:
    """Return the interval of a/n - b/m, written down anew from Newcombe (1998)."""

    def wilson(x: int, size: int) -> tuple[float, float]:
        z = 1.959963984540054
        half = z * (z**2 + 4 * x * (1 - x / size)) ** 0.5
        centre = 2 * x + z**2
        return tuple((centre + s * half) / (2 * (size + z**2)) for s in (-1, 1))

    (l1, u1), (l2, u2), p1, p2 = wilson(a, n), wilson(b, m), a / n, b / m
    return (
        p1 - p2 - ((p1 - l1) ** 2 + (u2 - p2) ** 2) ** 0.5,
        p1 - p2 + ((u1 - p1) ** 2 + (p2 - l2) ** 2) ** 0.5,
    )


def test_results_find_the_uplift_that_was_put_in(copy, sample, tmp_path):
    # every second of the contacted and every fifth of the held out respond
    targets = sample.query(
        "select customer_id, not is_holdout, row_number() over "
        "(partition by is_holdout order by customer_id) from marts.campaign_targets"
    )
    file = tmp_path / "outcomes.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["customer_id", "was_contacted", "has_responded"])
        writer.writerows(
            [customer, int(contacted), int(number % (2 if contacted else 5) == 0)]
            for customer, contacted, number in targets
        )
    variables = with_vars(inputs=inputs(campaign_outcomes=str(file)))
    assert (
        copy.dbt("build", "--select", "stg_input__campaign_outcomes+", *variables) == []
    )
    ((n, a, m, b, uplift, lower, upper, profit),) = copy.query(
        "select contacted, contacted_responses, held_out, held_out_responses, uplift, "
        "uplift_lower, uplift_upper, extra_profit from marts.campaign_results_by_scope "
        "where segment_key = 'all'"
    )
    assert n + m == len(targets)
    assert (a, b) == (n // 2, m // 5)
    assert uplift == pytest.approx(a / n - b / m)
    assert (lower, upper) == pytest.approx(newcombe(a, n, b, m))
    assert profit == pytest.approx(n * (uplift * 11 - 3))
    # the worked example of the paper: 56/70 - 48/80 is 0.0524 to 0.3339
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    ((missing,),) = copy.query(
        "select count(*) from marts.campaign_results_by_scope "
        "where held_out > 0 and uplift is null"
    )
    assert missing == 0


def test_real_customers_are_chosen_as_promised(real_build):
    figures = {
        (metric, kind): (estimate, lower)
        for metric, kind, estimate, lower in real_build.query(
            "select metric, threshold_kind, estimate, lower "
            "from marts.campaign_model_metrics where is_published"
        )
    }
    assert figures["roc_auc", "none"][0] >= 0.90
    assert figures["average_precision", "none"][0] >= 0.62
    assert figures["profit", "break_even"][0] >= 1_200
    assert figures["profit", "chosen"][0] >= 1_200
    assert figures["profit", "chosen"][1] > 0

"""How many segments: the evidence for every number, and what is chosen by it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_score

from segmentation.segments import number_of_segments
from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.k_choice import choose_k, decide_k
from segmentation.segments.number_of_segments import KEvaluation, evaluate_k
from segmentation.segments.transforms import Feature, fit_features, scaled
from segmentation.warehouse.errors import UserError

pytestmark = pytest.mark.long

DOCS = Path(__file__).parents[3] / "docs" / "evidence.md"


def blobs(rng, centers, sizes, spread=1.0):
    return np.vstack(
        [
            rng.normal(center, spread, (size, len(center)))
            for center, size in zip(centers, sizes, strict=True)
        ]
    )


TRIANGLE = [[0, 0], [8, 0], [4, 7]]
CORRELATED = np.array([[2, 1.5, 0.7], [0, 0.8, 0.3], [0, 0, 0.9]])
# name -> how to draw the customers, groups they were drawn from, k chosen (0: any),
# first words of the verdict
CASES = {
    "three groups far apart": (
        lambda rng: blobs(rng, TRIANGLE, [200] * 3),
        3,
        3,
        "Three natural groups: all",
    ),
    "four groups in four features": (
        lambda rng: blobs(
            rng, [[0, 0, 0, 0], [6, 0, 0, 0], [0, 6, 0, 0], [0, 0, 6, 6]], [150] * 4
        ),
        4,
        4,
        "Four natural groups: all",
    ),
    "five groups": (
        lambda rng: blobs(
            rng, [[0, 0], [8, 0], [0, 8], [8, 8], [4, 4]], [120] * 5, spread=0.8
        ),
        5,
        5,
        "Five natural groups: all",
    ),
    "three unequal groups": (
        lambda rng: blobs(rng, TRIANGLE, [450, 100, 50]),
        3,
        3,
        "Three natural groups: all",
    ),
    "three groups and noise": (
        lambda rng: np.vstack(
            [blobs(rng, TRIANGLE, [200] * 3), rng.uniform([-4, -4], [12, 11], (40, 2))]
        ),
        3,
        3,
        "Three natural groups: all",
    ),
    "three overlapping groups": (
        lambda rng: blobs(rng, [[0, 0], [4, 0], [2, 3.5]], [200] * 3),
        3,
        3,
        "Three natural groups: all",
    ),
    "three groups almost one": (
        lambda rng: blobs(rng, [[0, 0], [2.2, 0], [1.1, 1.9]], [200] * 3),
        3,
        0,
        "A continuum",
    ),
    "two groups in one feature of two": (
        lambda rng: blobs(rng, [[0, 0], [7, 0]], [300] * 2),
        2,
        2,
        "Two natural groups: both",
    ),
    "one round blob": (
        lambda rng: rng.normal(size=(600, 2)),
        1,
        0,
        "A continuum",
    ),
    "one round blob, six features": (
        lambda rng: rng.normal(size=(600, 6)),
        1,
        0,
        "A continuum",
    ),
    "one elongated blob": (
        lambda rng: rng.normal(size=(600, 3)) @ CORRELATED,
        1,
        0,
        "A continuum",
    ),
    "one skewed blob": (
        lambda rng: np.exp(0.7 * rng.normal(size=(600, 2))),
        1,
        0,
        "A continuum",
    ),
    "evenly spread": (
        lambda rng: rng.uniform(size=(600, 2)),
        1,
        0,
        "A continuum",
    ),
    "evenly spread, four features": (
        lambda rng: rng.uniform(size=(600, 4)),
        1,
        0,
        "A continuum",
    ),
}


def drawn(name):
    points = CASES[name][0](np.random.default_rng(7))
    return (points - points.mean(axis=0)) / points.std(axis=0)


SETTINGS = {
    "random_seed": 1,
    "kmeans_starts": 10,
    "k_range": [2, 8],
    "k": 0,
    "k_rule": "stability",
    "min_stability": 0.90,
    "min_segment_share": 0.05,
    "bootstrap_samples": 20,
}


def decided(points, **settings):
    return decide_k(points, {**SETTINGS, **settings})[0]


def evaluated(points, **settings):
    return evaluate_k(points, range(2, 9), random_seed=1, **settings)


def chosen(evaluations):
    marked = [e for e in evaluations if e.is_chosen]
    assert len(marked) == 1
    return marked[0]


@pytest.mark.parametrize("name", CASES)
def test_the_stability_rule_finds_the_groups_or_says_that_there_are_none(name):
    _, groups, expected, words = CASES[name]
    found = chosen(decided(drawn(name)))
    assert found.verdict.startswith(words)
    if expected:
        assert found.k == expected
    row = next(r for r in DOCS.read_text().splitlines() if r.startswith(f"| {name} |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:3] == [str(groups), str(found.k)], "docs/evidence.md says otherwise"
    figures = [
        found.silhouette,
        found.permuted_silhouette,
        found.uniform_silhouette,
        found.stability_mean,
    ]
    assert [float(cell) for cell in cells[3:7]] == pytest.approx(figures, abs=0.02)
    assert words.startswith(cells[7])


def test_indices_are_those_of_scikit_learn_and_their_baselines_have_no_structure():
    points = drawn("three groups far apart")
    evaluations = evaluated(points, bootstrap_samples=2)
    three = evaluations[1]
    labels = fit_kmeans(points, 3, random_seed=1).labels
    assert three.silhouette == pytest.approx(silhouette_score(points, labels), abs=1e-6)
    assert three.silhouette > three.permuted_silhouette + 0.1
    assert three.davies_bouldin < three.permuted_davies_bouldin
    assert three.calinski_harabasz > three.permuted_calinski_harabasz
    assert three.inertia < three.permuted_inertia
    assert three.gap == max(e.gap for e in evaluations)
    assert [e.k for e in evaluations if e.is_elbow] == [3]


def test_the_permuted_baseline_of_one_blob_is_what_the_blob_has_itself():
    for e in evaluated(drawn("one round blob"), bootstrap_samples=2):
        assert e.permuted_silhouette == pytest.approx(e.silhouette, abs=0.03)


def evaluation(k, *, silhouette=0.4, stability=0.95, share=0.2, elbow=False, **apart):
    return KEvaluation(
        k=k,
        evaluated_customers=100,
        inertia=10.0,
        silhouette=silhouette,
        davies_bouldin=1.0,
        calinski_harabasz=100.0,
        stability_mean=stability,
        stability_std=0.01,
        smallest_share=share,
        permuted_inertia=20.0,
        permuted_silhouette=0.1,
        permuted_davies_bouldin=2.0,
        permuted_calinski_harabasz=50.0,
        uniform_silhouette=0.15,
        gap=1.0,
        gap_std=0.1,
        is_elbow=elbow,
        **apart,
    )


@pytest.mark.parametrize(
    ("evidence", "settings", "k", "rule"),
    [
        # a continuum: the finest repeatable cut
        ([(2, 0.43, 0.99), (3, 0.33, 0.94), (4, 0.32, 0.95)], {}, 4, "stability"),
        ([(2, 0.43, 0.99), (3, 0.33, 0.94), (4, 0.32, 0.85)], {}, 3, "stability"),
        # natural groups: the best separated, though a finer cut is repeatable
        ([(4, 0.49, 0.93), (5, 0.55, 0.97), (6, 0.54, 0.92)], {}, 5, "stability"),
        # nothing is repeatable: the best of the bad
        ([(2, 0.30, 0.50), (3, 0.33, 0.70)], {}, 3, "stability"),
        # a cut that evenly spread points allow as well is no evidence
        ([(2, 0.43, 0.99), (3, 0.19, 0.99)], {}, 2, "stability"),
        ([(2, 0.43, 0.99), (4, 0.32, 0.95)], {"k_rule": "silhouette"}, 2, "silhouette"),
        ([(2, 0.43, 0.99), (3, 0.32, 0.95)], {"fixed_k": 3}, 3, "fixed"),
    ],
)
def test_a_rule_chooses(evidence, settings, k, rule):
    rows = [evaluation(k, silhouette=s, stability=a) for k, s, a in evidence]
    found = chosen(choose_k(rows, **settings))
    assert (found.k, found.rule) == (k, rule)
    assert found.reason.endswith(".")


def test_segments_that_are_too_small_are_passed_over():
    rows = [evaluation(2), evaluation(3, share=0.01)]
    assert chosen(choose_k(rows)).k == 2


def test_the_elbow_decides_where_there_is_one_and_else_stability():
    rows = [evaluation(2), evaluation(3, stability=0.5, elbow=True), evaluation(4)]
    assert chosen(choose_k(rows, k_rule="elbow")).k == 3
    without = chosen(choose_k([evaluation(2)], k_rule="elbow"))
    assert without.rule == "stability"
    assert "no elbow" in without.reason


def test_an_unknown_rule_and_an_impossible_k_are_named():
    with pytest.raises(UserError, match=r"k_rule is 'best'.*stability, silhouette"):
        choose_k([evaluation(2)], k_rule="best")
    with pytest.raises(UserError, match="var k asks for 9 segments"):
        choose_k([evaluation(2)], fixed_k=9)


@pytest.mark.parametrize("k", ["six", "{k: 6}", 2.5, True])
def test_a_k_that_is_no_whole_number_is_said(k):
    with pytest.raises(UserError, match=r"var k is '.*it has to be a whole number"):
        choose_k([evaluation(2)], fixed_k=k)


@pytest.mark.parametrize(
    ("rows", "k", "words"),
    [
        # what is against one more: size, stability, the range, a natural group
        ([{"k": 2}, {"k": 3, "share": 0.03}], 2, "With 3 the smallest would have 3%"),
        (
            [{"k": 2}, {"k": 3, "stability": 0.8}],
            2,
            "With 3 other segments come out when",
        ),
        ([{"k": 2}, {"k": 3}], 3, "More than 3 were not tried (var k_range"),
        (
            [{"k": 2}, {"k": 3, "straddling_share": 0.4}],
            2,
            "With 3 a segment would lie across two natural groups",
        ),
        # figures that round to their limit are given as exactly as tells them apart
        ([{"k": 2}, {"k": 3, "share": 0.0496}], 2, "the smallest would have 4.96%"),
        (
            [{"k": 2}, {"k": 3, "stability": 0.8967}],
            2,
            "(agreement 0.897, 0.90 wanted)",
        ),
        # nothing is repeatable, or everything has a small segment, or both
        ([{"k": 2, "stability": 0.6}], 2, "No number of segments comes out the same"),
        ([{"k": 2, "share": 0.03}], 2, "Every number of segments makes one with fewer"),
        (
            [{"k": 2, "share": 0.03}, {"k": 3, "stability": 0.8}],
            3,
            "with at least 5% of the customers in each (var min_segment_share; 2 would",
        ),
        # three or more that all stand apart, the most of them
        (
            [{"k": 3, "groups": 3}, {"k": 4, "groups": 3}],
            3,
            "3 segments all stand apart",
        ),
        (
            [{"k": 3, "groups": 3}, {"k": 5, "groups": 5}],
            5,
            "5 segments all stand apart",
        ),
        (
            [{"k": 3, "groups": 3}, {"k": 4, "groups": 4, "share": 0.03}],
            3,
            "4 would too, but the smallest would have 3% of the customers",
        ),
        (
            [{"k": 3, "groups": 3}, {"k": 4, "groups": 4, "stability": 0.8}],
            3,
            "4 would too, but other segments come out",
        ),
        # that stand apart, but not again in another draw
        ([{"k": 3, "groups": 3, "stability": 0.85}, {"k": 4, "groups": 2}], 4, "More"),
        # two that stand apart are cut further where that is repeatable
        ([{"k": 2, "groups": 2}, {"k": 3, "groups": 2}], 3, "3 segments come out"),
    ],
)
def test_the_reason_names_what_is_against_more_segments(rows, k, words):
    found = chosen(choose_k([evaluation(**row) for row in rows]))
    assert found.k == k
    assert words in found.reason


def test_twelve_groups_widen_the_range_and_a_continuum_does_not():
    rng = np.random.default_rng(3)
    centres = [[12 * x, 12 * y] for x in range(4) for y in range(3)]
    twelve = blobs(rng, centres, [40] * 12)
    found = chosen(decided(twelve, bootstrap_samples=3, kmeans_starts=5))
    assert found.k == 12
    assert found.verdict == "Twelve natural groups: all twelve segments stand apart."
    with pytest.raises(UserError, match="var k asks for 12 segments"):
        decided(twelve, k=12, bootstrap_samples=2, kmeans_starts=2)
    blob = decided(drawn("one round blob"), bootstrap_samples=2, kmeans_starts=2)
    assert blob[-1].k == 8


def test_a_group_of_three_percent_is_seen_and_the_limit_of_size_named():
    rng = np.random.default_rng(5)
    points = blobs(rng, [[0, 0, 0], [9, 0, 0]], [970, 30])
    found = chosen(decided(points, bootstrap_samples=3, kmeans_starts=5))
    assert found.k == 2
    assert found.verdict.startswith(
        "One group and a small one of 3.0% of the customers"
    )
    assert "var min_segment_share" in found.reason


def test_customers_who_do_not_differ_cannot_be_told_apart():
    with pytest.raises(UserError, match="The customers do not differ"):
        decided(np.ones((50, 2)))


def test_the_public_mall_figures_come_out_in_our_space(real_data):
    mall = pd.read_csv(real_data / "Mall_Customers.csv").iloc[:, [3, 4]].to_numpy(float)
    points = (mall - mall.mean(axis=0)) / mall.std(axis=0)
    evaluations = decided(points)
    five = evaluations[3]
    assert five.silhouette == pytest.approx(0.5547, abs=5e-5)
    assert five.davies_bouldin == pytest.approx(0.572, abs=5e-4)
    assert five.calinski_harabasz == pytest.approx(248.6, abs=0.06)
    assert five.is_chosen
    assert five.verdict == "Two natural groups, cut into five."


def test_the_public_marketing_file_is_two_groups_cut_in_four(real_data):
    raw = pd.read_csv(real_data / "marketing_campaign.csv", sep=None, engine="python")
    spend = ["MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts"]
    bought = ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
    purchases = raw[bought].sum(axis=1)
    frame = pd.DataFrame(
        {
            "income": raw["Income"].where(raw["Income"] < 200_000),
            "total_spend": raw[[*spend, "MntSweetProducts"]].sum(axis=1),
            "purchases": purchases,
            "children": raw["Kidhome"] + raw["Teenhome"],
            "deal_share": raw["NumDealsPurchases"] / purchases.where(purchases > 0),
            "web_visits": raw["NumWebVisitsMonth"],
        }
    ).astype(float)
    amounts = ["income", "total_spend", "purchases"]
    features = [
        Feature(name, name, "log1p" if name in amounts else "none") for name in frame
    ]
    points = scaled(frame, fit_features(frame, features))
    evaluations = decided(points)
    assert [e.silhouette for e in evaluations[:3]] == pytest.approx(
        [0.43, 0.33, 0.32], abs=0.006
    )
    for e in evaluations:
        assert e.silhouette > e.permuted_silhouette
        assert e.davies_bouldin < e.permuted_davies_bouldin
        assert e.calinski_harabasz > e.permuted_calinski_harabasz
        assert e.inertia < e.permuted_inertia
    found = chosen(evaluations)
    assert found.k == 4
    assert found.verdict == "Two natural groups, cut into four."


def test_gap_and_its_error_are_those_of_tibshirani(monkeypatch):
    """The error is the spread of the draws times the root of 1 + 1 / draws."""
    points = np.random.default_rng(0).normal(size=(60, 2))
    drawn = []
    original = number_of_segments._baselines

    def remembered(without_groups, *arguments):
        rows = original(without_groups, *arguments)
        if without_groups is number_of_segments._evenly_spread:
            drawn.extend(rows)
        return rows

    monkeypatch.setattr(number_of_segments, "_baselines", remembered)
    (two, *_) = evaluate_k(points, [2, 3], random_seed=1, bootstrap_samples=2)
    logarithms = np.log([draw[0]["inertia"] for draw in drawn])
    inertia = fit_kmeans(points, 2, random_seed=1).inertia
    assert two.gap == pytest.approx(logarithms.mean() - np.log(inertia), abs=1e-3)
    assert two.gap_std == pytest.approx(
        logarithms.std() * np.sqrt(1 + 1 / len(logarithms))
    )


@pytest.mark.parametrize("n", [25, 59, 90, 150, 220, 299])
@pytest.mark.parametrize("seed", range(3))
def test_a_few_customers_are_cut_into_few_segments(n, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, 4))
    points[:3] += 12
    found = chosen(decided(points))
    assert found.k <= max(n // 30, 2)
    assert found.smallest_share * n >= 10 or "the smallest" in found.reason.lower()

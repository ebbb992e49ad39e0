"""Which numbers of segments are tried, and every sentence about the choice."""

import numpy as np
import pytest

from segmentation.segments.k_choice import by_stability, choose_k, decide_k
from segmentation.segments.number_of_segments import KEvaluation
from segmentation.warehouse.errors import UserError
from tests.python.segments.test_number_of_segments import blobs, evaluation

SETTINGS = {
    "random_seed": 3,
    "kmeans_starts": 2,
    "k_range": [2, 4],
    "k": 0,
    "k_rule": "stability",
    "min_stability": 0.9,
    "min_segment_share": 0.05,
    "bootstrap_samples": 5,
}
TWO, THREE = [[0, 0], [20, 0]], [[0, 0], [20, 0], [0, 20]]


def tried(centers, n, *, best=lambda k: k, share=0.2, **settings):
    """Return the ranges that are measured, and the evaluation that is chosen.

    What is measured is made up: the silhouette of the best number is the highest.
    """
    rng = np.random.default_rng(2)
    points = blobs(rng, centers, [n // len(centers)] * len(centers))
    ranges = []

    def evaluate(given, ks, **asked) -> list[KEvaluation]:
        assert given is points
        assert asked.pop("natural_groups").rows.tolist() == list(range(len(points)))
        assert asked == {"random_seed": 3, "starts": 2, "bootstrap_samples": 5}
        ranges.append((ks[0], ks[-1]))
        return [evaluation(k, silhouette=0.5 + best(k) / 100, share=share) for k in ks]

    found, groups = decide_k(points, {**SETTINGS, **settings}, evaluate)
    assert groups.count == len(centers)
    (chosen,) = (e for e in found if e.is_chosen)
    return ranges, chosen


def test_a_range_is_wider_where_there_are_groups_and_the_last_is_the_best():
    ranges, chosen = tried(TWO, 480)
    assert ranges == [(2, 4), (2, 8), (2, 12), (2, 16)]
    assert chosen.k == 16
    ranges, chosen = tried(TWO, 200)
    assert ranges == [(2, 4), (2, 6)]  # thirty customers each
    # neither the last, nor any groups
    assert tried(TWO, 480, best=lambda k: 10 - k)[0] == [(2, 4)]
    assert tried([[0, 0]], 480)[0] == [(2, 4)]
    # what was asked for is what is measured
    assert tried(TWO, 480, k=4)[0] == [(2, 4)]
    assert tried(TWO, 60, k=4)[0] == [(2, 4)]
    assert tried(TWO, 60)[0] == [(2, 2)]
    assert tried(TWO, 540, k_range=[2, 17])[0] == [(2, 17)]


def test_groups_that_all_stand_apart_are_tried_beyond_the_range():
    assert tried(THREE, 480, k_range=[2, 2], best=lambda k: 10 - k)[0] == [(2, 3)]
    assert tried(THREE, 60, k_range=[2, 2], best=lambda k: 10 - k)[0] == [(2, 3)]
    assert tried(TWO, 480, k_range=[2, 3], best=lambda k: 10 - k)[0] == [(2, 3)]


@pytest.mark.parametrize(
    ("n", "share", "words"),
    [
        (480, 0.05, "With 4 segments the customers are most clearly apart"),
        (480, 0.049, "Every number of segments makes one with fewer than 5% of"),
        # ten customers are a tenth of a hundred
        (100, 0.1, "With 3 segments the customers are most clearly apart"),
        (100, 0.099, "Every number of segments makes one with fewer than 10% of"),
    ],
)
def test_a_segment_has_a_share_and_ten_customers(n, share, words):
    assert tried([[0, 0]], n, share=share)[1].reason.startswith(words)


def test_every_number_has_its_verdict():
    _, chosen = tried(TWO, 480, best=lambda k: 10 - k, min_stability=0.96)
    assert chosen.verdict == (
        "Two natural groups: both segments stand apart. When the customers are drawn "
        "again other segments come out: their borders are not to be relied on "
        "(agreement 0.95 of 1, 0.96 wanted)."
    )


def test_as_many_different_customers_as_segments_are_needed():
    points = np.repeat([[0.0, 0], [1, 1], [2, np.nan]], 10, axis=0)

    def measured(points, ks, **asked):
        return [evaluation(k) for k in ks]

    settings = {**SETTINGS, "k_range": [3, 3], "k": 3}
    assert decide_k(points, settings, measured)[0][0].k == 3
    for few, lowest in ((points, 4), (points[::10], 3)):
        with pytest.raises(UserError, match="The customers do not differ in the"):
            decide_k(few, {**settings, "k_range": [lowest, 5]}, measured)


AGAIN = (
    "come out the same when the customers are drawn again (agreement 0.95 of 1, at "
    "least 0.90 wanted) and each has at least 5% of the customers."
)
NEVER = "No number of segments comes out the same often enough when the customers are"


@pytest.mark.parametrize(
    ("rows", "k", "reason"),
    [
        (
            [{"k": 2}, {"k": 3}],
            3,
            f"3 segments {AGAIN} More than 3 were not tried (var k_range ends there, "
            "or no more customers differ).",
        ),
        (
            [{"k": 15}, {"k": 16}],
            16,
            f"16 segments {AGAIN} More than 16 are never tried.",
        ),
        (
            [{"k": 2}, {"k": 3, "share": 0.03}],
            2,
            f"2 segments {AGAIN} With 3 the smallest would have 3% of the customers, "
            "at least 5% are wanted (var min_segment_share, and ten customers).",
        ),
        (
            [{"k": 2}, {"k": 3, "stability": 0.8}],
            2,
            f"2 segments {AGAIN} With 3 other segments come out when the customers are "
            "drawn again (agreement 0.80, 0.90 wanted).",
        ),
        (
            # at both limits, so it is neither of them
            [{"k": 2}, {"k": 3, "share": 0.05, "stability": 0.9,
                        "straddling_share": 0.26}],
            2,
            f"2 segments {AGAIN} With 3 a segment would lie across two natural groups.",
        ),
        (
            [{"k": 2}, {"k": 3, "silhouette": 0.19, "straddling_share": 0.25}],
            2,
            f"2 segments {AGAIN} With 3 they are hardly clearer than those of evenly "
            "spread points (silhouette 0.19, theirs 0.15).",
        ),
        # of all numbers that evenly spread points allow, and that lie across groups
        (
            [{"k": 2, "silhouette": 0.19}, {"k": 3, "silhouette": 0.18,
                                            "straddling_share": 0.3}],
            2,
            f"2 segments {AGAIN} With 3 a segment would lie across two natural groups.",
        ),
        (
            [{"k": 2}, {"k": 3, "silhouette": 0.5}, {"k": 4, "silhouette": 0.5}],
            3,
            "With 3 segments the customers are most clearly apart (silhouette 0.50) of "
            "all numbers that come out the same when the customers are drawn again "
            "(agreement 0.95 of 1, at least 0.90 wanted).",
        ),
        (
            [{"k": 2, "silhouette": 0.2}, {"k": 3, "silhouette": 0.499}],
            3,
            f"3 segments {AGAIN} More than 3 were not tried (var k_range ends there, "
            "or no more customers differ).",
        ),
        (
            [{"k": 2, "share": 0.03}, {"k": 3, "share": 0.04, "stability": 0.97}],
            3,
            "Every number of segments makes one with fewer than 5% of the customers "
            "(var min_segment_share, and ten customers); 3 come out the same most "
            "often when the customers are drawn again (agreement 0.97 of 1), the "
            "smallest with 4% of the customers.",
        ),
        (
            [{"k": 2, "stability": 0.6}, {"k": 3, "stability": 0.6}],
            2,
            f"{NEVER} drawn again; 2 does best (agreement 0.60 of 1, 0.90 wanted), so "
            "customers near a border could as well be in the next segment.",
        ),
        (
            [{"k": 2, "stability": 0.6, "share": 0.03},
             {"k": 3, "stability": 0.5, "share": 0.04}],
            2,
            f"{NEVER} drawn again; 2 does best (agreement 0.60 of 1, 0.90 wanted), so "
            "customers near a border could as well be in the next segment. The "
            "smallest has 3% of the customers: read it as a list of people.",
        ),
        (
            [{"k": 2, "share": 0.03}, {"k": 3, "share": 0.03},
             {"k": 4, "stability": 0.8, "share": 0.05}],
            4,
            f"{NEVER} drawn again with at least 5% of the customers in each (var "
            "min_segment_share; 2, 3 would, with fewer in one); 4 does best (agreement "
            "0.80 of 1, 0.90 wanted), so customers near a border could as well be in "
            "the next segment.",
        ),
        (
            [{"k": 2, "groups": 2}, {"k": 3, "groups": 3, "share": 0.05,
                                     "stability": 0.9}, {"k": 4, "groups": 3}],
            3,
            "3 segments all stand apart, with a gap between any two neighbours; of "
            "more segments some shade into each other.",
        ),
        (
            [{"k": 3, "groups": 3}, {"k": 4, "groups": 4, "share": 0.04,
                                     "stability": 0.95}],
            3,
            "3 segments all stand apart; 4 would too, but the smallest would have 4% "
            "of the customers, at least 5% are wanted (var min_segment_share, and ten "
            "customers).",
        ),
    ],
)  # fmt: skip
def test_the_reason_word_by_word(rows, k, reason):
    found = choose_k([evaluation(**row) for row in rows])
    assert [(e.k, e.rule) for e in found if e.is_chosen] == [(k, "stability")]
    assert [e.reason for e in found] == [reason if e.k == k else "" for e in found]
    assert {e.rule for e in found} == {"stability"}


def test_other_rules_say_what_they_go_by():
    rows = [evaluation(2, silhouette=0.3), evaluation(3, silhouette=0.4, elbow=True)]
    rows.append(evaluation(4, silhouette=0.4, elbow=True))

    def reason(**settings):
        (chosen,) = (e for e in choose_k(rows, **settings) if e.is_chosen)
        return chosen.k, chosen.rule, chosen.reason

    assert reason(fixed_k=2) == (2, "fixed", "2 segments were asked for.")
    assert reason(k_rule="silhouette") == (
        3,
        "silhouette",
        "With 3 segments the customers lie closest to their own segment and furthest "
        "from the next (silhouette 0.40, the highest of 2 to 4 segments).",
    )
    assert reason(k_rule="elbow") == (
        3,
        "elbow",
        "Up to 3 segments each further one makes the segments much tighter, beyond "
        "that only a little (the elbow of the inertia).",
    )
    rows = [evaluation(2), evaluation(3, stability=0.8)]
    assert reason(k_rule="elbow") == (
        2,
        "stability",
        f"The inertia has no elbow, so stability decides: 2 segments {AGAIN} With 3 "
        "other segments come out when the customers are drawn again (agreement 0.80, "
        "0.90 wanted).",
    )
    with pytest.raises(UserError, match=r"with 100 customers to fit, k can be 2 to 3 "):
        choose_k(rows, fixed_k=4)


def test_why_no_more_is_said_instead_of_the_range():
    rows = [evaluation(2), evaluation(3)]
    assert by_stability(rows, 0.9, 0.05, "They are few.") == (
        3,
        f"3 segments {AGAIN} They are few.",
    )
    few = tried([[0, 0]], 90, best=lambda k: -9)[1]
    assert few.k == 3
    assert few.reason.endswith(
        "More are not cut of 90 customers, so that a segment has about 30."
    )
    many = tried([[0, 0]], 150, best=lambda k: -9)[1]
    assert many.reason.endswith(
        "(var k_range ends there, or no more customers differ)."
    )
    exact = tried([[0, 0]], 120, best=lambda k: -9)[1]
    assert exact.reason.startswith("4 segments come out")
    assert exact.reason.endswith(
        "More are not cut of 120 customers, so that a segment has about 30."
    )

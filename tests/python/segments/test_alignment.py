"""A refit continues the segments that it finds again."""

import numpy as np
import pandas as pd
import pytest

from segmentation.segments.alignment import PreviousVersion, align, require_agreement
from segmentation.segments.clustering import Clustering
from segmentation.segments.transforms import FittedFeature, scaled
from segmentation.warehouse.errors import UserError

KEYS = ["S01", "S02", "S03", "S04"]


def feature(name: str) -> FittedFeature:
    return FittedFeature(name, "none", 1.0, 0.0, -100.0, 100.0, 0.0, 1.0)


FEATURES = [feature("x"), feature("y")]
CORNERS = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 9.0]])


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    points = np.repeat(CORNERS, 50, axis=0) + rng.normal(0, 1, (200, 2))
    return pd.DataFrame(points, columns=["x", "y"])


@pytest.fixture
def previous() -> PreviousVersion:
    segments = [
        {"segment_key": k, "segment_name": k, "colour": k, "segment_order": i}
        for i, k in enumerate(KEYS)
    ]
    partition = Clustering(np.empty(0), CORNERS, 0.0)
    return PreviousVersion(1, FEATURES, partition, segments, KEYS, KEYS)


def clustered(points, centroids) -> Clustering:
    empty = Clustering(np.empty(0), np.array(centroids), 0.0)
    return Clustering(empty.assign(points), empty.centroids, 0.0)


def aligned(previous, frame, centroids, **options):
    clustering = clustered(scaled(frame, FEATURES), centroids)
    return align(previous, frame, clustering, FEATURES, **options)


def verdicts(alignment) -> list[tuple]:
    return sorted(
        (row["old_segment_key"], row["new_label"], row["verdict"])
        for row in alignment.rows
    )


def test_renumbered_segments_are_the_same_segments(previous, frame):
    result = aligned(previous, frame, CORNERS[[2, 0, 3, 1]])
    assert result.continued == [2, 0, 3, 1]
    assert result.agreement == 1
    assert {row["verdict"] for row in result.rows} == {"kept"}
    assert max(row["centroid_shift"] for row in result.rows) == 0


def test_split_keeps_the_larger_part_and_says_where_the_other_comes_from(
    previous, frame
):
    centroids = [*CORNERS[:3], [8.6, 9.0], [11.0, 9.0]]
    result = aligned(previous, frame, centroids)
    assert result.continued == [0, 1, 2, 3, None]
    assert ("S04", 4, "split") in verdicts(result)


def test_merged_segments_end_in_the_one_that_took_them(previous, frame):
    result = aligned(previous, frame, [*CORNERS[:2], [4.5, 9.0]])
    assert sorted(v for *_, v in verdicts(result)) == ["kept", "kept", "kept", "merged"]


def test_what_overlaps_too_little_is_new_and_the_old_is_retired(previous, frame):
    centroids = [*CORNERS[:3], [9.0, 9.0]]
    result = aligned(previous, frame, centroids, min_overlap=1.1)
    assert result.continued == [None] * 4
    assert result.agreement == 0


@pytest.mark.parametrize("how", ["no values", "no column"])
def test_gone_feature_falls_back_to_the_centroids(previous, frame, how):
    gone = frame.assign(y=np.nan) if how == "no values" else frame[["x"]]
    only_x = [FEATURES[0]]
    clustering = clustered(scaled(gone, only_x), [[9.2], [0.1]])
    result = align(previous, gone, clustering, only_x)
    assert np.isnan(result.agreement)
    assert {row["basis"] for row in result.rows} == {"centroids"}
    for row in result.rows:
        assert row["overlap"] == pytest.approx(1 / (1 + row["centroid_shift"]))
    assert previous.segments[result.continued[0]]["segment_key"] in ("S02", "S04")
    assert previous.segments[result.continued[1]]["segment_key"] in ("S01", "S03")


def test_refit_that_moves_most_customers_is_refused_in_one_sentence(previous, frame):
    result = aligned(previous, frame, [[4.5, 0.0], [4.5, 9.0]])
    with pytest.raises(UserError, match=r"only \d+% of the customers .*accept_refit"):
        require_agreement(result, previous, 0.9)
    require_agreement(result, previous, 0.1)


def on_a_line(old: list[int], new: list[int], old_centroids, new_centroids, **options):
    """Align customers who stand on the centroids of their old segments."""
    at = np.array(old_centroids, dtype=float)
    frame = pd.DataFrame({"x": at[old], "y": 0.0})
    segments = [{"segment_key": f"S{i + 1:02d}"} for i in range(len(at))]
    before = PreviousVersion(
        7,
        FEATURES,
        Clustering(np.empty(0), np.column_stack([at, np.zeros(len(at))]), 0.0),
        segments,
        [],
        [],
    )
    centroids = np.column_stack([new_centroids, np.zeros(len(new_centroids))])
    clustering = Clustering(np.array(new), centroids, 0.0)
    return align(before, frame, clustering, FEATURES, **options)


# 60, 30 and 10 customers; 10 of the first go to the second, 5 of that to the third
OLD = [0] * 60 + [1] * 30 + [2] * 10
NEW = [0] * 50 + [1] * 10 + [1] * 25 + [2] * 5 + [2] * 10
PLACES = {"old_centroids": [0, 10, 20], "new_centroids": [1, 10.5, 19]}


def test_evidence_is_that_of_the_table_of_shared_customers():
    result = on_a_line(OLD, NEW, **PLACES)
    assert result.continued == [0, 1, 2]
    # of the customers, not of the segments, of which all are kept
    assert result.agreement == pytest.approx((50 + 25 + 10) / 100)
    figures = {
        row["old_segment_key"]: (
            row["previous_model_version"],
            row["new_label"],
            row["shared_customers"],
            round(row["overlap"], 6),
            round(row["share_of_old"], 6),
            round(row["share_of_new"], 6),
            round(row["centroid_shift"], 6),
        )
        for row in result.rows
    }
    root = 2**0.5  # the mean is over both features, and y did not move
    assert figures == {
        "S01": (7, 0, 50, round(50 / 60, 6), round(50 / 60, 6), 1, round(1 / root, 6)),
        "S02": (7, 1, 25, 25 / 40, round(25 / 30, 6), round(25 / 35, 6),
                round(0.5 / root, 6)),
        "S03": (7, 2, 10, round(10 / 15, 6), 1, round(10 / 15, 6), round(1 / root, 6)),
    }  # fmt: skip
    assert {row["basis"] for row in result.rows} == {"customers"}


@pytest.mark.parametrize(("least", "kept"), [(0.625, 1), (0.6251, None)])
def test_overlap_at_the_limit_continues_a_segment_and_below_it_not(least, kept):
    result = on_a_line(OLD, NEW, **PLACES, min_overlap=least)
    assert result.continued == [0, kept, 2]
    assert result.agreement == pytest.approx(0.85 if kept else 0.60)


@pytest.mark.parametrize(("overlap", "kept"), [(40, [0, 1]), (39, [None, 1])])
def test_four_tenths_in_common_are_enough(overlap, kept):
    old = [0] * 100 + [1] * 50
    new = [0] * overlap + [1] * (100 - overlap) + [1] * 50
    result = on_a_line(old, new, [0, 10], [0, 10], min_overlap=0.4)
    assert result.continued == kept
    assert on_a_line(old, new, [0, 10], [0, 10]).continued == kept


@pytest.mark.parametrize(("second", "verdict"), [(20, "split"), (21, "new")])
def test_half_of_one_origin_is_a_split_and_less_is_new(second, verdict):
    # the last new segment has 20 of the first old one, the rest of the second
    old = [0] * 60 + [1] * (200 + second)
    new = [0] * 40 + [2] * 20 + [1] * 200 + [2] * second
    found = on_a_line(old, new, [0, 10], [0, 10, 5])
    assert found.continued == [0, 1, None]
    assert verdicts(found)[-1] == ("S02", 1, "kept")
    assert ("S01", 2, verdict) in verdicts(found)


def test_a_part_of_a_segment_that_went_is_new_and_not_split():
    old, new = [0] * 30 + [1] * 50, [0] * 10 + [2] * 10 + [3] * 10 + [1] * 50
    found = on_a_line(old, new, [0, 10], [0, 10, 1, 2])
    assert found.continued == [None, 1, None, None]
    assert {v for _, label, v in verdicts(found) if label in (2, 3)} == {"new"}
    assert "split" not in {v for *_, v in verdicts(found)}


@pytest.mark.parametrize(
    ("parts", "verdict"), [((6, 5, 1), "merged"), ((4, 4, 4), "retired")]
)
def test_half_of_a_segment_in_another_is_merged_and_less_is_retired(parts, verdict):
    old = [0] * 40 + [1] * 40 + [2] * 12
    new = (
        [0] * 40 + [1] * 40 + [label for label in range(3) for _ in range(parts[label])]
    )
    found = on_a_line(old, new, [0, 10, 20], [0, 10, 20])
    assert found.continued == [0, 1, None]
    assert ("S03", 0 if verdict == "merged" else 2, verdict) in verdicts(found)


def test_versions_without_a_common_feature_share_nothing(previous, frame):
    other = [feature("z")]
    gone = pd.DataFrame({"z": frame["x"]})
    result = align(previous, gone, clustered(scaled(gone, other), [[0], [9]]), other)
    assert result.continued == [None, None]
    assert {row["centroid_shift"] for row in result.rows} == {None}
    assert {row["shared_customers"] for row in result.rows} == {0}


def test_a_segment_of_one_customer_is_whole():
    result = on_a_line([0] * 5 + [1], [0] * 5 + [1], [0, 10], [0, 10])
    for row in result.rows:
        assert (row["overlap"], row["share_of_old"], row["share_of_new"]) == (1, 1, 1)


def test_agreement_at_the_limit_is_accepted(previous):
    result = on_a_line(OLD, NEW, **PLACES)
    require_agreement(result, previous, 0.85)
    with pytest.raises(UserError, match=r"only 85% .* \(at least 86% wanted\)"):
        require_agreement(result, previous, 0.86)

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
    assert previous.segments[result.continued[0]]["segment_key"] in ("S02", "S04")
    assert previous.segments[result.continued[1]]["segment_key"] in ("S01", "S03")


def test_refit_that_moves_most_customers_is_refused_in_one_sentence(previous, frame):
    result = aligned(previous, frame, [[4.5, 0.0], [4.5, 9.0]])
    with pytest.raises(UserError, match=r"only \d+% of the customers .*accept_refit"):
        require_agreement(result, previous, 0.9)
    require_agreement(result, previous, 0.1)

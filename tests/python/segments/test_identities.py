"""A segment that goes on keeps key, colour and name; a new one takes none of them."""

from itertools import islice

from segmentation.segments.alignment import Alignment, PreviousVersion
from segmentation.segments.clustering import Clustering
from segmentation.segments.identities import COLOURS, segment_identities

NOWHERE = Clustering(labels=[], centroids=[], inertia=0.0)


def previous(colours: tuple[str, ...], used_keys: list[str]) -> PreviousVersion:
    segments = [
        {
            "segment_key": f"S{number:02d}",
            "segment_name": f"name {number}",
            "colour": colour,
            "description": "",
        }
        for number, colour in enumerate(colours, 1)
    ]
    return PreviousVersion(1, [], NOWHERE, segments, used_keys, list(colours))


def continuing(*old: int | None) -> Alignment:
    return Alignment(list(old), 1.0, [])


def test_the_first_version_numbers_keys_and_takes_the_colours_in_order():
    assert segment_identities(3, None, None) == [
        {"segment_key": f"S{number:02d}", "colour": colour}
        for number, colour in enumerate(islice(COLOURS, 3), 1)
    ]


def test_who_goes_on_keeps_all_and_who_is_new_takes_what_was_never_used():
    # S07 is of a segment that is no more
    before = previous(COLOURS[:2], ["S01", "S02", "S07"])
    rows = segment_identities(3, before, continuing(1, None, 0))
    assert rows == [
        {"segment_key": "S02", "colour": COLOURS[1], "segment_name": "name 2"},
        {"segment_key": "S08", "colour": COLOURS[2]},
        {"segment_key": "S01", "colour": COLOURS[0], "segment_name": "name 1"},
    ]


def test_colours_come_again_in_order_when_all_are_taken():
    before = previous(COLOURS, [f"S{number:02d}" for number in range(1, 9)])
    rows = segment_identities(10, before, continuing(*range(7), *[None] * 3))
    assert [row["colour"] for row in rows[7:]] == list(COLOURS[:3])
    assert [row["segment_key"] for row in rows[7:]] == ["S09", "S10", "S11"]


def test_versions_that_cannot_be_compared_share_no_key():
    rows = segment_identities(2, previous(COLOURS[:2], ["S01", "S02"]), None)
    assert [row["segment_key"] for row in rows] == ["S03", "S04"]

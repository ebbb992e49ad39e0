"""What people decide comes last, is visible, is recorded, and ends."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"
TO_HISTORY = (
    "build",
    *("--exclude-resource-type", "unit_test"),
    *("--indirect-selection", "buildable"),
    "--select",
    "+segment_membership_history",
    "+segment_transitions",
    *("--vars", "{k: 4, k_range: [4, 4], bootstrap_samples: 2}"),
)


def write_day(file: Path, day: int) -> str:
    """Write the same 300 customers, seen a day later; return the day."""
    with SAMPLE.open(encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source, delimiter=";")
    last = rows[299]
    enrolled_on = date.fromisoformat(last[header.index("Dt_Customer")][:10])
    observed_on = date(2015, 1, 1) + timedelta(days=day)
    last[header.index("Recency")] = str((observed_on - enrolled_on).days)
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, delimiter=";").writerows([header, *rows[:300]])
    return str(observed_on)


@pytest.fixture(scope="module")
def decided(new_builder, copy_project, tmp_path_factory):
    """Build three days in a copy of the project: without, with, without overrides."""
    copy = copy_project(tmp_path_factory.mktemp("project"))
    seed = copy / "seeds" / "segment_overrides.csv"
    header = seed.read_text("utf-8").strip()
    builder = new_builder("overrides/warehouse")
    builder.project = copy
    file = copy / "shop.csv"

    write_day(file, 1)
    assert builder.dbt(*TO_HISTORY, SEGMENTS_PATH=file) == []
    assert not [line for line in builder.said if "segment_overrides_" in line]
    # three customers of S01 and one of S02
    a, b, c = (
        key for (key,) in builder.query(
            "select customer_id from marts.customer_segments "
            "where segment_key = 'S01' order by customer_id limit 3"
        )
    )  # fmt: skip
    ((d,),) = builder.query(
        "select min(customer_id) from marts.customer_segments where segment_key = 'S02'"
    )
    day = write_day(file, 2)
    yesterday = str(date.fromisoformat(day) - timedelta(days=1))
    condition = f"customer_id in ('{a}', '{d}') and income >= 0"
    rows = [
        (1, a, "", "S03", "friend of the house", "sales", day),
        (2, "", condition, "S01", "by condition", "sales", ""),
        (3, b, "", "S02", "was for yesterday", "sales", yesterday),
        (4, "nobody", "", "S02", "who is that", "sales", ""),
        (5, c, "", "S99", "no such segment", "sales", ""),
        (6, "", "income < 0 and income > 0", "S01", "fits nobody", "sales", ""),
    ]
    with seed.open("w", encoding="utf-8", newline="") as target:
        target.write(f"{header}\n")
        csv.writer(target, lineterminator="\n").writerows(rows)
    assert builder.dbt(*TO_HISTORY, SEGMENTS_PATH=file) == []
    warnings = [line for line in builder.said if line.startswith("warning: ")]
    published = {
        row[0]: row[1:]
        for row in builder.query(
            "select customer_id, segment_key, model_segment_key, is_override, "
            "override_reason from marts.customer_segments"
        )
    }
    write_day(file, 3)
    seed.write_text(f"{header}\n", encoding="utf-8")
    assert builder.dbt(*TO_HISTORY, SEGMENTS_PATH=file) == []
    return builder, (a, b, c, d), published, warnings


def test_overrides_come_last_and_the_model_stays_visible(decided):
    _, (a, _, _, d), published, _ = decided
    assert published[a] == ("S03", "S01", True, "friend of the house")
    assert published[d] == ("S01", "S02", True, "by condition")
    assert sorted(key for key, row in published.items() if row[2]) == sorted([a, d])


def test_overrides_that_are_over_or_point_nowhere_are_not_followed(decided):
    _, (_, b, c, _), published, _ = decided
    assert published[b] == ("S01", "S01", False, None)
    assert published[c] == ("S01", "S01", False, None)
    assert "nobody" not in published


def test_overrides_that_are_not_followed_are_warned_of_in_a_sentence_each(decided):
    *_, warnings = decided
    said = sorted(line for line in warnings if "segment_overrides.csv" in line)
    assert said == [
        "warning: seeds/segment_overrides.csv has an override past its last day; "
        "it is not followed. (1 row, test segment_overrides_are_in_force)",
        "warning: seeds/segment_overrides.csv has an override that fits no customer of "
        "the input. (2 rows, test segment_overrides_name_known_customers)",
        "warning: seeds/segment_overrides.csv has an override to a segment that is "
        "retired or never was; it is not followed. "
        "(1 row, test segment_overrides_name_current_segments)",
    ]


def test_overrides_and_their_end_are_recorded_in_history(decided):
    builder, (a, b, c, d), *_ = decided
    intervals = builder.query(
        "select customer_id, segment_key, reason, end_reason, is_override "
        "from marts.segment_membership_history "
        f"where customer_id in ('{a}', '{b}', '{c}', '{d}') "
        "order by customer_id, valid_from"
    )
    assert {
        key: [row[1:] for row in intervals if row[0] == key] for key in (a, b, c, d)
    } == {
        a: [
            ("S01", "first seen", "override", False),
            ("S03", "override", "override ended", True),
            ("S01", "override ended", None, False),
        ],
        b: [("S01", "first seen", None, False)],
        c: [("S01", "first seen", None, False)],
        d: [
            ("S02", "first seen", "override", False),
            ("S01", "override", "override ended", True),
            ("S02", "override ended", None, False),
        ],
    }

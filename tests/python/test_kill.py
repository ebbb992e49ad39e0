"""A build that is killed in the middle of a refit loses nothing."""

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"
REFIT = ("--vars", "retrain: true")
TO_HISTORY = (
    "build",
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
    "--select",
    "+segment_membership_history",
    "+segment_transitions",
    "+segment_drift",
    "+segment_version_log",
    "segment_alignment",
)
# what outlives a build: versions and history, and today's segments made of them
KEPT = """
    select 'version' as kept, model_version::varchar as what, null as observed_on
    from ml.ml_segment_model
    union all
    select 'event', concat_ws(' ', customer_id, segment_key, model_version, reason),
        observed_on
    from intermediate.segment_membership_events
    union all
    select 'size', concat_ws(' ', segment_key, customers, model_version), observed_on
    from marts.segment_sizes_history
    union all
    select 'transition', concat_ws(' ', from_segment_key, to_segment_key, customers),
        observed_on
    from marts.segment_transitions
    union all
    select 'drift', concat_ws(' ', subject_kind, subject, model_version, verdict),
        observed_on
    from marts.segment_drift
    union all
    select 'change', concat_ws(' ', change_number, model_version, reason), observed_on
    from marts.segment_version_log
"""


def write_day(file: Path, day: int) -> None:
    """Write 280 customers; each day ten leave, ten come and ten have more children."""
    with SAMPLE.open(encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source, delimiter=";")
    column = header.index
    rows = [row.copy() for row in rows[10 * day : 10 * day + 280]]
    for row in rows[100 : 100 + 10 * day]:
        row[column("Teenhome")] = "2"
    observed_on = date(2015, 1, 1) + timedelta(days=day)
    enrolled_on = date.fromisoformat(rows[-1][column("Dt_Customer")][:10])
    rows[-1][column("Recency")] = str((observed_on - enrolled_on).days)
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, delimiter=";").writerows([header, *rows])


@pytest.fixture(scope="module")
def two_days(new_builder, tmp_path_factory):
    """Build two days, and the refit on the third that the killed builds aim at."""
    file = tmp_path_factory.mktemp("killed") / "shop.csv"
    builder = new_builder("two_days")
    for day in (1, 2):
        write_day(file, day)
        assert builder.dbt(*TO_HISTORY, SEGMENTS_PATH=file) == []
    before = sorted(builder.query(KEPT), key=repr)
    warehouse = builder.warehouse.read_bytes()
    write_day(file, 3)
    assert builder.dbt(*TO_HISTORY, *REFIT, SEGMENTS_PATH=file) == []
    return file, warehouse, before, sorted(builder.query(KEPT), key=repr)


def kill_when(name: str, *, pause: float, environment: dict, target: Path) -> None:
    """Build with a refit until the line about a finished model, then kill."""
    build = subprocess.Popen(
        [sys.executable, "-m", "segmentation.cli", *TO_HISTORY, *REFIT,
         "--target-path", str(target)],
        cwd=PROJECT,
        env={**os.environ, **{k: str(v) for k, v in environment.items()}},
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    said = any(f"  {name}  " in line for line in build.stdout)
    time.sleep(pause)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert said, f"the build never came to {name}"
    assert build.returncode == -signal.SIGKILL, "the build ended before it was killed"


@pytest.mark.parametrize(
    ("after", "pause", "has_new_version"),
    [
        ("int_customers_engineered", 0.2, False),
        ("ml_segment_model", 0.0, True),
        ("segment_sizes_history", 0.0, True),
        ("segment_membership_events", 0.0, True),
        ("segment_transitions", 0.0, True),
    ],
)
def test_killed_refit_loses_nothing_and_the_next_build_goes_on(
    two_days, new_builder, after, pause, has_new_version
):
    file, warehouse, before, unharmed = two_days
    builder = new_builder(f"killed_after_{after}")
    (builder.folder / "shop.duckdb").write_bytes(warehouse)
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_WAREHOUSE": builder.folder}
    target = builder.folder.parent / "killed_target"
    kill_when(after, pause=pause, environment=environment, target=target)

    with duckdb.connect(builder.folder / "shop.duckdb") as connection:
        left = connection.sql(KEPT).fetchall()
    assert [row for row in before if row not in left] == []
    new = {row[:2] for row in left if row not in before and row[0] == "version"}
    assert new == ({("version", "2")} if has_new_version else set())

    # a stored version needs no second fit; one that was lost has to be asked for again
    arguments = TO_HISTORY if has_new_version else (*TO_HISTORY, *REFIT)
    assert builder.dbt(*arguments, SEGMENTS_PATH=file) == []
    assert sorted(builder.query(KEPT), key=repr) == unharmed
    assert {row[2] for row in before if row[2]} < {row[2] for row in unharmed if row[2]}
    assert ("version", "2", None) in unharmed

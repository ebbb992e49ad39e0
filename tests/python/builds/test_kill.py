"""A build that is killed in the middle of a refit loses nothing."""

import csv
import json
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from segmentation.targets import places

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"
# one k and few bootstraps: what is tested is what stays, not how well it fits
QUICK = "k: 4, k_range: [4, 4], bootstrap_samples: 2"
BUILD = ("--vars", f"{{{QUICK}}}")
REFIT = ("--vars", f"{{{QUICK}, retrain: true}}")
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
TABLES = """
    select schema_name, table_name from duckdb_tables() order by all
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


def kill_when(name: str, words: tuple, *, environment: dict, target: Path) -> None:
    """Build with a refit until the line about a finished model, then kill."""
    build = subprocess.Popen(
        [sys.executable, "-m", "segmentation.cli", *words, *REFIT,
         "--target-path", str(target)],
        cwd=PROJECT,
        env={**os.environ, **{k: str(v) for k, v in environment.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    said = any(f"  {name}  " in line for line in build.stdout)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert said, f"the build never came to {name}"
    assert build.returncode == -signal.SIGKILL, "the build ended before it was killed"


def kept(warehouse: Path) -> list[tuple]:
    with duckdb.connect(warehouse) as connection:
        return connection.sql(KEPT).fetchall()


def test_refits_killed_at_three_points_lose_nothing_and_the_next_build_goes_on(
    new_builder, tmp_path
):
    file = tmp_path / "shop.csv"
    builder = new_builder("killed_refits")
    for day in (1, 2):
        write_day(file, day)
        assert builder.to_history(*BUILD, SEGMENTS_PATH=file) == []
    before = builder.query(KEPT)
    days = {row[2] for row in before if row[2]}
    assert len(days) == 2
    write_day(file, 3)

    environment = {"SEGMENTS_PATH": file, "SEGMENTS_WAREHOUSE": builder.folder}
    versions = [("version", "1", None)]
    # the events are written right after the sizes
    for after in ("ml_segment_model", "segment_sizes_history", "segment_transitions"):
        kill_when(after, builder.TO_HISTORY, environment=environment, target=tmp_path)
        left = kept(builder.warehouse)
        assert [row for row in before if row not in left] == [], after
        versions.append(("version", str(len(versions) + 1), None))
        assert sorted(row for row in left if row[0] == "version") == versions, after

    # the version of the last refit is stored, so the next build has nothing to fit
    assert builder.to_history(*BUILD, SEGMENTS_PATH=file) == []
    after = builder.query(KEPT)
    earlier = [row for row in after if row[2] is None or row[2] in days]
    assert sorted(earlier, key=repr) == sorted([*before, *versions[1:]], key=repr)
    assert {row[0] for row in after if row[2] and row[2] not in days} == {
        "event", "size", "transition", "drift", "change"
    }  # fmt: skip
    log = builder.query(
        "select model_version, reason from marts.segment_version_log "
        "order by change_number"
    )
    assert log[0] == (1, "first fit")
    assert log[-1] == (4, "refit asked for")
    assert builder.query(
        "select count(*) from marts.segment_membership_history as history "
        "full join marts.customer_segments as today "
        "on history.customer_id = today.customer_id and history.is_current "
        "where history.segment_key is distinct from today.segment_key "
        "and (history.is_current or history.customer_id is null)"
    ) == [(0,)]


def test_what_a_kill_left_aside_stops_no_build(new_builder, tmp_path):
    """The table of a Python model was there, and had not taken its place yet."""
    builder = new_builder("left_aside")
    file = tmp_path / "shop.csv"
    write_day(file, 1)
    assert builder.to_history(*BUILD, SEGMENTS_PATH=file) == []
    before = builder.query(KEPT)
    tables = builder.query(TABLES)
    with duckdb.connect(builder.warehouse) as connection:
        for schema, table in tables:
            connection.execute(f"create table {schema}.{table}__dbt_tmp (x integer)")
    assert builder.to_history(*BUILD, SEGMENTS_PATH=file) == []
    assert sorted(builder.query(KEPT), key=repr) == sorted(before, key=repr)
    left = {table for _, table in builder.query(TABLES) if table.endswith("__dbt_tmp")}
    assert not left & {"ml_segment_model__dbt_tmp", "customer_segments__dbt_tmp"}


def test_a_manifest_that_a_kill_cut_short_is_written_anew(tmp_path, monkeypatch):
    """A publish after the kill asks it where the tables are."""
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    whole = places(PROJECT, is_parsed=False).tables
    manifest = tmp_path / "target" / "manifest.json"
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text('{"metadata": {"adapter_type": "duckdb"}, "nod', "utf-8")
    assert places(PROJECT, is_parsed=False).tables == whole
    assert json.loads(manifest.read_text("utf-8"))["nodes"]

"""Dagster: every table an asset, every test a check, and one command a night.

dbt takes the tables in their order and keeps the warehouse open, so they are made by
one step. SEGMENTS_PROJECT is the project's folder, SEGMENTS_INPUT the input.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from graphlib import TopologicalSorter
from pathlib import Path

import dagster as dg

PROJECT = Path(os.environ.get("SEGMENTS_PROJECT", "/srv/segments"))
INPUT = os.environ.setdefault("SEGMENTS_INPUT", "shop")
BIN = Path(os.environ.get("SEGMENTS", PROJECT / ".venv/bin/segments")).parent
TARGET = Path(os.environ.get("DBT_TARGET_PATH", PROJECT / "target" / INPUT))
OUTPUT = Path(os.environ.get("SEGMENTS_OUTPUT", PROJECT / "output")) / INPUT
FIRST_MONTH = os.environ.get("SEGMENTS_FIRST_MONTH", "2024-01-01")


def read_manifest() -> dict:
    """Return what dbt knows of the project; it is asked where it has not told yet."""
    file = TARGET / "manifest.json"
    if not file.exists():
        parse = [BIN / "dbt", "--quiet", "parse", "--target-path", TARGET]
        subprocess.run(parse, cwd=PROJECT, check=True)
    return json.loads(file.read_text("utf-8"))


MANIFEST = read_manifest()
SOURCE = dg.AssetSpec("input_file", group_name="input", description="What is read.")
# Dagster is told of them in the order in which one is made of another
ORDER = TopologicalSorter(MANIFEST["parent_map"]).static_order()
TABLES = {
    name: MANIFEST["nodes"][name]
    for name in ORDER
    if name.split(".")[0] in ("model", "seed")
}


def key(name: str) -> dg.AssetKey:
    """Return the key of a table, or of the file that all begins with."""
    node = TABLES.get(name)
    return dg.AssetKey([node["schema"], node["name"]]) if node else SOURCE.key


def spec(name: str, node: dict) -> dg.AssetSpec:
    """Return the asset of a table: in the group of its layer, owned as dbt says."""
    group = MANIFEST["groups"].get(f"group.segmentation.{node.get('group')}")
    team = node["config"]["meta"]["owner"].lower().replace(" ", "-")
    return dg.AssetSpec(
        key(name),
        deps=[key(parent) for parent in node.get("depends_on", {}).get("nodes", [])],
        group_name=node["schema"],
        owners=[group["owner"]["email"] if group else f"team:{team}"],
        description=node["description"],
    )


MARTS = [key(name) for name, node in TABLES.items() if node["schema"] == "marts"]
PUBLISHED = dg.AssetSpec("published_file", deps=MARTS, group_name="published")
PAGE = dg.AssetSpec("dashboard", deps=MARTS, group_name="published")


def check(node: dict) -> dg.AssetCheckSpec:
    """Return the check of a test, at the first table that it reads; some read none."""
    read = [name for name in node["depends_on"]["nodes"] if name in TABLES]
    return dg.AssetCheckSpec(
        node["name"], asset=key(read[0]) if read else PUBLISHED.key
    )


CHECKS = {
    name: check(node)
    for name, node in MANIFEST["nodes"].items()
    if node["resource_type"] == "test"
}


def statuses(code: int) -> dict[str, str]:
    """Return what became of each table and test; after a good build, all is good."""
    if code == 0:
        return dict.fromkeys([*TABLES, *CHECKS], "success")
    results = json.loads((TARGET / "run_results.json").read_text("utf-8"))["results"]
    return {row["unique_id"]: row["status"] for row in results}


@dg.multi_asset(
    name="segments_build",
    specs=[*(spec(*table) for table in TABLES.items()), PUBLISHED, PAGE],
    check_specs=list(CHECKS.values()),
    op_tags={"dagster/concurrency_key": "segments"},  # one build at a time
)
def build(context: dg.AssetExecutionContext) -> Iterator:
    """Build, test and publish; what came of it stands in build_summary.json."""
    code = subprocess.run([BIN / "segments", "build"], cwd=PROJECT).returncode
    summary = json.loads((OUTPUT / "build_summary.json").read_text("utf-8"))
    became = statuses(code) if code in (0, 3, 6) else {}
    for name, checked in CHECKS.items():
        if name in became:
            yield dg.AssetCheckResult(
                passed=became[name] in ("success", "pass", "warn"),
                check_name=checked.name,
                asset_key=checked.asset_key,
            )
    for name in TABLES:
        if became.get(name) == "success":
            yield dg.MaterializeResult(key(name))
    if code:
        raise dg.Failure(f"exit {code}: {'; '.join(summary['failures'])}")
    told = {
        "customers": summary["customers"],
        "observed_on": summary["observed_on"],
        "generation": str(summary["generation"]),
        "warnings": len(summary["warnings"]),
    }
    yield dg.MaterializeResult(PUBLISHED.key, metadata=told)
    yield dg.MaterializeResult(PAGE.key)


@dg.asset(
    deps=[SOURCE],
    group_name="published",
    partitions_def=dg.MonthlyPartitionsDefinition(FIRST_MONTH),
    # one run takes all months that are asked for, the earliest first
    backfill_policy=dg.BackfillPolicy.single_run(),
    op_tags={"dagster/concurrency_key": "segments"},
)
def history(context: dg.AssetExecutionContext) -> None:
    """Build the states of past months (of orders, whose lines have days)."""
    months = sorted(date.fromisoformat(month) for month in context.partition_keys)
    first, last = (last_day(month) for month in (months[0], months[-1]))
    words = ["backfill", "--from", str(first), "--to", str(last), "--every", "month"]
    subprocess.run([BIN / "segments", *words], cwd=PROJECT, check=True)


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


job = dg.define_asset_job("segments", [build])
defs = dg.Definitions(
    assets=[SOURCE, build, history],
    jobs=[job],
    schedules=[dg.ScheduleDefinition(job=job, cron_schedule="15 3 * * *")],
)

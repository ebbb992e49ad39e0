"""Dagster: the input as an upstream asset, the published segments as another, daily."""

import json
import os
import subprocess
from pathlib import Path

import dagster as dg

PROJECT = Path(os.environ.get("SEGMENTS_PROJECT", "/srv/segments"))
INPUT = os.environ.get("SEGMENTS_INPUT", "shop")
source = dg.AssetSpec("customer_file", description="The file that the input names.")


@dg.asset(deps=[source])
def published_segments(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Build, test and publish; what came of it stands in build_summary.json."""
    done = subprocess.run([f"{PROJECT}/.venv/bin/segments", "build"], cwd=PROJECT)
    summary = json.loads(
        (PROJECT / "output" / INPUT / "build_summary.json").read_text()
    )
    if done.returncode:
        raise dg.Failure(f"exit {done.returncode}: {'; '.join(summary['failures'])}")
    return dg.MaterializeResult(
        metadata={
            "customers": summary["customers"],
            "observed_on": summary["observed_on"],
            "generation": str(summary["generation"]),
            "warnings": len(summary["warnings"]),
        }
    )


job = dg.define_asset_job("segments", [published_segments])
defs = dg.Definitions(
    assets=[source, published_segments],
    jobs=[job],
    schedules=[dg.ScheduleDefinition(job=job, cron_schedule="15 3 * * *")],
)

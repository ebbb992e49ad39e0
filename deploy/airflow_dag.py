"""Airflow: one task a night, in the order of the days.

One task, because dbt and the lock of the warehouse take the models in their order; a
task for each model (Cosmos) starts dbt a hundred times: 868 seconds against 31.
"""

import os
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = os.environ.get("SEGMENTS_PROJECT", "/srv/segments")
SEGMENTS = os.environ.get("SEGMENTS", f"{PROJECT}/.venv/bin/segments")

with DAG(
    "segments",
    schedule="15 3 * * *",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"depends_on_past": False, "retries": 0},
):
    BashOperator(
        task_id="build",
        bash_command=f"cd {PROJECT} && {SEGMENTS} build",
        env={"SEGMENTS_INPUT": os.environ.get("SEGMENTS_INPUT", "shop")},
        append_env=True,
        # another build, or a database browser: not a failure of the data
        skip_on_exit_code=4,
    )

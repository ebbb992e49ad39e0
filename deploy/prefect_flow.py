"""Prefect: one flow a night; the exit code says what to do about a failure."""

import os
import subprocess

from prefect import flow, task

PROJECT = os.environ.get("SEGMENTS_PROJECT", "/srv/segments")
SEGMENTS = os.environ.get("SEGMENTS", f"{PROJECT}/.venv/bin/segments")


@task(
    retries=3,
    retry_delay_seconds=600,
    # somebody had the warehouse open
    retry_condition_fn=lambda task, run, state: "exit 4" in str(state.message),
)
def build(input_name: str) -> None:
    """Build and publish one input."""
    done = subprocess.run(
        [SEGMENTS, "build"],
        cwd=PROJECT,
        env={**os.environ, "SEGMENTS_INPUT": input_name},
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sentences = [x for x in done.stderr.splitlines() if x.startswith("segments:")]
        raise RuntimeError(f"exit {done.returncode}: {' '.join(sentences)}")


@flow(name="segments")
def segments(input_name: str = "shop") -> None:
    """Build one input; give several inputs several runs."""
    build(input_name)


if __name__ == "__main__":
    segments.serve(cron="15 3 * * *")

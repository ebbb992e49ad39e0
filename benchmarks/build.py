"""Build with dbt and write down what each node cost.

    python -m benchmarks.build RECORD.json build --select +segments

runs ``dbt build --select +segments`` in this process, as ``segments build`` does. With
``--threads 1`` nodes run one after the other, and the CPU seconds and the peak memory
of each are its own, those of the processes that fit for it included. Linux only: the
peaks are the kernel's.
"""

import json
import os
import sys
import time
from pathlib import Path

__all__ = ["Recorder", "main"]


class Recorder:
    """Collects seconds, CPU seconds and peak memory of every node that dbt runs."""

    def __init__(self) -> None:
        self.nodes: list[dict] = []
        self.peak_mb = 0
        self._started: dict[str, tuple[float, float]] = {}

    def __call__(self, event) -> None:
        """Take one of dbt's events."""
        if event.info.name == "NodeStart":
            self._forget_peak()
            self._started[event.data.node_info.unique_id] = (
                time.perf_counter(),
                _cpu_seconds(),
            )
        elif event.info.name == "NodeFinished":
            node = event.data.node_info
            start, cpu_start = self._started.pop(node.unique_id)
            self.nodes.append(
                {
                    "node": node.node_name,
                    "kind": node.resource_type,
                    "status": node.node_status,
                    "seconds": round(time.perf_counter() - start, 3),
                    "cpu_seconds": round(_cpu_seconds() - cpu_start, 3),
                    "peak_mb": _peak_mb(),
                }
            )

    def _forget_peak(self) -> None:
        """Have the kernel count the peak of this process's memory anew."""
        self.peak_mb = max(self.peak_mb, _peak_mb())
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main(arguments: list[str]) -> int:
    """Run dbt with `arguments`; the first is the file for the record."""
    from dbt.cli.main import dbtRunner

    from segmentation.dbt_inside import kept_templates, lighten

    file, *dbt_arguments = arguments
    recorder = Recorder()
    lighten()
    with kept_templates(
        Path(os.environ.get("DBT_TARGET_PATH", "target"), "templates.msgpack")
    ):
        outcome = dbtRunner(callbacks=[recorder]).invoke(
            [*dbt_arguments, "--project-dir", ".", "--profiles-dir", "."]
        )
    record = {
        "peak_mb": max(recorder.peak_mb, _peak_mb()),
        "nodes": recorder.nodes,
    }
    Path(file).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return 0 if outcome.success else 1


def _processes() -> list[Path]:
    """Return what the kernel tells of this process and of those that fit for it."""
    tasks = Path("/proc/self/task").glob("*/children")
    children = " ".join(task.read_text("ascii") for task in tasks).split()
    return [Path("/proc", name) for name in ("self", *children)]


def _cpu_seconds() -> float:
    # a name in parentheses may have blanks; user and system time are the 12th and 13th
    # figure after it
    spent = [
        (process / "stat").read_text("ascii").rpartition(")")[2].split()[11:13]
        for process in _processes()
    ]
    return sum(int(ticks) for one in spent for ticks in one) / os.sysconf("SC_CLK_TCK")


def _peak_mb() -> int:
    peaks = [
        line.split()[1]
        for process in _processes()
        for line in (process / "status").read_text("ascii").splitlines()
        if line.startswith("VmHWM")
    ]
    return sum(map(int, peaks)) // 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Kills, full disks and races: what was published before is still there, whole."""

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import duckdb

from segmentation.publishing.generations import publish

__all__ = ["full_disks", "killed_publishes", "racing_publishes"]

PUBLISH = """
import sys
from pathlib import Path
import duckdb
from segmentation.cli import main
from segmentation import commands
from segmentation.publishing.generations import publish
def run(options, words):
    publish(Path(sys.argv[1]), Path(sys.argv[2]))
    return 0
commands.publish = run
print("ready", flush=True)
code = 0
for _ in range(int(sys.argv[3])):
    code = main(["publish"])
raise SystemExit(code)
"""


def tiny_warehouse(file: Path, version: int, customers: int = 300) -> None:
    """Write a warehouse whose every table says its version."""
    with duckdb.connect(file) as engine:
        engine.execute("create schema if not exists marts")
        engine.execute(
            "create or replace table marts.customer_segments as select "
            "'c' || i as customer_id, 'S01' as segment_key, 'Name' as segment_name, "
            "0.5 as margin, 'Other' as second_segment_name, false as is_outlier, "
            f"false as is_override, date '2024-01-01' as observed_on, {version} as v "
            f"from range({customers}) as t (i)"
        )
        engine.execute(
            "create or replace table marts.segment_model_versions as select "
            f"{version} as model_version, 'tiny' as input_name, true as is_current"
        )


def state(output: Path) -> int | None:
    """Return the version that is published, whole; none if it is not."""
    try:
        folder = (output / "current").resolve(strict=True)
        with duckdb.connect(folder / "segments.duckdb", read_only=True) as engine:
            versions = engine.sql(
                "select distinct v from marts.customer_segments union "
                "select model_version from marts.generation"
            ).fetchall()
        rows = (folder / "csv" / "customer_segments.csv").read_text().count("\n")
        kept = (output / "csv" / "generation.csv").exists()
    except (OSError, duckdb.Error):
        return None
    return versions[0][0] if len(versions) == 1 and rows == 301 and kept else None


def _start(warehouse: Path, output: Path, times: int = 1) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(warehouse), str(output), str(times)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_publishes(seed: int, times: int) -> Counter:
    """Kill publishes at random points; each time the published state is whole."""
    chance, seen = random.Random(seed), Counter()
    with tempfile.TemporaryDirectory() as name:
        warehouse, output = Path(name) / "tiny.duckdb", Path(name) / "output"
        tiny_warehouse(warehouse, 0)
        publish(warehouse, output)
        for number in range(1, times + 1):
            tiny_warehouse(warehouse, number)
            before = state(output)
            process = _start(warehouse, output, 50)
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.6))
            process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM]))
            process.communicate(timeout=60)
            after = state(output)
            whole = after in (before, number)
            seen["whole" if whole else "published state lost"] += 1
        publish(warehouse, output)
        left = [p.name for p in (output / "generations").iterdir()]
        seen["left behind"] += max(len(left) - 2, 0)
    return seen


def full_disks(seed: int, times: int) -> Counter:
    """Publish onto disks that are too small: a sentence, and nothing left behind."""
    chance, seen = random.Random(seed), Counter()
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            disk, warehouse = Path(name) / "disk", Path(name) / "tiny.duckdb"
            disk.mkdir()
            size = chance.randrange(700, 4000)
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)],
                capture_output=True,
            )
            if mounted.returncode:
                return Counter({"not tried: no right to mount": 1})
            try:
                seen[_publish_twice(warehouse, disk / "output")] += 1
            finally:
                subprocess.run(["umount", str(disk)], check=True)
    return seen


def _publish_twice(warehouse: Path, output: Path) -> str:
    tiny_warehouse(warehouse, 1)
    process = _start(warehouse, output)
    process.communicate(timeout=120)
    before = state(output)
    tiny_warehouse(warehouse, 2)
    process = _start(warehouse, output)
    _, said = process.communicate(timeout=120)
    if "Traceback" in said:
        return f"traceback: {said.strip().splitlines()[-1][:100]}"
    if process.returncode == 0:
        return "fits" if state(output) == 2 else "wrong"
    if state(output) != before:
        return "published state lost"
    generations = output / "generations"
    rest = [p for p in generations.iterdir() if p.name.startswith(".")]
    return "sentence" if not rest else f"left behind: {rest[0].name}"


def racing_publishes(seed: int, times: int) -> Counter:
    """Publish from two processes at once, while readers look on."""
    seen: Counter = Counter()
    with tempfile.TemporaryDirectory() as name:
        warehouse, output = Path(name) / "tiny.duckdb", Path(name) / "output"
        tiny_warehouse(warehouse, seed)
        publish(warehouse, output)
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                whole = state(output) == seed or state(output) == seed
                seen["reads" if whole else "bad reads"] += 1

        reader = threading.Thread(target=read)
        reader.start()
        processes = [_start(warehouse, output, times) for _ in range(2)]
        for process in processes:
            _, said = process.communicate(timeout=600)
            seen["refused with a sentence"] += said.count("Another process is")
            seen["tracebacks"] += said.count("Traceback")
        done.set()
        reader.join()
        seen["publishes raced"] += 2 * times
    return seen

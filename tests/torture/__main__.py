"""Run all that is tried to break the project, and write RELIABILITY.md.

python -m tests.torture --seed 1 --files 10000
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tests.torture import definitions, files, processes

PROJECT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.json")
BATCH = 50
SECONDS_OF_A_FILE = 60


def main() -> None:
    """Try what the command line asks for, and add it to what was tried before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261128)
    for name, default in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, cwd=PROJECT, check=True,
    ).stdout.strip()  # fmt: skip
    for name, attempt in ATTEMPTS.items():
        times = getattr(asked, name)
        if not times:
            continue
        started = time.monotonic()
        seen = attempt(asked.seed, times)
        _keep(
            {
                "what": name,
                "times": times,
                "seed": asked.seed,
                "commit": commit,
                "seconds": round(time.monotonic() - started),
                "seen": dict(sorted(seen.items())),
            }
        )
        print(name, times, dict(seen), flush=True)
    write_report()


def _keep(run: dict) -> None:
    runs = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    same = ("what", "seed")
    runs = [r for r in runs if any(r[key] != run[key] for key in same)]
    RESULTS.write_text(json.dumps([*runs, run], indent=1, ensure_ascii=False) + "\n")


def _files(seed: int, times: int) -> Counter:
    """Try files in processes of their own, so that a crash is counted, not shared."""
    seen: Counter = Counter()
    seeds = [seed * 1_000_000 + number for number in range(times)]
    for start in range(0, times, BATCH):
        batch = seeds[start : start + BATCH]
        try:
            with ProcessPoolExecutor(1) as pool:
                for kind, outcome, megabytes in pool.map(
                    _one_file, batch, timeout=SECONDS_OF_A_FILE * BATCH
                ):
                    seen[outcome.split(":")[0]] += 1
                    seen["over 1 GB of memory"] += megabytes > 1024
                    if outcome.startswith(("wrong", "traceback")):
                        print("!", kind, outcome, flush=True)
        except (BrokenProcessPool, TimeoutError) as error:
            seen["crash" if isinstance(error, BrokenProcessPool) else "hang"] += 1
            print("!", type(error).__name__, batch[0], flush=True)
    return seen


def _one_file(seed: int) -> tuple[str, str, int]:
    kind, outcome = files.try_file(seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if outcome.startswith(("wrong", "traceback")):
        outcome += f" (seed {seed})"
    return kind, outcome, peak


def _definitions(seed: int, times: int) -> Counter:
    seen: Counter = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(times):
            outcome = definitions.try_definition(
                seed * 1_000_000 + number, Path(folder)
            )
            seen[outcome.split(":")[0]] += 1
            if outcome.startswith(("wrong", "traceback")):
                print("!", outcome, flush=True)
    return seen


def _words(seed: int, times: int) -> Counter:
    seen: Counter = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = folder / "project"
        project.mkdir()
        (project / "dbt_project.yml").write_text(
            (PROJECT / "dbt_project.yml").read_text("utf-8"), "utf-8"
        )
        for number in range(times):
            outcome = definitions.try_words(seed * 1_000_000 + number, project, folder)
            seen[outcome.split(":")[0]] += 1
            if outcome.startswith("traceback"):
                print("!", outcome, flush=True)
    return seen


COUNTS = {
    "files": 10_000, "definitions": 2_000, "words": 500, "kills": 140, "disks": 20,
    "races": 50,
}  # fmt: skip
ATTEMPTS = {
    "files": _files,
    "definitions": _definitions,
    "words": _words,
    "kills": processes.killed_publishes,
    "disks": processes.full_disks,
    "races": processes.racing_publishes,
}
TOLD = {
    "files": "files of nine formats, nine in ten damaged",
    "definitions": "definitions of an input, changed at random",
    "words": "command lines and settings of the environment",
    "kills": "publishes killed at a random moment",
    "disks": "publishes onto a disk too small or nearly so",
    "races": "publishes by each of two processes at once, with a looping reader",
}


def write_report() -> None:
    """Write RELIABILITY.md from what was seen."""
    runs = json.loads(RESULTS.read_text())
    lines = [
        f"| {run['times']:,} | {TOLD[run['what']]} | {_seen(run['seen'])} | "
        f"{run['seed']} | {run['commit']} |"
        for run in sorted(runs, key=lambda r: (list(TOLD).index(r["what"]), r["seed"]))
    ]
    text = Path(__file__).with_name("report.md").read_text("utf-8")
    (PROJECT / "RELIABILITY.md").write_text(
        text.replace("<!-- table -->", "\n".join(lines)), "utf-8"
    )


def _seen(seen: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in seen.items() if count)


if __name__ == "__main__":
    sys.exit(main())

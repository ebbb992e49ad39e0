"""Run all that is tried to break the project, and write RELIABILITY.md.

python -m tests.torture --seed 1 --files 10000

A run goes on where the last one with the same seed stopped; cases that broke a promise
before are tried again first.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.torture import cases, processes
from tests.torture.results import PROJECT, Results, commit

__all__ = ["ATTEMPTS", "main"]

SEED = 20261128


@dataclass(frozen=True)
class Attempt:
    """One way to break the project.

    Attributes
    ----------
    told : str
    times : int
        Cases unless the command line says otherwise.
    batch : int
        Cases that are tried, and written down, at once.
    run : callable
        Takes seeds of cases, returns the outcome of each, or of the first of them.
    can_again : bool
        Whether a case alone, tried again, is the same.
    """

    told: str
    times: int
    batch: int
    run: Callable[[list[int]], list[str]]
    can_again: bool = False


ATTEMPTS = {
    "files": Attempt(
        "files of 14 formats, nine in ten damaged, one in ten by a definition",
        10_000, 100, cases.files_in_a_process, True,
    ),
    "large": Attempt("files of 10 MB: peak of memory", 24, 4, cases.large, True),
    "definitions": Attempt(
        "definitions of an input, changed at random",
        1_000, 100, cases.definitions_in_a_process, True,
    ),
    "words": Attempt(
        "command lines and settings of the environment",
        500, 50, cases.words_in_a_process, True,
    ),
    "publishes": Attempt(
        "publishes killed at a random moment", 100, 20, processes.killed_publishes
    ),
    "dashboards": Attempt(
        "dashboards killed at a random moment", 30, 15, processes.killed_dashboards
    ),
    "scores": Attempt(
        "scores of a file killed at a random moment", 10, 5, processes.killed_scores
    ),
    "builds": Attempt(
        "whole builds killed at a random moment, each followed by a publish",
        60, 10, processes.killed_builds,
    ),
    "disks": Attempt(
        "publishes, dashboards and builds onto disks too small or nearly so",
        26, 13, processes.full_disks,
    ),
    "folders": Attempt(
        "publishes and dashboards into folders that are read-only or another's",
        12, 12, processes.forbidden_folders,
    ),
    "clock": Attempt(
        "publishes while the clock stands or goes backwards",
        20, 20, processes.clock_backwards,
    ),
    "races": Attempt(
        "races of publish/publish, build/publish and build/build, a reader looking on",
        50, 10, processes.races,
    ),
}  # fmt: skip


def main() -> None:
    """Try what the command line asks for, and add it to what was tried before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="*", choices=ATTEMPTS, default=list(ATTEMPTS))
    for name, attempt in ATTEMPTS.items():
        parser.add_argument(f"--{name}", type=int, default=attempt.times)
    asked = parser.parse_args()
    results = Results()
    for name in asked.only:
        _again(results, name)
        _try(results, name, asked.seed, getattr(asked, name))
        write_report(results)


def _again(results: Results, name: str) -> None:
    """Try the cases that broke a promise and were not mended yet."""
    attempt = ATTEMPTS[name]
    for fault in results.found if attempt.can_again else []:
        if fault["what"] != name or fault["mended"]:
            continue
        (outcome, *_) = attempt.run([_case(fault["seed"], fault["case"])])
        if not Results.is_fault(outcome):
            fault["mended"] = commit()
            results.write()
        else:
            print("! still", name, fault["case"], outcome, flush=True)


def _try(results: Results, name: str, seed: int, times: int) -> None:
    attempt = ATTEMPTS[name]
    while (done := results.done(name, seed)) < times:
        last = min(done + attempt.batch, times)
        outcomes = attempt.run([_case(seed, number) for number in range(done, last)])
        results.add(name, seed, done, outcomes)
        print(name, done + len(outcomes), "of", times, flush=True)


def _case(seed: int, number: int) -> int:
    return seed * 1_000_000 + number


def write_report(results: Results) -> None:
    """Write RELIABILITY.md from what was seen."""
    told = {name: attempt.told for name, attempt in ATTEMPTS.items()}
    text = Path(__file__).with_name("report.md").read_text("utf-8")
    for mark, made in (
        ("totals", results.totals(told)),
        ("table", results.table(told)),
        ("faults", results.faults()),
    ):
        text = text.replace(f"<!-- {mark} -->", made)
    (PROJECT / "RELIABILITY.md").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""What was tried so far, kept between runs, and the report made of it."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

__all__ = ["FAULTS", "Results", "commit"]

PROJECT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("results.json")
# first words of an outcome that breaks a promise
FAULTS = ("traceback", "wrong", "hang", "crash", "lost", "left behind", "over 1 GB")


def commit() -> str:
    """Return the commit that is tried, with a plus where something is changed."""

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], capture_output=True, text=True, cwd=PROJECT, check=True
        ).stdout.strip()

    changed = git("status", "--porcelain", "--", "segmentation", "models", "macros")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


class Results:
    """Counts of each attempt by seed and commit, and the cases that broke a promise.

    Parameters
    ----------
    file : Path, optional
    """

    def __init__(self, file: Path = FILE) -> None:
        self.file = file
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self.runs: list[dict[str, Any]] = kept.get("runs", [])
        self.found: list[dict[str, Any]] = kept.get("found", [])

    @staticmethod
    def is_fault(outcome: str) -> bool:
        """Return whether what came of a case breaks a promise."""
        return outcome.startswith(FAULTS)

    def done(self, what: str, seed: int) -> int:
        """Return how many cases of an attempt were tried with a seed."""
        return sum(
            r["done"] for r in self.runs if (r["what"], r["seed"]) == (what, seed)
        )

    def add(self, what: str, seed: int, first: int, outcomes: list[str]) -> None:
        """Take in what came of cases, and write it down at once."""
        at = commit()
        key = (what, seed, at)
        run = next(
            (r for r in self.runs if (r["what"], r["seed"], r["commit"]) == key), None
        )
        if run is None:
            run = {"what": what, "seed": seed, "commit": at, "done": 0, "seen": {}}
            self.runs.append(run)
        run["done"] += len(outcomes)
        seen = Counter(run["seen"]) + Counter(o.split(":")[0] for o in outcomes)
        run["seen"] = dict(sorted(seen.items()))
        for case, outcome in enumerate(outcomes, first):
            if self.is_fault(outcome):
                print("!", what, case, outcome, flush=True)
                self.found.append(
                    {"what": what, "seed": seed, "case": case, "said": outcome,
                     "commit": at, "mended": None}
                )  # fmt: skip
        self.write()

    def write(self) -> None:
        """Write the file whole."""
        kept = {"runs": self.runs, "found": self.found}
        text = json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)
        new = self.file.with_suffix(".new")
        new.write_text(text + "\n", "utf-8")
        new.replace(self.file)

    def table(self, told: dict[str, str]) -> str:
        """Return what was tried as a table."""
        order = list(told)
        runs = sorted(self.runs, key=lambda r: (order.index(r["what"]), r["seed"]))
        return "\n".join(
            f"| {run['done']:,} | {told[run['what']]} | {_said(run['seen'])} | "
            f"{run['seed']} | {run['commit']} |"
            for run in runs
        )

    def totals(self, told: dict[str, str]) -> str:
        """Return all cases of each attempt, and the promises that they broke."""
        lines = []
        for what, words in told.items():
            done = sum(r["done"] for r in self.runs if r["what"] == what)
            broken = [f for f in self.found if f["what"] == what]
            still = [f for f in broken if not f["mended"]]
            lines.append(f"| {done:,} | {words} | {len(broken)} | {len(still)} |")
        return "\n".join(lines)

    def faults(self) -> str:
        """Return what broke a promise, kind by kind."""
        kinds: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for fault in self.found:
            words = " ".join(fault["said"].split()[:8]).replace("|", "/")
            kinds.setdefault((fault["what"], words), []).append(fault)
        if not kinds:
            return "Nothing."
        return "\n".join(
            f"- {what}, {len(faults)} times, first case {faults[0]['case']} of seed "
            f"{faults[0]['seed']} at {faults[0]['commit']}: `{words}`; "
            + _state(faults)
            for (what, words), faults in kinds.items()
        )


def _state(faults: list[dict[str, Any]]) -> str:
    open_ones = [f for f in faults if not f["mended"]]
    if not open_ones:
        return f"mended, and tried again at {faults[-1]['mended']}."
    return f"{len(open_ones)} STILL OPEN."


def _said(seen: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in seen.items() if count)

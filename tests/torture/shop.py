"""A shop so small that it is built in seconds, and what is published of it."""

import csv
import random
from pathlib import Path

import duckdb

__all__ = [
    "build_words",
    "environment_of",
    "state",
    "tiny_warehouse",
    "write_customers",
]

CUSTOMERS = 300
HEADER = (
    *("CustomerID", "Gender", "Age"),
    *("Annual Income (k$)", "Spending Score (1-100)"),
)
# one k, few bootstraps and no area: what is tested is what stays, not how well it fits
QUICK = (
    "{k: 4, k_range: [4, 4], bootstrap_samples: 2, evidence: false, exploration: false,"
    " campaign: false, value: false, offers: false}"
)


def write_customers(file: Path, version: int) -> None:
    """Write customers of four groups; some move with each version."""
    chance = random.Random(version // 5)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for number in range(CUSTOMERS):
            income, score = (30, 80)[number % 2], (20, 80)[number // 2 % 2]
            writer.writerow(
                [
                    number + 1,
                    ("Male", "Female")[number % 3 == 0],
                    chance.randrange(18, 80),
                    round(income + chance.gauss(0, 5)),
                    min(max(round(score + chance.gauss(0, 6)), 1), 99),
                ]
            )


def environment_of(folder: Path) -> dict[str, str]:
    """Return the settings of a build whose every file lies in a folder."""
    return {
        "SEGMENTS_INPUT": "mall",
        "SEGMENTS_PATH": str(folder / "customers.csv"),
        "SEGMENTS_WAREHOUSE": str(folder / "warehouse"),
        "SEGMENTS_OUTPUT": str(folder / "output"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def build_words() -> tuple[str, ...]:
    """Return the words of a whole build, with its tests."""
    return "build", "--vars", QUICK


def tiny_warehouse(file: Path, version: int) -> None:
    """Write a warehouse whose every table says its version."""
    with duckdb.connect(file) as engine:
        engine.execute("create schema if not exists marts")
        engine.execute(
            "create or replace table marts.customer_segments as select "
            "'c' || i as customer_id, 'S01' as segment_key, 'Name' as segment_name, "
            "0.5 as margin, 'Other' as second_segment_name, false as is_outlier, "
            f"false as is_override, date '2024-01-01' as observed_on, {version} as v "
            f"from range({CUSTOMERS}) as t (i)"
        )
        engine.execute(
            "create or replace table marts.segment_model_versions as select "
            f"{version} as model_version, 'tiny' as input_name, true as is_current"
        )


def state(output: Path) -> object:
    """Return what is published, if it is whole; none if it is not.

    Without any engine, which a process that forks must not have: the files of a
    generation say that they belong together.
    """
    try:
        folder = (output / "current").resolve(strict=True)
        rows = (folder / "csv" / "customer_segments.csv").read_text("utf-8")
        said = list(
            csv.DictReader((folder / "csv" / "generation.csv").open(encoding="utf-8"))
        )
        whole = (output / "csv" / "generation.csv").exists()
        whole &= (folder / "segments.duckdb").stat().st_size > 0
        whole &= rows.count("\n") == CUSTOMERS + 1 and rows.endswith("\n")
    except OSError:
        return None
    if not whole or not said:
        return None
    first = rows.split("\n")[:2]
    values = dict(zip(first[0].split(","), first[1].split(","), strict=False))
    return int(values["v"]) if "v" in values else said[0].get("published_at", "whole")

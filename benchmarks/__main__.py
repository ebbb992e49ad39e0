"""Run the comparison, size by size and arm by arm.

    python -m benchmarks --folder build/benchmark --sizes 10000 100000 1000000

Every arm is a process of its own, one after the other, on the same file. A size that
results.json already has is replaced, the others stay, so that a size can be run again.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.customers import write_customers
from benchmarks.report import write_report
from segmentation.warehouse.quoting import literal

__all__ = ["main"]

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "benchmarks" / "results.json"
SIZES = [10_000, 100_000, 1_000_000, 3_000_000, 10_000_000]
# pandas takes about 1.2 GB a million
PANDAS_CUSTOMERS = 10_000_000
CORE = ["--selector", "segment_marts", "--exclude-resource-type", "unit_test", "test"]
WHOLE = ["--exclude-resource-type", "unit_test", "--threads", "1"]


def main(arguments: list[str] | None = None) -> None:
    """Run what the command line asks for, and write results and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="for the big files")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument(
        "--pandas-customers",
        type=int,
        default=PANDAS_CUSTOMERS,
        help="most customers that pandas gets, which are all in its memory",
    )
    parser.add_argument(
        "--whole",
        type=int,
        nargs="*",
        default=[],
        help="sizes that are built whole, with everything optional and all data tests",
    )
    parser.add_argument("--note", default="", help="what else the machine was doing")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    for size in sorted({*options.sizes, *options.whole}):
        folder = options.folder / str(size)
        folder.mkdir(exist_ok=True)
        file = folder / f"customers_{size}.parquet"
        write_customers(size, file)
        if size in options.sizes:
            measured = _compare(size, file, folder, options.pandas_customers)
            _keep("sizes", {**measured, "note": options.note})
        if size in options.whole:
            _keep("whole", {**_whole(size, file, folder), "note": options.note})
        shutil.rmtree(folder)
        write_report(json.loads(RESULTS.read_text("utf-8")), PROJECT)


def _compare(size: int, file: Path, folder: Path, pandas_customers: int) -> dict:
    """Return the figures of one size: two builds, scoring, floor, pandas, agreement."""
    warehouse = folder / f"{file.stem}.duckdb"
    measured = {
        "customers": size,
        "input_mb": _megabytes(file),
        "first_build": _build(file, folder, CORE),
        "next_build": _build(file, folder, CORE),
        "warehouse_mb": _megabytes(warehouse),
    }
    _run("benchmarks.scoring", warehouse, folder / "scoring.json")
    measured["scoring"] = json.loads((folder / "scoring.json").read_text("utf-8"))
    measured["floor"] = _floor(warehouse, file)
    if size <= pandas_customers:
        k = _published_k(warehouse)
        measured["pandas_elbow"] = _run(
            "benchmarks.pandas_way", file, folder, k, "--elbow"
        )
        measured["pandas"] = _run("benchmarks.pandas_way", file, folder, k)
        steps = (folder / "pandas_steps.json").read_text("utf-8")
        measured["pandas"]["steps"] = json.loads(steps)
        measured["adjusted_rand"] = _agreement(warehouse, folder / "customers.parquet")
    return measured


def _whole(size: int, file: Path, folder: Path) -> dict:
    """Return the figures of a build of everything, with those of each node."""
    warehouse = folder / f"{file.stem}.duckdb"
    is_fitted = warehouse.exists()
    return {
        "customers": size,
        "what": (
            "All models, seeds and data tests one by one, on a warehouse whose "
            "segments are fitted; all else is fitted for the first time"
            if is_fitted
            else "All models, seeds and data tests one by one; all is fitted"
        ),
        "build": _build(file, folder, WHOLE, with_nodes=True),
        "dashboard": _run("segmentation.cli", "dashboard", **_places(file, folder)),
        "publish": _run("segmentation.cli", "publish", **_places(file, folder)),
        "floor": _floor(warehouse, file),
    }


def _floor(warehouse: Path, file: Path) -> dict:
    """Return the least that the engine has to do for what a build writes."""
    record = warehouse.with_name("floor.json")
    _run("benchmarks.floor", warehouse, file, record)
    return json.loads(record.read_text("utf-8"))


def _build(
    file: Path, folder: Path, selection: list[str], *, with_nodes: bool = False
) -> dict:
    record = folder / "record.json"
    figures = _run(
        *("benchmarks.build", record, "build", *selection, "--quiet"),
        **_places(file, folder),
    )
    recorded = json.loads(record.read_text("utf-8"))
    figures["peak_mb"] = recorded["peak_mb"]
    fitted = [node for node in recorded["nodes"] if node["node"] == "ml_segment_model"]
    figures["fit_cpu_seconds"] = fitted[0]["cpu_seconds"]
    if with_nodes:
        figures["nodes"] = recorded["nodes"]
    return figures


def _places(file: Path, folder: Path) -> dict[str, Path]:
    """Return the environment in which all that is written goes into the folder."""
    return {
        "SEGMENTS_PATH": file,
        "SEGMENTS_WAREHOUSE": folder,
        "SEGMENTS_OUTPUT": folder / "output",
        "DBT_TARGET_PATH": folder / "target",
        "DBT_LOG_PATH": folder,
    }


def _run(module: str, *arguments, **environment) -> dict:
    """Run a module; return its seconds, CPU seconds and peak memory."""
    # a limit of threads would be a handicap of one arm: a build sets its own
    left_out = ("SEGMENTS_", "OMP_", "OPENBLAS_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    added = {name: str(value) for name, value in environment.items()}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**inherited, **added},
        cwd=PROJECT,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"benchmarks: {module} failed; its words are above.")
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": usage.ru_maxrss // 1024,
    }


def _published_k(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((k,),) = connection.execute(
            "select k from ml.ml_segment_model where is_current"
        ).fetchall()
    return k


def _agreement(warehouse: Path, customers: Path) -> float:
    """Return the adjusted Rand index of our segments and the fit to everybody."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        pairs = connection.execute(
            f"""
            select sampled.segment_key, fitted.segment, count(*)
            from warehouse.marts.customer_segments as sampled
            inner join {literal(customers)} as fitted
                on sampled.customer_id = cast(fitted.customer_id as varchar)
            group by all
            """
        ).fetchall()
    return round(adjusted_rand(pairs), 4)


def adjusted_rand(pairs: list[tuple]) -> float:
    """Return the adjusted Rand index of two partitions from their cross table.

    Parameters
    ----------
    pairs : list of (label, other label, customers)

    References
    ----------
    Hubert and Arabie (1985), Comparing partitions.
    """
    rows: dict = {}
    columns: dict = {}
    for row, column, count in pairs:
        rows[row] = rows.get(row, 0) + count
        columns[column] = columns.get(column, 0) + count
    together = sum(_twos(count) for *_, count in pairs)
    by_row, by_column = (sum(map(_twos, m.values())) for m in (rows, columns))
    expected = by_row * by_column / _twos(sum(rows.values()))
    return (together - expected) / ((by_row + by_column) / 2 - expected)


def _twos(count: int) -> float:
    return count * (count - 1) / 2


def _keep(kind: str, measured: dict) -> None:
    """Put one size's figures into results.json, in the place of earlier ones."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept = [r for r in results.get(kind, []) if r["customers"] != measured["customers"]]
    results[kind] = sorted([*kept, measured], key=lambda r: r["customers"])
    results["machine"] = _machine()
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _machine() -> dict:
    cpu = next(
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if line.startswith("model name")
    )
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }


def _megabytes(file: Path) -> int:
    return file.stat().st_size // 2**20


if __name__ == "__main__":
    main()

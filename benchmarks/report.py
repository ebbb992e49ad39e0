"""Write BENCHMARKS.md and its picture from results.json; nothing is typed by hand."""

from pathlib import Path

from segmentation.publishing.charts import render

__all__ = ["markdown", "picture", "write_report"]

MOST_NODES = 15
COLOURS = {
    "next build": "#0072B2",
    "first build": "#56B4E9",
    "pandas": "#D55E00",
    "pandas, elbow": "#CC79A7",
}
HEAD = """# How fast, and with how much memory

Written by `make benchmark` from `benchmarks/results.json`; do not edit.

**Machine:** {cpu}, {cores} cores, {memory_gb} GB; Python {python}, DuckDB {duckdb}.

**Input:** generated customers in the schema of the sample (`benchmarks/customers.py`),
one Parquet file, the same for all.

**What is compared.** *Builds*: `dbt build --selector segment_marts`, that is staging,
features, assignment, customers and every mart about segments, in a process of its own
that begins with importing dbt. The *first* chooses k, fits, names and explains the
segments; the *next* fits nothing. *pandas* is `benchmarks/pandas_way.py`: read, clean,
the same features, `StandardScaler`, `KMeans(n_init=10)` on everybody with k given,
write the customers, group by. *pandas, elbow* fits every k from 2 to 8, as a notebook
that chooses k does; the first build compares the same. Neither notebook has
stability, names, rules, keys or types.

CPU seconds (user and system, all threads) are the measure where a machine is shared;
seconds on the clock depend on what else it did. Memory is the peak of the resident set.
"""


def write_report(results: dict, project: Path) -> None:
    """Write BENCHMARKS.md and docs/images/benchmarks.png into the project."""
    png, _ = render(picture(results))
    (project / "docs" / "images" / "benchmarks.png").write_bytes(png)
    (project / "BENCHMARKS.md").write_text(markdown(results), encoding="utf-8")


def markdown(results: dict) -> str:
    """Return the report.

    Parameters
    ----------
    results : dict
        What `python -m benchmarks` keeps in results.json.
    """
    parts = [HEAD.format(**results["machine"])]
    sizes = results.get("sizes", [])
    if sizes:
        parts += [_comparison(sizes), _ratios(sizes), _steps(sizes)]
        parts += [_floor(sizes), _scoring(sizes)]
    parts += [_whole(build) for build in results.get("whole", [])]
    if "releases" in results:
        parts.append(_releases(results["releases"]))
    notes: dict[str, list[str]] = {}
    for run in [*sizes, *results.get("whole", [])]:
        if run["note"]:
            notes.setdefault(run["note"], []).append(f"{run['customers']:,}")
    if notes:
        lines = [f"- {', '.join(of)} customers: {note}." for note, of in notes.items()]
        parts.append(_section("Beside it", "\n".join(lines)))
    return "\n".join(parts)


def picture(results: dict) -> dict:
    """Return CPU seconds and memory by customers as a Vega-Lite specification."""
    rows = [
        {"customers": size["customers"], "arm": arm, "panel": panel, "figure": figure}
        for size in results.get("sizes", [])
        for arm, run in _arms(size)
        for panel, figure in (
            ("CPU seconds", run["cpu_seconds"]),
            ("Peak memory, GB", run["peak_mb"] / 1024),
        )
    ]
    ticks = sorted({row["customers"] for row in rows})
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": rows},
        "facet": {"column": {"field": "panel", "title": None}},
        "spec": {
            "width": 380,
            "height": 300,
            "mark": {"type": "line", "point": {"size": 60}, "strokeWidth": 2},
            "encoding": {
                "x": {
                    "field": "customers",
                    "type": "quantitative",
                    "title": "Customers",
                    "scale": {"type": "log"},
                    "axis": {"format": "~s", "values": ticks},
                },
                "y": {
                    "field": "figure",
                    "type": "quantitative",
                    "title": None,
                    "scale": {"type": "log"},
                    "axis": {"tickCount": 6},
                },
                "color": {
                    "field": "arm",
                    "title": None,
                    "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
                },
            },
        },
        "resolve": {"scale": {"y": "independent"}},
        "config": {"view": {"stroke": None}, "font": "Liberation Sans, sans-serif"},
    }


def _arms(size: dict) -> list[tuple[str, dict]]:
    arms = [("first build", size["first_build"]), ("next build", size["next_build"])]
    names = {"pandas": "pandas", "pandas, elbow": "pandas_elbow"}
    return arms + [(name, size[of]) for name, of in names.items() if of in size]


def _comparison(sizes: list[dict]) -> str:
    rows = [
        [
            f"{size['customers']:,}",
            name,
            f"{run['cpu_seconds']:,.0f}",
            f"{run['seconds']:,.0f}",
            f"{run['peak_mb'] / 1024:.1f}",
            f"{1e6 * run['cpu_seconds'] / size['customers']:,.0f}",
        ]
        for size in sizes
        for name, run in _arms(size)
    ]
    header = ["customers", "", "CPU s", "s", "GB", "CPU s per million"]
    return _section(
        "Features, assignment, marts of segments",
        f"{_table(header, rows)}\n\n"
        "![CPU seconds and memory](docs/images/benchmarks.png)",
    )


def _ratios(sizes: list[dict]) -> str:
    rows = []
    for size in sizes:
        pairs = [
            (size.get("pandas"), size["next_build"]),
            (size.get("pandas_elbow"), size["next_build"]),
            (size.get("pandas_elbow"), size["first_build"]),
        ]
        rows.append(
            [
                f"{size['customers']:,}",
                *(
                    f"{pandas[unit] / build[unit]:.1f}" if pandas else ""
                    for unit in ("cpu_seconds", "seconds")
                    for pandas, build in pairs
                ),
                f"{size['first_build']['fit_cpu_seconds']:.1f}",
                f"{size['next_build']['fit_cpu_seconds']:.1f}",
                f"{size['adjusted_rand']:.3f}" if "adjusted_rand" in size else "",
            ]
        )
    header = ["customers"]
    for unit in ("CPU", "clock"):
        header += [f"{unit}: k given / next", "elbow / next", "elbow / first"]
    header += ["fit CPU s, first", "next", "adjusted Rand"]
    return _section(
        "pandas / build, and the fit",
        f"{_table(header, rows)}\n\n"
        "Above 1 the build is ahead; no figure: pandas was not run. "
        "The fit is the model `ml_segment_model`, choice of k and evidence included; "
        "it reads at most `fit_sample_rows` customers. The adjusted Rand index "
        "compares the segments with those of the fit to everybody.",
    )


def _steps(sizes: list[dict]) -> str:
    rows = []
    for size in sizes:
        first = size["first_build"]["fit_cpu_seconds"]
        ours = first + size["scoring"]["row"]["cpu_seconds"]
        steps = size["pandas"]["steps"] if "pandas" in size else {}
        theirs = steps.get("fit and assign")
        rows.append(
            [
                f"{size['customers']:,}",
                f"{ours:.1f}",
                f"{theirs:.1f}" if theirs else "",
                f"{theirs / ours:.1f}" if theirs else "",
                ", ".join(f"{name} {value:.1f}" for name, value in steps.items()),
            ]
        )
    header = ["customers", "build, CPU s", "pandas, CPU s", "pandas / build"]
    return _section(
        "Fit and assignment alone",
        f"{_table([*header, 'all steps of pandas, CPU s'], rows)}\n\n"
        "The build's share is the fit, which also chooses k, and the assignment of "
        "everybody; that of pandas is winsorising, scaling, `KMeans(n_init=10)` with k "
        "given, and distances.",
    )


def _floor(sizes: list[dict]) -> str:
    rows = []
    for size in [size for size in sizes if "floor" in size]:
        steps = {
            name: step["cpu_seconds"]
            for name, step in size["floor"].items()
            if name != "publish"
        }
        floor = sum(steps.values())
        rows.append(
            [
                f"{size['customers']:,}",
                f"{floor:.1f}",
                f"{size['next_build']['cpu_seconds'] / floor:.1f}",
                f"{size['first_build']['cpu_seconds'] / floor:.1f}",
                ", ".join(f"{name} {value:.1f}" for name, value in steps.items()),
            ]
        )
    header = ["customers", "floor, CPU s", "next build / floor", "first / floor"]
    return _section(
        "The engine's floor",
        f"{_table([*header, 'steps of the floor, CPU s'], rows)}\n\n"
        "Floor (`benchmarks/floor.py`): DuckDB alone reads every column of the input, "
        "writes the tables of single customers from tables that hold them already, "
        "assigns everybody to a centroid, and takes means, spreads and counts of all "
        "features by segment ten times. No cleaning, no words, no start of dbt.",
    )


def _scoring(sizes: list[dict]) -> str:
    rows = [
        [
            f"{size['customers']:,}",
            *(f"{size['scoring'][name]['cpu_seconds']:.2f}" for name in names),
            *(
                f"{size['scoring'][name][unit] / size['scoring']['floor'][unit]:.1f}"
                for name in names[1:]
                for unit in ("cpu_seconds", "seconds")
            ),
        ]
        for size in sizes
        for names in [("floor", "segment", "row")]
    ]
    header = ["customers", "floor, CPU s", "segment, CPU s", "row, CPU s"]
    header += ["segment / floor, CPU", "clock", "row / floor, CPU", "clock"]
    return _section(
        "The scoring step",
        f"{_table(header, rows)}\n\n"
        "Floor: read the features, write one integer a customer. Segment: read the "
        "same, write the segment. Row: what a build writes: key, segment, second "
        "segment, both distances, margin, outlier; the key, a text, is a third of it.",
    )


def _whole(build: dict) -> str:
    run = build["build"]
    nodes = sorted(run["nodes"], key=lambda n: (-n["cpu_seconds"], n["node"]))
    rows = [
        [
            f"`{node['node']}`",
            f"{node['cpu_seconds']:.1f}",
            f"{node['seconds']:.1f}",
            f"{node['peak_mb'] / 1024:.1f}",
        ]
        for node in nodes[:MOST_NODES]
    ]
    tests = sum(n["cpu_seconds"] for n in nodes if n["kind"] == "test")
    return _section(
        f"Everything optional, {build['customers']:,} customers",
        f"{_process(build['what'], run)} at most; all data tests together {tests:,.0f} "
        f"CPU s. Afterwards {_process('the dashboard', build['dashboard'])}; "
        f"{_process('publishing', build['publish'])}{_beside_floor(build)}. Most of "
        "the build:\n\n"
        f"{_table(['node', 'CPU s', 's', 'GB'], rows)}",
    )


def _beside_floor(build: dict) -> str:
    if "floor" not in build:
        return ""
    floor = build["floor"]["publish"]["cpu_seconds"]
    return (
        f", {build['publish']['cpu_seconds'] / floor:.1f} times the {floor:,.0f} CPU s "
        "of writing every mart once as Parquet"
    )


def _releases(releases: dict) -> str:
    """Return this release against the last, the runs of which took turns."""
    rows = [
        [
            run["what"],
            *(f"{run[name][0]:.1f}" for name in ("last", "this")),
            f"{run['this'][0] / run['last'][0]:.2f}",
            *(f"{run[name][1]:.1f}" for name in ("last", "this")),
        ]
        for run in releases["runs"]
    ]
    last = releases["last"]
    header = ["", f"{last}, CPU s", "CPU s", f"CPU / {last}", f"{last}, s", "s"]
    text = f"{_table(header, rows)}\n\n{releases['note']}"
    return _section("This release against the last", text)


def _process(what: str, run: dict) -> str:
    return (
        f"{what}: {run['cpu_seconds']:,.0f} CPU s, {run['seconds']:,.0f} s, "
        f"{run['peak_mb'] / 1024:.1f} GB"
    )


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}\n"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

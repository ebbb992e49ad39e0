"""Which tools, what is asked of them, and why what they find stays."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["TOOLS", "Tool"]

_DBT = ("dbt-core<1.12", "dbt-duckdb==1.11.1")
Finding = Callable[[str, Path], str]


@dataclass(frozen=True)
class Tool:
    """A tool, in an environment of its own.

    Attributes
    ----------
    name : str
    packages : tuple of str
        What pip installs; the first is the tool, whose version is told.
    asked : str
        What is asked of it, for people.
    command : str
        ``{project}``, ``{target}``, ``{base}``, ``{output}`` and ``{work}`` stand for
        folders.
    finding : callable
        Makes a sentence of what it said and of the folder that it wrote to.
    stays : str
        Why what it finds stays as it is.
    files : dict
        Name and text of what it is given in its folder.
    codes : tuple of int
        Exit codes of a tool that has run; most end with 1 where they find something.
    in_project : bool
        Whether it runs in the project's folder.
    """

    name: str
    packages: tuple[str, ...]
    asked: str
    command: str
    finding: Finding
    stays: str = ""
    files: dict[str, str] = field(default_factory=dict)
    codes: tuple[int, ...] = (0,)
    in_project: bool = False


def _said(pattern: str, sentence: str) -> Finding:
    """Return a function that puts what a pattern finds into a sentence."""

    def finding(said: str, work: Path) -> str:
        found = list(re.finditer(pattern, said))  # the last word counts
        return sentence.format(*found[-1].groups()) if found else "nothing was said"

    return finding


def _column_lineage(said: str, work: Path) -> str:
    """Return how many columns of marts have a parent, or are made of none."""
    lineage = json.loads((work / "colibri" / "colibri-manifest.json").read_text())
    parents = lineage["lineage"]["parents"]
    marts = {
        name: node
        for name, node in lineage["nodes"].items()
        if node.get("schema") == "marts" and name.startswith("model.")
    }
    columns = [
        (name, column) for name, node in marts.items() for column in node["columns"]
    ]
    traced = sum(bool(parents.get(name, {}).get(column)) for name, column in columns)
    return (
        f"{traced:,} of {len(columns):,} columns of marts are traced "
        f"({traced / len(columns):.1%})"
    )


def _openlineage(said: str, work: Path) -> str:
    spaces: Counter[str] = Counter()
    for line in (work / "events").read_text("utf-8").splitlines():
        event = json.loads(line)
        for dataset in event.get("inputs", []) + event.get("outputs", []):
            spaces[dataset["namespace"]] += 1
    named = {"Jinja" if "{" in space else "the path of the file" for space in spaces}
    (events,) = re.findall(r"Emitted (\d+)", said)
    return f"{events} events; the namespace is {', '.join(sorted(named))}"


def _bandit(said: str, work: Path) -> str:
    found = json.loads((work / "report.json").read_text("utf-8"))["results"]
    kinds = Counter(
        f"{row['issue_severity'].lower()} {row['test_id']}" for row in found
    )
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def _recce(said: str, work: Path) -> str:
    state = json.loads((work / "state.json").read_text("utf-8"))
    ran = [run for run in state["runs"] if run["status"] == "Finished"]
    rows = ran[0]["result"]["segments"] if ran else {}
    return (
        f"{len(ran)} check ran; rows of segments: {rows.get('base')} published, "
        f"{rows.get('curr')} built"
    )


TOOLS = (
    Tool(
        "dbt-score",
        ("dbt-score>=0.19,<0.20", *_DBT),
        "its stock configuration",
        "dbt-score lint --manifest {target}/manifest.json",
        _said(r"Project score: ([0-9.]+\d)", "{0} of 10"),
        "Keys are constraints of contracts, so no test tells that they are unique; "
        "models that nobody queries have no example. With the rules of "
        "`pyproject.toml`: 10.0.",
        codes=(0, 1),
    ),
    Tool(
        "dbt-coverage",
        ("dbt-coverage>=0.5,<0.6",),
        "described columns of all relations",
        "dbt-coverage compute doc --run-artifacts-dir {target}",
        _said(r"Total +(\d+)/(\d+) +([0-9.]+%)", "{0} of {1} ({2})"),
        "Of marts and seeds all are described; steps between them say what a row is.",
    ),
    Tool(
        "docglow",
        ("docglow", *_DBT),
        "a site in one file",
        "docglow generate --project-dir {project} --target-dir {target} "
        "--output-dir {work}/site --static --skip-column-lineage",
        lambda said, work: f"a page of {_megabytes(work / 'site')} MB",
    ),
    Tool(
        "dbterd",
        ("dbterd", "pyyaml"),  # it imports what it does not ask for
        "a diagram of the marts by the entities of the semantic layer",
        "dbterd run --artifacts-dir {target} --output {work} --algo semantic "
        "--target mermaid --select schema:marts",
        _said(
            r"Collected (\d+) table\(s\) and (\d+) relationship",
            "{0} tables, {1} lines",
        ),
    ),
    Tool(
        "dbt-colibri",
        ("dbt-colibri", "sqlglot>=29,<30"),
        "lineage by column",
        "colibri generate --manifest {target}/manifest.json --catalog "
        "{target}/catalog.json --output-dir {work}/colibri",
        _column_lineage,
        "The others are words that are made of no column (`'all'`, names of features), "
        "counts of rows that are no customers, or what a query finds at run time.",
    ),
    Tool(
        "datahub",
        ("acryl-datahub[dbt]",),
        "ingestion of manifest and catalogue into a file",
        "datahub ingest -c datahub.yml",
        _said(r"(?:(\d+) warnings; )?produced (\d+) events", "{1} events"),
        files={
            "datahub.yml": "source:\n  type: dbt\n  config:\n"
            "    manifest_path: {target}/manifest.json\n"
            "    catalog_path: {target}/catalog.json\n"
            "    target_platform: duckdb\n    write_semantics: OVERRIDE\n"
            "sink:\n  type: file\n  config: {{filename: '{work}/events.json'}}\n"
        },
    ),
    Tool(
        "openlineage",
        ("openlineage-dbt", *_DBT, "-e {project}"),
        "events of a build of two marts",
        "dbt-ol build --select segment_profiles customers "
        "--exclude-resource-type unit_test --target-path {work}/target",
        _openlineage,
        in_project=True,
    ),
    Tool(
        "dbt-loom",
        ("dbt-loom", *_DBT),
        "a mart in a project of one's own",
        "dbt compile --select mine --target published",
        _said(r'from ("sample"."marts"."segments")', "reads {0}"),
        files={
            "dbt_project.yml": "name: host\nversion: '1.0'\nprofile: segmentation\n",
            "dbt_loom.config.yml": "manifests:\n  - name: segmentation\n"
            "    type: file\n    config: {{path: '{target}/manifest.json'}}\n",
            "models/mine.sql": "from {{{{ ref('segmentation', 'segments') }}}}",
        },
    ),
    Tool(
        "recce",
        ("recce", *_DBT),
        "what a build would change of what is published",
        "recce run --project-dir {project} --target base --target-path {target} "
        "--target-base-path {base} --config {work}/recce.yml --output "
        "{work}/state.json",
        _recce,
        "It tries two addresses of its makers at each run.",
        files={
            "recce.yml": "checks:\n  - name: rows\n    type: row_count_diff\n"
            "    params: {{node_names: [segments]}}\n"
        },
    ),
    Tool(
        "elementary",
        ("elementary-data", *_DBT),
        "its command starts",
        "edr --version",
        lambda said, work: "no report: its models are a package of dbt's hub",
        "Packages of the hub are not used here: `dbt deps` would need a network.",
    ),
    Tool(
        "dbt-charts",
        ("dbt-charts", *_DBT),
        "a board over the target `published`",
        "dct render charts/segments.yml --format html",
        lambda said, work: f"a page of {_megabytes(work)} MB",
        files={
            "dbt_charts.yml": "sources:\n  segments: {{type: dbt_profile, "
            "profile: segmentation, target: published}}\n",
            "charts/segments.yml": "title: Segments\nsource: segments\nqueries:\n"
            "  sizes: select segment_name, customers from published.marts.segments\n"
            "charts:\n  sizes: {{query: sizes, type: bar, x: segment_name, "
            "y: customers}}\nrows: [sizes]\n",
        },
    ),
    Tool(
        "dbt-osmosis",
        ("dbt-osmosis", *_DBT, "-e {project}"),
        "what it would write into the YAML",
        "dbt-osmosis yaml refactor --dry-run --project-dir {project}",
        _said(r"Config key `(\S+?):?`", "asks for a setting of its own, `{0}`"),
        "It sorts and rewrites what people have written, so it is not set up; "
        "CONTRIBUTING.md warns of it.",
        codes=(0, 1),
        in_project=True,
    ),
    Tool(
        "MetricFlow",
        ("dbt-metricflow>=0.15,<0.16", *_DBT, "-e {project}"),
        "its checks of the metrics against the warehouse",
        "mf validate-configs",
        lambda said, work: (
            f"{len(re.findall('ERRORS: 0', said))} checks without an error,"
            f" {len(re.findall('ERRORS: [1-9]', said))} with"
        ),
        in_project=True,
    ),
    Tool(
        "sqlglot",
        ("sqlglot",),
        "every compiled model in the words of other engines",
        "python {project}/tests/ecosystem/dialects.py {target}/manifest.json",
        lambda said, work: said.strip().splitlines()[-1],
        "Models are for DuckDB and Spark; others are for who takes a table over.",
    ),
    Tool(
        "bandit",
        ("bandit",),
        "faults of security in the package",
        "bandit -q -r {project}/segmentation -f json -o {work}/report.json",
        _bandit,
        "B608 is SQL put together from names: each is quoted (`warehouse/quoting.py`), "
        "and tests try hostile ones. B101: assertions for readers, B105: a word.",
        codes=(0, 1),
    ),
    Tool(
        "deptry",
        ("deptry", "-e {project}"),
        "imports against what is declared",
        "deptry segmentation --known-first-party segmentation "
        "--optional-dependencies-dev-groups dev,docs,semantic,spark",
        lambda said, work: (
            ", ".join(
                f"{count} {kind}"
                for kind, count in sorted(
                    Counter(re.findall(r"DEP\d+\S* '?\w*'?", said)).items()
                )
            )
            or "nothing"
        ),
        "`click` and `dbt_common` are dbt's own, and go with the dbt that is pinned; "
        "`altair` and `marimo` are for the notebook.",
        codes=(0, 1),
        in_project=True,
    ),
    Tool(
        "zizmor",
        ("zizmor",),
        "faults of security in the workflows",
        "zizmor --offline {project}/.github/workflows",
        lambda said, work: said.strip().splitlines()[-1],
        codes=(0, *range(10, 15)),
    ),
)


def _megabytes(folder: Path) -> str:
    pages = [file.stat().st_size for file in folder.rglob("*.html")]
    return f"{sum(pages) / 1e6:.1f}"

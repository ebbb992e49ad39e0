"""Install each tool in an environment of its own, run it, write docs/ecosystem.md.

python -m tests.ecosystem [TOOL …]      the others keep what they said before
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.ecosystem.tools import TOOLS, Tool

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "build" / "ecosystem"
PAGE = PROJECT / "docs" / "ecosystem.md"
SECONDS = 900  # of a tool
HEAD = """\
# Beside other tools

What tools that people have beside dbt make of this project, each installed in an
environment of its own and run as it is, on the generated sample. Written by
`make ecosystem`, which CI runs weekly; dbt-bouncer, dbt-score with our rules and
dbt-coverage of the marts are part of `make test`, Superset of `make test-bi`,
schedulers of `make test-deploy`.

| tool | version | asked for | ran | found | why it stays |
| --- | --- | --- | --- | --- | --- |
"""


def environment() -> dict[str, str]:
    """Return the environment of a tool: the sample, and no word to its makers."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SEGMENTS_", "DBT_", "PYTHON"))
    }
    return plain | {
        "SEGMENTS_INPUT": "sample",
        "SEGMENTS_WAREHOUSE": str(FOLDER / "warehouse"),
        "SEGMENTS_OUTPUT": str(FOLDER / "output"),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DO_NOT_TRACK": "1",
        "DATAHUB_TELEMETRY_ENABLED": "false",
        "OPENLINEAGE__TRANSPORT__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(
            FOLDER / "openlineage/work/events"
        ),
        "OPENLINEAGE__TRANSPORT__APPEND": "true",
    }


def places(tool: str) -> dict[str, str]:
    """Return the folders that commands and files name."""
    return {
        "project": str(PROJECT),
        "target": str(FOLDER / "target"),
        "base": str(FOLDER / "target-base"),
        "output": str(FOLDER / "output"),
        "work": str(FOLDER / tool / "work"),
    }


def prepare() -> None:
    """Build the sample, and have dbt describe the warehouse and what is published."""
    described = f"dbt --quiet docs generate --target-path {FOLDER}/target"
    for command in (
        "segments build",
        described,
        f"{described}-base --target base",
        # MetricFlow reads what dbt leaves in its own folder, which a clone lacks
        "dbt --quiet parse",
    ):
        program, *words = command.split(" ")
        subprocess.run(
            [Path(sys.executable).with_name(program), *words],
            cwd=PROJECT,
            env=os.environ | environment(),
            check=True,
        )


def install(tool: Tool) -> Path:
    """Return the programs of a tool's environment, made where it is not there."""
    bins = FOLDER / tool.name / "env" / "bin"
    ready = FOLDER / tool.name / "ready"
    if not ready.exists():
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", bins.parent], check=True
        )
        asked = [w for p in tool.packages for w in p.format(**places("")).split(" ")]
        subprocess.run([bins / "pip", "install", "--quiet", *asked], check=True)
        ready.touch()
    return bins


def run(tool: Tool) -> dict[str, str]:
    """Return the row of a tool."""
    row = {"asked": tool.asked, "stays": tool.stays, "version": "", "found": ""}
    try:
        bins = install(tool)
    except subprocess.CalledProcessError:
        return row | {"ran": "could not be installed"}
    asked = f"import importlib.metadata as m; print(m.version({_name(tool)!r}))"
    version = subprocess.run(
        [bins / "python", "-c", asked], capture_output=True, text=True, check=True
    ).stdout.strip()
    work = Path(places(tool.name)["work"])
    subprocess.run(["rm", "-rf", work], check=True)
    work.mkdir(parents=True)
    for name, text in tool.files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text.format(**places(tool.name)), "utf-8")
    program, *words = tool.command.format(**places(tool.name)).split(" ")
    log = FOLDER / tool.name / "said.log"
    with log.open("w") as heard:
        try:
            done = subprocess.run(
                [bins / program, *words],
                cwd=PROJECT if tool.in_project else work,
                env=environment() | {"PATH": f"{bins}:{os.environ['PATH']}"},
                stdout=heard,
                stderr=subprocess.STDOUT,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return row | {"version": version, "ran": f"no: more than {SECONDS} seconds"}
    if done.returncode not in tool.codes:
        return row | {"version": version, "ran": f"no: ended with {done.returncode}"}
    # without the colours of a terminal
    said = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text("utf-8", "replace"))
    found = tool.finding(said, work)
    return row | {"version": version, "ran": "yes", "found": found}


def _name(tool: Tool) -> str:
    """Return the name of a tool's package."""
    return tool.packages[0].split("[")[0].split(">")[0].split("=")[0]


def main(names: list[str]) -> int:
    """Run the tools, write the page; return 1 where one did not run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / "results.json"
    results = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if not names or not (FOLDER / "target" / "catalog.json").exists():
        prepare()
    for tool in TOOLS:
        if not names or tool.name in names:
            results[tool.name] = run(tool)
            print(f"{tool.name}: {results[tool.name]}", flush=True)
            kept.write_text(json.dumps(results, indent=1), "utf-8")
    lines = [
        f"| {tool.name} | {row['version']} | {row['asked']} | {row['ran']} | "
        f"{row['found']} | {row['stays']} |"
        for tool in TOOLS
        if (row := results.get(tool.name))
    ]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return int(any(row["ran"] != "yes" for row in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

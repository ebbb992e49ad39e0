"""What the commands of ``segments`` do; `cli` reads the words."""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from segmentation.project import (
    builds_a_part,
    find_project,
    output_folder,
    require_good_build,
    require_unlocked,
    run_dbt,
    source_file,
    warehouse_path,
    write_docs,
)
from segmentation.reading.addresses import asked_path, require_no_password
from segmentation.reading.definition import Proposal, write_definition
from segmentation.reading.proposal import propose
from segmentation.score_file import score_file
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.locks import lock_build

__all__ = ["bi", "build", "dashboard", "forget", "init", "plots", "publish", "score"]


def build(options: argparse.Namespace, dbt_arguments: list[str]) -> int:
    """Build the warehouse, publish its marts and draw the dashboard."""
    project = _enter_project()
    warehouse = warehouse_path(project)
    for word in (*dbt_arguments, asked_path()):
        require_no_password(word)  # dbt would write it down
    with lock_build(warehouse):
        require_unlocked(warehouse, read_only=False)
        return _build_and_publish(project, warehouse, dbt_arguments)


def _build_and_publish(project: Path, warehouse: Path, dbt_arguments: list[str]) -> int:
    # unit tests are of the code, not of the data: make test runs them
    arguments = ["build", "--exclude-resource-type", "unit_test", *dbt_arguments]
    is_part = builds_a_part(arguments)
    failures = run_dbt(arguments, report=_say)
    for failure in failures:
        print(f"segments: {failure}", file=sys.stderr)
    if failures and warehouse.exists():
        print(
            "segments: the build stopped there; tables after it are those of the last "
            "good build.",
            file=sys.stderr,
        )
    if failures:
        return 1
    if is_part:
        _say("A part was built, so nothing was published; segments publish does it.")
        return 0
    _publish_marts(project, warehouse)
    _draw_dashboard(project, warehouse)
    file = output_folder(project, warehouse) / "docs.html"
    write_docs(project, file)
    _say(f"The documentation of all tables is {file}.")
    return 0


def init(options: argparse.Namespace, unknown: list[str]) -> int:
    """Print the proposed definition of a file."""
    _require_known(unknown)
    path = options.file
    if "://" not in path:
        path = str(Path(path).resolve())
    project = _enter_project()
    if Path(path).is_relative_to(project):
        path = str(Path(path).relative_to(project))
    # the statistics belong to the segments; reading is handed them, and knows no more
    from segmentation.segments.columns import choose_columns

    # what is converted to be looked at is nobody's copy: the build makes its own
    with tempfile.TemporaryDirectory() as folder:
        proposal = propose(
            path, name=options.name, folder=Path(folder), choose=choose_columns
        )
    print(proposal.text, end="", flush=True)
    if options.write:
        write_definition(project / "dbt_project.yml", proposal)
    # standard output is the definition and nothing else
    print(_next_step(proposal, options.write), file=sys.stderr)
    return 0


def _next_step(proposal: Proposal, is_written: bool) -> str:
    decide = (
        f"decide {proposal.decisions} "
        f"{'choices' if proposal.decisions > 1 else 'choice'} marked DECIDE, then "
    )
    where = (
        "This is now under vars: inputs: in dbt_project.yml"
        if is_written
        else "Put this under vars: inputs: in dbt_project.yml (or add --write)"
    )
    return (
        f"{where}; {decide if proposal.decisions else ''}"
        f"{'' if proposal.decisions else 'then '}make build INPUT={proposal.name}"
    )


def publish(options: argparse.Namespace, further: list[str]) -> int:
    """Publish the marts of the last build."""
    _publish_marts(*_good_warehouse(further))
    return 0


def dashboard(options: argparse.Namespace, further: list[str]) -> int:
    """Draw the dashboard of the last build."""
    _draw_dashboard(*_good_warehouse(further))
    return 0


def _good_warehouse(further: list[str]) -> tuple[Path, Path]:
    """Return the project and its warehouse, if the last build left it whole."""
    _require_known(further)
    project = _enter_project()
    warehouse = warehouse_path(project)
    require_unlocked(warehouse)
    require_good_build(warehouse)
    return project, warehouse


def _publish_marts(project: Path, warehouse: Path) -> None:
    from segmentation.publishing.generations import publish

    folder = output_folder(project, warehouse)
    published = publish(warehouse, folder, source_file=source_file(project))
    held_out = (
        f" ({published.held_out} held out: in campaign_holdout.csv and no other)"
        if published.held_out
        else ""
    )
    _say(
        f"Published {published.marts} marts to {folder}: segments.duckdb, parquet/ and "
        f"csv/; {len(published.audiences)} lists of customers in audiences/{held_out}."
    )


def _draw_dashboard(project: Path, warehouse: Path) -> None:
    from segmentation.publishing.dashboard import draw_dashboard

    file = output_folder(project, warehouse) / "dashboard.html"
    draw_dashboard(warehouse, file)
    _say(f"The dashboard is {file}; open it in a browser.")


def score(options: argparse.Namespace, unknown: list[str]) -> int:
    """Write the segments of a file of customers."""
    _require_known(unknown)
    file, output = options.file.resolve(), options.output.resolve()
    warehouse = warehouse_path(_enter_project())
    require_unlocked(warehouse)
    scored = score_file(file, warehouse.resolve(), output, report=_say)
    _say(f"Scored {scored:,} customers of {file.name} into {output}.")
    return 0


def forget(options: argparse.Namespace, unknown: list[str]) -> int:
    """Remove persons from all that was made of the input, and prove it."""
    _require_known(unknown)
    from segmentation.forgetting import forget_persons

    project = _enter_project()
    warehouse = warehouse_path(project)
    with lock_build(warehouse):
        require_unlocked(warehouse, read_only=False)
        require_good_build(warehouse)
        return forget_persons(project, warehouse, options.keys, report=_say)


def plots(options: argparse.Namespace, unknown: list[str]) -> int:
    """Draw the pictures of the last build."""
    _require_known(unknown)
    project = _enter_project()
    warehouse = warehouse_path(project)
    require_unlocked(warehouse)
    logging.basicConfig(format="%(message)s")
    from segmentation.publishing.plots import draw_plots

    folder = output_folder(project, warehouse)
    files = draw_plots(warehouse, folder, x=options.x, y=options.y)
    _say(f"Drew {len(files)} files into {folder / 'plots'}.")
    return 0


def bi(options: argparse.Namespace, unknown: list[str]) -> int:
    """Write what a BI tool imports, from the published file."""
    _require_known(unknown)
    project = _enter_project()
    from segmentation.publishing.superset import write_bundle

    folder = output_folder(project, warehouse_path(project)).resolve()
    published = folder / "segments.duckdb"
    charts = write_bundle(
        published,
        project / "models" / "semantic",
        folder / "superset.zip",
        seen_at=options.file or str(published),
    )
    _say(
        f"Wrote {folder / 'superset.zip'}: all relations and a dashboard of {charts} "
        "charts. Import it on Superset's page of dashboards, or by superset "
        "import-dashboards -p superset.zip -u <your user>."
    )
    return 0


def _require_known(words: list[str]) -> None:
    if words:
        raise UserError(f"{' '.join(words)} is not understood; see segments --help.")


def _enter_project() -> Path:
    """Go to the project's folder: all paths in its files are relative to it."""
    project = find_project(Path.cwd())
    path = os.environ.get("SEGMENTS_PATH")
    if path and "://" not in path and Path.cwd() != project:
        os.environ["SEGMENTS_PATH"] = str(Path(path).resolve())
    os.chdir(project)
    return project


def _say(line: str) -> None:
    print(line, flush=True)

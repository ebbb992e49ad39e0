"""What the commands of ``segments`` do; `cli` reads the words."""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from segmentation.first_build import begin_first_build
from segmentation.last_fit import LEFT_OUT, fit_key, is_same_as_last, note_fit
from segmentation.project import (
    builds_a_part,
    chosen_definition,
    days_between,
    find_project,
    output_folder,
    require_good_build,
    require_unlocked,
    run_dbt,
    settings_of,
    source_file,
    write_docs,
)
from segmentation.publishing.comparison import Older, require_newer_and_whole
from segmentation.publishing.summary import summary_of, write_summary
from segmentation.reading.addresses import asked_path, require_no_password
from segmentation.reading.definition import Proposal
from segmentation.reading.project_file import write_definition
from segmentation.score_file import environment, score_file
from segmentation.targets import (
    dbt_folder,
    package_folder,
    places,
    require_input_name,
    require_segments,
    target_words,
    warehouse_and_target,
    warehouse_path,
)
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import STOPPED, UserError
from segmentation.warehouse.exports import keep_private
from segmentation.warehouse.faults import FAULTS, as_user_error
from segmentation.warehouse.locks import lock_build
from segmentation.warehouse.places import Places, attach_warehouse

__all__ = [
    "audience",
    "backfill",
    "bi",
    "build",
    "dashboard",
    "export_sql",
    "forget",
    "init",
    "mcp",
    "new",
    "plots",
    "publish",
    "score",
]


def new(options: argparse.Namespace, unknown: list[str]) -> int:
    """Make a project folder."""
    _require_known(unknown)
    from segmentation.new_project import make_project

    make_project(options.folder)
    _say(
        f"Made {options.folder}. Next: cd {options.folder}; segments build builds the "
        "sample, segments init FILE --write describes a file of your own."
    )
    return 0


def build(options: argparse.Namespace, dbt_arguments: list[str]) -> int:
    """Build the warehouse, publish its marts and draw the dashboard."""
    project = _enter_project()
    require_segments(project)
    for word in (*dbt_arguments, asked_path()):
        require_no_password(word)  # dbt would write it down
    words = target_words(["build", *dbt_arguments])
    warehouse = warehouse_path(project, words)
    if not any("inputs" in word for word in dbt_arguments):  # or --vars has them
        chosen_definition(project)  # before a stray warehouse is made
    limited_connection(project).close()  # says what SEGMENTS_MEMORY should be
    # one for each input, as dbt retry goes by what it finds there
    logs = os.environ.get("DBT_LOG_PATH", str(project / "logs" / warehouse.stem))
    paths = {
        "DBT_TARGET_PATH": str(dbt_folder(project, warehouse, words)),
        "DBT_LOG_PATH": logs,
    }
    with lock_build(warehouse), environment(**paths):
        require_unlocked(warehouse, read_only=False)
        return _told_in_summary(
            project,
            words,
            lambda said: _build_and_publish(
                project, warehouse, dbt_arguments, _accepted(options), said
            ),
        )


def backfill(options: argparse.Namespace, dbt_arguments: list[str]) -> int:
    """Build the states of past days, the earliest first; publish the last."""
    days = days_between(options.first, options.last, options.every)
    for number, day in enumerate(days, 1):
        _progress(f"{day}, {number} of {len(days)}")
        with environment(SEGMENTS_AS_OF_DATE=str(day)):
            code = build(options, dbt_arguments)
        if code:
            return code
    return 0


def _told_in_summary(
    project: Path, words: tuple[str, ...], run: Callable[[dict[str, Any]], int]
) -> int:
    """Run a build, and write down what came of it, whatever that is."""
    said: dict[str, Any] = {"failures": [], "warnings": [], "generation": None}
    started = time.monotonic()
    code = STOPPED
    try:
        code = run(said)
    except (UserError, *FAULTS) as error:
        told = as_user_error(error)
        said["failures"].append(str(told))
        code = told.exit_code
        raise
    finally:
        said |= {
            "status": "success" if code == 0 else "failed",
            "exit_code": code,
            "seconds": round(time.monotonic() - started, 1),
        }
        with suppress(OSError, UserError):  # the fault itself is what has to be said
            warehouse, target = warehouse_and_target(project, words)
            file = output_folder(project, warehouse, target) / "build_summary.json"
            built = _as_far_as_built(project, words)
            write_summary(summary_of(built or warehouse, said), file)
    return code


def _as_far_as_built(project: Path, words: tuple[str, ...]) -> Places | None:
    """Return where the tables are, unless dbt has never come to know it."""
    with suppress(OSError, ValueError):
        return places(project, words, is_parsed=True)
    return None


def _accepted(options: argparse.Namespace) -> frozenset[str]:
    return frozenset(w for w in ("older", "thin") if getattr(options, w, False))


def _build_and_publish(
    project: Path,
    warehouse: Path,
    dbt_arguments: list[str],
    accepted: frozenset[str],
    said: dict[str, Any],
) -> int:
    # unit tests are of the code, not of the data: make test runs them
    arguments = ["build", "--exclude-resource-type", "unit_test", *dbt_arguments]
    is_part = builds_a_part(arguments)
    words = target_words(["build", *dbt_arguments])
    folder = dbt_folder(project, warehouse, words)
    key = None if is_part else fit_key(project, dbt_arguments)
    if is_same_as_last(key, warehouse, folder):
        _progress("Nothing has to be fitted: only SQL models run.")
        arguments += LEFT_OUT

    def report(line: str) -> None:
        _progress(line)
        if line.startswith("warning: "):
            said["warnings"].append(line.removeprefix("warning: "))

    if not warehouse.exists():
        begin_first_build(folder)
    failures = run_dbt(arguments, report=report)
    said["failures"] += failures
    for failure in failures:
        print(f"segments: {failure}", file=sys.stderr)
    if failures and warehouse.exists():
        print(
            "segments: the build stopped there; tables after it are those of the last "
            "good build.",
            file=sys.stderr,
        )
    if failures:
        return max(failure.exit_code for failure in failures)
    if is_part:
        _say("A part was built, so nothing was published; segments publish does it.")
        return 0
    built = places(project, words, is_parsed=True)
    try:
        said["generation"] = _publish_marts(project, built, accepted)
    except Older as late:  # all that was asked for is done
        _progress(f"segments: {late}")
        return 0
    _draw_dashboard(project, built)
    file = output_folder(project, warehouse, built.target) / "docs.html"
    from segmentation.dbt_inside import last_manifest

    write_docs(project, file, words, manifest=last_manifest())
    note_fit(key, warehouse, folder)
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
    from segmentation.reading.proposal import propose

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
    print(_next_step(project, proposal, options.write), file=sys.stderr)
    return 0


def _next_step(project: Path, proposal: Proposal, is_written: bool) -> str:
    decide = (
        f"decide {proposal.decisions} "
        f"{'choices' if proposal.decisions > 1 else 'choice'} marked DECIDE, then "
    )
    where = (
        "This is now under vars: inputs: in dbt_project.yml"
        if is_written
        else "Put this under vars: inputs: in dbt_project.yml (or add --write)"
    )
    build = (
        f"make build INPUT={proposal.name}"
        if (project / "Makefile").is_file()
        else f"SEGMENTS_INPUT={proposal.name} segments build"
    )
    return f"{where}; {decide if proposal.decisions else 'then '}{build}"


def publish(options: argparse.Namespace, further: list[str]) -> int:
    """Publish the marts of the last build."""
    _publish_marts(*_good_warehouse(options, further), _accepted(options))
    return 0


def dashboard(options: argparse.Namespace, further: list[str]) -> int:
    """Draw the dashboard of the last build."""
    _draw_dashboard(*_good_warehouse(options, further))
    return 0


def _good_warehouse(
    options: argparse.Namespace, further: list[str]
) -> tuple[Path, Places]:
    """Return the project and its warehouse, if the last build left it whole."""
    project, built = _built(options, further)
    require_good_build(built)
    return project, built


def _built(options: argparse.Namespace, further: list[str]) -> tuple[Path, Places]:
    """Return the project and where the target's tables are."""
    _require_known(further)
    project = _enter_project()
    require_segments(project)
    words = target_words(options)
    require_unlocked(warehouse_path(project, words))
    return project, places(project, words, is_parsed=False)


def _publish_marts(project: Path, built: Places, accepted: frozenset[str]) -> str:
    from segmentation.publishing.generations import publish
    from segmentation.publishing.marts import SPREADSHEET_ROWS

    folder = output_folder(project, built.file, built.target)
    settings = settings_of(project)
    require_newer_and_whole(
        built,
        folder,
        least_share=float(settings.get("min_share_of_last_build", 0)),
        accepted=accepted,
    )
    published = publish(
        built,
        folder,
        source_file=source_file(project),
        most_csv_rows=int(settings.get("most_csv_rows", SPREADSHEET_ROWS)),
    )
    _say(published.said)
    return published.generation


def _draw_dashboard(project: Path, built: Places) -> None:
    from segmentation.publishing.dashboard import draw_dashboard

    file = output_folder(project, built.file, built.target) / "dashboard.html"
    draw_dashboard(built, file, kept=dbt_folder(project, built.file))
    _say(f"The dashboard is {file}; open it in a browser.")


def score(options: argparse.Namespace, unknown: list[str]) -> int:
    """Write the segments of a file of customers."""
    _require_known(unknown)
    file, output = options.file.resolve(), options.output.resolve()
    project = _enter_project()
    require_segments(project)
    words = target_words(options)
    warehouse = warehouse_path(project, words)
    require_unlocked(warehouse)
    scored = score_file(
        file, warehouse.resolve(), output, words=words, report=_progress
    )
    _say(f"Scored {scored:,} customers of {file.name} into {output}.")
    return 0


def export_sql(options: argparse.Namespace, unknown: list[str]) -> int:
    """Print the assignment of the last build, or its score, as one SELECT."""
    _, built = _good_warehouse(options, unknown)
    from segmentation.segments.portable import portable_assignment

    with duckdb.connect() as connection:
        attach_warehouse(connection, built)
        if options.response:
            print(_response_sql(connection, options), end="", flush=True)
            return 0
        names = dict(
            connection.sql(
                "select segment_key, segment_name from marts.segments "
                "where status = 'current' order by segment_key"
            ).fetchall()
        )
        versions: Any = connection.sql("select * from ml.ml_segment_model")
        sql = portable_assignment(
            versions,
            names,
            dialect=options.dialect,
            table=options.table,
        )
    print(sql, end="", flush=True)
    return 0


def _response_sql(
    connection: duckdb.DuckDBPyConnection, options: argparse.Namespace
) -> str:
    from segmentation.segments.portable import portable_score

    try:
        found = connection.sql(
            "select campaign, score_sql, numbers, words from ml.ml_response_query "
            "cross join ml.ml_campaign_response"
        ).fetchall()
    except duckdb.CatalogException:
        found = []
    if not found:
        raise UserError(
            "The last build has no model of a response, so there is no score to "
            "write: campaign is off, or campaign_summary says why there is none."
        )
    campaign, score_sql, numbers, words = found[0]
    kinds = dict.fromkeys(numbers, "a number") | dict.fromkeys(words, "a word")
    return portable_score(
        score_sql,
        kinds,
        campaign=campaign,
        dialect=options.dialect,
        table=options.table,
    )


def audience(options: argparse.Namespace, unknown: list[str]) -> int:
    """Write the customers who meet a condition."""
    output = options.output.resolve()
    _, built = _good_warehouse(options, unknown)
    from segmentation.publishing.audience import write_audience

    customers = write_audience(built, options.where, output)
    _say(f"Wrote {customers:,} customers who meet {options.where} into {output}.")
    return 0


def forget(options: argparse.Namespace, unknown: list[str]) -> int:
    """Remove persons from all that was made of the input, and prove it."""
    project, built = _built(options, unknown)
    from segmentation.forgetting import forget_persons

    with lock_build(built.file):
        require_unlocked(built.file, read_only=False)
        require_good_build(built)
        return forget_persons(project, built, options.keys, report=_say)


def plots(options: argparse.Namespace, unknown: list[str]) -> int:
    """Draw the pictures of the last build."""
    project, built = _built(options, unknown)
    logging.basicConfig(format="%(message)s")
    from segmentation.publishing.charts import draw_pictures

    folder = output_folder(project, built.file, built.target)
    files = draw_pictures(built, folder, x=options.x, y=options.y)
    _say(f"Drew {len(files)} files into {folder / 'plots'}.")
    return 0


def bi(options: argparse.Namespace, unknown: list[str]) -> int:
    """Write what a BI tool imports, from the published file."""
    _require_known(unknown)
    project = _enter_project()
    require_segments(project)
    from segmentation.publishing.superset import write_bundle

    words = target_words(options)
    warehouse, target = warehouse_and_target(project, words)
    folder = output_folder(project, warehouse, target).resolve()
    published = folder / "segments.duckdb"
    charts = write_bundle(
        published,
        package_folder(project) / "models" / "semantic",
        folder / "superset.zip",
        seen_at=options.file or str(published),
    )
    _say(
        f"Wrote {folder / 'superset.zip'}: all relations and a dashboard of {charts} "
        "charts. Import it on Superset's page of dashboards, or by superset "
        "import-dashboards -p superset.zip -u <your user>."
    )
    return 0


def mcp(options: argparse.Namespace, unknown: list[str]) -> int:
    """Serve the published file to an assistant."""
    _require_known(unknown)
    file = options.file and options.file.resolve()
    if file is None:
        project = _enter_project()
        require_segments(project)
        words = target_words(options)
        warehouse, target = warehouse_and_target(project, words)
        file = output_folder(project, warehouse, target) / "segments.duckdb"
    from segmentation.answering.server import serve

    serve(file.resolve())
    return 0


def _require_known(words: list[str]) -> None:
    if words:
        raise UserError(f"{' '.join(words)} is not understood; see segments --help.")


def _enter_project() -> Path:
    """Go to the project's folder: all paths in its files are relative to it."""
    keep_private()
    require_input_name()
    asked = os.environ.get("DBT_PROJECT_DIR")
    if asked and not Path(asked).is_dir():
        raise UserError(f"There is no folder {asked}, which --project-dir names.")
    project = find_project(Path(asked or Path.cwd()).resolve())
    if asked:  # dbt runs where the paths of the project are right
        os.environ["DBT_PROJECT_DIR"] = str(project)
    path = os.environ.get("SEGMENTS_PATH")
    if path and "://" not in path and Path.cwd() != project:
        os.environ["SEGMENTS_PATH"] = str(Path(path).resolve())
    os.chdir(project)
    return project


def _progress(line: str) -> None:
    """Say what goes on, or what is doubtful: standard output is for results."""
    # in one piece, as several threads report
    print(f"{line}\n", end="", file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(line, flush=True)

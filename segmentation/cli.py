"""The command line: ``segments build`` and what goes with it."""

import argparse
import logging
import os
import sys
from pathlib import Path

from segmentation.errors import UserError
from segmentation.project import (
    find_project,
    output_folder,
    require_unlocked,
    run_dbt,
    warehouse_path,
)
from segmentation.scoring_files import score_file

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        Words after ``segments``; the process's own where omitted.

    Returns
    -------
    int
        0, or 1 where something was said on standard error instead.
    """
    options, dbt_arguments = _parser().parse_known_args(arguments)
    try:
        return options.run(options, dbt_arguments)
    except UserError as error:
        print(f"segments: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segments", description="Customer segments from a file of customers."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser(
        "build",
        help="build the warehouse; further words go to dbt build",
        description="Build the warehouse of the input that SEGMENTS_INPUT or "
        "SEGMENTS_PATH names. Further words go to dbt build.",
    )
    build.set_defaults(run=_build)
    score = commands.add_parser(
        "score",
        help="write the segments of a file of customers",
        description="Write segment, distance and margin of every customer of a file, "
        "by the current version of the warehouse, which is only read.",
    )
    score.add_argument("file", type=Path, help="customers of the same input")
    score.add_argument(
        "--output",
        type=Path,
        default=Path("scores.csv"),
        help="a .csv or .parquet file",
    )
    score.set_defaults(run=_score)
    plots = commands.add_parser(
        "plots",
        help="draw the marts as PNG and SVG",
        description="Draw the pictures that the marts have data for, into "
        "output/<input>/plots.",
    )
    plots.add_argument("--x", help="feature across in the scatter of two features")
    plots.add_argument("--y", help="feature upwards")
    plots.set_defaults(run=_plots)
    return parser


def _build(options: argparse.Namespace, dbt_arguments: list[str]) -> int:
    project = _enter_project()
    warehouse = warehouse_path(project)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    require_unlocked(warehouse)
    failures = run_dbt(
        # unit tests are of the code, not of the data: make test runs them
        ["build", "--exclude-resource-type", "unit_test", *dbt_arguments],
        report=_say,
    )
    for failure in failures:
        print(f"segments: {failure}", file=sys.stderr)
    if failures and warehouse.exists():
        print(
            "segments: the build stopped there; tables after it are those of the last "
            "good build.",
            file=sys.stderr,
        )
    return 1 if failures else 0


def _score(options: argparse.Namespace, unknown: list[str]) -> int:
    _require_known(unknown)
    file, output = options.file.resolve(), options.output.resolve()
    warehouse = warehouse_path(_enter_project())
    scored = score_file(file, warehouse.resolve(), output, report=_say)
    print(f"Scored {scored:,} customers of {file.name} into {output}.")
    return 0


def _plots(options: argparse.Namespace, unknown: list[str]) -> int:
    _require_known(unknown)
    warehouse = warehouse_path(_enter_project())
    logging.basicConfig(format="%(message)s")
    from segmentation.plots import draw_plots

    files = draw_plots(warehouse, output_folder(warehouse), x=options.x, y=options.y)
    print(
        f"Drew {len(files)} files into {files[0].parent}." if files else "Drew nothing."
    )
    return 0


def _require_known(words: list[str]) -> None:
    if words:
        raise UserError(f"unknown words {' '.join(words)}; see segments --help.")


def _enter_project() -> Path:
    """Go to the project's folder: all paths in its files are relative to it."""
    project = find_project(Path.cwd())
    path = os.environ.get("SEGMENTS_PATH")
    if path and Path.cwd() != project:
        os.environ["SEGMENTS_PATH"] = str(Path(path).resolve())
    os.chdir(project)
    return project


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

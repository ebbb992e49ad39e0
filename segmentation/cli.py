"""The command line: ``segments build`` and what goes with it."""

import argparse
import os
import sys
from pathlib import Path

from segmentation.errors import UserError
from segmentation.project import (
    find_project,
    require_unlocked,
    run_dbt,
    warehouse_path,
)

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
    return parser


def _build(options: argparse.Namespace, dbt_arguments: list[str]) -> int:
    project = _enter_project()
    warehouse = warehouse_path(project)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    require_unlocked(warehouse)
    failures = run_dbt(["build", *dbt_arguments], report=_say)
    for failure in failures:
        print(f"segments: {failure}", file=sys.stderr)
    if failures and warehouse.exists():
        print(
            "segments: the build stopped there; tables after it are those of the last "
            "good build.",
            file=sys.stderr,
        )
    return 1 if failures else 0


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

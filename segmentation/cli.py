"""The command line: ``segments build`` and what goes with it."""

import argparse
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

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
        0, or what `segmentation.warehouse.errors` has for what was said on standard
        error instead.
    """
    # dbt's two threads fit side by side: numerical libraries that take all cores for
    # each of them wait for each other (a quarter of a first build's CPU)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # dbt's project is a million objects that stay: each search of all for cycles, of
    # 13 in a build, takes a fifth of a second and finds nothing
    gc.set_threshold(700, 10, 1_000)
    parser = _parser()
    if any("\0" in word for word in arguments or ()):  # no name of a file has one
        parser.error("a word has a null byte in it")
    options, dbt_arguments = parser.parse_known_args(arguments)
    # who only asks for help need not wait for what the commands import
    from segmentation import commands
    from segmentation.warehouse.errors import STOPPED, UserError
    from segmentation.warehouse.faults import FAULTS, as_user_error

    if options.debug:
        logging.basicConfig(format="%(message)s")
        logging.getLogger("segmentation").setLevel(logging.DEBUG)
    if getattr(options, "project_dir", None):
        os.environ["DBT_PROJECT_DIR"] = options.project_dir  # dbt's own name for it
    try:
        return getattr(commands, options.run)(options, dbt_arguments)
    except (UserError, *FAULTS) as error:
        logging.getLogger(__name__).debug("", exc_info=True)
        told = as_user_error(error)
        print(f"segments: {told}", file=sys.stderr)
        return told.exit_code
    except KeyboardInterrupt:
        print(
            "segments: stopped; what was published before is still there. Start the "
            "command again to finish it.",
            file=sys.stderr,
        )
        return STOPPED


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
    build.set_defaults(run="build")
    _add_new(commands)
    _add_nights(commands)
    _add_files(commands)
    _add_plots(commands)
    _add_exports(commands)
    _add_bi(commands)
    _add_forget(commands)
    _add_mcp(commands)
    for name, words in (
        ("publish", "copy the marts to where BI tools and people read them"),
        ("dashboard", "draw the dashboard from the warehouse"),
    ):
        command = commands.add_parser(name, help=words, description=f"{words}.")
        command.set_defaults(run=name)
    for name in ("build", "backfill", "publish"):
        for word, meaning in (
            ("older", "publish though a later day is published"),
            ("thin", "publish though far fewer customers are left"),
        ):
            commands.choices[name].add_argument(
                f"--{word}", action="store_true", help=meaning
            )
    _add_shared(commands.choices)
    return parser


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = commands.add_parser(
        "new",
        help="make a project folder, where there is no clone",
        description="Copy the dbt project, with its samples, into a new folder.",
    )
    new.add_argument("folder", type=Path, help="is made; may be there if empty")
    new.set_defaults(run="new")


def _add_nights(commands: Any) -> None:
    backfill = commands.add_parser(
        "backfill",
        help="build the states of past days, the earliest first",
        description="Build the state of each day from --from to --to, which take their "
        "places in history; the last of them is published. Further words go to dbt "
        "build.",
    )
    backfill.add_argument("--from", dest="first", required=True, help="YYYY-MM-DD")
    backfill.add_argument("--to", dest="last", required=True, help="YYYY-MM-DD")
    backfill.add_argument("--every", choices=["day", "week", "month"], default="month")
    backfill.set_defaults(run="backfill")


def _add_files(commands: Any) -> None:
    init = commands.add_parser(
        "init",
        help="propose how a file of your own is described in dbt_project.yml",
        description="Look at a file (CSV, Excel, Parquet, a table of a database) and "
        "print its definition for vars: inputs: in dbt_project.yml, with what is "
        "missing or doubtful as comments.",
    )
    init.add_argument("file", help="a file, a folder of tables, or 'exports/*.csv'")
    init.add_argument("--name", default="", help="name of the input; else the file's")
    init.add_argument(
        "--write", action="store_true", help="put it into dbt_project.yml"
    )
    init.set_defaults(run="init")
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
    score.set_defaults(run="score")


def _add_mcp(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    mcp = commands.add_parser(
        "mcp",
        help="answer an assistant's questions from the published file",
        description="Serve the published file to an assistant by the Model Context "
        "Protocol, on standard input and output, read-only.",
    )
    mcp.add_argument(
        "--file", type=Path, help="segments.duckdb; else that of the project's input"
    )
    mcp.set_defaults(run="mcp")


def _add_plots(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    plots = commands.add_parser(
        "plots",
        help="draw the marts as PNG and SVG",
        description="Draw the pictures that the marts have data for, into "
        "output/<input>/plots.",
    )
    plots.add_argument("--x", help="feature across in the scatter of two features")
    plots.add_argument("--y", help="feature upwards")
    plots.set_defaults(run="plots")


def _add_exports(commands: Any) -> None:
    """Add the commands that write something of the last build for other tools."""
    export = commands.add_parser(
        "export-sql",
        help="print the assignment as one SELECT for another engine",
        description="Print the assignment of the current version as one SELECT over a "
        "table of customers, for an engine that has nothing of this project.",
    )
    export.add_argument("--dialect", default="duckdb", help="postgres, snowflake, …")
    export.add_argument("--table", default="customers", help="of the customers there")
    export.add_argument(
        "--response",
        action="store_true",
        help="the probability of a response, by a logistic model, in its place",
    )
    export.set_defaults(run="export_sql")
    audience = commands.add_parser(
        "audience",
        help="write the customers who meet a condition",
        description="Write the customers who meet a condition as CSV, without those "
        "whom the campaign holds out.",
    )
    audience.add_argument(
        "--where", required=True, help="SQL over the columns of customers_wide"
    )
    audience.add_argument("--output", type=Path, default=Path("audience.csv"))
    audience.set_defaults(run="audience")


def _add_shared(commands: dict[str, argparse.ArgumentParser]) -> None:
    """Add the options that several commands have."""
    for name, command in commands.items():
        command.add_argument(
            "--debug", action="store_true", help="show the stack of what fails as well"
        )
        if name != "new":
            command.add_argument(
                "--project-dir", help="folder of the project, unless it is this one"
            )
        if name in ("build", "backfill", "init", "new"):
            continue  # of a build they are dbt's own
        for option in ("--target", "--profile", "--profiles-dir", "--vars"):
            command.add_argument(option, help="as dbt has it")


def _add_bi(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bi = commands.add_parser(
        "bi",
        help="write what a BI tool imports: data sets, labels, metrics, a dashboard",
        description="Write output/<input>/superset.zip, which Apache Superset imports: "
        "all relations of the published file with descriptions, labels and metrics, "
        "and one dashboard.",
    )
    bi.add_argument("tool", choices=["superset"], help="superset")
    bi.add_argument(
        "--file", default="", help="path of segments.duckdb where Superset runs"
    )
    bi.set_defaults(run="bi")


def _add_forget(commands: argparse._SubParsersAction) -> None:
    forget = commands.add_parser(
        "forget",
        help="remove persons from all that was made of the input",
        description="Remove persons by their customer_id from the warehouse, its "
        "history, what is published and drawn, converted copies and logs, and say "
        "where they still stand.",
    )
    forget.add_argument("keys", nargs="+", metavar="KEY", help="a customer_id")
    forget.set_defaults(run="forget")


if __name__ == "__main__":
    sys.exit(main())

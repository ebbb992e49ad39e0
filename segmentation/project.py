"""Run dbt for people: progress as lines, failures as sentences."""

import json
import logging
import os
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from segmentation.reading.definition_schema import require_shape
from segmentation.reading.project_file import project_settings
from segmentation.targets import (
    asked_of_dbt,
    package_folder,
    target_words,
    warehouse_path,
)
from segmentation.warehouse.causes import cause
from segmentation.warehouse.errors import (
    DATA_TEST,
    ENVIRONMENT,
    LOCKED,
    Locked,
    UserError,
)
from segmentation.warehouse.faults import is_of_the_environment
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.locks import lock_build
from segmentation.warehouse.places import Places, file_of
from segmentation.warehouse.quoting import identifier

__all__ = [
    "Failure",
    "builds_a_part",
    "chosen_definition",
    "converted_folder",
    "days_between",
    "docs_page",
    "find_project",
    "output_folder",
    "require_good_build",
    "require_unlocked",
    "run_dbt",
    "settings_of",
    "source_file",
    "write_docs",
]

_LOG = logging.getLogger(__name__)
# what a build may leave out and still be whole: what Python models made is kept
_KEPT = {"tag:fit"}
# of dbt build's options those that leave something out, or rows
_NARROWING = ("select", "exclude", "selector", "resource_types", "empty", "sample")
# where dbt's page of documentation takes its data from, and the file of each
_DOCS_DATA = {"MANIFEST.JSON": "manifest.json", "CATALOG.JSON": "catalog.json"}


def find_project(start: Path) -> Path:
    """Return the folder of the dbt project that `start` lies in.

    Parameters
    ----------
    start : Path

    Returns
    -------
    Path

    Raises
    ------
    UserError
        If neither `start` nor any folder above it holds a dbt_project.yml.
    """
    for folder in (start, *start.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise UserError(
        f"There is no dbt_project.yml in {start} or above it; go to the folder of the "
        "project first."
    )


def converted_folder(project: Path) -> Path:
    """Return the folder for files that had to be converted to be read."""
    return project / os.environ.get("SEGMENTS_WAREHOUSE", "warehouse") / "converted"


def output_folder(project: Path, warehouse: Path, target: str = "") -> Path:
    """Return the folder for what is published of a warehouse.

    What is built in another target than the profile's own has a folder by its name.
    """
    output = project / os.environ.get("SEGMENTS_OUTPUT", "output")
    return output / target / warehouse.stem


def settings_of(project: Path) -> dict[str, Any]:
    """Return the vars of a project; of a host's those that it leaves to the package.

    Raises
    ------
    UserError
        If a dbt_project.yml is no YAML, or not of that shape.
    """
    own = project_settings(project / "dbt_project.yml")
    package = package_folder(project)
    if package == project:
        return own
    defaults = project_settings(package / "dbt_project.yml")
    said = {name: own[name] for name in own if own[name] not in (None, "", {})}
    return defaults | said


def source_file(project: Path) -> str:
    """Return the name of the file that the environment asks to be read."""
    settings = settings_of(project)
    name = os.environ.get("SEGMENTS_INPUT") or settings["default_input"]
    chosen = settings["inputs"].get(name) or {}
    said = [chosen.get(word) for word in ("path", "query", "relation", "source")]
    place = next(filter(None, said), "")
    return Path(os.environ.get("SEGMENTS_PATH") or place).name


def chosen_definition(project: Path) -> tuple[str, dict]:
    """Return name and definition of the input that the environment asks for.

    Raises
    ------
    UserError
        If the project has none of that name, or the definition is of another shape.
    """
    settings = settings_of(project)
    name = os.environ.get("SEGMENTS_INPUT") or settings["default_input"]
    if name not in settings["inputs"]:
        known = ", ".join(map(str, settings["inputs"])) or "none"
        raise UserError(
            f"There is no input called '{name}' under vars: inputs: in "
            f"dbt_project.yml; it knows {known}. Set SEGMENTS_INPUT to one of them."
        )
    require_shape(name, settings["inputs"][name])
    return name, settings["inputs"][name]


def require_good_build(warehouse: Path | Places) -> None:
    """Refuse a warehouse that its last build has left half built.

    Parameters
    ----------
    warehouse : Path or Places
        Of a file alone, any build in it counts.

    Raises
    ------
    UserError
        If the last build of the warehouse failed or was killed.
    """
    file = file_of(warehouse)
    if not file.exists():
        return
    with duckdb.connect(file, read_only=True) as connection:
        kept = connection.sql(
            "select table_name, table_schema from information_schema.tables "
            "where table_name in ('build_state', 'unfinished_build') order by all"
        ).fetchall()
        states = [schema for name, schema in kept if name == "build_state"]
        if isinstance(warehouse, Places):  # others build into the same file
            own, _ = warehouse.tables["ml", "ml_segment_model"]
            states = [schema for schema in states if schema == own]
        rows = [
            row
            for schema in states
            for row in connection.sql(
                "select split_part(node, '.', 3), reason "
                f"from {identifier(schema)}.build_state where reason is not null "
                "and node like '%.segmentation.%' order by node"
            ).fetchall()
        ]
        if not states and ("unfinished_build", "main") in kept:
            rows = [("", "was stopped or failed")]  # one reason for all, in release 0.1
    if rows:
        raise UserError(
            f"The last build of {file} {_why(rows)}, so its tables may be of two "
            "builds; run segments build until it succeeds."
        )


def _why(rows: list[tuple[str, str]]) -> str:
    """Return why tables are not to be trusted, the cause before what came of it."""
    for reason, words in (
        ("failed", "failed at {}"),
        ("was stopped before its end", "was stopped before its end"),
        ("was not tested since its tables changed", "was followed by a run without {}"),
    ):
        names = [name for name, found in rows if found == reason]
        if names:
            more = f" and {len(names) - 3} others" if len(names) > 3 else ""
            return words.format(", ".join(names[:3]) + more)
    name, reason = rows[0]
    return f"left {name} out, which {reason}" if name else reason


def days_between(first: str, last: str, every: str) -> list[date]:
    """Return the days of a backfill, the earliest first.

    A month's day that a month does not have is its last one.

    Raises
    ------
    UserError
        If a day is none, or the last is before the first.

    Examples
    --------
    >>> [str(day) for day in days_between("2024-01-31", "2024-03-31", "month")]
    ['2024-01-31', '2024-02-29', '2024-03-31']
    """
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise UserError(
            f"'{first}' and '{last}' have to be days: YYYY-MM-DD."
        ) from None
    if end < start:
        raise UserError(f"--to ({last}) is before --from ({first}).")
    days, number = [], 0
    while (day := _later(start, every, number)) <= end:
        days.append(day)
        number += 1
    return days


def _later(start: date, every: str, number: int) -> date:
    if every != "month":
        return start + timedelta(days=number * (7 if every == "week" else 1))
    months = start.month - 1 + number
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def builds_a_part(arguments: list[str]) -> bool:
    """Return whether dbt would build, or test, less than everything.

    dbt itself reads the words and the environment, so no spelling is overlooked.

    Parameters
    ----------
    arguments : list of str
        Words of the command, ``build`` first.

    Returns
    -------
    bool

    Raises
    ------
    UserError
        If dbt does not understand them.

    Examples
    --------
    >>> builds_a_part(["build", "--select=segments"])
    True
    >>> builds_a_part(["build", "--exclude-resource-type=unit_test", "-f"])
    False
    >>> builds_a_part(["build", "--exclude", "tag:fit"])
    False
    """
    asked = asked_of_dbt(arguments)
    if _KEPT.issuperset(asked["exclude"] or ()):
        asked["exclude"] = ()
    return any(asked[name] for name in _NARROWING) or not {"unit_test"}.issuperset(
        asked["exclude_resource_types"]
    )


def run_dbt(
    arguments: list[str], *, report: Callable[[str], None], manifest: Any = None
) -> list["Failure"]:
    """Run one dbt command in the current folder.

    Data tests that only warn are reported at the end, a line each that begins with
    ``warning:``.

    Parameters
    ----------
    arguments : list of str
        Words of the command, for example ``["build", "--select", "segments"]``.
    report : callable
        Takes a line of progress.
    manifest : dbt's Manifest, optional
        The same project as a command before this one has read it.

    Returns
    -------
    list of Failure
        A sentence for each failure; empty if all went well.

    Raises
    ------
    UserError
        If another build of the warehouse is running.
    """
    words = target_words(arguments)
    with lock_build(warehouse_path(Path.cwd(), words)):
        return _run_dbt(arguments, report, manifest)


def _run_dbt(
    arguments: list[str], report: Callable[[str], None], manifest: Any
) -> list["Failure"]:
    # three seconds that other commands can do without
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    from segmentation.dbt_inside import (
        HeardEvents,
        broken_claims,
        kept_templates,
        lighten,
    )

    def on_event(event: Any) -> None:
        line = _progress(event)
        if line:
            report(line)

    # what every statement said is a twentieth of a build, and asked for when one fails
    is_detailed = _LOG.isEnabledFor(logging.DEBUG)
    level = os.environ.get("DBT_LOG_LEVEL_FILE", "debug" if is_detailed else "info")
    ctx_set_event_manager(HeardEvents())
    lighten()
    with kept_templates(Path(_target_folder(arguments), "templates.msgpack")):
        outcome = dbtRunner(manifest=manifest, callbacks=[on_event]).invoke(
            ["--quiet", f"--log-level-file={level}", *arguments, "--project-dir", "."]
        )
    results = getattr(outcome.result, "results", None) or []
    broken = {
        result.node.unique_id: broken_claims(result.node)
        for result in results
        if result.status in ("fail", "warn")
    }
    connections: Any = DuckDBConnectionManager
    connections.close_all_connections()  # others may open the file now
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if outcome.exception:
        return [Failure.of(str(outcome.exception) or repr(outcome.exception))]
    for result in results:
        if result.status == "warn":
            told = broken[result.node.unique_id]
            told = f"{result.node.name}: {told}" if told else _warning(result)
            report(f"warning: {told}")
    return [
        Failure.of(
            broken.get(result.node.unique_id) or result.message or result.status,
            result.node.name,
            result.status == "fail",
        )
        for result in results
        if result.status in ("error", "fail", "runtime error")
    ]


def write_docs(
    project: Path,
    output_file: Path,
    words: tuple[str, ...] = (),
    *,
    manifest: Any = None,
) -> None:
    """Write dbt's documentation of the last build as one HTML file.

    Parameters
    ----------
    project : Path
        The current folder, in which dbt has just built.
    output_file : Path
        The HTML file. Who has the old file open keeps it.
    words : tuple of str
        Options of dbt, such as ``--target prod``.
    manifest : dbt's Manifest, optional
        From the build, which then is not read again.

    Raises
    ------
    UserError
        If dbt fails.
    """
    # the build has compiled everything; compiling again would take ten seconds, and
    # would replace the record of what failed in the build
    arguments = ["docs", "generate", "--no-compile", *words]
    failures = run_dbt(arguments, report=lambda line: None, manifest=manifest)
    if failures:
        raise UserError(f"The documentation could not be written: {failures[0]}")
    target = project / _target_folder(arguments)
    with written_whole(output_file) as new:
        new.write_text(docs_page(target), "utf-8")


def _target_folder(arguments: list[str]) -> str:
    return str(asked_of_dbt(arguments)["target_path"] or "target")


def docs_page(target: Path) -> str:
    """Return dbt's page of documentation with the data that it shows in it."""
    page = (target / "index.html").read_text("utf-8")
    for place, file in _DOCS_DATA.items():
        # dbt's own --static would let a category called </script> end the script
        data = (target / file).read_text("utf-8")
        if place == "CATALOG.JSON":
            data = json.dumps(json.loads(data, object_hook=_without_tags))
        page = page.replace(f'"{place} INLINE DATA"', data.replace("<", "\\u003c"))
    return page


def _without_tags(row: dict) -> dict:
    """Return a row of the catalogue whose comment, a text of the file, shows no tags.

    dbt's page takes comments for Markdown, in which HTML is HTML.
    """
    comment = row.get("comment")
    if isinstance(comment, str):
        return row | {"comment": comment.replace("<", "&lt;")}
    return row


def require_unlocked(warehouse: Path, *, read_only: bool = True) -> None:
    """Say who holds the warehouse, before somebody fails on it.

    Parameters
    ----------
    warehouse : Path
    read_only : bool, default=True
        Others may read it too; a build has to have it alone.

    Raises
    ------
    UserError
        If another process has the file open, or it is no DuckDB database.
    """
    if not warehouse.exists():
        return
    try:
        duckdb.connect(warehouse, read_only=read_only).close()
    except (duckdb.Error, OSError) as error:
        holder = re.search(r"PID (\d+)", str(error))
        if "lock" in str(error) and holder:
            raise Locked(
                f"Another program (process {holder[1]}) has {warehouse} open, perhaps "
                "a build or a database browser; wait for it or close it, and try again."
            ) from None
        raise UserError(
            f"{warehouse} cannot be opened: {str(error).splitlines()[0]} Move it away "
            "and build again, or bring it back from a backup: it holds the history."
        ) from None


def _progress(event: Any) -> str | None:
    """Return a line for a finished model or seed, nothing for other events."""
    name, data = event.info.name, event.data
    if name in ("LogModelResult", "LogSeedResult"):
        return (
            f"{data.index:>4} of {data.total}  {data.node_info.node_name}"
            f"  {data.status}  {data.execution_time:.1f} s"
        )
    return None


def _warning(result: Any) -> str:
    """Return what a test that warns is about, and of how many rows it warns."""
    rows = f"{result.failures} row{'s' if result.failures != 1 else ''}"
    about = result.node.description.strip()
    if not about:
        return f"{result.node.name} ({rows})"
    return f"{about} ({rows}, test {result.node.name})"


class Failure(str):
    """A sentence about a failure of dbt, and with what a command ends after it."""

    exit_code: int

    @classmethod
    def of(cls, message: str, node: str = "", is_data_test: bool = False) -> "Failure":
        """Return the cause of a failure; all that dbt says of it goes to the log."""
        _LOG.debug(message)
        told = cause(message)
        failure = cls(f"{node}: {told}" if node else told)
        failure.exit_code = DATA_TEST if is_data_test else UserError.exit_code
        if is_of_the_environment(message):
            failure.exit_code = ENVIRONMENT
        if "Another build of" in message:
            failure.exit_code = LOCKED
        return failure

"""Forget persons: from the warehouse to the last log, with the proof of it."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from segmentation.project import converted_folder, output_folder, source_file
from segmentation.publishing.dashboard import draw_dashboard
from segmentation.publishing.forgetting import (
    files_that_name,
    forget_overrides,
    remove_earlier,
    remove_files,
)
from segmentation.publishing.generations import publish
from segmentation.reading.relations import INPUT_RELATION
from segmentation.targets import package_folder
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.forgetting import COPY, forget_in_warehouse, is_distinctive
from segmentation.warehouse.places import Places, file_of, place_of
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["forget_persons"]

# what dbt writes for itself, and writes again
_WORKING = ("logs", "target")


def forget_persons(
    project: Path,
    warehouse: Path | Places,
    keys: list[str],
    *,
    report: Callable[[str], None],
) -> int:
    """Remove persons from all that was made of an input, and say what is left.

    Parameters
    ----------
    project : Path
    warehouse : Path or Places
        The build's lock has to be held.
    keys : list of str
        As `customer_id` has them.
    report : callable
        Takes each sentence.

    Returns
    -------
    int
        0, or 1 where a key still stands somewhere.

    Raises
    ------
    UserError
        If there is no warehouse, or nobody is called so in it or beside it.
    """
    file = file_of(warehouse)
    if not file.is_file():
        raise UserError(f"There is no warehouse {file}; nothing was built of it.")
    package = package_folder(project)
    output = _output(project, warehouse)
    in_source = _still_in_source(warehouse, keys)
    # a file of our own has nothing but our tables, some of earlier releases
    gone = forget_in_warehouse(file if package == project else warehouse, keys)
    overrides = forget_overrides(package / "seeds/segment_overrides.csv", keys)
    named = files_that_name([output], keys)
    if not (gone.rows or gone.nameless or overrides or named):
        raise UserError(
            f"Nobody is called {' or '.join(keys)} in {file} or {output}; keys "
            "are those of the column customer_id."
        )
    report(
        f"Removed {gone.rows:,} rows from {gone.tables} tables of {file}; "
        f"{gone.nameless} rows of its history no longer say whose they are."
    )
    if overrides:
        report(f"Removed {overrides} rows of seeds/segment_overrides.csv.")
    _remove_copies(project, file, keys, report)
    if (output / "current").exists():
        publish(warehouse, output, source_file=source_file(project))
        remove_earlier(output)
        draw_dashboard(warehouse, output / "dashboard.html")
        report(f"Published {output} again and removed the earlier generations.")
    return _prove(project, warehouse, keys, [*gone.left, *in_source], report)


def _output(project: Path, warehouse: Path | Places) -> Path:
    target = warehouse.target if isinstance(warehouse, Places) else ""
    return output_folder(project, file_of(warehouse), target)


def _remove_copies(
    project: Path, warehouse: Path, keys: list[str], report: Callable[[str], None]
) -> None:
    """Remove what a build makes again: converted files of the input, dbt's own."""
    converted = converted_folder(project)
    copies = [
        *converted.glob(f"{warehouse.stem}.parquet"),
        *converted.glob(f"{warehouse.stem}_[0-9]*.parquet"),
    ]
    working = files_that_name([project / folder for folder in _WORKING], keys)
    copied, noted = remove_files(copies), remove_files(working)
    report(f"Removed {copied} converted copies and {noted} files of logs and target.")


def _still_in_source(warehouse: Path | Places, keys: list[str]) -> list[str]:
    """Return a sentence where the input's own file, or relation, has the persons."""
    copy = place_of(warehouse, "staging", COPY)
    with duckdb.connect(file_of(warehouse), read_only=True) as engine:
        rows = engine.sql(
            "select source_path, relation_sql, list_filter(fields, lambda f: "
            "f.name = 'customer_id' and f.source_column is not null)[1].source_column "
            f"from {place_of(warehouse, 'staging', 'input_dialect')}"
        ).fetchall()
        for path, reading, column in rows:
            relation = reading.replace(INPUT_RELATION, copy)
            # addresses are keys in small letters
            text = f"lower(trim(cast({identifier(column)} as varchar)))"
            listed = ", ".join(literal(key.lower()) for key in keys)
            try:
                ((lines,),) = engine.sql(
                    f"select count(*) from {relation} where "
                    f"{text} in ({listed}) or "
                    f"regexp_replace({text}, '[.]0+$', '') in ({listed})"
                ).fetchall()
            except duckdb.Error:
                return []  # the file is gone, and they with it
            if lines:
                return [f"{path} ({lines:,} lines: the next build reads them again)"]
    return []


def _prove(
    project: Path,
    warehouse: Path | Places,
    keys: list[str],
    left: list[str],
    report: Callable[[str], None],
) -> int:
    package = package_folder(project)
    folders = [
        _output(project, warehouse),
        *(project / folder for folder in _WORKING),
        *{project / "seeds", package / "seeds"},
        # a host's file may lie anywhere; its tables have been looked at
        file_of(warehouse).parent if package == project else converted_folder(project),
    ]
    left += [str(file) for file in files_that_name(folders, keys)]
    short = [key for key in keys if not is_distinctive(key)]
    if short:
        report(
            f"{', '.join(short)} is too short to be told from other words in logs and "
            "pages: it was looked for in tables alone."
        )
    if left:
        report(f"Still there: {'; '.join(left)}. Remove them there.")
        return 1
    report("Looked at every table and file: nothing is left.")
    return 0

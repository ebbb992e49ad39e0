"""Whether anything that Python models read has changed since they last ran.

What they make is kept in the warehouse. Where the project, the program, the settings
and the input's files are the same as at the last build that ran them, and nobody else
has written the warehouse since, a build needs its SQL models alone.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from segmentation.project import chosen_definition, settings_of
from segmentation.reading.addresses import asked_path
from segmentation.reading.relations import input_place
from segmentation.reading.stamps import stamp_of, stamped_paths
from segmentation.targets import asked_of_dbt, package_folder
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.files import written_whole

__all__ = ["LEFT_OUT", "fit_key", "is_same_as_last", "note_fit"]

# what dbt is told to leave out where nothing has to be fitted
LEFT_OUT = ("--exclude", "tag:fit")
_FOLDERS = ("macros", "models", "python_models", "seeds", "tests")
_FILE = "last_fit.json"


def fit_key(project: Path, words: Iterable[str]) -> str | None:
    """Return the fingerprint of all that Python models read, beside the warehouse.

    Parameters
    ----------
    project : Path
        The current folder.
    words : iterable of str
        Words of the command.

    Returns
    -------
    str or None
        None where it cannot be told without a build (of a relation, a database), and
        where everything is asked for anew.
    """
    words = list(words)
    asked = asked_of_dbt(["build", *words])
    if asked["full_refresh"] or (settings_of(project) | asked["vars"]).get("retrain"):
        return None
    try:
        _, definition = chosen_definition(project)
        paths = stamped_paths(definition, asked_path() or input_place(definition))
        if not paths:
            return None
        stamp = stamp_of(paths)
    except (UserError, OSError):
        return None  # the build says what is wrong
    key = hashlib.sha256(json.dumps([words, stamp]).encode())
    for name in sorted(os.environ):
        if name.startswith(("SEGMENTS_", "DBT_")):
            key.update(f"{name}={os.environ[name]}\n".encode())
    package = package_folder(project)
    program = Path(__file__).parent
    for root in dict.fromkeys((project, package)):
        key.update((root / "dbt_project.yml").read_bytes())
        for folder in _FOLDERS:
            _add_files(key, root / folder, ("*.sql", "*.yml", "*.csv", "*.py"))
    _add_files(key, program, ("*.py",))
    return key.hexdigest()


def _add_files(key: "hashlib._Hash", folder: Path, patterns: tuple[str, ...]) -> None:
    files = {file for pattern in patterns for file in folder.rglob(pattern)}
    for file in sorted(files):
        key.update(f"{file.relative_to(folder)}\n".encode())
        key.update(file.read_bytes())


def is_same_as_last(key: str | None, warehouse: Path, folder: Path) -> bool:
    """Return whether nothing has changed since the last build that left a note.

    Parameters
    ----------
    key : str or None
        From `fit_key`.
    warehouse : Path
        The DuckDB file.
    folder : Path
        What dbt writes to for it.
    """
    note = folder / _FILE
    if key is None or not note.is_file() or not warehouse.is_file():
        return False
    return json.loads(note.read_text("utf-8")) == _note(key, warehouse)


def note_fit(key: str | None, warehouse: Path, folder: Path) -> None:
    """Note that all Python models have run, or would have made the same.

    Parameters as in `is_same_as_last`; the build has to be a good one.
    """
    if key is not None:
        with written_whole(folder / _FILE) as new:
            new.write_text(json.dumps(_note(key, warehouse)), "utf-8")


def _note(key: str, warehouse: Path) -> dict:
    seen = warehouse.stat()
    return {"key": key, "size": seen.st_size, "written": seen.st_mtime_ns}

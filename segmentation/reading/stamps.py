"""Whether an input is still the one that was described: a stamp of its files.

A build that runs no Python reads an input as it was described before. Of a relation
the engine itself knows the columns; of a file nothing says that they are still the
same, but that nobody has written it since.
"""

from pathlib import Path

from segmentation.reading.places import files_of
from segmentation.reading.relations import is_relation

__all__ = ["OF_A_RELATION", "engine_paths", "stamp_of", "stamped_paths"]

# in a stamp's place, where the input is a relation of the warehouse
OF_A_RELATION = "relation"


def stamped_paths(definition: dict, path: str) -> list[str]:
    """Return the paths and patterns of all files that an input is read from.

    Parameters
    ----------
    definition : dict
        The input under ``vars: inputs:``.
    path : str
        What is read: the place that the definition says, or another file.

    Returns
    -------
    list of str
        None of a relation, nor where something is read that is no file.
    """
    if is_relation(definition, path):
        return []
    tables = definition.get("tables") or {}
    parts = [
        where["path"] if isinstance(where, dict) else where for where in tables.values()
    ]
    asked = [
        path,
        *(parts if path == definition.get("query") else []),
        definition.get("campaign_outcomes"),
    ]
    found = [str(one) for one in asked if one]
    return [] if any("://" in one for one in found) else list(dict.fromkeys(found))


def stamp_of(paths: list[str]) -> str:
    """Return name, size and second of the last change of every file, a line each.

    The macro duckdb__input_stamp has the engine say the same.
    """
    files = {file for path in paths for file in files_of(path)}
    seen = ((file.name, file.stat()) for file in files)
    lines = [f"{name} {stat.st_size} {int(stat.st_mtime)}" for name, stat in seen]
    return "\n".join(sorted(lines))


def engine_paths(paths: list[str]) -> list[str]:
    """Return the paths for the engine, which sees no pattern where a file is meant."""
    return [
        path.translate({ord(mark): f"[{mark}]" for mark in "*?["})
        if Path(path).is_file()
        else path
        for path in paths
    ]

"""Remove persons from the files beside a warehouse, and look where they still stand."""

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from segmentation.publishing.generations import remove_earlier
from segmentation.warehouse.forgetting import is_distinctive, word_pattern
from segmentation.warehouse.quoting import literal

__all__ = ["files_that_name", "forget_overrides", "remove_earlier", "remove_files"]

_CHUNK = 1 << 20


def files_that_name(folders: Iterable[Path], keys: list[str]) -> list[Path]:
    """Return the files that hold a key as a whole word, however they hold it.

    Parquet is compressed, so that its values are looked at as well. Of a short key
    only tables can tell, as its digits stand for much else: it is looked for in none
    of these files.

    Parameters
    ----------
    folders : iterable of Path
        Those that are not there are passed over.
    keys : list of str

    Returns
    -------
    list of Path
    """
    keys = [key for key in keys if is_distinctive(key)]
    if not keys:
        return []
    files = sorted({f for folder in folders for f in folder.rglob("*")})
    return [f for f in files if f.is_file() and not f.is_symlink() and _names(f, keys)]


def _names(file: Path, keys: list[str]) -> bool:
    if file.suffix == ".parquet" and _values_name(file, keys):
        return True
    pattern = re.compile(word_pattern(keys).encode())
    with file.open("rb") as content:
        before = b""
        while chunk := content.read(_CHUNK):
            if pattern.search(before + chunk):
                return True
            before = (before + chunk)[-_CHUNK // 4 :]
    return False


def _values_name(file: Path, keys: list[str]) -> bool:
    pattern = literal(word_pattern(keys))
    with duckdb.connect() as engine:
        relation = f"read_parquet({literal(file)})"
        found = engine.sql(
            f"select 1 from {relation} as rows "
            f"where regexp_matches(cast(rows as varchar), {pattern}) limit 1"
        ).fetchall()
    return bool(found)


def remove_files(files: Iterable[Path]) -> int:
    """Remove files that are made again when they are needed; return their number."""
    removed = 0
    for file in files:
        file.unlink(missing_ok=True)
        removed += 1
    return removed


def forget_overrides(seed: Path, keys: list[str]) -> int:
    """Remove persons from the seed of overrides; return the number of its lines."""
    if not seed.is_file():
        return 0
    lines = seed.read_text("utf-8").splitlines(keepends=True)
    place = lines[0].strip().split(",").index("customer_id")
    kept = [
        line
        for line in lines
        if len(parts := line.strip().split(",")) <= place
        or parts[place].strip('"') not in keys
    ]
    if len(kept) < len(lines):
        new = seed.with_name(f".{seed.name}.new")
        new.write_text("".join(kept), "utf-8")
        new.replace(seed)
    return len(lines) - len(kept)

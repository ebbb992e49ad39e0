"""The files that a path means, and how long they are."""

import gzip
from pathlib import Path

from segmentation.warehouse.errors import UserError

__all__ = ["count_lines", "files_of"]

_CHUNK = 1 << 20


def files_of(path: str) -> list[Path]:
    """Return the files that a path or pattern means, in the order of their names."""
    single = Path(path)
    if single.is_file():
        return [single]
    if single.is_dir():
        raise UserError(
            f"{path} is a folder; name a file in it, or several as {path}/*.csv."
        )
    if any(mark in path for mark in "*?["):
        root = Path(single.anchor) if single.is_absolute() else Path()
        pattern = str(single.relative_to(root)) if single.anchor else path
        files = sorted(file for file in root.glob(pattern) if file.is_file())
        if files:
            return files
        raise UserError(
            f"No file is called like {path} (looked from {Path.cwd().name}/); give a "
            "pattern that finds some in SEGMENTS_PATH or in dbt_project.yml."
        )
    raise UserError(
        f"The input file {path} does not exist (looked from {Path.cwd().name}/); "
        "give the path of a file in SEGMENTS_PATH or in dbt_project.yml."
    )


def count_lines(path: Path, is_packed: bool) -> tuple[int, bool]:
    """Return the lines up to the last that is not blank, and whether there is a NUL."""
    ends = trailing = 0
    has_nul = False
    with gzip.open(path) if is_packed else path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            ends += chunk.count(b"\n")
            has_nul = has_nul or b"\0" in chunk
            content = chunk.rstrip(b"\r\n")
            blank = chunk.count(b"\n", len(content))
            trailing = blank if content else trailing + blank
    return ends - trailing + 1, has_nul

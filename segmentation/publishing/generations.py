"""Publish the marts: a DuckDB file, Parquet and CSV that BI tools and people open.

The warehouse has one writer or many readers, so nobody but the build opens it. What
others open is a *generation*: a folder that is written beside the old one and becomes
current by one rename of a symbolic link. All paths that people use go through that
link, so that they change together or not at all::

    output/<input>/
        current -> generations/20141004T120000.000000Z
        segments.duckdb -> current/segments.duckdb
        parquet, csv, audiences -> current/...
        generations/            the current one and the one before it

Who has opened a file keeps it: the earlier generation is removed one publish later,
and an open file outlives its name.
"""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from segmentation.publishing.marts import (
    ENTRIES,
    HOLDOUT,
    SPREADSHEET_ROWS,
    write_generation,
)
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.locks import lock_file
from segmentation.warehouse.places import Places, file_of

__all__ = ["Publication", "publish", "remove_earlier"]


_TIME = "%Y%m%dT%H%M%S.%fZ"
_GENERATION = re.compile(r"[.]?\d{8}T\d{6}[.]\d{6}Z")


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes
    ----------
    folder : Path
        The output folder, with the paths that stay the same.
    generation : str
        Name of the generation, its time in UTC.
    marts : int
        Number of tables.
    audiences : tuple of str
        Names of the audience files.
    held_out : int
        Customers who stand in the list of those held out, and in no other.
    without_csv : tuple of str
        Marts of more than `most_csv_rows` rows, which are not written as CSV.
    """

    folder: Path
    generation: str
    marts: int
    audiences: tuple[str, ...]
    held_out: int
    without_csv: tuple[str, ...]

    @property
    def said(self) -> str:
        """What was published, where, and what is not in all places."""
        held_out = (
            f" ({self.held_out} held out: in {HOLDOUT} and no other)"
            if self.held_out
            else ""
        )
        words = (
            f"Published {self.marts} marts to {self.folder}: segments.duckdb, parquet/ "
            f"and csv/; {len(self.audiences)} lists of customers in "
            f"audiences/{held_out}."
        )
        if self.without_csv:
            words += (
                "\nToo long for csv/ (var most_csv_rows): "
                f"{', '.join(self.without_csv)}."
            )
        return words


def publish(
    warehouse: Path | Places,
    output: Path,
    *,
    source_file: str = "",
    most_csv_rows: int = SPREADSHEET_ROWS,
) -> Publication:
    """Copy the marts to where BI tools and people read them, all at once.

    Nothing is published from a failed build: that is for the caller to see to.

    Parameters
    ----------
    warehouse : Path or Places
        The file that a build has written; nobody may be writing to it.
    output : Path
        Folder to publish into; made where it is missing.
    source_file : str, default=''
        Name of the file that the warehouse was built from, for the table `generation`.
    most_csv_rows : int, default=1_048_575
        Marts of more rows are not written as CSV.

    Returns
    -------
    Publication

    Raises
    ------
    UserError
        If there is no warehouse or no mart in it, another publish is at work, or
        something that is not a link lies where a link has to be.
    """
    file = file_of(warehouse)
    if not file.is_file():
        raise UserError(f"There is no warehouse {file}; run segments build first.")
    generations = output / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    busy = f"Another process is publishing to {output}; wait for it."
    with (
        lock_file(output / ".lock", busy),
        limited_connection(generations / ".spill") as connection,
    ):
        _require_links(output)
        published_at = _unused_time(generations)
        name = f"{published_at:{_TIME}}"
        folder = generations / f".{name}"
        _remove_stale(output, generations)
        try:
            marts, audiences, without_csv = write_generation(
                connection, warehouse, folder, published_at, source_file, most_csv_rows
            )
            _flush(folder)
            # the dot goes when the folder is whole
            folder.rename(generations / name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _link(f"generations/{name}", output / "current")
        for entry in ENTRIES:
            _link(f"current/{entry}", output / entry)
        _flush_folder(output)
    held_out = audiences.get(HOLDOUT, 0)
    return Publication(
        output, name, len(marts), tuple(audiences), held_out, tuple(without_csv)
    )


def _unused_time(generations: Path) -> datetime:
    """Return the time in UTC, later where a clock that went back gave it before."""
    now = datetime.now(UTC).replace(tzinfo=None)
    while (generations / f"{now:{_TIME}}").exists():
        now += timedelta(microseconds=1)
    return now


def _require_links(output: Path) -> None:
    for entry in ("current", *ENTRIES):
        path = output / entry
        if path.exists() and not path.is_symlink():
            raise UserError(
                f"{path} is no link of an earlier publish; move it away, and publish "
                "again."
            )


def remove_earlier(output: Path) -> None:
    """Remove all generations but the current one, who may have them open or not."""
    busy = f"Another process is publishing to {output}; wait for it."
    with lock_file(output / ".lock", busy):
        _remove_stale(output, output / "generations")


def _remove_stale(output: Path, generations: Path) -> None:
    """Remove what a killed publish left, and all generations but the current one.

    Only what a publish has made, by its name: what else lies there is somebody's.
    """
    current = (output / "current").resolve()
    for folder in generations.iterdir():
        is_ours = _GENERATION.fullmatch(folder.name) and not folder.is_symlink()
        if is_ours and folder.is_dir() and folder.resolve() != current:
            shutil.rmtree(folder)


def _link(target: str, link: Path) -> None:
    """Point a link at something else in one step."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    try:
        new.symlink_to(target)
        new.replace(link)
    finally:
        new.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Have everything in a folder on the disk before anybody is pointed at it."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

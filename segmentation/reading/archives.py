"""Unpack the one file of a ZIP archive."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from segmentation.reading.foreign import foreign_file, require_expansion
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.files import written_whole

__all__ = ["is_workbook", "unpacked"]

_DAMAGED = (
    "{path} is a damaged ZIP archive, or packed in a way that is not known; copy it "
    "again, or unpack it and name the file."
)


def is_workbook(path: Path) -> bool:
    """Return whether a ZIP archive is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return path.suffix.lower() in (".xlsx", ".xlsm")


def unpacked(path: Path, folder: Path) -> Path:
    """Return the file that a ZIP archive holds, unpacked into a folder.

    Raises
    ------
    UserError
        If it holds several files or none, or is damaged or locked.
    """
    with foreign_file(path, _DAMAGED), zipfile.ZipFile(path) as archive:
        inside = [member for member in archive.infolist() if _is_file(member)]
        if len(inside) != 1:
            names = ", ".join(m.filename for m in inside[:5]) or "none"
            raise UserError(
                f"{path} is a ZIP archive of {len(inside)} files ({names}"
                f"{', ...' if len(inside) > 5 else ''}); unpack it and name one."
            )
        member = inside[0]
        if member.flag_bits & 1:
            raise UserError(
                f"{path} is a ZIP archive with a password; unpack it and name the file."
            )
        target = folder / f"{path.stem}_{PurePosixPath(member.filename).name}"
        require_expansion(path, member.file_size)
        with (
            archive.open(member) as source,
            written_whole(target) as new,
            new.open("wb") as file,
        ):
            shutil.copyfileobj(source, file)
        return target


def _is_file(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    return not (
        member.is_dir() or name.parts[0] == "__MACOSX" or name.name.startswith(".")
    )

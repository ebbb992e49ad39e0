"""Convert a sheet of an Excel workbook."""

import datetime
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from segmentation.reading.parquet import (
    TOO_MANY,
    Conversion,
    unique_names,
    written_parquet,
)
from segmentation.warehouse.errors import UserError

__all__ = ["cell_text", "convert_workbook"]


def convert_workbook(path: Path, sheet: str, target: Path) -> Conversion:
    """Convert one sheet of an Excel workbook; its first row with text is the header.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm file.
    sheet : str
        Name of the sheet; may be empty where only one has anything in it.
    target : Path

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If it is no workbook, has no such sheet, or several to choose from.
    """
    import openpyxl  # half a second that other files can do without

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise UserError(
            f"{path} cannot be read as an Excel workbook; it is damaged, protected by "
            "a password or another kind of file. Save it as .xlsx or CSV."
        ) from None
    try:
        chosen = _sheet(book, path, sheet)
        rows = _cells(chosen)
        header_row, header = next(rows, (0, ()))
        headers = tuple("" if cell is None else str(cell) for cell in header)
        names = unique_names(headers)
        if not names:
            raise UserError(
                f"Sheet '{chosen.title}' of {path} is empty; it needs a header and "
                "rows."
            )
        lines = header_row
        width = len(names)

        def records() -> Iterator[tuple]:
            nonlocal lines
            for lines, cells in rows:
                values = [cell_text(cell) for cell in cells]
                further = [value for value in values[width:] if value is not None]
                values = values[:width] + [None] * (width - len(values))
                reason = TOO_MANY if further else None
                yield lines, reason, *((None,) * width if reason else values)

        with written_parquet(target, names) as write:
            write(records())
    finally:
        book.close()
    return Conversion(target, path.name, lines, headers, chosen.title)


def _sheet(book: Any, path: Path, sheet: str) -> Any:
    if sheet:
        if sheet not in book.sheetnames:
            raise UserError(
                f"{path} has no sheet '{sheet}'; it has {', '.join(book.sheetnames)}."
            )
        return book[sheet]
    filled = [s for s in book.worksheets if next(_cells(s), None) is not None]
    if len(filled) > 1:
        raise UserError(
            f"{path} has several sheets: {', '.join(s.title for s in filled)}; say "
            f"which in dbt_project.yml, for example sheet: {filled[0].title}."
        )
    if not filled:
        raise UserError(f"{path} is empty; it needs a header and rows.")
    return filled[0]


def _cells(sheet: Any) -> Iterator[tuple[int, tuple]]:
    """Yield the rows of a sheet that have anything in them, with their numbers."""
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        while cells and cells[-1] is None:
            cells = cells[:-1]
        if cells:
            yield number, cells


def cell_text(value: Any) -> str | None:
    """Return a cell as text that reads the same in every locale.

    Examples
    --------
    >>> cell_text(5524.0), cell_text(datetime.datetime(2012, 9, 4)), cell_text(True)
    ('5524', '2012-09-04', '1')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, float):
        # never in scientific notation, which is no amount for people
        return format(value, "f") if "e" in repr(value) else repr(value)
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)

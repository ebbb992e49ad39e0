"""Convert a sheet of an Excel workbook."""

import datetime
import math
import re
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from segmentation.reading.foreign import foreign_file, require_expansion
from segmentation.reading.layout import Layout
from segmentation.reading.parquet import (
    TOO_MANY,
    Conversion,
    unique_names,
    written_parquet,
)
from segmentation.reading.titles import ROWS_COMPARED, require_no_title
from segmentation.warehouse.errors import UserError

__all__ = ["cell_text", "convert_workbook"]

_DAMAGED = (
    "{path} cannot be read as an Excel workbook; it is damaged, protected by a "
    "password, or has parts that are no tables, such as a sheet that is a chart. Save "
    "the table alone as .xlsx or CSV."
)
# Excel keeps 15 digits of a number
_MOST_DIGITS = 1e15
_LONGEST_CELL = 1 << 16
# a cell whose formula is followed by no value
_WITHOUT_VALUE = re.compile(
    rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)


def convert_workbook(path: Path, layout: Layout, target: Path) -> Conversion:
    """Convert one sheet of an Excel workbook; its first row with text is the header.

    Parameters
    ----------
    path : Path
        A workbook of Excel 2007 or later, whatever it is called.
    layout : Layout
        With the name of the sheet, which may be empty where only one has anything in
        it, and the row of the header, if it is declared.
    target : Path

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If it is no workbook, has no such sheet, several to choose from, formulas
        without their values.
    TwoReadings
        If a title stands above the header.
    """
    import openpyxl  # half a second that other files can do without

    with foreign_file(path, _DAMAGED), path.open("rb") as file:
        with zipfile.ZipFile(file) as packed:
            require_expansion(path, sum(entry.file_size for entry in packed.filelist))
        # by the open file: openpyxl goes by the name's ending otherwise
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        chosen = _sheet(book, path, layout.sheet)
        _require_values(book, chosen, path)
        return _convert_sheet(chosen, path, target, layout.header_row)


def _convert_sheet(
    chosen: Any, path: Path, target: Path, header_row: int
) -> Conversion:
    rows = (row for row in _cells(chosen) if row[0] >= header_row)
    first = list(islice(rows, ROWS_COMPARED))
    if not first:
        raise UserError(
            f"Sheet '{chosen.title}' of {path} is empty; it needs a header and rows."
        )
    if not header_row:
        require_no_title(path, [(n, [cell_text(c) for c in row]) for n, row in first])
    (lines, header), *first = first
    headers = tuple("" if cell is None else str(cell) for cell in header)
    names = unique_names(headers)
    width = len(names)
    cut: dict[str, str] = {}

    def records() -> Iterator[tuple]:
        nonlocal lines
        for lines, cells in chain(first, rows):
            values = [cell_text(cell) for cell in cells]
            further = [value for value in values[width:] if value is not None]
            values = values[:width] + [None] * (width - len(values))
            reason = TOO_MANY if further else None
            for name, cell in zip(headers, cells, strict=False):
                if isinstance(cell, int | float) and abs(cell) >= _MOST_DIGITS:
                    cut.setdefault(name, str(cell_text(cell)))
            yield lines, reason, *((None,) * width if reason else values)

    with written_parquet(target, names) as write:
        write(records())
    return Conversion(target, path.name, lines, headers, chosen.title, cut=cut)


def _require_values(book: Any, chosen: Any, path: Path) -> None:
    """Refuse formulas that no program has worked out yet: they would be missing."""
    place = getattr(chosen, "_worksheet_path", None)  # openpyxl hides them as empty
    if not place:
        return
    without, rest = 0, b""
    with book._archive.open(place) as xml:
        while block := xml.read(1 << 20):
            rest += block
            cells = rest.rpartition(b"</c>")
            without += len(_WITHOUT_VALUE.findall(cells[0] + cells[1]))
            rest = cells[2][-_LONGEST_CELL:]
    if without:
        raise UserError(
            f"Sheet '{chosen.title}' of {path} has {without:,} "
            f"{'formulas' if without > 1 else 'formula'} without a value, as the "
            "program that wrote it worked nothing out; open it in a spreadsheet, save "
            "it, and try again."
        )


_CLEARLY_MORE = 10  # times the rows of the next


def _sheet(book: Any, path: Path, sheet: str) -> Any:
    if sheet:
        if sheet not in book.sheetnames:
            raise UserError(
                f"{path} has no sheet '{sheet}'; it has {', '.join(book.sheetnames)}."
            )
        return book[sheet]
    filled = [s for s in book.worksheets if next(_cells(s), None) is not None]
    if len(filled) > 1:
        # a sheet that explains the columns of another is no table of customers
        by_rows = sorted((sum(1 for _ in _cells(s)), s.title) for s in filled)
        if by_rows[-1][0] >= _CLEARLY_MORE * by_rows[-2][0]:
            return book[by_rows[-1][1]]
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

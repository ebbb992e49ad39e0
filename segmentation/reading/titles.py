"""A title above the header of a table, as reports have it."""

from collections.abc import Sequence
from pathlib import Path

from segmentation.warehouse.errors import TwoReadings

__all__ = ["ROWS_COMPARED", "require_no_title"]

ROWS_COMPARED = 50
_MOST_TITLE_ROWS = 20
# a table of fewer columns has no row that is so much wider than a title
_LEAST_COLUMNS = 3


def require_no_title(
    path: Path, rows: Sequence[tuple[int, Sequence[str | None]]]
) -> None:
    """Stop where the first row looks like a title and a later one like the header.

    Parameters
    ----------
    path : Path
    rows : sequence of tuple
        Number and cells of the first rows.

    Raises
    ------
    TwoReadings
        With the row of the header under `header_row`.

    Examples
    --------
    >>> rows = [(1, ["Sales"]), (3, ["ID", "Age", "City"]), (4, ["1", "40", "Bonn"])]
    >>> require_no_title(Path("report.csv"), rows)
    Traceback (most recent call last):
    ...
    segmentation.warehouse.errors.TwoReadings: The first line of report.csv has 1 ...
    """
    filled = [(number, *_filled(cells)) for number, cells in rows]
    filled = [row for row in filled if row[1]]
    widths = [width for _, width, _ in filled]
    if not widths or max(widths) < _LEAST_COLUMNS or 2 * widths[0] > max(widths):
        return
    for number, width, are_names in filled[1:_MOST_TITLE_ROWS]:
        if 2 * width > max(widths):
            if are_names:
                raise TwoReadings(
                    f"The first line of {path} has {widths[0]} "
                    f"{'cells' if widths[0] > 1 else 'cell'} and line {number} has "
                    f"{width}: that looks like a title above the table. Write "
                    f"header_row: {number} in dbt_project.yml, or remove the title.",
                    "header_row",
                    {str(number): "the line of the header, below a title"},
                )
            return


def _filled(cells: Sequence[str | None]) -> tuple[int, bool]:
    """Return how many cells have something, and whether they are names, all different.

    Numbers are no names.
    """
    texts = [text.strip() for text in cells if text and text.strip()]
    are_names = len(set(texts)) == len(texts) and not any(
        text.replace(".", "").replace(",", "").isdigit() for text in texts
    )
    return len(texts), are_names

"""What stands around the table of a report: a title above it, totals below."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from statistics import median

from segmentation.reading.parquet import TOTAL

__all__ = ["IS_TOTAL", "says_total", "titles_above", "with_totals_told"]

_MOST_TITLES = 15
_MOST_TOTALS = 3
# the whole of a cell, in lower case
IS_TOTAL = (
    r"(grand |sub)?totals?( general| general| generale)?:?|sum:?|total sum:?|"
    r"(gesamt)?summe:?|gesamt(ergebnis)?:?|somme:?|suma( total)?:?|soma:?|"
    r"totale( complessivo)?:?|(eind)?totaal:?|(genel )?toplam:?|итого:?|всего:?|"
    r"合計|总计|合计|총계|합계|المجموع|الإجمالي"
)


def says_total(record: list[str]) -> bool:
    """Return whether the first thing that a record says is that it is a total.

    Examples
    --------
    >>> says_total(["", "Grand Total", "", "32576.06"]), says_total(["Total Ltd", "1"])
    (True, False)
    """
    first = next((cell.strip() for cell in record if cell and cell.strip()), "")
    return bool(re.fullmatch(IS_TOTAL, first.lower()))


def titles_above(records: list[list[str]]) -> int:
    """Return how many of the first records stand above the header.

    Those that hold hardly anything, while nearly all that follow are equally wide.

    Examples
    --------
    >>> rows = [["Sales"], ["ID", "Age", "City"], ["1", "2", "3"], ["2", "3", "4"]]
    >>> titles_above(rows), titles_above(rows[1:])
    (1, 0)
    """
    if len(records) < 4:
        return 0
    width, n = Counter(map(len, records)).most_common(1)[0]
    if width < 2 or n < 0.6 * len(records):
        return 0
    usual = median(_filled(record) for record in records)
    most = max(1, min(2, width - 1, usual // 2))
    for number, record in enumerate(records[: _MOST_TITLES + 1]):
        is_title = _filled(record) <= most and _filled(record) < usual
        if not is_title:
            return number if len(record) == width and _has_names(record) else 0
    return 0


def _filled(record: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _has_names(record: list[str]) -> bool:
    """Return whether a record can be a header: words, none of them twice."""
    names = [cell.strip().lower() for cell in record if cell.strip()]
    numbers = sum(bool(re.fullmatch(r"[\d.,\s-]+", name)) for name in names)
    return len(set(names)) == len(names) and 2 * numbers < len(names)


def with_totals_told(
    records: Iterator[tuple[int, list[str] | None, str | None, int]],
) -> Iterator[tuple[int, list[str] | None, str | None, int]]:
    """Yield records as they come, the totals at the end with that as the reason."""
    waiting: deque[tuple] = deque()
    for record in records:
        waiting.append(record)
        if len(waiting) > _MOST_TOTALS:
            yield waiting.popleft()
    last = list(waiting)
    at = len(last)
    while at and (last[at - 1][1] is None or says_total(last[at - 1][1])):
        at -= 1
    for place, (line, values, reason, width) in enumerate(last):
        if place >= at and values is not None:
            yield line, None, TOTAL, width
        else:
            yield line, values, reason, width

"""What is doubtful in the values of columns: marks for 'unknown', days to come."""

import json
import re

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import shown

__all__ = ["remark_on_values"]

# numbers that programs and people write where nothing is known
_MARKS = {-1, -9, -99, -999, -9999, 98, 99, 118, 120, 125, 888, 998, 999, 9999, 99999}
# days that programs write where none is known
_DAYS = re.compile(
    r"(1900|1970)-01-01|1899-12-3[01]|(2099|9999)-12-31|0?1[./]0?1[./](1900|1970)\b"
)
_LEAST_SHARE = 0.005
_MOST_FREQUENT = 4
_YEARS_TO_COME = 3


def remark_on_values(draft: Draft, used: dict[str, ColumnContent]) -> None:
    """Ask about values that pile up at the edge, and dates far in the future."""
    marks: dict[str, list[str]] = {}
    said = []
    for what, content in used.items():
        if what.startswith(("groups: ", "lists: ", "target")) or what == "customer_id":
            continue
        for value, n in _marks_of(content):
            marks.setdefault(what.split(": ")[-1], []).append(value)
            said.append(f"{n:,} rows of {shown(content)} say {value}")
        last, usual = content.last_year, content.usual_last_year
        if content.is_date and last and usual and last - usual >= _YEARS_TO_COME:
            draft.remarks.append(
                f"Check: the last day in {shown(content)} is in {last}, but 99 % of "
                f"them are not after {usual}: a slip, or a mark for 'never'?"
            )
    if marks:
        draft.decisions += 1
        values = ", ".join(
            f"{yaml_scalar(name)}: [{', '.join(map(_scalar, found))}]"
            for name, found in marks.items()
        )
        draft.say(
            1,
            "unknown",
            f"{{{values}}}",
            f"DECIDE does it stand for 'not known'? {'; '.join(said)}, at the edge and "
            "more than any like it; remove what is a value as others are",
        )


def _scalar(value: str) -> str:
    return value if re.fullmatch(r"-?[0-9.]+", value) else json.dumps(value)


def _marks_of(content: ColumnContent) -> list[tuple[str, int]]:
    """Return values that look like marks for 'unknown', and in how many rows."""
    if content.distinct <= 12 or not (content.is_number or content.is_date):
        return []
    usual = [n for value, n in content.frequent if not _is_mark(value, content)]
    found = []
    for value, n in content.frequent[:_MOST_FREQUENT]:
        seen = n * content.filled / max(content.sampled, 1)
        is_pile = n >= 5 and n > 3 * max(usual, default=0)
        if is_pile and seen >= _LEAST_SHARE * content.filled:
            found += [(value, round(seen))] if _is_mark(value, content) else []
    return found


def _is_mark(value: str, content: ColumnContent) -> bool:
    if content.is_date:
        return bool(_DAYS.match(value))
    try:
        number = float(value)
    except ValueError:
        return False
    return number in _MARKS and number in (content.lowest, content.highest)

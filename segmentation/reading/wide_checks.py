"""What is doubtful in the values of columns: marks for 'unknown', days to come."""

from segmentation.reading.definition import Draft
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import shown

__all__ = ["remark_on_values"]

# numbers that programs and people write where nothing is known
_MARKS = {-1, -9, -99, -999, -9999, 98, 99, 118, 120, 125, 888, 998, 999, 9999, 99999}
_LEAST_SHARE = 0.005
_YEARS_TO_COME = 3


def remark_on_values(draft: Draft, used: dict[str, ColumnContent]) -> None:
    """Ask about values that pile up at the edge, and dates far in the future."""
    for what, content in used.items():
        if what.startswith(("groups: ", "lists: ", "target")) or what == "customer_id":
            continue
        mark = _mark_of(content)
        if mark:
            value, n = mark
            draft.remarks.append(
                f"Check: {n:,} rows of {shown(content)} say {value}, more than any "
                "other value and at the edge: if it stands for 'unknown', empty it in "
                "the file."
            )
        last, usual = content.last_year, content.usual_last_year
        if content.is_date and last and usual and last - usual >= _YEARS_TO_COME:
            draft.remarks.append(
                f"Check: the last day in {shown(content)} is in {last}, but 99 % of "
                f"them are not after {usual}: a slip, or a mark for 'never'?"
            )


def _mark_of(content: ColumnContent) -> tuple[str, int] | None:
    """Return a value that looks like a mark for 'unknown', and in how many rows."""
    if not content.is_number or content.distinct <= 12 or not content.frequent:
        return None
    value, n = content.frequent[0]
    try:
        number = float(value)
    except ValueError:
        return None
    is_edge = number in (content.lowest, content.highest)
    second = content.frequent[1][1] if len(content.frequent) > 1 else 0
    seen = n * content.filled / max(content.sampled, 1)
    is_pile = n >= 5 and n > 3 * second and seen >= _LEAST_SHARE * content.filled
    return (value, round(seen)) if is_edge and number in _MARKS and is_pile else None

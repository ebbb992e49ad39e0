"""Recognise rows that are states or contracts, of which a customer has several."""

import re
from dataclasses import dataclass

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.order_amounts import Lines
from segmentation.reading.order_spellings import PERSONS
from segmentation.reading.recognition import FreeNames, shown
from segmentation.reading.spellings import words
from segmentation.reading.wide_words import says
from segmentation.warehouse.quoting import identifier

__all__ = ["States", "draft_rows", "says_end", "states_of"]

_REPEATED = 0.9  # fewer different keys than this share of the rows: several rows each
# of the periods that the file has, a customer has at least this share in the mean
_LEAST_PERIODS = 0.5
_LEAST_CUSTOMERS = 5
_MOST_PERIODS = 400
_HIGHEST = 9999
_PERIOD = re.compile(
    r"(?:.+ )?(?:year|yr|month|quarter|week|period|wave|round|jahr|monat|woche|welle|"
    r"annee|mois|ano|mes|anno|mese|jaar|maand|yil|ay|donem)(?: (?:no|nr|number|id))?"
)


@dataclass(frozen=True)
class States:
    """Several rows of a customer: the key, and the dates that tell them apart."""

    key: ColumnContent
    dates: tuple[ColumnContent, ...]


def says_end(content: ColumnContent) -> bool:
    """Return whether a column is called like the end of something, or what is due."""
    return says(words(content.column.header), "end")


def states_of(names: FreeNames, lines: Lines) -> States | None:
    """Return the key and dates of states, or None where rows are something else.

    Contracts have a start and an end. Periods are dates of which a customer has many,
    each once: orders scatter over days, states are written down for everybody at once.
    """
    found = names.named(PERSONS) or names.named(("id",))
    persons = [c for c in found if not c.is_date and c.filled]
    key = next((c for c in persons if c.distinct < _REPEATED * c.filled), None)
    if key is None or any(c.is_unique and c.rows > 1 for c in persons[:1]):
        return None
    dates = [c for c in names.left.values() if c.is_date]
    starts = [c for c in dates if says(words(c.column.header), "start")]
    ends = [c for c in dates if says_end(c) and c not in starts[:1]]
    if starts and ends:
        return States(key, (starts[0], ends[0]))
    numbered = [c for c in names.left.values() if _numbers_periods(c)]
    for date in (*dates, *numbered):
        if _are_periods(lines, key, date):
            return States(key, (date,))
    return None


def _numbers_periods(content: ColumnContent) -> bool:
    """Return whether a column has the numbers of years, months or waves."""
    is_short = content.is_whole and 0 <= (content.highest or 0) <= _HIGHEST
    return is_short and bool(_PERIOD.fullmatch(words(content.column.header)))


def _are_periods(lines: Lines, key: ColumnContent, date: ColumnContent) -> bool:
    customer, day = identifier(key.column.name), identifier(date.column.name)
    rows, customers, periods, pairs = lines.row(
        f"select count(*), count(distinct {customer}), count(distinct {day}), "
        f"count(distinct ({customer}, {day})) from lines "
        f"where {customer} is not null and {day} is not null"
    )
    if customers < _LEAST_CUSTOMERS or pairs < rows:
        return False
    if not 2 <= periods <= _MOST_PERIODS:
        return False
    return rows / max(customers, 1) >= _LEAST_PERIODS * periods


def draft_rows(draft: Draft, states: States) -> None:
    """Ask which row of a customer counts."""
    rows, key = states.key.filled, states.key
    each = rows / max(key.distinct, 1)
    headers = [yaml_scalar(date.column.header) for date in states.dates]
    choices = [
        (
            "rows",
            f"{{latest: {headers[0]}}}",
            f"the last by {shown(states.dates[0])}; the others are left out",
        ),
        ("rows", "first", "the first in the file"),
    ]
    if len(headers) == 2:
        choices.insert(
            0,
            (
                "rows",
                f"{{valid: [{', '.join(headers)}]}}",
                "the one that is valid on the day of the data, else the last",
            ),
        )
    draft.choose(
        1,
        f"which row of a customer counts: {each:.1f} rows for each {shown(key)}",
        choices,
    )
    draft.remarks.append(
        "Check: a row is taken for a state of a customer, not an order; if each is a "
        "purchase, write kind: orders and map ordered_at and amount under columns."
    )

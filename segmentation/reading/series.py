"""One figure of several periods side by side: twelve months, six bills.

Six columns that say nearly the same six times would weigh six times. What they tell is
how high the figure is, where it goes, and how much it varies: three measures.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from segmentation.reading.field import Field
from segmentation.warehouse.errors import UserError

__all__ = [
    "FIGURES",
    "families",
    "figures_of",
    "series_features",
    "series_fields",
    "settle_series",
]

# measure -> its unit (None: that of the periods), what it is, how it is called
FIGURES: dict[str, tuple[str | None, str, str, str]] = {
    "level": (None, "mean of the periods", "high {}", "low {}"),
    "trend": (
        "share",
        "later half less earlier half, as a share of both",
        "rising {}",
        "falling {}",
    ),
    "variation": (
        "share",
        "standard deviation of the periods, as a share of their mean size",
        "{} that varies",
        "steady {}",
    ),
}
LEAST_PERIODS = 3
_MOST_PERIODS = 60
_IN_STEP = 0.4  # mean rank correlation of a period with the next
_PERIOD = re.compile(r"(.+?)[\W_]*((?:(?:19|20)\d{2}[\W_]?)?\d{1,2})")


def series_fields(settings: dict[str, dict]) -> list[Field]:
    """Return the fields of series: each period, and the measures made of them.

    Parameters
    ----------
    settings : dict of str to dict
        What is declared of each series.

    Raises
    ------
    UserError
        If a series has too few columns.
    """
    fields: list[Field] = []
    for name, own in settings.items():
        columns = own.get("columns") or []
        if len(columns) < LEAST_PERIODS:
            raise UserError(
                f"dbt_project.yml has {len(columns)} columns for {name} among the "
                f"series; write at least {LEAST_PERIODS}, the earliest first, as "
                "columns: [JAN, FEB, MAR]."
            )
        fields += [
            Field("period", f"{name}_{i}", "number", column, part_of=name)
            for i, column in enumerate(columns, start=1)
        ]
        fields += [
            Field(
                "measure",
                f"{name}_{figure}",
                "number",
                columns[0],
                part_of=name,
                figure=figure,
            )
            for figure in FIGURES
        ]
    return fields


def series_features(own: dict, figure: str) -> dict[str, Any]:
    """Return what the catalogue says of a measure made of periods.

    Examples
    --------
    >>> bill = {"label": "Bill", "unit": "money", "columns": ["B1", "B2"]}
    >>> series_features(bill, "trend")  # doctest: +NORMALIZE_WHITESPACE
    {'label': 'Bill, trend', 'unit': 'share', 'transform': 'none',
     'high_phrase': 'rising bill', 'low_phrase': 'falling bill',
     'description': 'B1 to B2 of the file: later half less earlier half, as a share of
     both'}
    """
    unit, words, high, low = FIGURES[figure]
    label = own["label"]
    said = label[:1].lower() + label[1:]
    first, last = own["columns"][0], own["columns"][-1]
    return {
        "label": f"{label}, {figure}",
        "unit": unit or own.get("unit", "number"),
        # a share of both halves is no amount, whose logarithm would tell more
        "transform": "none" if unit else own.get("transform", "none"),
        "high_phrase": high.format(said),
        "low_phrase": low.format(said),
        "description": f"{first} to {last} of the file: {words}",
    }


def settle_series(fields: Sequence[Field]) -> None:
    """Let a measure made of periods be known where one of its periods is."""
    for measure in fields:
        if measure.figure:
            periods = [f for f in fields if f.part_of == measure.part_of]
            known = [f.source_column for f in periods if f.role == "period"]
            measure.source_column = next((c for c in known if c), None)
            measure.source_type = None  # computed, not read


def figures_of(periods: pd.DataFrame) -> dict[str, pd.Series]:
    """Return level, trend and variation of each row's periods.

    Parameters
    ----------
    periods : DataFrame
        A column for each period, the earliest first; gaps are left out.

    Returns
    -------
    dict of str to Series
        As macros/input/series_figure.sql computes them.

    Examples
    --------
    >>> table = pd.DataFrame([[1.0, 1.0, 3.0, 3.0], [2.0, 2.0, 2.0, 2.0]])
    >>> {name: list(values) for name, values in figures_of(table).items()}
    {'level': [2.0, 2.0], 'trend': [0.5, 0.0], 'variation': [0.5, 0.0]}
    """
    half = periods.shape[1] // 2
    early = periods.iloc[:, :half].mean(axis=1)
    late = periods.iloc[:, -half:].mean(axis=1)
    size = periods.abs().mean(axis=1)
    spread = periods.std(axis=1, ddof=0).where(periods.notna().sum(axis=1) > 1)
    both = early.abs() + late.abs()
    return {
        "level": periods.mean(axis=1),
        "trend": _ratio(late - early, both),
        "variation": _ratio(spread, size),
    }


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return a ratio; nothing of nothing is no trend and no variation."""
    return (part / whole.where(whole > 0)).mask((whole == 0) & part.notna(), 0.0)


def families(
    headers: Sequence[str], cells: Sequence[pd.Series]
) -> list[tuple[str, list[int], bool]]:
    """Find columns that are one figure, period after period.

    Parameters
    ----------
    headers : sequence of str
        Of columns with numbers.
    cells : sequence of Series
        What is in them.

    Returns
    -------
    list of (str, list of int, bool)
        What the headers have in common, places of the columns with the smallest number
        first, and whether the numbers are dates, so that the smallest is the earliest.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for place, header in enumerate(headers):
        match = _PERIOD.fullmatch(header.strip())
        if match:
            number = int(re.sub(r"\D", "", match[2]))
            found.setdefault(match[1].rstrip("_- "), []).append((number, place))
    families = []
    for stem, members in found.items():
        ordered = [place for _, place in sorted(members)]
        numbers = {number for number, _ in members}
        if not LEAST_PERIODS < len(numbers) == len(members) <= _MOST_PERIODS:
            continue
        if _in_step([cells[place] for place in ordered]):
            families.append((stem, ordered, min(numbers) >= 1900))
    return families


def _in_step(columns: list[pd.Series]) -> bool:
    ranks = [column.rank() for column in columns]
    steps = [a.corr(b) for a, b in pairwise(ranks)]
    return bool(np.nanmean(steps) > _IN_STEP)

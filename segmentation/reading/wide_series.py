"""Propose series: one figure of several periods that stand side by side in a file."""

import json
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from segmentation.reading.definition import Draft
from segmentation.reading.feature_choice import Candidate
from segmentation.reading.recognition import one_line
from segmentation.reading.series import families, figures_of
from segmentation.reading.spellings import words
from segmentation.reading.wide_recognition import Taken

__all__ = ["ProposedSeries", "draft_series", "found_series"]


@dataclass
class ProposedSeries:
    """Columns that are one figure, the smallest number in their names first."""

    name: str
    stem: str
    periods: list[Taken]
    is_dated: bool

    def candidates(self, numbers: pd.DataFrame) -> list[Candidate]:
        """Return level, trend and variation as what could be features."""
        places = [t.content.place for t in self.periods]
        headers = [t.content.column.header for t in self.periods]
        shown = f"{headers[0]} to {headers[-1]}"
        is_personal = all(t.is_personal for t in self.periods)
        reason = next((t.not_feature for t in self.periods if t.not_feature), "")
        return [
            Candidate(
                f"{self.name}_{figure}",
                f"{figure} of {shown}",
                cells,
                is_personal,
                reason,
            )
            for figure, cells in figures_of(numbers[places]).items()
        ]

    @property
    def unit(self) -> str:
        """The unit that most of the periods have."""
        units = Counter(t.settings.get("unit", "number") for t in self.periods)
        return units.most_common(1)[0][0]


def found_series(
    measures: list[Taken], numbers: pd.DataFrame, taken_names: set[str]
) -> list[ProposedSeries]:
    """Return the series among measures.

    Parameters
    ----------
    measures : list of Taken
    numbers : DataFrame
        What is in the columns, by their places.
    taken_names : set of str
        Names that are given already.
    """
    measures = list({t.content.place: t for t in measures}.values())
    headers = [t.content.column.header for t in measures]
    cells = [numbers[t.content.place] for t in measures]
    series: list[ProposedSeries] = []
    for stem, places, is_dated in families(headers, cells):
        name = "_".join(words(stem).split())[:30] or "figure"
        while {name, *(f"{name}_{f}" for f in ("level", "trend", "variation"))} & (
            taken_names | {s.name for s in series}
        ):
            name += "_series"
        series.append(
            ProposedSeries(name, stem, [measures[place] for place in places], is_dated)
        )
    return series


def draft_series(
    draft: Draft, series: list[ProposedSeries], transforms: dict[str, str]
) -> None:
    """Write series, and ask which end is the latest where the names do not say."""
    if series:
        draft.say(1, "series", why="one figure of several periods; the earliest first")
    for one in series:
        headers = [t.content.column.header for t in one.periods]
        draft.say(2, one.name)
        if one.unit != "number":
            draft.say(3, "unit", one.unit)
        if transforms.get(f"{one.name}_level") == "log1p":
            draft.say(3, "transform", "log1p")
        if one.is_dated:
            draft.say(3, "columns", _listed(headers))
            continue
        first, last = one_line(headers[0]), one_line(headers[-1])
        draft.choose(
            3,
            f"which of {first} to {last} is the latest",
            [
                ("columns", _listed(headers), f"{last} is the latest"),
                ("columns", _listed(headers[::-1]), f"{first} is the latest"),
            ],
        )


def _listed(headers: list[str]) -> str:
    return json.dumps(headers, ensure_ascii=False)

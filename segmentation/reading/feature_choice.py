"""Choose the features that a proposal lists, and say why the others are left out.

What a name tells is decided here: behaviour comes before who somebody is, and nothing
that has seen what is to be predicted is a feature. What the figures tell is decided by
the statistics of the segments' own room, which the command line hands in: this room
reads files and knows no segments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["MOST_CELLS", "Candidate", "Choice", "Chooser", "choose_features"]

# a function such as segments.columns.choose_columns
Chooser = Callable[..., Sequence]
SEGMENTS = 6  # about as many as a first look makes
MOST_FEATURES = 14  # "about a dozen": beyond, the weakest that still tell are left out
MOST_CELLS = 800_000
FEW_ROWS = 30  # too few to judge columns by their figures
LEAST_BEHAVIOUR = 2
_SAME_AS_TARGET = 0.9


@dataclass
class Candidate:
    """What could be a feature: name, header, and why not where it cannot."""

    name: str
    header: str
    cells: pd.Series
    is_personal: bool = False
    reason: str = ""


@dataclass
class Choice:
    """Names of features and why, transforms, and why the others are none."""

    features: list[str] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)
    transforms: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def choose_features(
    candidates: list[Candidate], target: pd.Series | None, choose: Chooser | None
) -> Choice:
    """Choose features among candidates.

    Parameters
    ----------
    candidates : list of Candidate
        In the order in which they stand in the file.
    target : Series, optional
        1 and 0 in the rows of the candidates: what is to be predicted.
    choose : Chooser, optional
        The statistics; without them, all that could be a feature is one.

    Returns
    -------
    Choice
    """
    choice = Choice(reasons={c.name: c.reason for c in candidates if c.reason})
    if target is not None:
        choice.reasons |= _leaks(candidates, target, choice.reasons)
    left = [c for c in candidates if c.name not in choice.reasons]
    for said in (_products(left), _in_more_detail(left)):
        choice.reasons |= {n: r for n, r in said.items() if n not in choice.reasons}
    left = [c for c in left if c.name not in choice.reasons]
    behaviour = [c for c in left if not c.is_personal]
    _judge(behaviour, choice, choose)
    if len(choice.features) < LEAST_BEHAVIOUR and len(behaviour) < len(left):
        alone, choice.features = choice.features, []
        _judge(left, choice, choose)
        for name in alone:
            if name not in choice.features:
                choice.features.append(name)
                choice.reasons.pop(name, None)
    else:
        _judge_shape([c for c in left if c.is_personal], choice)
        choice.reasons |= {
            c.name: "says who they are; behaviour comes first"
            for c in left
            if c.is_personal
        }
    return choice


def _judge(
    candidates: list[Candidate], choice: Choice, choose: Callable | None
) -> None:
    """Keep those that the statistics keep."""
    for candidate in candidates:
        choice.reasons.pop(candidate.name, None)
    if not candidates:
        return
    rows = len(candidates[0].cells)
    if choose is None or rows < FEW_ROWS:
        _judge_shape(candidates, choice)
        choice.features += [c.name for c in candidates]
        return
    frame = pd.concat({c.name: c.cells for c in candidates}, axis=1)
    chosen = choose(frame, k=min(SEGMENTS, rows // 5), most=MOST_FEATURES)
    for column in chosen:
        choice.transforms[column.column] = column.transform
        if column.is_kept:
            choice.features.append(column.column)
            if column.share is not None:
                said = f"{column.share:.0%} of what it tells lies between segments"
                choice.whys[column.column] = said
        else:
            choice.reasons[column.column] = column.reason


def _judge_shape(candidates: list[Candidate], choice: Choice) -> None:
    for candidate in candidates:
        values = candidate.cells
        if not pd.api.types.is_numeric_dtype(values):
            continue
        known = values.dropna()
        is_skewed = known.nunique() > 10 and known.min() >= 0 and known.skew() > 1.5
        choice.transforms[candidate.name] = "log1p" if is_skewed else "none"


def _leaks(
    candidates: list[Candidate], target: pd.Series, known: dict[str, str]
) -> dict[str, str]:
    """Return what says what the target says, with the reason."""
    yes = target == 1
    found: dict[str, str] = {}
    if yes.sum() < 10 or len(target) < FEW_ROWS:
        return found
    for candidate in candidates:
        values = candidate.cells
        filled = values.notna()
        rare = 10 <= filled.sum() < 0.9 * len(values)
        if rare and yes[filled].mean() > 0.99 and yes.mean() < 0.9:
            found[candidate.name] = "is filled in only where the answer is yes"
        elif candidate.name not in known and _tells(values, yes):
            found[candidate.name] = "says what is to be predicted"
    return found


def _tells(values: pd.Series, yes: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(values):
        correlation = values.rank().corr(yes.astype(float).rank())
        return bool(abs(correlation) > _SAME_AS_TARGET)
    rates = yes.groupby(values).agg(["mean", "size"])
    if len(rates) > 20 or rates["mean"].between(0.02, 0.98).any():
        return False
    return bool(rates["mean"].max() > 0.98 and rates["mean"].min() < 0.02)


def _in_more_detail(candidates: list[Candidate]) -> dict[str, str]:
    """Return groups that say what another says, in more words, with the reason.

    Each value of the finer one goes with one value of the coarser: a policy with its
    type, a town with its country.
    """
    groups = [c for c in candidates if not pd.api.types.is_numeric_dtype(c.cells)]
    groups = [c for c in groups if len(c.cells) >= FEW_ROWS]
    coded = {c.name: _coded(c.cells) for c in groups}
    found: dict[str, str] = {}
    for fine in groups:
        for coarse in groups:
            is_finer = 2 <= coded[coarse.name].levels < coded[fine.name].levels
            if not is_finer or fine.is_personal != coarse.is_personal:
                continue
            if _determines(coded[fine.name], coded[coarse.name]):
                found[fine.name] = f"says what {coarse.header} says, in more detail"
                break
    return found


class _Coded(NamedTuple):
    """The cells of a group as numbers from 0 on; what is missing has the last one."""

    codes: np.ndarray
    levels: int


def _coded(cells: pd.Series) -> _Coded:
    codes, values = pd.factorize(cells)
    return _Coded(np.where(codes < 0, len(values), codes), len(values))


def _determines(fine: _Coded, coarse: _Coded) -> bool:
    """Return whether knowing the finer value leaves no doubt of the coarser."""
    if fine.levels < 3:
        return False
    # counted by hand: of a thousand columns every pair is asked
    pairs = fine.codes * (coarse.levels + 1) + coarse.codes
    shape = (fine.levels + 1, coarse.levels + 1)
    counts = np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
    known = counts[:-1, :-1]
    total = int(known.sum())
    if not total:
        return False
    wrong = total - int(known.max(axis=1).sum())
    # where nearly all have one value, anything tells it: the others are what counts
    others = total - int(known.sum(axis=0).max())
    return wrong <= 0.005 * total and wrong <= 0.05 * others


def _products(candidates: list[Candidate]) -> dict[str, str]:
    """Return amounts that are one number times another, with the reason."""
    numbers = [
        c
        for c in candidates
        if pd.api.types.is_numeric_dtype(c.cells)
        and c.cells.nunique() > 10
        and c.cells.min() >= 0
    ]
    found: dict[str, str] = {}
    if not 3 <= len(numbers) <= 30:
        return found
    logs = {c.name: np.log1p(c.cells) for c in numbers}
    for total in numbers:
        others = [c for c in numbers if c is not total and c.name not in found]
        for i, first in enumerate(others):
            for second in others[i + 1 :]:
                together = logs[first.name] + logs[second.name]
                if abs(together.corr(logs[total.name])) > 0.995 and not any(
                    abs(logs[one.name].corr(logs[total.name])) > 0.98
                    for one in (first, second)
                ):
                    found[total.name] = f"is {first.header} times {second.header}"
                    break
            if total.name in found:
                break
    return found

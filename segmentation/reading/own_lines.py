"""Write what a file has of its own: measures, groups, dates and lists of customers."""

import json
from collections.abc import Mapping

from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.looks import ColumnContent
from segmentation.reading.recognition import shown
from segmentation.reading.spellings import words
from segmentation.reading.wide_recognition import KINDS, Taken

__all__ = ["OWN_ROLES", "draft_left_out", "draft_taken", "few_of"]

OWN_ROLES = ("measures", "groups", "dates", "lists")


def draft_taken(
    draft: Draft,
    used: dict[str, ColumnContent],
    taken: list[Taken],
    transforms: Mapping[str, str],
) -> None:
    """Write each column under its role, and note what it is used as.

    Parameters
    ----------
    draft : Draft
        Receives the lines.
    used : dict
        Receives the columns, as ``groups: plan``.
    taken : list of Taken
    transforms : mapping of str to str
        Measure -> its transform.
    """
    for role in OWN_ROLES:
        of_role = [t for t in taken if t.role == role]
        if of_role:
            draft.say(1, role)
        for t in of_role:
            used[f"{role}: {t.name}"] = t.content
            draft.say(2, t.name, _settings(t, transforms), t.why)


def draft_left_out(draft: Draft, taken: list[Taken]) -> None:
    """Write what is left out, and why."""
    left: dict[str, list[str]] = {}
    for t in taken:
        if t.role == "left":
            left.setdefault(t.why, []).append(shown(t.content))
    for reason, names in left.items():
        draft.lines.append(f"  # left out: {few_of(names)}: {reason}")


def few_of(names: list[str], most: int = 20) -> str:
    """Return names in a row, and how many more there are.

    Examples
    --------
    >>> few_of(["age", "income", "plan"], most=2)
    'age, income and 1 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _settings(taken: Taken, transforms: Mapping[str, str]) -> str:
    header = taken.content.column.header
    settings = dict(taken.settings)
    if taken.role == "measures" and transforms.get(taken.name) == "log1p":
        settings["transform"] = "log1p"
    if taken.role == "lists":
        settings["separator"] = json.dumps(settings["separator"])
    plain = words(header)
    is_renamed = taken.name in (f"{'_'.join(plain.split())}_{kind}" for kind in KINDS)
    # the name is taken, the word is not; an amount of purchases is no number of them
    if is_renamed and settings.get("unit") != "money":
        settings["label"] = json.dumps(plain.capitalize())
    if not taken.name.isascii() or taken.name.startswith("column_"):
        settings["label"] = json.dumps(" ".join(header.split()), ensure_ascii=False)
    if not settings:
        return yaml_scalar(header)
    more = "".join(f", {key}: {value}" for key, value in settings.items())
    return f"{{column: {_flow_scalar(header)}{more}}}"


def _flow_scalar(text: str) -> str:
    scalar = yaml_scalar(text)
    return (
        scalar if scalar.startswith('"') or scalar.isidentifier() else json.dumps(text)
    )

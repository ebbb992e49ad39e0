"""Conditions on customers, for people and for a database."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.warehouse.quoting import identifier, literal

__all__ = ["Condition", "Rule", "is_whole", "level_of"]


@dataclass(frozen=True)
class Condition:
    """One side of a threshold; `lower` is included, `upper` is not."""

    feature: str
    lower: float | None = None
    upper: float | None = None
    takes_unknown: bool = False

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Return whether each value, NaN where unknown, meets the condition."""
        met = np.ones(len(values), dtype=bool)
        if self.lower is not None:
            met &= values >= self.lower
        if self.upper is not None:
            met &= values < self.upper
        return np.where(np.isnan(values), self.takes_unknown, met)

    def sql(self) -> str:
        """Return the condition over a column of customers."""
        feature, level = level_of(self.feature)
        name = _name_in_sql(feature)
        if level is not None:
            is_it = f"{name} = {literal(level)}"
            return is_it if self.lower else f"({name} is null or not {is_it})"
        parts = []
        if self.lower is not None:
            parts.append(f"{name} >= {_plain(self.lower)}")
        if self.upper is not None:
            parts.append(f"{name} < {_plain(self.upper)}")
        text = " and ".join(parts)
        return f"({text} or {name} is null)" if self.takes_unknown else text


@dataclass(frozen=True)
class Rule:
    """Conditions that together point to a segment."""

    segment_key: str
    conditions: tuple[Condition, ...]

    def sql(self) -> str:
        """Return the rule as a condition over a row of customers."""
        return " and ".join(c.sql() for c in self.conditions) or "1 = 1"

    def text(self, labels: Mapping[str, tuple[str, str]], frame: pd.DataFrame) -> str:
        """Return the rule for people.

        Parameters
        ----------
        labels : mapping from feature to (label, unit)
        frame : DataFrame of shape (n_customers, n_features)
            Natural values, which tell whole numbers and whether any are unknown; groups
            as words.
        """
        said = []
        for c in self.conditions:
            feature, level = level_of(c.feature)
            label, unit = labels[feature]
            said.append(
                _condition_text(c, label, unit, frame[feature])
                if level is None
                else _level_text(c, level, label, frame[feature])
            )
        listed = ", ".join(said[:-1])
        return (
            _capitalised(" and ".join(filter(None, [listed, *said[-1:]])))
            or "Everybody"
        )


def level_of(column: str) -> tuple[str, str | None]:
    """Return feature and level of a column; no name of a feature has a blank.

    Examples
    --------
    >>> level_of("contract is yearly"), level_of("income")
    (('contract', 'yearly'), ('income', None))
    """
    feature, _, level = column.partition(" is ")
    return feature, level or None


def is_whole(values: pd.Series) -> bool:
    """Return whether all values are whole numbers that people count in ones."""
    known = values.dropna()
    # money is often stated in whole units; it is still rounded like money
    return bool((known == known.round()).all() and known.abs().max() < 1000)


def _condition_text(c: Condition, label: str, unit: str, values: pd.Series) -> str:
    whole = is_whole(values)
    name = label[:1].lower() + label[1:]
    if c.lower is None:
        text = _upper_text(c.upper or 0.0, name, unit, whole)
    elif c.upper is None:
        text = f"{name} at least {_figure(c.lower, unit)}"
    elif whole and c.upper == c.lower + 1:
        text = f"{name} exactly {_figure(c.lower, unit)}"
    elif whole:
        text = f"{name} {_figure(c.lower, unit)} to {_figure(c.upper - 1, unit)}"
    else:
        text = (
            f"{name} at least {_figure(c.lower, unit)} but below "
            f"{_figure(c.upper, unit)}"
        )
    # where everybody's value is known, unknown ones are not worth a word
    unknown = c.takes_unknown and bool(values.isna().any())
    return f"{text} (or unknown)" if unknown else text


def _level_text(c: Condition, level: str, label: str, values: pd.Series) -> str:
    name = label[:1].lower() + label[1:]
    others = [other for other in values.dropna().unique() if other != level]
    if c.lower:
        return f"{name} is {level}"
    if len(others) == 1 and not values.isna().any():
        return f"{name} is {others[0]}"
    return f"{name} is not {level}"


def _upper_text(upper: float, name: str, unit: str, whole: bool) -> str:
    if whole and upper == 1:
        return f"no {name}"
    if whole:
        return f"{name} at most {_figure(upper - 1, unit)}"
    return f"{name} below {_figure(upper, unit)}"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value * 100:.3g} %"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3g}"


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.10g}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name_in_sql(feature: str) -> str:
    """Return a name as people write it, quoted where it has to be.

    A word of SQL cannot be the name of a feature.
    """
    is_plain = feature.isascii() and feature.islower()
    return feature if is_plain else identifier(feature)

"""Name segments in words that a marketer uses, and say how well each name fits.

A name comes from an archetype, that is a typical customer described by what such
customers are high in, low in and average in. Segments and archetypes are matched one
to one; a segment that is like none is named by what it is high and low in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segmentation.segments.transforms import Feature

__all__ = [
    "FULL_DIFFERENCE",
    "LOWEST_FIT",
    "Archetype",
    "SegmentName",
    "Trait",
    "name_fit",
    "name_segments",
    "read_archetypes",
    "segment_profiles",
]

# A difference of this many standard deviations from all customers counts in full.
# Together with the next three it is repeated in macros/name_fit.sql.
FULL_DIFFERENCE = 0.6
# Doubt, in units of weight: a name that says one thing is trusted less than one that
# says several and fits as well.
DOUBT = 1.0
# A name is only given for at least this fit ...
LOWEST_FIT = 0.35
# ... and only if the data have this share of what it says, by weight.
LOWEST_COVERAGE = 0.7
# a difference below this (in standard deviations) is not worth a word
NOTABLE = 0.4


@dataclass(frozen=True)
class Trait:
    """What a name says about one feature: high (1), low (-1) or about average (0)."""

    feature: str
    direction: int
    weight: float = 1.0


@dataclass(frozen=True)
class Archetype:
    """A typical customer, as seeds/segment_archetypes.csv describes it."""

    name: str
    description: str
    traits: tuple[Trait, ...]


@dataclass(frozen=True)
class SegmentName:
    """A name, where it comes from ('archetype' or 'generated') and its fit, 0 to 1."""

    name: str
    description: str
    source: str
    fit: float


def read_archetypes(relation) -> list[Archetype]:
    """Return the archetypes of a relation with a row per archetype and trait.

    Parameters
    ----------
    relation : DuckDB relation
        Columns archetype, description (in one row of an archetype at least), feature,
        direction and weight.

    Returns
    -------
    list of Archetype
        In the order of their names.
    """
    rows = relation.project("archetype, description, feature, direction, weight")
    descriptions: dict[str, str] = {}
    traits: dict[str, list[Trait]] = {}
    for name, description, *trait in rows.order("archetype, feature").fetchall():
        traits.setdefault(name, []).append(Trait(*trait))
        if description:
            descriptions[name] = description
    return [
        Archetype(name, descriptions.get(name, f"{name}."), tuple(own))
        for name, own in traits.items()
    ]


def segment_profiles(frame: pd.DataFrame, labels: Sequence) -> pd.DataFrame:
    """Return how far each segment's mean lies from that of all customers.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_features)
        Natural values; missing ones are NaN and passed over.
    labels : sequence of length n_customers
        Segment of every customer.

    Returns
    -------
    DataFrame of shape (n_segments, n_known_features)
        Differences in standard deviations of all customers, NaN where a segment has no
        value; features without values or variation are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [20.0, 40.0], "score": [np.nan, np.nan]})
    >>> segment_profiles(frame, ["S01", "S02"]).round(2)
          age
    S01 -0.71
    S02  0.71
    """
    spread = frame.std()
    known = spread.index[spread > 0]
    means = frame[known].groupby(np.asarray(labels)).mean()
    return (means - frame[known].mean()) / spread[known]


def name_fit(profile: Mapping[str, float], traits: Sequence[Trait]) -> float:
    """Return how well a segment is what a name says, 0 (not at all) to 1.

    Every trait agrees between -1 and 1, a difference of `FULL_DIFFERENCE` or more in
    full; the fit is the weighted sum over the features that are known, divided by
    their weight + `DOUBT`.
    It is 0 where too little of what the name says is known, and where one of the
    heaviest traits is not so: nobody is called a family who has no children.

    Parameters
    ----------
    profile : mapping from feature to float
        Differences in standard deviations, see `segment_profiles`.
    traits : sequence of Trait

    Returns
    -------
    float

    Examples
    --------
    >>> rich = [Trait("income", 1, 2), Trait("children", -1)]
    >>> name_fit({"income": 0.9, "children": -0.3}, rich)
    0.625
    >>> name_fit({"income": -0.1, "children": -0.9}, rich)
    0.0
    """
    known = [t for t in traits if np.isfinite(profile.get(t.feature, np.nan))]
    weight = sum(t.weight for t in known)
    if not known or weight < LOWEST_COVERAGE * sum(t.weight for t in traits):
        return 0.0
    heaviest = max(t.weight for t in traits)
    agreements = [_agreement(profile[t.feature], t.direction) for t in known]
    for trait, agreement in zip(known, agreements, strict=True):
        if trait.weight == heaviest and agreement <= 0:
            return 0.0
    total = sum(t.weight * a for t, a in zip(known, agreements, strict=True))
    return max(float(total / (weight + DOUBT)), 0.0)


def name_segments(
    profiles: pd.DataFrame,
    *,
    archetypes: Sequence[Archetype],
    features: Sequence[Feature],
    kept_names: Mapping[str, str] | None = None,
    reserved_names: Collection[str] = (),
) -> dict[str, SegmentName]:
    """Name every segment; no two have the same name.

    Parameters
    ----------
    profiles : DataFrame of shape (n_segments, n_features)
        See `segment_profiles`; the index holds the segment keys.
    archetypes : sequence of Archetype
    features : sequence of Feature
        Features with the phrases for names that no archetype gives.
    kept_names : mapping from segment key to name, optional
        Names that segments bring along from the version before.
    reserved_names : collection of str, default=()
        Names that people gave to segments by hand, which no other may have.

    Returns
    -------
    dict from segment key to SegmentName
        In the order of `profiles`.

    Notes
    -----
    One to one by the Hungarian method (Kuhn 1955): the sum of the fits is as high as
    it can be. A segment goes without an archetype rather than below `LOWEST_FIT`.

    Examples
    --------
    >>> profiles = pd.DataFrame({"income": [1.0, -1.0]}, index=["S01", "S02"])
    >>> rich = Archetype("Well-Off", "They earn well.", (Trait("income", 1, 2),))
    >>> income = Feature("income", "Income", high_phrase="rich", low_phrase="poor")
    >>> names = name_segments(profiles, archetypes=[rich], features=[income])
    >>> [(n.name, n.source) for n in names.values()]
    [('Well-Off', 'archetype'), ('Poor', 'generated')]
    """
    kept_names = {k: v for k, v in (kept_names or {}).items() if k in profiles.index}
    rows = {key: row.to_dict() for key, row in profiles.iterrows()}
    known = {a.name: a for a in archetypes}
    taken = {*reserved_names, *kept_names.values()}
    unnamed = [key for key in rows if key not in kept_names]
    matched = _matched(
        [rows[key] for key in unnamed], [a for a in archetypes if a.name not in taken]
    )
    names: dict[str, SegmentName] = {}
    for key, archetype in zip(unnamed, matched, strict=True):
        if archetype is not None:
            names[key] = _by_archetype(rows[key], archetype)
    for key, name in kept_names.items():
        names[key] = (
            _by_archetype(rows[key], known[name])
            if name in known
            else _by_phrases(rows[key], features, name=name)
        )
    taken |= {n.name for n in names.values()}
    for key in rows:
        if key not in names:
            names[key] = _by_phrases(rows[key], features, taken=taken)
            taken.add(names[key].name)
    return {key: names[key] for key in rows}


def _agreement(difference: float, direction: int) -> float:
    size = difference / FULL_DIFFERENCE
    if direction == 0:
        return 1 - 2 * min(abs(size), 1.0)
    return float(np.clip(direction * size, -1, 1))


def _matched(
    profiles: list[dict[str, float]], archetypes: list[Archetype]
) -> list[Archetype | None]:
    if not profiles:
        return []
    fits = np.array(
        [[name_fit(profile, a.traits) for a in archetypes] for profile in profiles]
    ).reshape(len(profiles), len(archetypes))
    # a column for every segment that does better without any archetype
    without = np.full((len(profiles), len(profiles)), LOWEST_FIT)
    _, columns = linear_sum_assignment(np.hstack([fits, without]), maximize=True)
    return [archetypes[c] if c < len(archetypes) else None for c in columns]


def _by_archetype(profile: dict[str, float], archetype: Archetype) -> SegmentName:
    fit = name_fit(profile, archetype.traits)
    return SegmentName(archetype.name, archetype.description, "archetype", fit)


def _by_phrases(
    profile: dict[str, float],
    features: Sequence[Feature],
    *,
    name: str | None = None,
    taken: Collection[str] = (),
) -> SegmentName:
    """Name a segment by its strongest differences, as many as make it the only one."""
    known = [f for f in features if np.isfinite(profile.get(f.feature, np.nan))]
    ranked = sorted(known, key=lambda f: (-abs(profile[f.feature]), f.feature))
    notable = [f for f in ranked if abs(profile[f.feature]) >= NOTABLE] or ranked[:1]
    phrases = [
        f.high_phrase if profile[f.feature] > 0 else f.low_phrase for f in notable
    ]
    if name is None:
        name = _unused_name(phrases, taken)
    described = _sentence(phrases[:5]) or "Like the average customer"
    return SegmentName(
        name,
        f"{described} compared with the average customer."
        if phrases
        else f"{described}.",
        "generated",
        name_fit(profile, _said_by(name, features)),
    )


def _unused_name(phrases: list[str], taken: Collection[str]) -> str:
    for length in range(min(2, len(phrases)), len(phrases) + 1):
        name = _sentence(phrases[:length]) or "Average customers"
        if name not in taken:
            return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _said_by(name: str, features: Sequence[Feature]) -> list[Trait]:
    phrases = name.lower().split(", ")
    return [
        Trait(f.feature, direction)
        for f in features
        for phrase, direction in ((f.high_phrase, 1), (f.low_phrase, -1))
        if phrase.lower() in phrases
    ]


def _sentence(phrases: list[str]) -> str:
    text = ", ".join(phrases)
    return text[:1].upper() + text[1:]

"""Name segments in words that a marketer uses, and say only what is so.

A name comes from an archetype, a typical customer described by what such customers are
like; it is given only where all that it claims holds. Segments and archetypes are
matched one to one; a segment that is like none gets a title of its strongest claims.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from segmentation.segments.claims import MOST, Claim, Claims, claims_of, judged
from segmentation.segments.descriptions import described
from segmentation.segments.titles import (
    LIKE_MOST,
    AbsoluteWord,
    Phrases,
    composed_titles,
)
from segmentation.segments.transforms import Feature
from segmentation.warehouse.protocols import Relation

__all__ = [
    "Archetype",
    "SegmentName",
    "Trait",
    "Vocabulary",
    "claimed",
    "name_segments",
    "phrases_for",
    "read_archetypes",
]

# a difference of this many standard deviations counts in full when archetypes compete
FULL_DIFFERENCE = 0.6


@dataclass(frozen=True)
class Trait:
    """What a name claims of one feature: high (1), low (-1) or about average (0).

    Most of the segment, or the share `most`, have to be at least (1) or at most (-1) at
    the limit; without `is_compared` the limit alone decides, and `words` say what it
    means. The weight decides between archetypes that fit.
    """

    feature: str
    direction: int
    limit: float | None = None
    is_compared: bool = True
    words: str | None = None
    weight: float = 1.0
    most: float | None = None


@dataclass(frozen=True)
class Archetype:
    """A typical customer, as seeds/segment_archetypes.csv describes it."""

    name: str
    traits: tuple[Trait, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What names are made of: the seeds that people edit.

    Attributes
    ----------
    archetypes : list of Archetype
    words : list of AbsoluteWord
    reserved_names : list of str
        Names that people gave to segments by hand, which no other may have.
    """

    archetypes: Sequence[Archetype] = ()
    words: Sequence[AbsoluteWord] = ()
    reserved_names: Collection[str] = ()


@dataclass(frozen=True)
class SegmentName:
    """A name, its sentence, where it comes from and what it claims."""

    name: str
    description: str
    source: str
    claims: list[Claim] = field(default_factory=list)


def read_archetypes(relation: Relation) -> list[Archetype]:
    """Return the archetypes of a relation with a row per archetype and trait.

    Parameters
    ----------
    relation : DuckDB relation
        The seed segment_archetypes.

    Returns
    -------
    list of Archetype
        In the order of their names.
    """
    columns = (
        "archetype, feature, direction, bound, is_compared, bound_words, weight, "
        "bound_share"
    )
    traits: dict[str, list[Trait]] = {}
    rows = relation.project(columns).order("archetype, feature").fetchall()
    for name, *trait in rows:
        traits.setdefault(name, []).append(Trait(*trait))
    return [Archetype(name, tuple(own)) for name, own in traits.items()]


def phrases_for(
    frame: pd.DataFrame, features: Sequence[Feature], words: Sequence[AbsoluteWord]
) -> Phrases:
    """Return the phrases for features, which know the levels of the groups."""
    groups = [f.feature for f in features if f.kind == "group" and f.feature in frame]
    levels = [(g, str(level)) for g in groups for level in frame[g].dropna().unique()]
    return Phrases(features, words, _levels_apart(frame, levels))


def _levels_apart(
    frame: pd.DataFrame, levels: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Leave out what says of the same customers the same as an earlier group's level.

    "No internet service" of seven groups is one thing, and needs none of their labels.
    A code does.
    """
    spelled = Counter(level.lower() for _, level in levels)
    first: dict[str, pd.Series] = {}
    apart = []
    for group, level in levels:
        said = level.lower()
        if spelled[said] > 1 and not said.isdigit():
            who = (frame[group].astype(str) == level).rename(None)
            if said in first and who.equals(first[said]):
                continue
            first.setdefault(said, who)
        apart.append((group, level))
    return apart


def claimed(
    name: str, claims: Claims, archetypes: Sequence[Archetype], phrases: Phrases
) -> list[Claim] | None:
    """Return what a name claims of a segment, None where that cannot be told.

    Parameters
    ----------
    name : str
    claims : Claims
        Of the segment.
    archetypes : sequence of Archetype
    phrases : Phrases

    Returns
    -------
    list of Claim or None
        Each with whether it holds.
    """
    own = [a for a in archetypes if a.name == name]
    if own:
        said = [
            judged(
                claims,
                t.feature,
                t.direction,
                limit=t.limit,
                is_compared=t.is_compared,
                words=t.words,
                most=t.most or MOST,
            )
            for t in own[0].traits
        ]
        said = [
            # who buys nothing is no occasional buyer
            replace(claim, holds=False)
            if claim
            and (t.direction < 0 and t.limit != 0 and t.is_compared)
            and not phrases.is_few(claims, t.feature)
            else claim
            for t, claim in zip(own[0].traits, said, strict=True)
        ]
        held = [claim for claim in said if claim is not None]
        return held if len(held) == len(said) else None
    if name == LIKE_MOST or name.startswith("Segment S"):
        return []
    return phrases.said_by(name, claims)


def name_segments(
    frame: pd.DataFrame,
    keys: Sequence[str],
    *,
    features: Sequence[Feature],
    described_by: Sequence[Feature],
    vocabulary: Vocabulary,
    kept_names: Mapping[str, str] | None = None,
    used_names: Mapping[str, str] | None = None,
) -> dict[str, SegmentName]:
    """Name every segment; no two have the same name.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values, numbers as float and groups as text; missing ones are NaN.
    keys : sequence of length n_customers
        Segment of every customer.
    features : sequence of Feature
        Those that made the segments: titles and sentences are about them.
    described_by : sequence of Feature
        All that archetypes may speak of.
    vocabulary : Vocabulary
    kept_names : mapping from segment key to name, optional
        Names that segments bring along from the version before; one that does not
        hold any more is given up.
    used_names : mapping from name to segment key, optional
        Who has or had a name: nobody else gets it.

    Returns
    -------
    dict from segment key to SegmentName

    Notes
    -----
    Archetypes go to segments one to one by the Hungarian method (Kuhn 1955).

    Examples
    --------
    >>> frame = pd.DataFrame({"income": [1.0, 2.0, 8.0, 9.0]})
    >>> income = Feature("income", "Income", high_phrase="rich")
    >>> rich = Archetype("Well-Off", (Trait("income", 1),))
    >>> names = name_segments(
    ...     frame,
    ...     ["S02", "S02", "S01", "S01"],
    ...     features=[income],
    ...     described_by=[income],
    ...     vocabulary=Vocabulary([rich]),
    ... )
    >>> [n.name for n in names.values()]
    ['Well-Off', 'Low income']
    """
    named = {f.feature: f for f in [*features, *described_by]}
    said = claims_of(frame, keys, list(named.values()))
    phrases = phrases_for(frame, features, vocabulary.words)
    used = {**(used_names or {}), **dict.fromkeys(vocabulary.reserved_names, "")}
    # "Big spenders" and "Big Spenders" are one name to people
    taken = {name.casefold(): key for name, key in used.items()}
    found: dict[str, tuple[str, str, list[Claim]]] = {}

    def give(key: str, name: str, source: str, claims: list[Claim]) -> None:
        found[key] = (name, source, claims)
        taken[name.casefold()] = key

    def is_free(key: str, name: str) -> bool:
        return taken.get(name.casefold(), key) == key

    known = {a.name for a in vocabulary.archetypes}
    for key, name in (kept_names or {}).items():
        holding = _holding(name, said.get(key), vocabulary.archetypes, phrases)
        if holding is not None and is_free(key, name):
            give(key, name, "archetype" if name in known else "generated", holding)
    unnamed = [key for key in said if key not in found]
    free = {
        key: [a for a in vocabulary.archetypes if is_free(key, a.name)]
        for key in unnamed
    }
    for key, match in _matched({k: said[k] for k in unnamed}, free, phrases).items():
        give(key, match[0], "archetype", match[1])
    # the strongest first, so that "fairly" is said of the weaker
    for key in sorted(unnamed, key=lambda k: -_strength(said[k])):
        if key not in found:
            titles = composed_titles(said[key], phrases, key)
            title = next(t for t in titles if is_free(key, t[0]))
            give(key, title[0], "generated", title[1])
    own = list(phrases.features)
    return {
        key: SegmentName(name, described(claims, said[key], own), source, claims)
        for key, (name, source, claims) in ((k, found[k]) for k in said)
    }


def _strength(claims: Claims) -> float:
    return max((abs(c.difference) for c in claims.notable), default=0.0)


def _holding(
    name: str,
    claims: Claims | None,
    archetypes: Sequence[Archetype],
    phrases: Phrases,
) -> list[Claim] | None:
    """Return what a name claims if all of it holds."""
    if claims is None:
        return None
    said = claimed(name, claims, archetypes, phrases)
    return said if said is not None and all(c.holds for c in said) else None


def _matched(
    said: Mapping[str, Claims],
    free: Mapping[str, Sequence[Archetype]],
    phrases: Phrases,
) -> dict[str, tuple[str, list[Claim]]]:
    """Return the archetype of each segment that is like one, and what it claims."""
    # half a second that a build which keeps its names can do without
    from scipy.optimize import linear_sum_assignment

    fitting = {
        (key, a.name): (holding, _worth(a, holding))
        for key, claims in said.items()
        for a in free[key]
        if (holding := _holding(a.name, claims, [a], phrases)) is not None
    }
    keys, names = list(said), sorted({name for _, name in fitting})
    worth = np.zeros((len(keys), len(names)))
    for (key, name), (_, own_worth) in fitting.items():
        worth[keys.index(key), names.index(name)] = own_worth
    pairs = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return {
        keys[i]: (names[j], fitting[keys[i], names[j]][0])
        for i, j in pairs
        if worth[i, j] > 0
    }


def _worth(archetype: Archetype, claims: Sequence[Claim]) -> float:
    """Return how much a name says that is so: more claims and larger differences."""
    sizes = [
        min(abs(c.difference) / FULL_DIFFERENCE, 1.0) if c.direction else 0.5
        for c in claims
    ]
    weights = [t.weight for t in archetype.traits]
    return float(np.dot(weights, sizes))

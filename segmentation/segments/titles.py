"""Words for claims: the phrases that titles are made of, and what a title says.

The phrase of a number is the one that the catalogue declares ("frequent buyers"), of
several the first that is true ("new customers|with us for less time"): a word may have
a limit that is not met ("new" after 40 months). Where none is, the label is called high
or low. The phrase of a group is the level itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from segmentation.segments.claims import MOST, Claim, Claims, judged
from segmentation.segments.transforms import Feature
from segmentation.warehouse.protocols import Relation
from segmentation.warehouse.spoken import NO, YES

__all__ = [
    "LIKE_MOST",
    "AbsoluteWord",
    "Phrases",
    "composed_titles",
    "read_words",
    "same_group",
    "sentence_case",
]

LIKE_MOST = "Like most customers"
# a third phrase is worth its place only where the difference is as large as this
STRONG = 0.6
# of two segments that are high, it is said of the one that is less so
_FAIRLY = "fairly "
# a level that says nothing without its label
_BARE = re.compile(r"[\W\d_]*|.{1,2}|none|other|unknown|high|low|medium")
# of what is called so, 0 and 1 are codes: nobody can tell which sex 1 is
_CODE = re.compile(
    r"\b(sex|gender|geschlecht|sexe?|sexo|sesso|geslacht|cinsiyet|codes?|status|statut"
    r"|type|tipo|typ|class|kind|category|group|region|channel|level|tier|grade)\b",
    re.IGNORECASE,
)
# units of what somebody can have none of
_HAD = ("money", "purchases", "count")
_DAYS_IN = {"days": 1.0, "months": 30.4375, "years": 365.25}


@dataclass(frozen=True)
class AbsoluteWord:
    """A word that is true or not whatever others are like, as the seed declares it.

    `limit` is what most of a segment have to reach (direction 1) or stay within (-1),
    in `unit`; with the unit 'number' it is for whatever is counted.
    """

    word: str
    unit: str
    direction: int
    limit: float

    def limit_in(self, unit: str) -> float | None:
        """Return the limit in the unit of a feature, None where it has no meaning."""
        if unit in _DAYS_IN and self.unit in _DAYS_IN:
            return self.limit * _DAYS_IN[self.unit] / _DAYS_IN[unit]
        return self.limit if self.unit in (unit, "number") else None

    def is_in(self, phrase: str, direction: int) -> bool:
        """Return whether a phrase that says high (1) or low (-1) has the word."""
        is_said = re.search(rf"\b{re.escape(self.word)}\b", phrase.lower())
        return self.direction == direction and bool(is_said)


def read_words(relation: Relation) -> list[AbsoluteWord]:
    """Return the absolute words of the seed."""
    columns = ("word", "unit", "direction", "bound")
    rows = relation.project(", ".join(columns)).order("word").fetchall()
    return [AbsoluteWord(*row) for row in rows]


class Phrases:
    """The phrases for claims.

    Parameters
    ----------
    features : sequence of Feature
    words : sequence of AbsoluteWord
    levels : collection of (str, str), default=()
        Feature and level of all groups: a level that two of them have needs its label.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        words: Sequence[AbsoluteWord],
        levels: Collection[tuple[str, str]] = (),
    ):
        self.features = {f.feature: f for f in features}
        self.words = words
        spelled = [level.lower() for _, level in levels]
        self.ambiguous = {level for level in spelled if spelled.count(level) > 1}
        # 1 beside 2 is a code, not yes
        self.coded = {f for f, level in levels if level.isdigit() and int(level) > 1}

    def of(self, claims: Claims, claim: Claim) -> tuple[str, Claim]:
        """Return the phrase for a notable claim, and the claim with its limit."""
        if claim.level is not None:
            return self.of_level(claim), claim
        for phrase in self.spellings(claim.feature, claim.direction)[:-1]:
            meant = self.meant(claims, claim.feature, claim.direction, phrase)
            if meant is not None and meant.holds:
                return phrase, meant
        return self.compared(claim)

    def compared(self, claim: Claim) -> tuple[str, Claim]:
        """Return the phrase that says no more than high or low, and its claim."""
        return self.spellings(claim.feature, claim.direction)[-1], claim

    def spellings(self, feature: str, direction: int) -> list[str]:
        """Return the phrases of a number, the most telling first, high or low last."""
        f = self.features[feature]
        declared = f.high_phrase if direction > 0 else f.low_phrase
        usual = f"{'high' if direction > 0 else 'low'} {lowered(f.label)}"
        said = [*declared.split("|"), usual]
        if direction < 0 and f.unit in _HAD:
            is_none = any(word.is_in(said[0], direction) for word in self.words)
            said.insert(
                1 if is_none else 0, f"no {lowered(f.label).removeprefix('total ')}"
            )
        return [_without_comma(p) for p in said if p]

    def meant(
        self, claims: Claims, feature: str, direction: int, phrase: str
    ) -> Claim | None:
        """Return the claim that a phrase makes; None where it cannot be told."""
        limit = None
        if phrase.startswith("no ") and self.features[feature].unit in _HAD:
            claim = judged(claims, feature, direction, limit=0)
            none = _share_that(claims, feature, lambda x: x == 0)
            return claim and replace(claim, holds=claim.holds and none >= MOST)
        for word in self.words:
            if word.is_in(phrase, direction):
                limit = word.limit_in(self.features[feature].unit)
                if limit is None and word.unit in _DAYS_IN:
                    return None
        claim = judged(claims, feature, direction, limit=limit)
        is_word = direction < 0 and limit != 0 and not phrase.startswith("low ")
        if claim and is_word and not self.is_few(claims, feature):
            return replace(claim, holds=False)  # who buys nothing is no rare buyer
        return claim

    def is_few(self, claims: Claims, feature: str) -> bool:
        """Return whether most have some of what can be had: none is not few."""
        return _share_that(claims, feature, lambda x: x <= 0) <= 1 - MOST

    def of_level(self, claim: Claim) -> str:
        """Return the phrase of a level."""
        said = str(claim.level)
        level, label = said.lower(), lowered(claim.label)
        is_number = level in ("0", "1")
        is_code = is_number and bool(_CODE.search(label) or claim.feature in self.coded)
        if level in YES and not is_code:
            return _without_comma(label)
        if level in NO and not is_code:
            return _without_comma(f"no {label}")
        if _BARE.fullmatch(level) or level in self.ambiguous:
            return _without_comma(f"{label}: {said}")
        return _without_comma(lowered(said))

    def said_by(self, title: str, claims: Claims) -> list[Claim] | None:
        """Return the claims that a composed title makes, None where words are unknown.

        What the title says and nothing is known of any more is a claim that does not
        hold.
        """
        known = {
            phrase.lower(): (feature, direction)
            for feature, f in self.features.items()
            if f.kind != "group"  # a level is a phrase of its own
            for direction in (1, -1)
            for phrase in self.spellings(feature, direction)
        }
        of_levels = {
            self.of_level(c).lower(): c for c in claims.claims if c.level is not None
        }
        said = []
        for phrase in title.lower().removeprefix(_FAIRLY).split(", "):
            if phrase in known:
                claim = self.meant(claims, *known[phrase], phrase)
                if claim is None:
                    return None
                said.append(claim)
            elif phrase in of_levels:
                said.append(_still_so(of_levels[phrase]))
            else:
                return None
        return said


def _share_that(claims: Claims, feature: str, is_so: Callable) -> float:
    """Return the share of a segment of which it is so; 0 of what cannot be had."""
    claim, values = claims.of(feature), claims.own_values.get(feature, ())
    if not claim or claim.unit not in _HAD or not len(values):
        return 0.0
    return float(np.mean(is_so(np.asarray(values))))


def _still_so(claim: Claim) -> Claim:
    return replace(claim, holds=claim.is_notable and claim.is_of_most)


def composed_titles(
    claims: Claims, phrases: Phrases, key: str
) -> list[tuple[str, list[Claim]]]:
    """Return titles for a segment, best first; the last one nobody else has.

    The two or three strongest claims make a title; where another segment has it, more
    or fewer of them do, or the strongest with a "fairly". What is not told apart by any
    is called by its key.
    """
    varied, alike = _varied(_worded(claims, phrases), phrases)
    usual = 3 if len(varied) > 2 and abs(varied[2][1].difference) >= STRONG else 2
    worded = [*varied, *alike]
    lengths = [usual, *range(usual + 1, len(worded) + 1), *range(usual - 1, 0, -1)]
    titles = [
        (sentence_case(", ".join(p for p, _ in worded[:n])), [c for _, c in worded[:n]])
        for n in lengths
        if n <= len(worded)
    ]
    if not worded:
        titles.append((LIKE_MOST, []))
    elif varied[0][1].level is None:
        phrase, claim = phrases.compared(varied[0][1])
        titles.append((sentence_case(f"{_FAIRLY}{phrase}"), [claim]))
    return [*titles, (f"Segment {key}", [])]


def _worded(claims: Claims, phrases: Phrases) -> list[tuple[str, Claim]]:
    """Return phrases and their claims, strongest first, each thing said once."""
    worded: list[tuple[str, Claim]] = []
    for claim in claims.notable:
        if claim.feature not in phrases.features or not claim.is_of_most:
            continue
        phrase, meant = phrases.of(claims, claim)
        is_said = any(
            phrase == said or claim.feature == other.feature or same_group(claim, other)
            for said, other in worded
        )
        if not is_said:
            worded.append((phrase, meant))
    return worded


def _varied(
    worded: list[tuple[str, Claim]], phrases: Phrases
) -> tuple[list[tuple[str, Claim]], list[tuple[str, Claim]]]:
    """Return phrases, and those that hardly say more than a stronger one does.

    "Visits this month" and "visits in all" are one thing to most people.
    """
    # "spend on" stands before every category and makes none of them alike
    counted = Counter(w for f in phrases.features.values() for w in _words(f.label))
    common = {word for word, labels in counted.items() if labels > 2}
    varied: list[tuple[str, Claim]] = []
    alike: list[tuple[str, Claim]] = []
    for phrase, claim in worded:
        own = _words(claim.label)
        others = [_words(other.label) for _, other in varied]
        is_alike = any(
            own <= other or other <= own or _share_most(own - common, other - common)
            for other in others
        )
        (alike if is_alike else varied).append((phrase, claim))
    return varied, alike


def _words(label: str) -> set[str]:
    return set(re.findall(r"\w+", label.lower()))


def _share_most(words: set[str], others: set[str]) -> bool:
    """Return whether more than half of the words of the shorter label are shared."""
    return 2 * len(words & others) > min(len(words), len(others))


def same_group(claim: Claim, other: Claim) -> bool:
    """Return whether two levels are of the same customers, as far as shares tell."""
    is_level = claim.level is not None and other.level is not None
    figures = (claim.figure, claim.all_figure)
    return is_level and figures == (other.figure, other.all_figure)


def lowered(text: str) -> str:
    """Return the text with a small first letter, unless it is an abbreviation.

    Examples
    --------
    >>> lowered("Fiber optic"), lowered("DSL")
    ('fiber optic', 'DSL')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sentence_case(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _without_comma(text: str) -> str:
    """Return the text without what would part a title, or quote in it.

    Examples
    --------
    >>> _without_comma('"vip","blog"'), _without_comma("Paris, France")
    ('vip blog', 'Paris France')
    """
    return " ".join(text.replace(",", " ").replace('"', "").split())

"""What can be said of a segment: one claim a feature, each with its figures.

A claim compares a segment with all customers. It is notable where the difference is
worth a word, and it holds for a word that is absolute ("young", "no children") only
where most of the segment meet the limit of that word. Nothing is said of a feature
that is hardly known or does not vary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.segments.transforms import TRANSFORMS, Feature

__all__ = [
    "LEAST_KNOWN",
    "MOST",
    "NOTABLE",
    "Claim",
    "Claims",
    "claims_of",
    "judged",
]

# a difference below this, in standard deviations of all customers, is not worth a word
NOTABLE = 0.3
# of a word like "young" or "fiber optic" at least this share has to be so
MOST = 0.6
# nothing is said of a feature that less than this share have a value of
LEAST_KNOWN = 0.5
# a mean of so few different values is not carried by a few customers
FEW_VALUES = 10
# values beyond these quantiles are pulled in to them before they are compared
QUANTILES = (0.01, 0.99)
# below this share of a level it is worth saying that hardly anybody has it
HARDLY_ANY = 0.1


@dataclass(frozen=True)
class Claim:
    """What is said of one feature of a segment, and the figures behind it.

    Attributes
    ----------
    feature, label, unit : str
        As the catalogue has them.
    level : str or None
        Of a group: the level that the figures are shares of.
    measure : str
        What the figures are: 'median', 'mean', 'share above zero', 'share of level' or
        'share within limit'.
    figure, all_figure : float
        Of the segment and of all customers.
    difference : float
        Between the two, in standard deviations of all customers.
    direction : int
        1 for more, -1 for less, 0 for about as much as all customers.
    widest : float
        The largest difference by any way of comparing: small only where the segment is
        like all customers.
    limit : float or None
        Where the word is absolute: at most (-1) or at least (1) this much.
    limit_share : float or None
        Share of the segment that meets the limit.
    holds : bool
    words : str or None
        What people say who are within the limit: "have a degree".
    """

    feature: str
    label: str
    unit: str
    level: str | None
    measure: str
    figure: float
    all_figure: float
    difference: float
    direction: int
    limit: float | None = None
    limit_share: float | None = None
    holds: bool = True
    words: str | None = None
    widest: float = 0.0

    @property
    def is_notable(self) -> bool:
        """Whether the difference is worth a word, and goes the way of the claim."""
        return self.difference * self.direction >= NOTABLE

    @property
    def is_of_most(self) -> bool:
        """Whether a title may say it: what shares are of has to be so of most."""
        if self.measure == "share above zero":
            return (self.figure if self.direction > 0 else 1 - self.figure) >= MOST
        if self.measure == "share of level":
            return self.direction > 0 and self.figure >= MOST
        return True


@dataclass(frozen=True)
class Claims:
    """All that can be said of one segment, and the values to check limits with."""

    claims: tuple[Claim, ...]
    own_values: Mapping[str, np.ndarray]
    all_values: Mapping[str, np.ndarray]

    def of(self, feature: str, level: str | None = None) -> Claim | None:
        """Return the claim about a feature, or about a level of a group."""
        found = [c for c in self.claims if (c.feature, c.level) == (feature, level)]
        return found[0] if found else None

    @property
    def notable(self) -> list[Claim]:
        """The notable claims, strongest first."""
        worth = [c for c in self.claims if c.is_notable]
        return sorted(
            worth, key=lambda c: (-abs(c.difference), c.feature, str(c.level))
        )


def claims_of(
    frame: pd.DataFrame, labels: Sequence, features: Sequence[Feature]
) -> dict[str, Claims]:
    """Return what can be said of every segment.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values, numbers as float and groups as text; missing ones are NaN.
    labels : sequence of length n_customers
        Segment of every customer.
    features : sequence of Feature
        What may be said; those that `frame` lacks are passed over.

    Returns
    -------
    dict from segment to Claims
        In the order of the segments' keys.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [20.0, 30.0, 60.0, 70.0]})
    >>> said = claims_of(frame, ["S1", "S1", "S2", "S2"], [Feature("age", "Age")])
    >>> claim = said["S1"].of("age")
    >>> claim.figure, claim.all_figure, claim.direction
    (25.0, 45.0, -1)
    """
    segments = np.asarray(labels)
    known = [f for f in features if f.feature in frame]
    columns = [
        (_Number if f.kind == "number" else _Group)(frame[f.feature], f) for f in known
    ]
    numbers = [c for c in columns if isinstance(c, _Number)]
    all_values = {c.feature.feature: c.known for c in numbers}
    said = {}
    for segment in sorted(set(segments)):
        own = segments == segment
        claims = [claim for column in columns for claim in column.claims(own)]
        own_values = {c.feature.feature: c.column[own & c.is_known] for c in numbers}
        said[str(segment)] = Claims(tuple(claims), own_values, all_values)
    return said


def judged(
    claims: Claims,
    feature: str,
    direction: int,
    *,
    limit: float | None = None,
    is_compared: bool = True,
    words: str | None = None,
    most: float = MOST,
) -> Claim | None:
    """Return the claim that a feature is so, with whether it holds.

    Parameters
    ----------
    claims : Claims
        Of the segment.
    feature : str
    direction : {1, -1, 0}
        High, low, or about as all customers.
    limit : float, optional
        What most of the segment, or `share`, have to reach (1) or stay within (-1).
    is_compared : bool, default=True
        False where the limit alone decides.
    words : str, optional
        What is said of those within the limit, where the limit alone decides.
    most : float, default=MOST
        Share of the segment that has to reach the limit or stay within it.

    Returns
    -------
    Claim or None
        None where nothing is known of the feature.
    """
    claim = claims.of(feature)
    if claim is None:
        return None
    claim = replace(claim, direction=direction, limit=limit)
    if direction == 0:
        return replace(claim, holds=claim.widest < NOTABLE)
    holds = not is_compared or (claim.is_notable and claim.is_of_most)
    if limit is not None:
        shares = [
            float((values[feature] * direction >= limit * direction).mean())
            for values in (claims.own_values, claims.all_values)
        ]
        holds = holds and shares[0] >= most
        claim = replace(claim, limit_share=shares[0])
        if not is_compared:
            claim = replace(
                claim,
                measure="share within limit",
                figure=shares[0],
                all_figure=shares[1],
                words=words,
            )
    return replace(claim, holds=bool(holds))


class _Number:
    """A column of numbers, with what is the same for all segments."""

    def __init__(self, values: pd.Series, feature: Feature):
        self.feature = feature
        self.column = values.to_numpy(float)
        self.is_known = np.isfinite(self.column)
        self.known = self.column[self.is_known]
        self.compared = self.column
        self.spread = self.rank_spread = 0.0
        if self.is_known.mean() >= LEAST_KNOWN:
            low, high = np.quantile(self.known, QUANTILES)
            transform = TRANSFORMS[feature.transform]
            self.compared = transform.apply(np.clip(self.column, low, high))
            self.center = float(self.compared[self.is_known].mean())
            self.spread = float(self.compared[self.is_known].std())
            self.ranks = np.full(len(self.column), np.nan)
            self.ranks[self.is_known] = pd.Series(self.known).rank()
            self.rank_spread = float(self.ranks[self.is_known].std())
            self.median = float(np.median(self.known))
            self.above = float((self.known > 0).mean())
            self.is_amount = bool(self.known.min() >= 0)
            self.is_fewvalued = len(np.unique(self.known)) <= FEW_VALUES

    def claims(self, own: np.ndarray) -> list[Claim]:
        """Return the claim about a segment, if there is one to be made."""
        rows = own & self.is_known
        if (
            not self.spread * self.rank_spread > 0
            or rows.sum() < LEAST_KNOWN * own.sum()
        ):
            return []
        differences = self._differences(rows)
        difference = _smallest(differences)
        measure, figures = self._measured(self.column[rows])
        apart = figures[0] - figures[1]
        if measure == "share above zero":
            differences.append(apart / _share_spread(figures[1]))
            difference = _smallest(differences)
        # what the middle customer is not like is carried by few
        elif abs(difference) >= NOTABLE and apart * difference <= 0:
            return []
        f = self.feature
        direction = 1 if difference >= 0 else -1
        identity = f.feature, f.label, f.unit, None
        widest = max(map(abs, differences))
        return [
            Claim(*identity, measure, *figures, difference, direction, widest=widest)
        ]

    def _differences(self, rows: np.ndarray) -> list[float]:
        """Return the differences of the means and of the mean ranks.

        A few customers can carry a mean, and ranks make much of tiny differences.
        """
        of_means = (float(self.compared[rows].mean()) - self.center) / self.spread
        middle = (len(self.known) + 1) / 2
        of_ranks = (float(self.ranks[rows].mean()) - middle) / self.rank_spread
        return [of_means, of_ranks]

    def _measured(self, mine: np.ndarray) -> tuple[str, tuple[float, float]]:
        """Return the figures that tell most: medians, unless they are the same."""
        medians = float(np.median(mine)), self.median
        if medians[0] != medians[1]:
            return "median", medians
        above = float((mine > 0).mean()), self.above
        notable = NOTABLE * _share_spread(above[1])
        if self.is_amount and notable and abs(above[0] - above[1]) >= notable:
            return "share above zero", above
        if self.is_fewvalued:
            return "mean", (float(mine.mean()), float(self.known.mean()))
        return "median", medians


class _Group:
    """A column of words, with what is the same for all segments."""

    def __init__(self, values: pd.Series, feature: Feature):
        self.feature = feature
        self.codes, levels = pd.factorize(values, sort=True)
        self.levels = [str(level) for level in levels]
        self.shares = self._shares(self.codes)

    def _shares(self, codes: np.ndarray) -> np.ndarray | None:
        known = codes[codes >= 0]
        if not len(known) or len(known) < LEAST_KNOWN * len(codes):
            return None
        return np.bincount(known, minlength=len(self.levels)) / len(known)

    def claims(self, own: np.ndarray) -> list[Claim]:
        """Return the claims about the levels that a segment has more of, or hardly."""
        own_shares = self._shares(self.codes[own])
        if self.shares is None or own_shares is None:
            return []
        f = self.feature
        # of yes and no, hardly any "no" is nearly all "yes"
        hardly = HARDLY_ANY if len(self.levels) > 2 else -1
        claims = []
        for level, share, own_share in zip(
            self.levels, self.shares.tolist(), own_shares.tolist(), strict=True
        ):
            if share < 1 and (own_share >= share or own_share <= hardly):
                difference = (own_share - share) / _share_spread(share)
                direction = 1 if difference >= 0 else -1
                identity = f.feature, f.label, f.unit, level, "share of level"
                figures = own_share, share, difference
                claims.append(Claim(*identity, *figures, direction))
        return claims


def _smallest(differences: Sequence[float]) -> float:
    """Return the smallest of differences, 0 where they contradict each other."""
    signs = {d > 0 for d in differences}
    return min(differences, key=abs) if len(signs) == 1 else 0.0


def _share_spread(share: float) -> float:
    return float(np.sqrt(share * (1 - share)))

"""Which segments stand apart and which shade into each other, pair by pair.

Two segments stand apart if the customers between their centres leave a gap that one
group without any would not leave: Hartigan's dip test along the line between the
centres. What makes the test honest is which customers are looked at, and that nobody
helped to draw the line that he is projected on; docs/evidence.md has the rates.
"""

from dataclasses import dataclass

import numpy as np
from diptest import diptest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import norm

__all__ = ["GAP_LEVEL", "Pair", "Separation", "distinct_rows", "separation", "untied"]

# a gap counts where one group would show such a one less often than this
GAP_LEVEL = 0.01
# neighbours face each other with at least this share of both
NEIGHBOUR_FACE = 0.2
# customers of each side that the test looks at, though one side has fewer
FEWEST_A_SIDE = 8
FOLDS = (2, 5)
LLOYD_STEPS = 20
# columns of few values are codes or counts; of many, with one piled up, amounts
FEW_VALUES, MANY_VALUES, PILE = 10, 50, 0.1


@dataclass(frozen=True)
class Pair:
    """Two segments, by label, and the gap between them.

    Attributes
    ----------
    first, second : int
        Labels, the lower first.
    face_share : float
        Share of the customers of the segment of which it is less who look at the other
        segment with no third one between.
    gap_p_value : float or None
        Dip test along the line between the centres; None for segments that are not
        neighbours.
    """

    first: int
    second: int
    face_share: float
    gap_p_value: float | None

    @property
    def is_joined(self) -> bool:
        """Whether the two are neighbours without a gap that could be shown."""
        return self.gap_p_value is not None and self.gap_p_value > GAP_LEVEL

    @property
    def verdict(self) -> str:
        """What the test says, in words."""
        if self.gap_p_value is None:
            return "not neighbours"
        return "shade into each other" if self.is_joined else "stand apart"


@dataclass(frozen=True)
class Separation:
    """What stands apart in one partition; lists have one entry a segment, by label."""

    pairs: list[Pair]
    groups: np.ndarray
    shares: np.ndarray

    @property
    def n_groups(self) -> int:
        """Groups of segments that shade into each other, directly or by others."""
        return int(self.groups.max()) + 1

    @property
    def all_apart(self) -> bool:
        """Whether every segment is a group of its own."""
        return self.n_groups == len(self.groups)

    def shades_into(self, label: int) -> list[int]:
        """Return the neighbours without a gap; a segment without any stands apart."""
        return sorted(
            p.second if p.first == label else p.first
            for p in self.pairs
            if p.is_joined and label in (p.first, p.second)
        )


def distinct_rows(points: np.ndarray) -> np.ndarray:
    """Return the positions of the customers without exact copies, in their order.

    Equal rows are copies only where a column tells most customers apart; where all
    columns take few values, equal customers are what one expects.
    """
    first = np.sort(np.unique(points, axis=0, return_index=True)[1])
    different = max(len(np.unique(column)) for column in points.T)
    enough = max(len(first) / 2, len(points) / 10)
    return first if different >= enough else np.arange(len(points))


def untied(points: np.ndarray, random_seed: int) -> np.ndarray:
    """Return the points with every column's ties spread out at random.

    A column of few values has gaps between them that say nothing of groups: each value
    is spread over half the gap to its neighbours, at most half the median gap where
    there are many values. A column with a pile at one value, mostly zero, gets normal
    scores. Every column keeps its mean and its standard deviation, so its weight.
    """
    rng = np.random.default_rng(random_seed)
    columns = []
    for column in points.T:
        spread = _untied(column, rng)
        scale = column.std() / (spread.std() or 1)
        columns.append((spread - spread.mean()) * scale + column.mean())
    return np.column_stack(columns)


def _untied(column: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    values, at, counts = np.unique(column, return_inverse=True, return_counts=True)
    if len(values) == 1:
        return column
    if len(values) > MANY_VALUES and counts.max() >= PILE * len(column):
        order = np.lexsort((rng.random(len(column)), column))
        ranks = np.empty(len(column))
        ranks[order] = np.arange(len(column)) + 0.5
        return norm.ppf(ranks / len(column))
    gaps = np.diff(values)
    if len(values) > FEW_VALUES:
        gaps = np.minimum(gaps, np.median(gaps))
    below, above = np.append(gaps[0], gaps) / 2, np.append(gaps, gaps[-1]) / 2
    return rng.uniform(column - below[at], column + above[at])


def separation(
    points: np.ndarray, labels: np.ndarray, *, random_seed: int
) -> Separation:
    """Tell for every pair of segments whether there is a gap between them.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features without copies and ties, see `distinct_rows` and `untied`.
    labels : ndarray of shape (n_customers,)
        Segments 0 … k-1, none of them empty.
    random_seed : int
        Seed of the folds.

    Returns
    -------
    Separation

    Notes
    -----
    Hartigan and Hartigan (1985), The dip test of unimodality. The line between two
    centres that were fitted to a customer leans towards a gap beside him, so the
    centres are fitted again without the fold that is projected, with two folds and
    with five (geometric mean of the p-values). The customers who face the other
    segment with no third one between are a convex cut of the space: no unimodal
    (log-concave) cloud shows a gap there.
    """
    k = labels.max() + 1
    centres = np.array([points[labels == label].mean(axis=0) for label in range(k)])
    rng = np.random.default_rng(random_seed)
    fits = [_cross_fitted(points, centres, folds, rng) for folds in FOLDS]
    looks = {
        (a, b): [_look(fit, a, b) for fit in fits]
        for a in range(k)
        for b in range(a + 1, k)
    }
    faces = np.zeros((k, k))
    for (a, b), both in looks.items():
        faces[a, b] = faces[b, a] = np.mean([look.face_share for look in both])
    best = faces.argmax(axis=1)
    pairs = []
    for (a, b), both in looks.items():
        near = faces[a, b] >= NEIGHBOUR_FACE or best[a] == b or best[b] == a
        p_value = _gap_p_value(both) if near else None
        pairs.append(Pair(a, b, float(faces[a, b]), p_value))
    counts = np.bincount(labels, minlength=k)
    return Separation(pairs, _components(k, pairs), counts / len(labels))


@dataclass(frozen=True)
class _Fold:
    """Customers seen from centres that were fitted without them."""

    centres: np.ndarray
    labels: np.ndarray
    squared_distances: np.ndarray


def _cross_fitted(
    points: np.ndarray, centres: np.ndarray, folds: int, rng: np.random.Generator
) -> list[_Fold]:
    fold_of = rng.permutation(len(points)) % folds
    fitted = []
    for fold in range(folds):
        own = points[fold_of == fold]
        moved = _lloyd(points[fold_of != fold], centres)
        distances = _squared_distances(own, moved)
        fitted.append(_Fold(moved, distances.argmin(axis=1), distances))
    return fitted


def _squared_distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    products = points @ centres.T
    return (points**2).sum(axis=1)[:, None] - 2 * products + (centres**2).sum(axis=1)


def _lloyd(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the centres after at most `LLOYD_STEPS` of k-means; empty ones stay."""
    before = None
    for _ in range(LLOYD_STEPS):
        labels = _squared_distances(points, centres).argmin(axis=1)
        if before is not None and (labels == before).all():
            break
        members = np.eye(len(centres))[labels]
        counts = members.sum(axis=0)[:, None]
        means = members.T @ points / np.maximum(counts, 1)
        centres, before = np.where(counts > 0, means, centres), labels
    return centres


@dataclass(frozen=True)
class _Look:
    """Where two segments face each other: places along the line, border at 0."""

    places: np.ndarray
    face_share: float


def _look(fit: list[_Fold], a: int, b: int) -> _Look:
    places, in_face = [], []
    for fold in fit:
        rows = (fold.labels == a) | (fold.labels == b)
        squared = fold.squared_distances[rows]
        apart = fold.centres[b] - fold.centres[a]
        width = np.sqrt(apart @ apart) or 1.0
        # signed distance from the border plane
        side = (squared[:, a] - squared[:, b]) / (2 * width)
        # centres' own distance from the plane, along the same line
        middle = (fold.centres[a] + fold.centres[b]) / 2
        centre_side = (fold.centres - middle) @ apart / width
        # of the foot on the plane: |x - side u - c|^2 with u the unit line
        foot = squared - side[:, None] ** 2 + 2 * side[:, None] * centre_side
        nearest = foot[:, a] <= foot.min(axis=1) + 1e-9 * width**2
        places.append(side / (width / 2))
        in_face.append(nearest)
    place, face = np.concatenate(places), np.concatenate(in_face)
    shares = [face[own].mean() if own.any() else 0.0 for own in (place < 0, place >= 0)]
    return _Look(place[face], float(min(shares)))


def _gap_p_value(looks: list[_Look]) -> float:
    """Return the geometric mean of the dip tests' p-values."""
    p_values = []
    for look in looks:
        places = np.sort(look.places)
        left, right = places[places < 0], places[places >= 0]
        # as many on both sides, those nearest to the border: a small segment beside a
        # large one makes no peak of its own otherwise
        most = max(FEWEST_A_SIDE, min(len(left), len(right)))
        facing = np.concatenate([left[-most:], right[:most]])
        enough = len(left) and len(right) and len(facing) >= FEWEST_A_SIDE
        p_values.append(diptest(facing)[1] if enough else 1.0)
    return float(np.sqrt(np.prod(p_values)))


def _components(k: int, pairs: list[Pair]) -> np.ndarray:
    """Return the group of every segment, numbered by its first segment."""
    joined = [(p.first, p.second) for p in pairs if p.is_joined]
    rows, columns = zip(*joined, strict=True) if joined else ((), ())
    graph = coo_array((np.ones(len(joined)), (rows, columns)), shape=(k, k))
    return connected_components(graph, directed=False)[1]

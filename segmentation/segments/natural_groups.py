"""Natural groups: what stands apart however finely the customers are cut."""

from dataclasses import dataclass

import numpy as np

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.gaps import completed
from segmentation.segments.separation import (
    Separation,
    comparable,
    distinct_rows,
    separation,
    untied,
)

__all__ = ["NaturalGroups", "find_natural_groups"]


@dataclass(frozen=True)
class NaturalGroups:
    """What stands apart with every number of segments.

    Attributes
    ----------
    rows : ndarray
        Positions of the customers that were looked at: all, or one of each copy.
    untied : ndarray of shape (n_rows, n_features)
        The same customers with their ties spread out, for further tests.
    separations : dict of int to Separation
        By number of segments.
    members : dict of int to ndarray of shape (n_rows,)
        Group of every customer, by number of segments.
    """

    rows: np.ndarray
    untied: np.ndarray
    separations: dict[int, Separation]
    members: dict[int, np.ndarray]

    @property
    def k(self) -> int:
        """The smallest number of segments that shows the most groups."""
        return max(self.separations, key=lambda k: (self.separations[k].n_groups, -k))

    @property
    def count(self) -> int:
        """The most groups that any number of segments shows."""
        return self.separations[self.k].n_groups

    def straddling_share(self, labels: np.ndarray) -> float:
        """Return the largest share of a segment that is of another group than most."""
        table = np.zeros((labels.max() + 1, self.count))
        np.add.at(table, (labels[self.rows], self.members[self.k]), 1)
        known = table[table.any(axis=1)]
        return float((1 - known.max(axis=1) / known.sum(axis=1)).max())


def find_natural_groups(
    points: np.ndarray, *, random_seed: int, starts: int, most: int
) -> NaturalGroups:
    """Cut the customers into 2 … `most` segments and see how many groups show.

    Parameters
    ----------
    points : ndarray of shape (n_customers, n_features)
        Scaled features of at least two different customers, NaN where missing.
    random_seed : int
        Seed of k-means, of the ties and of the folds.
    starts : int
        Starts of k-means for each number.
    most : int
        Largest number of segments; fewer where fewer customers differ.

    Returns
    -------
    NaturalGroups
    """
    # a gap filled by the mean of all hides groups at most, and makes none
    points = completed(points, np.zeros(len(points), dtype=int))
    rows = distinct_rows(points)
    distinct = points[rows]
    different = len(np.unique(comparable(distinct), axis=0))
    tested = untied(distinct, random_seed)
    separations, members = {}, {}
    for k in range(2, min(most, different) + 1):
        labels = fit_kmeans(distinct, k, random_seed=random_seed, starts=starts).labels
        separations[k] = separation(tested, labels, random_seed=random_seed)
        members[k] = separations[k].groups[labels]
    return NaturalGroups(rows, tested, separations, members)

"""Give the segments of a new version the keys of the segments that they continue."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segmentation.segments.clustering import Clustering
from segmentation.segments.transforms import FittedFeature, filled, natural, scaled
from segmentation.warehouse.errors import UserError

__all__ = ["Alignment", "PreviousVersion", "align", "require_agreement"]

# a segment is split off, or merged in, where most of its customers share one origin
MOST = 0.5


@dataclass(frozen=True)
class PreviousVersion:
    """The version that a new one has to continue.

    Attributes
    ----------
    model_version : int
    features : list of FittedFeature
    partition : Clustering
        Its clusters in its own scaled space; the labels are not used.
    segments : list of dict
        One a centroid, with segment_key, segment_name and colour.
    used_keys, used_colours : list of str
        Of all versions so far: a new segment takes none of them.
    used_names : dict from name to segment key
        Who had a name first, in all versions so far: no other segment gets it.
    """

    model_version: int
    features: list[FittedFeature]
    partition: Clustering
    segments: list[dict]
    used_keys: list[str]
    used_colours: list[str]
    used_names: dict[str, str] = field(default_factory=dict)

    def assign(self, frame: pd.DataFrame) -> np.ndarray | None:
        """Return this version's label of every customer, None if it cannot tell."""
        names = [f.feature for f in self.features]
        if not all(name in frame and frame[name].notna().any() for name in names):
            return None
        points = scaled(frame, self.features)
        if self.partition.whitenings is not None:
            points = filled(points, self.features)
        return self.partition.assign(points)


@dataclass(frozen=True)
class Alignment:
    """Which new segment continues which old one.

    Attributes
    ----------
    continued : list of (int or None), length k
        For every new segment the position of the old one that it continues.
    agreement : float
        Share of the customers whose segment is continued as it was, 0-1; NaN where
        versions were matched by their centroids alone.
    rows : list of dict
        The evidence: one row a pair.
    """

    continued: list[int | None]
    agreement: float
    rows: list[dict]


def align(
    previous: PreviousVersion,
    frame: pd.DataFrame,
    clustering: Clustering,
    features: list[FittedFeature],
    *,
    min_overlap: float = 0.4,
) -> Alignment:
    """Match new segments one to one to those of the version before.

    Both versions assign the same customers with the same values, so what differs is
    the versions, not the customers. The best one-to-one match maximises the sum of
    the Jaccard overlaps (Kuhn 1955, the Hungarian method). Where the old version
    cannot assign the customers, because a feature of its is gone, centroids in natural
    units are compared instead.

    Parameters
    ----------
    previous : PreviousVersion
    frame : DataFrame of shape (n_customers, n_columns)
        Natural values of the customers of the fit.
    clustering : Clustering
        The new clusters of the same customers, in the new scaled space.
    features : list of FittedFeature
        Of the new version.
    min_overlap : float, default=0.4
        Overlap (0-1) from which a match continues the segment.

    Returns
    -------
    Alignment
    """
    labels = clustering.labels
    shift = _centroid_shift(previous, clustering.centroids, features)
    old_labels = previous.assign(frame)
    shape = (len(previous.segments), clustering.k)
    if old_labels is None:
        shared = np.zeros(shape, dtype=int)
        overlap = np.nan_to_num(1 / (1 + shift))
    else:
        shared = _shared_customers(old_labels, labels, shape)
        union = shared.sum(1, keepdims=True) + shared.sum(0, keepdims=True) - shared
        overlap = shared / np.maximum(union, 1)
    matched = zip(*linear_sum_assignment(-overlap), strict=True)
    pairs = [(int(i), int(j)) for i, j in matched if overlap[i, j] >= min_overlap]
    agreement = (
        float("nan")
        if old_labels is None
        else float(sum(shared[pair] for pair in pairs) / len(labels))
    )
    origin = {new: old for old, new in pairs}
    continued = [origin.get(new) for new in range(shape[1])]
    basis = "customers" if old_labels is not None else "centroids"
    rows = _evidence(previous, pairs, shared, overlap, shift, basis)
    return Alignment(continued, agreement, rows)


def require_agreement(
    alignment: Alignment, previous: PreviousVersion, least: float
) -> None:
    """Stop a refit that would give most customers another segment.

    Raises
    ------
    UserError
        If the agreement is below `least`.
    """
    if alignment.agreement < least:
        raise UserError(
            f"The new fit keeps the segment of only {alignment.agreement:.0%} of the "
            f"customers (at least {least:.0%} wanted), so nothing was changed and "
            f"version {previous.model_version} stays; if that is meant, build with "
            "--vars 'accept_refit: true'."
        )


def _shared_customers(
    old: np.ndarray, new: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    shared = np.zeros(shape, dtype=int)
    np.add.at(shared, (old, new), 1)
    return shared


def _centroid_shift(
    previous: PreviousVersion, centroids: np.ndarray, features: list[FittedFeature]
) -> np.ndarray:
    """Return root mean squared shifts, shape (old, new), in the new scaled units."""
    old_keys = {f.key for f in previous.features}
    common = [i for i, f in enumerate(features) if f.key in old_keys]
    if not common:
        return np.full((len(previous.segments), len(centroids)), np.nan)
    in_units = natural(previous.partition.centroids, previous.features)
    old_column = {f.key: in_units[:, i] for i, f in enumerate(previous.features)}
    old = np.column_stack(
        [features[i].scaled(old_column[features[i].key]) for i in common]
    )
    difference = old[:, None, :] - centroids[None, :, common]
    return np.sqrt((difference**2).mean(axis=2))


def _evidence(
    previous: PreviousVersion,
    pairs: list[tuple[int, int]],
    shared: np.ndarray,
    overlap: np.ndarray,
    shift: np.ndarray,
    basis: str,
) -> list[dict]:
    """Return a row for each match, each new segment and each old one that is left."""
    of_old = shared / np.maximum(shared.sum(1, keepdims=True), 1)
    of_new = shared / np.maximum(shared.sum(0, keepdims=True), 1)
    verdicts = [(i, j, "kept") for i, j in pairs]
    for new in sorted(set(range(shared.shape[1])) - {j for _, j in pairs}):
        origin = int(overlap[:, new].argmax())
        is_part = of_new[origin, new] >= MOST and origin in {i for i, _ in pairs}
        verdicts.append((origin, new, "split" if is_part else "new"))
    for old in sorted(set(range(shared.shape[0])) - {i for i, _ in pairs}):
        target = int(overlap[old].argmax())
        verdict = "merged" if of_old[old, target] >= MOST else "retired"
        verdicts.append((old, target, verdict))
    return [
        {
            "previous_model_version": previous.model_version,
            "old_segment_key": previous.segments[i]["segment_key"],
            "new_label": j,
            "verdict": verdict,
            "basis": basis,
            "shared_customers": int(shared[i, j]),
            "overlap": float(overlap[i, j]),
            "share_of_old": float(of_old[i, j]),
            "share_of_new": float(of_new[i, j]),
            "centroid_shift": None if np.isnan(shift[i, j]) else float(shift[i, j]),
        }
        for i, j, verdict in verdicts
    ]

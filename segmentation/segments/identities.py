"""Key, colour and name of each segment, kept from the version before."""

from itertools import cycle
from typing import Any

import pandas as pd

from segmentation.segments.alignment import Alignment, PreviousVersion
from segmentation.segments.clustering import Clustering
from segmentation.segments.naming import name_segments

__all__ = ["COLOURS", "named_segments", "segment_identities"]

# Okabe and Ito's colours, which colour-blind readers can tell apart, yellow darkened
COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#B2A400",
    "#666666",
)


def segment_identities(
    k: int, previous: PreviousVersion | None, aligned: Alignment | None
) -> list[dict]:
    """Return key, colour and, where it is kept, name of each segment, by label."""
    used = previous.used_keys if previous else []
    last_key = max((int(key[1:]) for key in used), default=0)
    used_colours = previous.used_colours if previous else []
    colours = cycle([*(c for c in COLOURS if c not in used_colours), *COLOURS])
    rows = []
    for label in range(k):
        old = aligned.continued[label] if aligned else None
        if old is None or previous is None:
            last_key += 1
            rows.append({"segment_key": f"S{last_key:02d}", "colour": next(colours)})
        else:
            kept = ("segment_key", "colour", "segment_name")
            rows.append({name: previous.segments[old][name] for name in kept})
    return rows


def named_segments(
    identities: list[dict],
    clustering: Clustering,
    frame: pd.DataFrame,
    **naming: Any,
) -> list[dict]:
    """Return the identities with names and descriptions."""
    keys = [identity["segment_key"] for identity in identities]
    kept = {
        i["segment_key"]: i["segment_name"] for i in identities if "segment_name" in i
    }
    names = name_segments(
        frame, [keys[label] for label in clustering.labels], kept_names=kept, **naming
    )
    return [
        {
            **identity,
            "segment_name": names[key].name,
            "description": names[key].description,
            "name_source": names[key].source,
        }
        for key, identity in zip(keys, identities, strict=True)
    ]

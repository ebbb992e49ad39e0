"""K-means over what is known, against a median in every gap, on drawn customers.

    python -m benchmarks.missing_values

The groups are known, so every way of treating gaps can be held to them. Printed is the
mean adjusted Rand index (1: the groups, 0: chance) for each way in which values are
missing, and how often a gap is found to tell customers apart.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.space import fit_space
from segmentation.segments.transforms import Feature, filled

__all__ = ["KINDS", "draw", "main", "measure"]

KINDS = ("at random", "by another", "by itself", "own group")
CUSTOMERS = 1500
SEEDS = range(10)


def draw(kind: str, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return customers with gaps, and the group of each."""
    rng = np.random.default_rng(seed)
    k, d = int(rng.integers(3, 7)), int(rng.integers(4, 9))
    truth = rng.integers(0, k, CUSTOMERS)
    values = rng.normal(0, 1.4, (k, d))[truth] + rng.normal(size=(CUSTOMERS, d))
    complete = values.copy()
    rate = rng.uniform(0.1, 0.4)
    for column in range(2):
        if kind == "at random":
            chance = np.full(CUSTOMERS, rate)
        elif kind == "own group":
            # a few of the others have no value either
            chance = np.where(truth == 0, 0.95, 0.02)
        else:
            driver = complete[:, column if kind == "by itself" else d - 1]
            rank = driver.argsort().argsort() / CUSTOMERS
            chance = np.clip(rate * 2 * rank, 0, 1)
        values[rng.random(CUSTOMERS) < chance, column] = np.nan
    return pd.DataFrame(values, columns=[f"x{i}" for i in range(d)]), truth


def measure(kind: str, seed: int) -> dict[str, float]:
    """Return the adjusted Rand index of each way, and the share of flags."""
    frame, truth = draw(kind, seed)
    space = fit_space(
        frame,
        [Feature(c, c) for c in frame],
        algorithm="kmeans",
        scaling="standard",
        winsorise_quantiles=(0.01, 0.99),
        random_seed=seed,
    )
    numbers = [i for i, f in enumerate(space.features) if f.kind == "number"]
    in_gaps = filled(space.points, space.features)[:, numbers]
    k = truth.max() + 1
    labels = {
        "median": fit_kmeans(in_gaps, k, random_seed=seed).labels,
        "known": fit_kmeans(space.points[:, numbers], k, random_seed=seed).labels,
        "shipped": fit_kmeans(space.points, k, random_seed=seed).labels,
    }
    scores = {way: adjusted_rand_score(truth, own) for way, own in labels.items()}
    return {**scores, "told by gaps": len(space.told_by_gaps) / 2}


def table(seeds=SEEDS) -> Iterator[str]:
    """Yield the lines of the table of docs/features.md."""
    yield "| values missing | median | over what is known | with own states | flagged |"
    yield "| --- | --- | --- | --- | --- |"
    for kind in KINDS:
        means = pd.DataFrame([measure(kind, seed) for seed in seeds]).mean()
        yield f"| {kind} | " + " | ".join(f"{v:.2f}" for v in means) + " |"


def main() -> None:
    """Print the table."""
    print("\n".join(table()))


if __name__ == "__main__":
    main()

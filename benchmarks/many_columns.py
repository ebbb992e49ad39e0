"""Segments of chosen columns against segments of all, on drawn customers.

    python -m benchmarks.many_columns

The groups are known and their number is given. Printed is the mean adjusted Rand index
(1: the groups, 0: chance) of k-means on all columns and on those that are chosen.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.columns import choose_columns
from segmentation.segments.transforms import Feature, fit_features, scaled

__all__ = ["SETTINGS", "draw", "main", "measure", "table"]

CUSTOMERS = 1500
KINDS = 4
SEEDS = range(5)
# name -> columns that tell, noise, copies of the first, skewed, a block of noise
SETTINGS = {
    "ten that tell": (10, 0, 0, False, 0),
    "and twenty of noise": (10, 20, 0, False, 0),
    "four that tell, forty of noise": (4, 40, 0, False, 0),
    "and twelve copies of one": (8, 20, 12, False, 0),
    "and a block of noise": (8, 10, 0, False, 12),
    "skewed": (8, 20, 0, True, 0),
}


def draw(setting: str, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return customers and the kind of each."""
    telling, noise, copies, is_skewed, block = SETTINGS[setting]
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, KINDS, CUSTOMERS)
    means = rng.normal(0, 1.6, (KINDS, telling))
    values = means[truth] + rng.normal(size=(CUSTOMERS, telling))
    copied = values[:, :1] + rng.normal(0, 0.1, (CUSTOMERS, copies))
    one = rng.normal(size=(CUSTOMERS, 1))
    alike = one + rng.normal(0, 0.6, (CUSTOMERS, block))
    told = np.hstack([values, copied, rng.normal(size=(CUSTOMERS, noise)), alike])
    return pd.DataFrame(np.exp(told) if is_skewed else told).add_prefix("x"), truth


def measure(setting: str, seed: int) -> dict[str, float]:
    """Return the adjusted Rand index of all and of the chosen columns, and how many."""
    frame, truth = draw(setting, seed)
    chosen = [c for c in choose_columns(frame, k=KINDS) if c.is_kept]
    features = {
        "all": [Feature(c, c) for c in frame],
        "chosen": [c.as_feature() for c in chosen],
    }
    scores = {}
    for way, own in features.items():
        points = scaled(frame, fit_features(frame, own))
        labels = fit_kmeans(points, KINDS, random_seed=seed).labels
        scores[way] = adjusted_rand_score(truth, labels)
    return {**scores, "columns": frame.shape[1], "kept": len(chosen)}


def table(seeds=SEEDS) -> Iterator[str]:
    """Yield the lines of the table of docs/features.md."""
    yield "| columns | all | chosen | of | kept |"
    yield "| --- | --- | --- | --- | --- |"
    for setting in SETTINGS:
        means = pd.DataFrame([measure(setting, seed) for seed in seeds]).mean()
        yield (
            f"| {setting} | {means['all']:.2f} | {means['chosen']:.2f} "
            f"| {means['columns']:.0f} | {means['kept']:.0f} |"
        )


def main() -> None:
    """Print the table."""
    for line in table():
        print(line, flush=True)


if __name__ == "__main__":
    main()

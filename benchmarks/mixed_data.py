"""Numbers and groups together: this project's space against two rivals, on drawn data.

    python -m benchmarks.mixed_data

The groups are known and their number is given. Printed is the mean adjusted Rand index
over five seeds (1: the groups, 0: chance) of k-means in this project's space, of
k-prototypes (Huang 1998) and of medoids by Gower's distance (1971).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.space import fit_space
from segmentation.segments.transforms import Feature

__all__ = ["SETTINGS", "Setting", "draw", "main", "shipped", "table"]

CUSTOMERS = 900
SEEDS = range(5)


@dataclass(frozen=True)
class Setting:
    """What the customers are like: four kinds, told by numbers and groups.

    Attributes
    ----------
    numbers, groups : int
        Columns that tell the kinds apart.
    levels : int
        Of each group.
    separation : float
        Spread of the kinds' means in a number, in standard deviations within.
    purity : float
        Share of a kind that has its favourite level; the others have any.
    noise_numbers, noise_groups : int
        Columns that tell nothing.
    sizes : tuple of float
        Shares of the kinds.
    """

    numbers: int = 4
    groups: int = 4
    levels: int = 4
    separation: float = 1.1
    purity: float = 0.6
    noise_numbers: int = 0
    noise_groups: int = 0
    sizes: tuple[float, ...] = (0.25, 0.25, 0.25, 0.25)


SETTINGS = {
    "both kinds tell": Setting(),
    "numbers only": Setting(groups=0, separation=1.3),
    "groups only": Setting(numbers=0, groups=6),
    "four groups tell nothing": Setting(noise_groups=4),
    "four numbers tell nothing": Setting(noise_numbers=4),
    "unequal sizes": Setting(sizes=(0.55, 0.25, 0.12, 0.08)),
    "ten levels": Setting(levels=10),
    "two levels": Setting(levels=2, groups=6),
    "weak": Setting(separation=0.9, purity=0.5),
    "ten groups": Setting(groups=10),
}


def draw(setting: Setting, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return customers, numbers as float and groups as text, and the kind of each."""
    rng = np.random.default_rng(seed)
    kinds = len(setting.sizes)
    truth = rng.choice(kinds, CUSTOMERS, p=setting.sizes)
    means = rng.normal(0, setting.separation, (kinds, setting.numbers))
    numbers = means[truth] + rng.normal(size=(CUSTOMERS, setting.numbers))
    noise = rng.normal(size=(CUSTOMERS, setting.noise_numbers))
    frame = pd.DataFrame(np.hstack([numbers, noise])).add_prefix("number_")
    for i in range(setting.groups + setting.noise_groups):
        chance = rng.dirichlet(np.full(setting.levels, 2.0), kinds)
        if i < setting.groups:
            favourites = rng.permutation(max(setting.levels, kinds))[:kinds]
            chance *= 1 - setting.purity
            chance[np.arange(kinds), favourites % setting.levels] += setting.purity
        else:
            chance[:] = chance[0]
        above = rng.random((CUSTOMERS, 1)) > chance[truth].cumsum(axis=1)[:, :-1]
        frame[f"group_{i}"] = pd.Series(above.sum(axis=1)).map("level {}".format)
    return frame, truth


def shipped(frame: pd.DataFrame, k: int, seed: int) -> np.ndarray:
    """Return the segments that this project makes."""
    features = [Feature(c, c, kind=c.split("_")[0]) for c in frame]
    space = fit_space(
        frame,
        features,
        algorithm="kmeans",
        scaling="standard",
        winsorise_quantiles=(0.01, 0.99),
        random_seed=seed,
    )
    return fit_kmeans(space.points, k, random_seed=seed).labels


def k_prototypes(frame: pd.DataFrame, k: int, seed: int) -> np.ndarray:
    """Return the clusters of k-prototypes, k-modes or k-means, as the columns are."""
    from kmodes.kmodes import KModes
    from kmodes.kprototypes import KPrototypes

    numbers, groups = _numbers(frame), frame.filter(like="group_").to_numpy(object)
    if not groups.shape[1]:
        return fit_kmeans(numbers, k, random_seed=seed).labels
    if not numbers.shape[1]:
        return KModes(k, n_init=3, random_state=seed).fit_predict(groups)
    both = np.hstack([numbers.astype(object), groups])
    categorical = list(range(numbers.shape[1], both.shape[1]))
    model = KPrototypes(k, n_init=3, max_iter=30, random_state=seed)
    return model.fit_predict(both, categorical=categorical)


def gower_medoids(frame: pd.DataFrame, k: int, seed: int) -> np.ndarray:
    """Return the clusters of medoids by Gower's distance."""
    import kmedoids

    distances = np.zeros((len(frame), len(frame)))
    for name, column in frame.items():
        values = column.to_numpy()
        if name.startswith("number"):
            distances += abs(values[:, None] - values) / np.ptp(values)
        else:
            distances += values[:, None] != values
    return kmedoids.fasterpam(distances, k, random_state=seed, n_cpu=1).labels


def _numbers(frame: pd.DataFrame) -> np.ndarray:
    values = frame.filter(like="number_").to_numpy(float)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def score(way, setting: Setting, seeds=SEEDS) -> float:
    """Return the mean adjusted Rand index of a way over the seeds."""
    scores = []
    for seed in seeds:
        frame, truth = draw(setting, seed)
        labels = way(frame, len(setting.sizes), seed)
        scores.append(adjusted_rand_score(truth, labels))
    return float(np.mean(scores))


def table(seeds=SEEDS) -> Iterator[str]:
    """Yield the lines of the table of docs/features.md."""
    ways = (shipped, k_prototypes, gower_medoids)
    yield "| customers | this project | k-prototypes | Gower medoids |"
    yield "| --- | --- | --- | --- |"
    rows = []
    for name, setting in SETTINGS.items():
        rows.append([score(way, setting, seeds) for way in ways])
        yield f"| {name} | " + " | ".join(f"{own:.2f}" for own in rows[-1]) + " |"
    means = np.mean(rows, axis=0)
    yield "| **mean** | " + " | ".join(f"**{own:.3f}**" for own in means) + " |"


def main() -> None:
    """Print the table."""
    for line in table():
        print(line, flush=True)


if __name__ == "__main__":
    main()

"""Customers drawn from a known number of groups, or from none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn import datasets

__all__ = ["CASES", "Case"]

Drawn = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A way to draw customers; `groups` is 1 where there are none."""

    name: str
    kind: str
    groups: int
    draw: Callable[[np.random.Generator], Drawn]

    def drawn(self, seed: int) -> Drawn:
        """Return standardised points and the group of each."""
        # by the name, so that another case added changes none
        rng = np.random.default_rng([seed, *self.name.encode()])
        points, truth = self.draw(rng)
        points = points[:, points.std(axis=0) > 0]
        return (points - points.mean(axis=0)) / points.std(axis=0), truth


def _truth(rng: np.random.Generator, k: int, n: int, shares=None) -> np.ndarray:
    shares = np.full(k, 1 / k) if shares is None else np.array(shares)
    counts = np.round(shares * n).astype(int)
    return rng.permutation(np.repeat(np.arange(k), counts))


def _centres(rng: np.random.Generator, k: int, d: int, distance: float) -> np.ndarray:
    """Return centres that are that far apart, the two nearest of them."""
    draws = [rng.normal(size=(k, d)) for _ in range(50)]

    def nearest(centres):
        apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
        return apart[np.triu_indices(k, 1)].min()

    best = max(draws, key=lambda c: nearest(c) / np.ptp(c, axis=0).max())
    return best * distance / nearest(best)


def _gaussian(k, d, distance, *, n=500, shares=None, spreads=None, noise=0, shape=None):
    def draw(rng):
        truth = _truth(rng, k, n, shares)
        deviations = rng.normal(size=(len(truth), d))
        if spreads is not None:
            deviations *= np.array(spreads)[truth, None]
        points = _centres(rng, k, d, distance)[truth] + deviations
        if shape is not None:
            points = shape(points, rng)
        return np.column_stack([points, rng.normal(size=(len(truth), noise))]), truth

    return draw


def _heavy(k, d, distance):
    def draw(rng):
        truth = _truth(rng, k, 500)
        deviations = rng.standard_t(3, size=(len(truth), d))
        return _centres(rng, k, d, distance)[truth] + deviations, truth

    return draw


def _counts(rates):
    def draw(rng):
        truth = _truth(rng, len(rates), 500)
        return rng.poisson(np.array(rates)[truth]).astype(float), truth

    return draw


def _yes_no(k, block):
    def draw(rng):
        truth = _truth(rng, k, 500)
        likely = np.kron(np.eye(k), np.ones(block)) * 0.84 + 0.08
        return (rng.random((len(truth), k * block)) < likely[truth]).astype(
            float
        ), truth

    return draw


def _exp(points, _):
    return np.exp(points / points.std(axis=0))


def _ordinal(points, _):
    low, high = np.quantile(points, [0.02, 0.98], axis=0)
    return np.clip(np.round(1 + 6 * (points - low) / (high - low)), 1, 7)


def _zeros(points, rng):
    spend = np.exp(rng.normal(size=len(points))) * (rng.random(len(points)) < 0.6)
    return np.column_stack([points, spend])


def _copied(draw, times):
    def copied(rng):
        points, truth = draw(rng)
        order = rng.permutation(len(points) * times)
        return np.tile(points, (times, 1))[order], np.tile(truth, times)[order]

    return copied


def _moons(rng):
    seed = int(rng.integers(2**31))
    return datasets.make_moons(500, noise=0.06, random_state=seed)


def _bent(k):
    def draw(rng):
        truth = _truth(rng, k, 500)
        across = rng.normal(size=len(truth))
        up = 0.35 * across**2 + rng.normal(scale=0.4, size=len(truth)) + 6 * truth
        return np.column_stack([across, up]), truth

    return draw


def _loaded(load, rows=600):
    def draw(rng):
        data = load()
        kept = np.sort(rng.permutation(len(data.data))[:rows])
        return data.data[kept], data.target[kept]

    return draw


def _one(draw):
    def drawn(rng):
        points = draw(rng)
        return points, np.zeros(len(points), int)

    return drawn


def _arc(degrees):
    def draw(rng):
        angle = np.radians(rng.uniform(0, degrees, 500))
        ring = np.column_stack([np.cos(angle), np.sin(angle)])
        return ring + rng.normal(scale=0.12, size=ring.shape)

    return draw


def _ball(rng):
    points = rng.normal(size=(500, 4))
    radius = rng.random((500, 1)) ** 0.25
    return points / np.linalg.norm(points, axis=1, keepdims=True) * radius


def _correlated(d, n=500):
    return lambda rng: rng.normal(size=(n, d)) @ rng.normal(size=(d, d))


def _several_kinds(rng):
    return np.column_stack(
        [
            np.exp(rng.normal(size=600)),
            rng.poisson(2, 600),
            rng.random(600) < 0.4,
            rng.normal(size=600),
            np.exp(rng.normal(size=600)) * (rng.random(600) < 0.5),
        ]
    ).astype(float)


_APART = [(2, 2), (3, 4), (4, 6), (5, 2), (6, 10), (8, 3), (10, 5), (12, 2)]
_NEAR = [(2, 6), (3, 2), (4, 3), (5, 8), (6, 4), (8, 6)]
_TOUCHING = [(2, 3), (3, 6), (4, 12), (5, 4)]
_OVERLAPPING = [(2, 2, 4), (3, 4, 4), (4, 4, 4), (2, 4, 3), (3, 3, 3)]

_MIXTURES = [
    *[("gaussian", k, f"8 sd, {d}d", _gaussian(k, d, 8)) for k, d in _APART],
    *[("gaussian", k, f"6 sd, {d}d", _gaussian(k, d, 6)) for k, d in _NEAR],
    *[("gaussian", k, f"5 sd, {d}d", _gaussian(k, d, 5)) for k, d in _TOUCHING],
    *[
        ("overlapping", k, f"{sd} sd, {d}d", _gaussian(k, d, sd))
        for k, d, sd in _OVERLAPPING
    ],
    ("unequal", 3, "70, 20, 10 %", _gaussian(3, 3, 7, shares=[0.7, 0.2, 0.1])),
    ("unequal", 4, "60 to 8 %", _gaussian(4, 5, 7, shares=[0.6, 0.2, 0.12, 0.08])),
    ("unequal", 2, "90, 10 %", _gaussian(2, 4, 7, shares=[0.9, 0.1])),
    ("unequal", 3, "spreads 1 to 2", _gaussian(3, 4, 9, spreads=[1, 1.4, 2])),
    ("unequal", 4, "spreads 1 to 2", _gaussian(4, 3, 10, spreads=[1, 1, 1.5, 2])),
    ("97 and 3 %", 2, "8 sd", _gaussian(2, 3, 8, n=1000, shares=[0.97, 0.03])),
    ("97 and 3 %", 2, "6 sd", _gaussian(2, 2, 6, n=1000, shares=[0.97, 0.03])),
    ("noise features", 2, "2 and 2", _gaussian(2, 2, 7, noise=2)),
    ("noise features", 3, "3 and 2", _gaussian(3, 3, 7, noise=2)),
    ("noise features", 4, "4 and 4", _gaussian(4, 4, 8, noise=4)),
    ("skewed", 2, "2d", _gaussian(2, 2, 8, shape=_exp)),
    ("skewed", 3, "3d", _gaussian(3, 3, 8, shape=_exp)),
    ("skewed", 4, "4d", _gaussian(4, 4, 8, shape=_exp)),
    ("heavy-tailed", 2, "3d", _heavy(2, 3, 10)),
    ("heavy-tailed", 3, "4d", _heavy(3, 4, 10)),
    ("heavy-tailed", 4, "2d", _heavy(4, 2, 14)),
    ("bent", 2, "moons", _moons),
    ("bent", 2, "bananas", _bent(2)),
    ("bent", 3, "bananas", _bent(3)),
    ("counts", 2, "4 columns", _counts([[2] * 4, [12] * 4])),
    ("counts", 3, "3 columns", _counts([[2, 2, 12], [2, 12, 2], [14, 12, 12]])),
    ("counts", 4, "4 columns", _counts(np.eye(4) * 14 + 2)),
    ("ordinal", 2, "1 to 7", _gaussian(2, 4, 6, shape=_ordinal)),
    ("ordinal", 3, "1 to 7", _gaussian(3, 5, 7, shape=_ordinal)),
    ("yes or no", 2, "blocks of 5", _yes_no(2, 5)),
    ("yes or no", 3, "blocks of 4", _yes_no(3, 4)),
    ("yes or no", 4, "blocks of 4", _yes_no(4, 4)),
    ("copies", 3, "5 times", _copied(_gaussian(3, 3, 7, n=150), 5)),
    ("copies", 4, "10 times", _copied(_gaussian(4, 2, 8, n=100), 10)),
    ("many zeros", 3, "one column", _gaussian(3, 3, 8, shape=_zeros)),
    ("many zeros", 4, "one column", _gaussian(4, 4, 8, shape=_zeros)),
    ("scikit-learn", 3, "iris", _loaded(datasets.load_iris)),
    ("scikit-learn", 3, "wine", _loaded(datasets.load_wine)),
    ("scikit-learn", 2, "breast cancer", _loaded(datasets.load_breast_cancer)),
    ("scikit-learn", 10, "digits", _loaded(datasets.load_digits)),
]

_CLOUDS = {
    **{
        f"gaussian, {n} in {d}d": lambda rng, n=n, d=d: rng.normal(size=(n, d))
        for n, d in [(200, 2), (500, 3), (1000, 2), (500, 6), (500, 12), (300, 25)]
    },
    **{f"correlated, {d}d": _correlated(d) for d in (2, 4, 8, 15)},
    **{
        f"uniform, {d}d": lambda rng, d=d: rng.uniform(size=(500, d))
        for d in (1, 2, 3, 5, 10)
    },
    "uniform ball": _ball,
    "triangle": lambda rng: rng.dirichlet([1, 1, 1], 500)[:, :2],
    **{
        f"log-normal, {d}d": lambda rng, d=d: np.exp(rng.normal(size=(500, d)))
        for d in (1, 2, 3, 6, 10)
    },
    **{
        f"exponential, {d}d": lambda rng, d=d: rng.exponential(size=(500, d))
        for d in (2, 5)
    },
    **{f"t(3), {d}d": lambda rng, d=d: rng.standard_t(3, (500, d)) for d in (2, 5, 10)},
    "laplace, 4d": lambda rng: rng.laplace(size=(500, 4)),
    "beta, 3d": lambda rng: rng.beta(2, 5, (500, 3)),
    "gamma, 4d": lambda rng: rng.gamma(2, size=(500, 4)),
    "two spreads": lambda rng: rng.normal(size=(500, 3)) * rng.choice([1, 2], (500, 1)),
    "arc of 100 degrees": _arc(100),
    "arc of 234 degrees": _arc(234),
    "counts, 3 columns": lambda rng: rng.poisson(3, (500, 3)).astype(float),
    "counts, 6 columns": lambda rng: rng.poisson(1.5, (500, 6)).astype(float),
    "1 to 5, 6 columns": lambda rng: rng.integers(1, 6, (500, 6)).astype(float),
    "yes or no, 2 columns": lambda rng: rng.integers(0, 2, (500, 2)).astype(float),
    "yes or no, 6 columns": lambda rng: rng.integers(0, 2, (500, 6)).astype(float),
    "many zeros, 3 columns": lambda rng: (
        np.exp(rng.normal(size=(500, 3))) * (rng.random((500, 3)) < 0.6)
    ),
    "many zeros, 2 of 4": lambda rng: (
        np.exp(rng.normal(size=(500, 4))) * (rng.random((500, 4)) < [1, 1, 0.4, 0.7])
    ),
    "several kinds": _several_kinds,
    "copies, 5 times": lambda rng: np.tile(rng.normal(size=(100, 3)), (5, 1)),
    "copies of one": lambda rng: np.vstack(
        [rng.normal(size=(400, 3)), np.full((100, 3), 0.7)]
    ),
}

CASES = [
    *[Case(f"{kind}: {k}, {how}", kind, k, draw) for kind, k, how, draw in _MIXTURES],
    *[Case(f"none: {name}", "none", 1, _one(draw)) for name, draw in _CLOUDS.items()],
]

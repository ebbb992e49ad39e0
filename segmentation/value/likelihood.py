"""Maximise a likelihood of positive parameters; weights of summarised customers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from segmentation.warehouse.errors import UserError

__all__ = ["Floats", "checked_weights", "maximise"]

Floats = NDArray[np.float64]


def maximise(
    objective: Callable[[Floats], tuple[float, Floats]],
    limits: dict[str, tuple[float, float]],
    starts: tuple[tuple[float, ...], ...],
) -> tuple[list[float], float, tuple[str, ...]]:
    """Best of several searches over logarithms of the parameters within the limits."""
    # applying a fit, which every build does, need not wait for the optimiser
    from scipy.optimize import minimize

    bounds = np.log(list(limits.values()))
    # Divided by its size at the first start, the likelihood is of order one whatever
    # the number of customers: the tolerances of the search then mean the same.
    size = abs(objective(np.log(starts[0]))[0]) + 1.0

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, gradient = objective(logs)
        return -value / size, -gradient / size

    searches = [
        minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-9},
        )
        for start in starts
    ]
    best = min(searches, key=lambda search: search.fun)
    # Within a twentieth of the limit, on the scale of logarithms, counts as arrived:
    # the likelihood is so flat there that a search may stop short of it.
    margin = 0.05 * (bounds[:, 1] - bounds[:, 0])
    arrived = (best.x < bounds[:, 0] + margin) | (best.x > bounds[:, 1] - margin)
    at_limit = tuple(name for name, is_at in zip(limits, arrived, strict=True) if is_at)
    return np.exp(best.x).tolist(), float(-best.fun * size), at_limit


def checked_weights(weights: ArrayLike | None, like: Floats) -> Floats:
    """Return a weight for each row, 1 where none is given."""
    if weights is None:
        return np.ones_like(like)
    weights = np.asarray(weights, dtype=float)
    if weights.shape != like.shape or not np.all(weights >= 0):
        raise UserError(
            "weights must be numbers from 0, one for each row of the summary: "
            "count the customers that each row stands for."
        )
    return weights

"""A seeded customer file that looks like the public mall-customers data.

The public file (200 customers, 5 columns; "Mall Customer Segmentation") is not
copied: customers are drawn from means and spreads of the five groups that everybody
finds in it. The group is not in the file; finding it again is the work of the
segmentation.

Examples
--------
    python -m samples.mall data/mall/customers.csv
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from samples.command import write_sample

__all__ = ["GROUPS", "generate_mall_customers", "main"]

DEFAULT_SEED = 5


@dataclass(frozen=True)
class Group:
    """How many of 200 are alike, and mean, spread and limits of what they are."""

    customers: int
    age: tuple[float, float, int, int]
    income: tuple[float, float, int, int]
    score: tuple[float, float, int, int]
    female_share: float


# rounded statistics of the public file; income in thousands
GROUPS = {
    "average": Group(81, (43, 16, 18, 70), (55, 9, 39, 76), (50, 7, 34, 61), 0.59),
    "big spenders": Group(
        39, (33, 4, 27, 40), (86, 16, 69, 137), (82, 9, 63, 97), 0.54
    ),
    "savers": Group(35, (41, 11, 19, 59), (88, 16, 70, 137), (17, 10, 1, 39), 0.46),
    "frugal": Group(23, (45, 13, 19, 67), (26, 8, 15, 39), (21, 13, 3, 40), 0.61),
    "enthusiasts": Group(22, (25, 5, 18, 35), (26, 8, 15, 39), (79, 10, 61, 99), 0.59),
}


def generate_mall_customers(*, seed: int = DEFAULT_SEED) -> pd.DataFrame:
    """Draw 200 customers with the columns and statistics of the public file.

    Parameters
    ----------
    seed : int
        Seed of `numpy.random.default_rng`; the same seed gives the same file.

    Returns
    -------
    pandas.DataFrame of shape (200, 6)
        The five columns of the file in the order of income, as there, and ``group``,
        which is not written to it.

    Examples
    --------
    >>> generate_mall_customers().shape
    (200, 6)
    """
    rng = np.random.default_rng(seed)
    drawn = pd.concat(
        [
            pd.DataFrame(
                {
                    "Gender": np.where(
                        rng.random(group.customers) < group.female_share,
                        "Female",
                        "Male",
                    ),
                    "Age": _within(rng, group.customers, *group.age),
                    "Annual Income (k$)": _within(rng, group.customers, *group.income),
                    "Spending Score (1-100)": _within(
                        rng, group.customers, *group.score
                    ),
                    "group": name,
                }
            )
            for name, group in GROUPS.items()
        ],
        ignore_index=True,
    )
    drawn = drawn.sort_values(
        ["Annual Income (k$)", "Age"], kind="stable", ignore_index=True
    )
    drawn.insert(0, "CustomerID", np.arange(1, len(drawn) + 1))
    return drawn


def _within(
    rng: np.random.Generator, n: int, mean: float, spread: float, low: int, high: int
) -> np.ndarray:
    """Draw whole numbers; what falls outside the limits is drawn again."""
    values = rng.normal(mean, spread, n)
    while (outside := (values < low) | (values > high)).any():
        values[outside] = rng.normal(mean, spread, outside.sum())
    return np.rint(values).astype(int)


def main() -> None:
    """Write the default sample to the path given on the command line."""
    write_sample(
        "samples.mall",
        "Write the sample of mall customers.",
        generate_mall_customers,
        truth="group",
    )


if __name__ == "__main__":
    main()

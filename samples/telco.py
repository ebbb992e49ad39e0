"""A seeded file of a telephone company's accounts, with groups, measures and churn.

Nothing of a public file is copied: four kinds of accounts were made up, and differ in
contract, services, time as a customer and bill. The kind is not in the file.

Examples
--------
    python -m samples.telco data/telco/accounts.csv
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from samples.command import write_sample

__all__ = ["KINDS", "generate_accounts", "main"]

DEFAULT_SEED = 17
CONTRACTS = ("monthly", "one year", "two years")
INTERNET = ("no internet", "cable", "fibre")
PAYMENTS = ("card", "direct debit", "invoice")


@dataclass(frozen=True)
class Kind:
    """How many accounts are alike, and what they are like.

    Attributes
    ----------
    accounts : int
        Number of accounts.
    months : tuple of float
        Mean and spread of the months as a customer.
    charge : tuple of float
        Mean and spread of the monthly charge.
    gigabytes : float
        Median of the gigabytes used in a month; 0 without internet.
    contract, internet, payment : tuple of float
        Shares of `CONTRACTS`, `INTERNET` and `PAYMENTS`.
    extras : float
        Part who have an extra service, such as support or streaming.
    churn : float
        Part who left.
    """

    accounts: int
    months: tuple[float, float]
    charge: tuple[float, float]
    gigabytes: float
    contract: tuple[float, ...]
    internet: tuple[float, ...]
    payment: tuple[float, ...]
    extras: float
    churn: float


KINDS = {
    "new on fibre": Kind(
        420, (8, 6), (79, 8), 210,
        (0.94, 0.05, 0.01), (0, 0.05, 0.95), (0.3, 0.1, 0.6), 0.30, 0.48,
    ),
    "settled with everything": Kind(
        380, (58, 9), (104, 9), 320,
        (0.05, 0.30, 0.65), (0, 0.10, 0.90), (0.5, 0.4, 0.1), 0.85, 0.08,
    ),
    "telephone only": Kind(
        330, (38, 18), (21, 2), 0,
        (0.15, 0.25, 0.60), (1, 0, 0), (0.2, 0.4, 0.4), 0.0, 0.05,
    ),
    "cable, in between": Kind(
        370, (30, 14), (54, 6), 90,
        (0.50, 0.40, 0.10), (0, 0.97, 0.03), (0.4, 0.3, 0.3), 0.40, 0.20,
    ),
}  # fmt: skip


def generate_accounts(*, seed: int = DEFAULT_SEED) -> pd.DataFrame:
    """Draw 1,500 accounts in a random order.

    Parameters
    ----------
    seed : int
        Seed of `numpy.random.default_rng`; the same seed gives the same file.

    Returns
    -------
    pandas.DataFrame of shape (1500, 12)
        The columns of the file and ``kind``, which is not written to it.

    Examples
    --------
    >>> generate_accounts().shape
    (1500, 12)
    """
    rng = np.random.default_rng(seed)
    drawn = pd.concat(
        [_accounts(rng, kind).assign(kind=name) for name, kind in KINDS.items()],
        ignore_index=True,
    )
    drawn = drawn.iloc[rng.permutation(len(drawn))].reset_index(drop=True)
    drawn.insert(0, "Account", [f"A{number:05}" for number in range(1, len(drawn) + 1)])
    return drawn


def _accounts(rng: np.random.Generator, kind: Kind) -> pd.DataFrame:
    n = kind.accounts
    months = np.rint(rng.normal(*kind.months, n)).clip(1, 84).astype(int)
    has_internet = kind.gigabytes > 0
    used = kind.gigabytes * rng.lognormal(0, 0.5, n)
    # who is new leaves sooner
    leaving = kind.churn * (1.5 - np.argsort(np.argsort(months, kind="stable")) / n)
    return pd.DataFrame(
        {
            "Months": months,
            "Monthly charge": rng.normal(*kind.charge, n).clip(18).round(2),
            "Gigabytes": used.round(1),
            "Support calls": rng.poisson(0.5 + 2 * kind.churn, n),
            "Contract": rng.choice(CONTRACTS, n, p=kind.contract),
            "Internet": rng.choice(INTERNET, n, p=kind.internet),
            "Streaming": _yes(rng, n, kind.extras * has_internet),
            "Support plan": _yes(rng, n, kind.extras * has_internet * 0.8),
            "Payment": rng.choice(PAYMENTS, n, p=kind.payment),
            "Churn": _yes(rng, n, leaving),
        }
    )


def _yes(rng: np.random.Generator, n: int, share: float | np.ndarray) -> np.ndarray:
    return np.where(rng.random(n) < share, "yes", "no")


def main() -> None:
    """Write the default sample to the path given on the command line."""
    write_sample(
        "samples.telco",
        "Write the sample of a telephone company's accounts.",
        generate_accounts,
        truth="kind",
    )


if __name__ == "__main__":
    main()

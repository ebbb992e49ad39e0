"""The command of a sample: a path to write it to."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

__all__ = ["write_sample"]


def write_sample(
    name: str, description: str, generate: Callable[[], pd.DataFrame], truth: str
) -> None:
    """Write a sample to the path given on the command line.

    Parameters
    ----------
    name : str
        Of the module, as ``python -m`` takes it.
    description : str
    generate : callable
        Returns the sample.
    truth : str
        The column that says which group somebody was drawn from; it is not written.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=description)
    parser.add_argument("path", type=Path, help="CSV file to write")
    path = parser.parse_args().path
    if not path.parent.is_dir():
        parser.error(f"folder {path.parent} does not exist: create it first.")
    sample = generate().drop(columns=truth)
    sample.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")

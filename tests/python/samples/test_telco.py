"""The accounts of a telephone company are the generated ones, of four kinds."""

from pathlib import Path

import pandas as pd

from samples.telco import KINDS, generate_accounts

FILE = Path(__file__).parents[3] / "data" / "telco" / "accounts.csv"


def test_the_shipped_accounts_are_the_generated_ones():
    made = generate_accounts()
    pd.testing.assert_frame_equal(pd.read_csv(FILE), made.drop(columns="kind"))
    assert made["kind"].value_counts().to_dict() == {
        name: kind.accounts for name, kind in KINDS.items()
    }


def test_kinds_leave_as_often_as_they_should():
    made = generate_accounts()
    left = (made["Churn"] == "yes").groupby(made["kind"]).mean()
    for name, kind in KINDS.items():
        assert abs(left[name] - kind.churn) < 0.06

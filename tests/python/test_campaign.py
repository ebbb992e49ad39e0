"""The response model as a row: carried over, moved by money, scored from."""

import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation import campaign, campaign_fitting, propensity
from segmentation.campaign import (
    campaign_response,
    new_scores,
    read_outcomes,
    score_sql,
)
from segmentation.errors import UserError
from segmentation.propensity import fit_response_model


class This(SimpleNamespace):
    """What dbt calls dbt.this, as far as it is used."""

    def __str__(self):
        return f"{self.schema}.{self.identifier}"


@pytest.fixture
def shop():
    """Make a warehouse of 240 customers, a third of whom said yes to a campaign."""
    rng = np.random.default_rng(3)
    n = 240
    income = rng.lognormal(10, 0.6, n).round(2)
    customers = pd.DataFrame(
        {
            "word": ["a", "a_b", "rare", "new", None],
            "word_a": ["x", "y", "z", None, "x"],
            "age": [20, 30, None, 90, 1_000],
        }
    )
    expression = score_sql(campaign_fitting.logistic_terms(fitted))
    scored = duckdb.sql(f"select {expression} from customers").fetchall()
    np.testing.assert_allclose(
        [p for (p,) in scored], fitted.predict(customers), atol=1e-14
    )


def test_stored_features_give_the_same_doubles_back():
    features = pd.DataFrame({"a": [0.1 + 0.2, np.nan, 1e-300], "b": ["é", None, '"']})
    again = pd.DataFrame(json.loads(campaign_fitting._as_json(features)))
    assert again["a"].tolist()[::2] == features["a"].tolist()[::2]
    assert np.isnan(again["a"][1])
    assert again["b"].tolist()[::2] == ["é", '"']


# -- what became of it


HEADER = "customer_id,was_contacted,has_responded\n"


def outcomes(tmp_path: Path, text: str):
    file = tmp_path / "outcomes.csv"
    file.write_text(text, encoding="utf-8")
    return read_outcomes(duckdb.connect(), {"campaign_outcomes": str(file)}).fetchall()


def test_outcomes_are_read_whatever_the_words(tmp_path):
    text = "Has_Responded,customer_id,was_contacted\nyes,007,TRUE\n0, 12 ,no\n"
    assert outcomes(tmp_path, text) == [("007", True, True), ("12", False, False)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("customer_id,was_contacted\n1,1\n", "has no column 'has_responded'"),
        (
            "customer_id,was_contacted,has_responded\n1,1,0\n1,0,0\n",
            "2 rows but 1 diff",
        ),
        (
            "customer_id,was_contacted,has_responded\n1,1,\n2,1,1\n",
            "1 rows whose has_r",
        ),
    ],
)
def test_odd_outcomes_are_refused_in_a_sentence(tmp_path, text, sentence):
    with pytest.raises(UserError, match=sentence):
        outcomes(tmp_path, text)


def test_absent_file_of_outcomes_is_named():
    with pytest.raises(UserError, match=r"nowhere\.csv does not exist"):
        read_outcomes(duckdb.connect(), {"campaign_outcomes": "nowhere.csv"})

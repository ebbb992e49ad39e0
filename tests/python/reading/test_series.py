"""What stands side by side for several periods: SQL and proposal compute the same."""

import numpy as np
import pandas as pd
import pytest

from segmentation.reading.declared import declared_fields
from segmentation.reading.dialect import inspect_input
from segmentation.reading.series import FIGURES, families, figures_of
from segmentation.warehouse.errors import UserError


def _described(folder, frame: pd.DataFrame, columns: list[str], name: str = "bill"):
    file = folder / "bills.csv"
    frame.to_csv(file, index=False)
    definition = {
        "kind": "wide",
        "path": str(file),
        "columns": {"customer_id": "id"},
        "series": {name: {"columns": columns, "unit": "money"}},
    }
    return inspect_input({"bills": definition}, default="bills")


@pytest.mark.parametrize("n_periods", [3, 4, 24])
def test_staging_computes_what_the_proposal_did(staged, tmp_path, n_periods):
    rng = np.random.default_rng(n_periods)
    names = [f"Bill {period}" for period in range(n_periods)]
    table = pd.DataFrame(rng.normal(20, 30, (80, n_periods)).round(2), columns=names)
    table = table.mask(rng.random(table.shape) < 0.3)
    table.iloc[0] = np.nan
    table.iloc[1] = 0.0
    table.iloc[2] = -5.0
    frame = table.assign(id=range(100, 180))
    rows = pd.DataFrame(staged(_described(tmp_path, frame, names)))
    rows = rows.sort_values("customer_id", ignore_index=True)
    expected = figures_of(table)
    for figure in FIGURES:
        found = rows[f"bill_{figure}"].astype(float)
        pd.testing.assert_series_equal(
            found, expected[figure], check_names=False, atol=1e-6
        )


def test_numbers_with_decimal_commas_are_periods_too(staged, tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "a": ["1,5", "2,5"], "b": "2,5", "c": "3,5"})
    rows = staged(_described(tmp_path, frame, ["a", "b", "c"]))
    assert rows["bill_level"] == [2.5, 8.5 / 3]


def test_a_period_that_the_file_lacks_is_left_out(staged, tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "b": [2, 4], "c": [4, 4]})
    rows = staged(_described(tmp_path, frame, ["a", "b", "c"]))
    assert rows["bill_level"] == [3.0, 4.0]
    assert rows["bill_trend"] == [2 / 6, 0.0]


def test_a_series_is_called_in_whole_words(tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "a": [1, 2], "b": [2, 4], "c": [4, 4]})
    level = _described(tmp_path, frame, ["a", "b", "c"], name="bill_amt").declared[0]
    assert (level.label, level.high_phrase) == (
        "Bill amount, level", "high bill amount",
    )  # fmt: skip


def test_labels_and_units_follow_the_definition(tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "a": [1, 2], "b": [2, 4], "c": [4, 4]})
    said = {
        row.feature: (row.label, row.unit, row.high_phrase)
        for row in _described(tmp_path, frame, ["a", "b", "c"]).declared
    }
    assert said == {
        "bill_level": ("Bill, level", "money", "high bill"),
        "bill_trend": ("Bill, trend", "share", "rising bill"),
        "bill_variation": ("Bill, variation", "share", "bill that varies"),
    }


@pytest.mark.parametrize("own", [{}, {"columns": ["a", "b"]}])
def test_a_series_without_columns_says_what_to_write(own):
    with pytest.raises(UserError, match="columns for bill among the series"):
        declared_fields({"series": {"bill": own}})


def test_questions_are_no_periods():
    rng = np.random.default_rng(1)
    headers = [f"Q{question}" for question in range(1, 9)]
    cells = [pd.Series(rng.integers(0, 5, 200)) for _ in headers]
    assert families(headers, cells) == []

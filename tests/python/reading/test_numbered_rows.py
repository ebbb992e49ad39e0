"""Numbers of rows and of people are no measures; periods and comings are told by them.

Files that statistics programs write have a column of row names, people under any name,
and years where others have dates.
"""

import numpy as np
import pandas as pd
import pytest


def people(rng, rows: int) -> pd.DataFrame:
    """Return two kinds of people, who differ in what they spend and how often."""
    kind = rng.integers(0, 2, rows)
    return pd.DataFrame(
        {
            "spent": rng.gamma(4, 10 + 40 * kind).round(2),
            "visits": rng.poisson(2 + 6 * kind),
        }
    )


@pytest.mark.parametrize("rows", [25, 600, 30_000])
@pytest.mark.parametrize("name", ["rownames", "Sl_No", "Unnamed: 0", "S.No", "index"])
def test_number_of_the_row_is_left_out(proposed, rng, rows, name):
    frame = people(rng, rows)
    frame.insert(0, name, np.arange(rows) + 1)
    text, definition = proposed(frame)
    assert f"'{name}': numbers the rows" in text
    assert set(definition["measures"]) == {"spent", "visits"}


@pytest.mark.parametrize("rows", [600, 30_000])
@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("entry", lambda rng, n: 1 + rng.permutation(n)),
        ("seqn", lambda rng, n: np.cumsum(rng.integers(1, 40, n))),
        ("entry", lambda rng, n: 700_000_000 + 7919 * rng.permutation(n)),
    ],
)
def test_what_numbers_somebody_makes_no_segments(proposed, rng, rows, name, numbers):
    frame = people(rng, rows)
    frame[name] = numbers(rng, rows)
    text, definition = proposed(frame)
    assert name not in definition["features"]
    assert f"{name}: numbers the rows" in text or "perhaps the key" in text


@pytest.mark.parametrize("name", ["income_eur", "clicks", "points_score"])
def test_a_figure_that_the_file_is_sorted_by_stays_a_measure(proposed, rng, name):
    frame = people(rng, 500)
    frame[name] = np.unique(rng.integers(0, 10**7, 800))[:500]
    _, definition = proposed(frame)
    assert name in definition["features"]


def test_people_of_several_rows_are_asked_for_under_any_name(proposed, rng):
    frame = people(rng, 1200)
    frame.insert(0, "hid", np.repeat(np.arange(300) * 3 + 5, 4))
    text, definition = proposed(frame)
    assert "# key: hid  # 300 different in 1,200: several rows each" in text
    assert "hid: is perhaps the key" in text
    assert "hid" not in definition["features"]


def test_what_is_filled_here_and_there_is_no_key(proposed, rng):
    frame = people(rng, 90)
    frame["third attempt"] = [*range(7), *[None] * 83]
    text, _ = proposed(frame)
    assert "third" not in text.split("columns:")[0]


def test_years_tell_rows_of_somebody_apart(proposed, rng):
    frame = people(rng, 600)
    frame.insert(0, "year", np.tile(np.arange(2014, 2020), 100))
    frame.insert(0, "id", np.repeat(np.arange(100) + 1, 6))
    text, _ = proposed(frame.sample(frac=1, random_state=1))
    assert "# rows: {latest: year}" in text
    assert "6.0 rows for each 'id'" in text


@pytest.mark.parametrize("since", [1e8, 7.9e8, 1.7e9, 1.7e12])
def test_logs_of_any_decade_have_days(proposed, rng, since):
    per_day = 86_400_000 if since > 1e12 else 86_400
    text, definition = proposed(
        pd.DataFrame(
            {
                "userId": rng.integers(1, 80, 900),
                "rating": rng.integers(1, 6, 900),
                "timestamp": (since + rng.integers(0, 600, 900) * per_day).astype(int),
            }
        )
    )
    assert "no column says on which day" not in text
    assert {"first_stranger", "last_stranger"} <= set(definition["dates"])


def test_an_id_that_comes_on_several_days_is_somebody(proposed, rng):
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 900), "D")
    frame = pd.DataFrame({"id": rng.integers(0, 200, 900), "date": days.astype(str)})
    text, definition = proposed(frame)
    assert "Rows are counted as" in text
    assert definition["columns"] == {"customer_id": "id"}
    # lines of an order share its day: whose they are, is asked
    frame["date"] = (days[0] + pd.to_timedelta(frame["id"], "D")).astype(str)
    text, _ = proposed(frame)
    assert "DECIDE what a row is" in text


def test_units_are_those_of_the_header(proposed, rng):
    frame = people(rng, 500)
    frame["price.stb"] = rng.uniform(0.75, 0.99, 500).round(2)
    frame["discount rate"] = rng.uniform(0, 0.4, 500).round(2)
    frame["debt to income"] = rng.uniform(0, 0.9, 500).round(3)
    frame["TrainingTimesLastYear"] = rng.integers(0, 7, 500)
    frame["years at company"] = rng.integers(0, 40, 500)
    _, definition = proposed(frame)
    units = {
        name: said.get("unit") if isinstance(said, dict) else None
        for name, said in definition["measures"].items()
    }
    assert units["price_stb"] == "money"
    assert units["discount_rate"] == units["debt_to_income"] == "share"
    assert units["training_times_last_year"] in (None, "count")
    assert units["years_at_company"] == "years"


def test_brackets_are_groups_under_the_word_of_their_header(proposed, rng):
    frame = people(rng, 400)
    frame["income"] = rng.choice(["[0, 10)", "[10, 20)", "[20, 30]"], 400)
    frame["age"] = rng.uniform(0.2, 83, 400).round(3)
    frame["on"] = rng.choice(["yes", "no"], 400)
    text, definition = proposed(frame)
    assert "Danger" not in text
    assert definition["groups"]["income_code"] == {
        "column": "income",
        "label": "Income",
    }
    assert definition["measures"]["age_amount"]["label"] == "Age"
    assert definition["groups"]["on_flag"]["label"] == "On"  # to YAML a word for yes

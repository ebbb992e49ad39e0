"""Which row of a customer counts, what is the key, what stands for unknown."""

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.parquet import OTHER_ROW
from segmentation.reading.proposal import propose

MONTHS = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def proposed(tmp_path):
    def make(frame: pd.DataFrame):
        file = tmp_path / "shop.csv"
        frame.to_csv(file, index=False)
        text = propose(str(file), name="shop", folder=tmp_path).text
        return text, yaml.safe_load(text)["shop"]

    return make


@pytest.fixture
def read(tmp_path):
    """Read a frame as a definition says; return dialect, and reasons with values."""

    def make(frame: pd.DataFrame, shown: str, **definition):
        file = tmp_path / "shop.csv"
        frame.to_csv(file, index=False)
        dialect = inspect_input(
            {"shop": {"path": str(file), **definition}},
            default="shop",
            warehouse_folder=str(tmp_path),
        )
        rows = []
        if not dialect.problem:
            rows = duckdb.sql(
                f"select segments_reject_reason, {shown} from {dialect.relation_sql} "
                "order by segments_record_number"
            ).fetchall()
        return dialect, rows

    return make


def _states(rng, customers=40):
    return pd.DataFrame(
        {
            "customer_id": np.repeat([f"C{i}" for i in range(customers)], len(MONTHS)),
            "state_date": MONTHS * customers,
            "balance": rng.integers(0, 5000, customers * len(MONTHS)),
            "logins": rng.integers(0, 30, customers * len(MONTHS)),
        }
    )


def _contracts(rng, customers=60):
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        rng.integers(0, 600, customers * 3), "D"
    )
    return pd.DataFrame(
        {
            "contract": [f"K{i}" for i in range(customers * 3)],
            "customer_id": np.repeat([f"C{i}" for i in range(customers)], 3),
            "start_date": start.strftime("%Y-%m-%d"),
            "end_date": (start + pd.Timedelta(days=365)).strftime("%Y-%m-%d"),
            "premium": rng.integers(100, 900, customers * 3),
        }
    )


def test_states_of_every_month_are_no_orders_and_it_is_asked_which_counts(
    proposed, rng
):
    text, definition = proposed(_states(rng))
    assert definition["kind"] == "wide"
    assert "# rows: {latest: state_date}" in text
    assert "DECIDE which row of a customer counts: 4.0 rows for each" in text
    assert set(definition["measures"]) == {"balance", "logins"}
    assert "says which row it is" in text


def test_contracts_are_asked_and_their_end_does_not_move_the_day(proposed, rng):
    frame = _contracts(rng)
    text, definition = proposed(frame)
    assert "# rows: {valid: [start_date, end_date]}" in text
    assert definition["as_of_date"] == frame["start_date"].max()


def test_orders_stay_orders(proposed, rng):
    n = 400
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, n), "D")
    _, definition = proposed(
        pd.DataFrame(
            {
                "customer_id": rng.integers(0, 90, n),
                "order_date": days.strftime("%Y-%m-%d"),
                "amount": rng.gamma(2, 20, n).round(2),
            }
        )
    )
    assert definition["kind"] == "orders"


TWO = pd.DataFrame(
    {
        "ID": ["a", "A ", "a", "b", "b"],
        "From": ["2024-01-01", "2024-06-01", "2024-03-01", "2023-01-01", "2024-02-01"],
        "To": ["2024-12-31", "2024-07-01", "", "2023-12-31", "2024-03-01"],
        "Wave": [2, 10, 9, 1, 3],
        "Fee": [1, 2, 3, 4, 5],
    }
)


@pytest.mark.parametrize(
    ("rows", "counting"),
    [
        ({"latest": "From"}, [2, 5]),
        ({"latest": "Wave"}, [2, 5]),  # the tenth comes after the ninth
        ({"valid": ["From", "To"]}, [3, 5]),  # b has none that is valid: the last
        ("first", [1, 2, 3, 4, 5]),
    ],
)
def test_row_that_counts_is_the_one_declared(read, rows, counting):
    dialect, found = read(
        TWO,
        '"Fee"',
        columns={"customer_id": "ID"},
        measures={"fee": "Fee"},
        rows=rows,
        as_of_date="2024-08-01",
    )
    assert dialect.problem is None
    assert [int(fee) for reason, fee in found if reason is None] == counting
    assert {reason for reason, _ in found} <= {None, OTHER_ROW}


@pytest.mark.parametrize(
    ("case", "definition", "sentence"),
    [
        (
            "most fall away",
            {},
            "has 5 rows of 2 customers by column 'ID', so that most",
        ),
        ("no such way", {"rows": "newest"}, "has rows: newest; write rows: {latest"),
        ("no such column", {"rows": {"latest": "Day"}}, "'Day', which"),
        ("no such key", {"key": ["ID", "No"]}, "has no key column 'No'"),
        ("two keys", {"key": "From"}, "both key and columns: customer_id"),
        ("one part", {"key": ["ID"], "columns": {}}, "key is a column, several as"),
        ("unknown of nothing", {"rows": "first", "unknown": {"age": 1}}, "['age'], wh"),
    ],
)
def test_what_cannot_be_is_one_sentence(read, case, definition, sentence):
    given = {"columns": {"customer_id": "ID"}, "measures": {"fee": "Fee"}} | definition
    if isinstance(given.get("key"), list) and given["columns"]:
        given["columns"] = {}
    dialect, _ = read(TWO, '"Fee"', **given)
    assert sentence in dialect.problem


def test_rows_without_a_key_stop_the_build_where_they_are_most(read):
    frame = pd.DataFrame({"ID": ["a", "", "", ""], "Fee": [1, 2, 3, 4]})
    dialect, _ = read(
        frame, '"Fee"', columns={"customer_id": "ID"}, measures={"fee": "Fee"}
    )
    assert "In 3 of 4 rows" in dialect.problem


def test_several_columns_are_a_key_together(read):
    frame = pd.DataFrame(
        {"Store": ["x", "x", "y", ""], "No": [1, 2, 1, 2], "Fee": [5, 6, 7, 8]}
    )
    dialect, rows = read(
        frame, "segments_key", key=["Store", "No"], measures={"fee": "Fee"}
    )
    assert dialect.problem is None
    assert [key for _, key in rows] == ["x / 1", "x / 2", "y / 1", None]


def test_two_columns_that_differ_together_are_offered_as_key(proposed, rng):
    text, _ = proposed(
        pd.DataFrame(
            {
                "household_id": np.repeat(range(100, 150), 4),
                "person_no": [1, 2, 3, 4] * 50,
                "visits": rng.poisson(4, 200),
            }
        )
    )
    assert "# key: household_id" in text
    assert "# key: row_number" in text


def test_no_figure_is_offered_as_key_however_different_its_values(proposed, rng):
    n = 300
    text, definition = proposed(
        pd.DataFrame(
            {
                "income": rng.permutation(np.arange(20_000, 20_000 + n)),
                "visits": rng.poisson(4, n),
            }
        )
    )
    assert "# key: row_number" in text
    assert "key: income" not in text
    assert "customer_id" not in (definition["columns"] or {})


def test_an_email_address_is_a_key_where_nothing_else_is(proposed, rng):
    n = 200
    _, definition = proposed(
        pd.DataFrame(
            {
                "E-Mail": [f"p{i}@example.com" for i in range(n)],
                "visits": rng.poisson(4, n),
                "plan": rng.choice(["a", "b"], n),
            }
        )
    )
    assert definition["columns"]["customer_id"] == "E-Mail"


def test_mark_for_unknown_is_found_asked_and_then_missing(proposed, read, rng):
    n = 400
    age = rng.integers(18, 80, n)
    age[:40] = 118
    frame = pd.DataFrame(
        {
            "customer_id": range(n),
            "age": age,
            "visits": rng.poisson(40, n),
            "seen": ["1900-01-01"] * 30
            + list(
                (
                    pd.Timestamp("2024-01-01")
                    + pd.to_timedelta(rng.integers(0, 300, n - 30), "D")
                ).strftime("%Y-%m-%d")
            ),
        }
    )
    text, definition = proposed(frame)
    assert definition["unknown"] == {"age_years": [118], "seen": ["1900-01-01"]}
    assert "DECIDE does it stand for 'not known'? 40 rows of 'age' say 118" in text
    _, rows = read(frame, "age, seen", **{**definition, "path": definition["path"]})
    assert sum(age is None for _, age, _ in rows) == 40
    assert sum(seen is None for _, _, seen in rows) == 30


@pytest.mark.parametrize(
    "values",
    [
        ["5. Januar 2024", "17. März 2024", "3. Dezember 2023"],
        ["5 janvier 2024", "17 août 2024", "3 juillet 2023"],
        ["5 de enero de 2024", "17 de agosto de 2024", "3 de julio de 2023"],
        ["5 de março de 2024", "17 de maio de 2024", "3 de outubro de 2023"],
        ["5 gennaio 2024", "17 giugno 2024", "3 luglio 2023"],
        ["5 mei 2024", "17 maart 2024", "3 oktober 2023"],
        ["5 Ocak 2024", "17 Haziran 2024", "3 Eylül 2023"],
        ["2024年1月5日", "2024年10月17日", "2023年7月3日"],
        ["20240105", "20241017", "20230703"],
    ],
)
def test_days_in_words_and_numbers_are_dates(proposed, read, rng, values):
    n = 60
    frame = pd.DataFrame(
        {
            "customer_id": range(n),
            "last_visit": values * (n // 3),
            "visits": rng.poisson(40, n),
        }
    )
    _, definition = proposed(frame)
    assert list(definition["dates"].values()) == ["last_visit"]
    dialect, _ = read(frame, "last_visit", **definition)
    assert dialect.problem is None


def test_one_day_in_a_far_future_does_not_move_the_day_and_is_said(read):
    days = [f"2024-0{1 + i % 9}-1{i % 7}" for i in range(200)] + ["2099-01-01"]
    frame = pd.DataFrame({"ID": range(201), "Seen": days})
    dialect, _ = read(
        frame, '"Seen"', columns={"customer_id": "ID"}, dates={"seen": "Seen"}
    )
    assert dialect.as_of_date == "2024-09-16"
    assert "1 value is of 2099-01-01 or later" in dialect.notes


def test_an_id_comes_before_an_address_and_a_name_is_no_key(proposed, rng):
    n = 100
    _, definition = proposed(
        pd.DataFrame(
            {
                "E-Mail": [f"p{i}@example.com" for i in range(n)],
                "Profile ID": [f"01H{i:05}" for i in range(n)],
                "First Name": [f"F{i}" for i in range(n)],
                "visits": rng.poisson(4, n),
            }
        )
    )
    assert definition["columns"]["customer_id"] == "Profile ID"


@pytest.mark.parametrize(
    ("signs", "is_spend"),
    [(("", ""), True), (("€ ", "€ "), True), (("R$ ", "CHF "), False)],
)
def test_amounts_in_different_currencies_are_not_added_up(
    proposed, rng, signs, is_spend
):
    n = 100
    text, definition = proposed(
        pd.DataFrame(
            {"customer_id": range(n)}
            | {
                f"spend {name}": [f"{sign}{v}" for v in rng.integers(100, 900, n)]
                for name, sign in zip(("toys", "books"), signs, strict=True)
            }
        )
    )
    assert ("spend" in definition) == is_spend
    assert ("in different currencies (CHF, R$)" in text) != is_spend

"""Columns of exports that say something else than they seem to.

Years of two digits, addresses of machines, coordinates, numbers of agents, words of
somebody who does not want letters, and money that few rows have.
"""

import numpy as np
import pandas as pd
import pytest

from segmentation.reading.proposal import propose
from segmentation.warehouse.errors import UserError

N = 400


def people(rng, **columns) -> pd.DataFrame:
    kind = rng.integers(0, 2, N)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(N)],
            "spent": rng.gamma(4, 10 + 40 * kind).round(2),
            "visits": rng.poisson(2 + 6 * kind),
            **columns,
        }
    )


@pytest.mark.parametrize(
    ("name", "first", "last", "date_format"),
    [
        ("CustomerDOB", 1931, 1999, "%d/%m/%y from 1931"),
        ("Geburtsdatum", 1950, 2005, "%d/%m/%y from 1950"),
        ("birth_date", 2008, 2019, "%d/%m/%y"),
        ("customer_since", 1948, 2003, "%d/%m/%y from 1948"),
        ("joined", 2011, 2023, "%d/%m/%y"),
    ],
)
def test_years_of_two_digits_have_a_century(
    proposed, rng, name, first, last, date_format
):
    years = [first, last, *rng.integers(first, last + 1, N - 2)]
    days = [f"{15 + i % 14}/{1 + i % 12}/{y % 100:02}" for i, y in enumerate(years)]
    _, definition = proposed(people(rng, **{name: days}))
    assert definition["date_format"] == date_format


@pytest.mark.parametrize(
    ("values", "date_format"),
    [(["2801", "5203", "7911"], "yymm from 1928"), (["0", "0105"], "yymm from 2001")],
)
def test_nobody_is_born_in_years_to_come(proposed, rng, values, date_format):
    _, definition = proposed(people(rng, DOB=rng.choice(values, N)))
    assert definition["date_format"] == date_format


@pytest.mark.parametrize(
    "values",
    [
        [f"10.0.{i // 250}.{i % 250}" for i in range(N)],
        [f"2.{i % 7}.1" for i in range(N)],
    ],
)
def test_an_address_and_a_release_are_no_numbers(proposed, rng, values):
    _, definition = proposed(people(rng, confirm=values))
    assert set(definition["measures"]) == {"spent", "visits"}


def test_thousands_of_millions_are_a_number(proposed, rng):
    large = [f"{m}.{rng.integers(100, 999)}.500" for m in rng.integers(1, 90, N)]
    _, definition = proposed(people(rng, turnover_own=large))
    assert "turnover_own" in definition["measures"]


def test_coordinates_make_no_segments(proposed, rng):
    kind = rng.integers(0, 2, N)
    text, definition = proposed(
        people(
            rng,
            LATITUDE=(40 + 10 * kind + rng.normal(0, 0.1, N)).round(4),
            Longitude=(9 + 5 * kind + rng.normal(0, 0.1, N)).round(4),
        )
    )
    assert not {"latitude", "longitude"} & set(definition["features"])
    assert "latitude, longitude: says where somebody is" in text


@pytest.mark.parametrize("name", ["SupportRepId", "branch_id", "TCODE"])
def test_the_number_of_somebody_else_is_a_code(proposed, rng, name):
    text, definition = proposed(people(rng, **{name: rng.integers(3, 7, N)}))
    assert set(definition["measures"]) == {"spent", "visits"}
    assert len(definition["groups"]) == 1
    assert "codes, by its name" in text


def test_many_numbers_of_somebody_else_are_left_out(proposed, rng):
    text, definition = proposed(people(rng, agent_id=rng.integers(100, 300, N)))
    assert "'agent_id': numbers something else" in text
    assert "groups" not in definition


def test_a_telephone_comes_after_a_mail(proposed, rng):
    frame = people(
        rng,
        Phone=[f"+1 555 {i:07}" for i in range(N)],
        Email=[f"p{i}@example.org" for i in range(N)],
    ).drop(columns="customer_id")
    _, definition = proposed(frame.rename(columns={"Phone": "Phone Number"}))
    assert definition["columns"]["customer_id"] == "Email"


@pytest.mark.parametrize(
    ("name", "said", "out"),
    [
        ("Email status", ["subscribed", "unsubscribed", "pending"], "unsubscribed"),
        ("consent", ["SUBSCRIBED", "NEVER_SUBSCRIBED"], "NEVER_SUBSCRIBED"),
        (
            "Marketing contact status",
            ["Marketing contact", "Non-marketing contact"],
            "Non-marketing contact",
        ),
        ("メルマガ", ["購読", "未購読"], "未購読"),
        ("Newsletter", ["angemeldet", "abgemeldet"], "abgemeldet"),
    ],
)
def test_words_of_who_wants_no_letters(proposed, rng, name, said, out):
    _, definition = proposed(people(rng, **{name: rng.choice(said, N)}))
    assert definition["opted_out"] == {"column": name, "words": [out]}
    assert len(definition["features"]) == 2


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Согласие на рассылку", ["да", "нет"]),
        ("الموافقة على التسويق", ["نعم", "لا"]),
        ("メール配信希望", ["はい", "いいえ"]),
        ("Newsletter", ["ja", "nein"]),
        ("メルマガ", ["はい", "いいえ"]),
    ],
)
def test_a_column_of_consent(proposed, rng, name, values):
    _, definition = proposed(people(rng, **{name: rng.choice(values, N)}))
    assert definition["columns"]["may_contact"] == name


def test_one_word_of_those_who_left(proposed, rng):
    _, definition = proposed(people(rng, 退会=rng.choice(["", "退会済"], N)))
    assert definition["left"] == {"column": "退会", "words": ["退会済"]}


@pytest.mark.parametrize("name", ["الدخل الشهري", "每月收入", "Месячный доход"])
def test_what_comes_each_month_is_no_month(proposed, rng, name):
    text, _ = proposed(people(rng, **{name: rng.integers(800, 9000, N)}))
    assert "unit: months" not in text


@pytest.mark.parametrize("written", ["￥{:,}", "{:,}円", "Rp{:,}"])
def test_money_without_cents_has_thousands(proposed, rng, written):
    amounts = [written.format(a) for a in rng.integers(1000, 200_000, N)]
    text, definition = proposed(people(rng, paid=amounts))
    assert definition["decimal_mark"] == "."
    assert "DECIDE" not in text


def visits(rng, **columns) -> pd.DataFrame:
    rows = 3000
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), "D")
    return pd.DataFrame(
        {
            "visitor_id": [f"v{i}" for i in rng.integers(0, 500, rows)],
            "date": day.strftime("%Y-%m-%d"),
            "pageviews": rng.poisson(6, rows),
            **{name: draw(rows) for name, draw in columns.items()},
        }
    )


def test_money_that_few_rows_have_makes_them_no_orders(proposed, rng):
    """Sessions of a shop end with a purchase in three of a hundred."""

    def revenue(rows):
        return np.where(rng.random(rows) < 0.03, rng.gamma(2, 30, rows).round(2), None)

    kinds = {f"kind_{i}": lambda n, i=i: rng.choice(list("abcd"), n) for i in range(5)}
    text, definition = proposed(visits(rng, **kinds, revenue=revenue))
    assert definition["kind"] == "wide"
    assert "Rows are counted as" in text
    # what is measured is not crowded out by kinds
    assert {"pageviews", "revenue_amount"} <= set(definition["measures"])


def test_gifts_are_orders(proposed, rng):
    frame = visits(rng).rename(columns={"visitor_id": "Donor ID", "date": "Gift Date"})
    frame["Gift Amount"] = [f"${a:,.2f}" for a in rng.choice([10, 50, 1250], 3000)]
    frame["Fund"] = rng.choice(["Annual", "Building"], 3000)
    text, definition = proposed(frame)
    assert definition["kind"] == "orders"
    assert definition["columns"]["category"] == "Fund"
    assert "DECIDE" not in text


def test_numbered_words_that_come_again_are_asked_for(proposed, rng):
    rows = 6000
    hour = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        rng.integers(0, 4000, rows), "h"
    )
    text, definition = proposed(
        pd.DataFrame(
            {
                "LCLid": [f"MAC{i:06}" for i in rng.integers(0, 70, rows)],
                "tstp": hour.strftime("%Y-%m-%d %H:%M"),
                "energy": rng.gamma(1, 0.2, rows).round(3),
            }
        )
    )
    asked = text.index("# key: LCLid"), text.index("# key: row_number")
    assert asked[0] < asked[1]
    assert "lc_lid" not in definition["features"]


def test_having_any_does_not_crowd_out_what_all_have(proposed, rng):
    """Flights, kilometres and points say one thing, which most of the file tells."""
    flights = rng.negative_binomial(1, 0.1, N) + 2
    told = {
        name: (flights * rng.gamma(2, 1, N) * 100).round()
        for name in ("km_sum", "points_sum", "fare_2012", "fare_2013")
    }
    _, definition = proposed(
        people(
            rng,
            flights=flights,
            **told,
            elite_points=np.where(rng.random(N) < 0.03, rng.integers(1, 90, N) * 90, 0),
            exchanges=rng.poisson(0.2, N),
            last_to_end=rng.integers(1, 730, N),
            max_interval=rng.integers(0, 700, N),
        )
    )
    assert {"flights", "km_sum"} <= set(definition["features"])


def test_units_in_brackets(proposed, rng):
    _, definition = proposed(
        people(rng, **{"Recency (months)": rng.integers(0, 30, N), "Age (years)": 30})
    )
    assert "recency_days" not in definition["columns"]
    assert definition["measures"]["recency"]["unit"] == "months"


@pytest.mark.parametrize("name", ["cpf", "SSN", "Passport No"])
def test_numbers_of_citizens_are_left_out(proposed, rng, name):
    text, definition = proposed(people(rng, **{name: rng.integers(10**9, 10**10, N)}))
    assert f"'{name}': says who or where somebody is" in text
    assert set(definition["measures"]) == {"spent", "visits"}


@pytest.mark.parametrize(
    ("name", "values", "out"),
    [
        ("optin_email", ["S", "N"], "N"),
        ("GDPR consent status", ["granted", "revoked"], "revoked"),
    ],
)
def test_words_of_a_column_of_consent(proposed, rng, name, values, out):
    _, definition = proposed(people(rng, **{name: rng.choice(values, N)}))
    assert definition["opted_out"] == {"column": name, "words": [out]}


def test_first_line_of_values_is_no_header(tmp_path):
    file = tmp_path / "games.csv"
    file.write_text("151603712,Some game,purchase,1.0,0\n" * 40)
    with pytest.raises(UserError, match="has no header"):
        propose(str(file), folder=tmp_path)


def test_months_side_by_side_are_a_header(tmp_path):
    file = tmp_path / "months.csv"
    rows = "".join(f"c{i},{i % 7},{i % 5},{i % 11}\n" for i in range(40))
    file.write_text(f"customer_id,202401,202402,202403\n{rows}")
    assert "customer_id" in propose(str(file), folder=tmp_path).text


@pytest.mark.parametrize(
    "values",
    [
        ['["vip", "blog"]', '["blog"]', '["new","vip"]'],
        ['"vip","blog"', '"blog"', '"new","vip"'],
        ["['vip', 'blog']", "['blog']", "['new', 'vip']"],
    ],
)
def test_a_list_of_quoted_words_is_a_list(proposed, rng, values):
    _, definition = proposed(people(rng, tags=rng.choice(values, N)))
    assert definition["lists"] == {"tags": {"column": "tags", "separator": ","}}

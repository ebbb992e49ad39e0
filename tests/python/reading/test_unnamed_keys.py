"""Keys, people and money in the letters of any language, told by content and kind."""

import numpy as np
import pandas as pd
import pytest

from segmentation.reading.proposal import propose

ROWS = 900


def proposed(table: pd.DataFrame, folder, **how):
    file = folder / "stranger.csv"
    table.to_csv(file, index=False, **how)
    return propose(str(file), name="stranger", folder=folder / "scratch")


def lines(person: str, order: str, day: str, amount: str, people: list) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    days = pd.to_datetime("2023-01-01") + pd.to_timedelta(rng.integers(0, 500, ROWS))
    return pd.DataFrame(
        {
            order: [f"R{i:05}" for i in range(ROWS)],
            person: rng.choice(people, ROWS),
            day: (days + pd.to_timedelta(rng.integers(0, 500, ROWS), "D")).strftime(
                "%Y-%m-%d"
            ),
            amount: rng.choice([25, 50, 100.5], ROWS),
        }
    )


PEOPLE = [f"C{i:04}" for i in range(150)]
MAILS = [f"g{i}@mail.example" for i in range(150)]


@pytest.mark.parametrize(
    ("person", "order", "day", "amount", "people"),
    [
        ("Constituent ID", "Gift ID", "Gift Date", "Gift Amount", PEOPLE),
        ("guest_email", "booking_id", "stay_date", "room_revenue", MAILS),
        ("顧客ID", "注文番号", "注文日", "金額", PEOPLE),
        ("Код клиента", "Номер заказа", "Дата заказа", "Сумма", PEOPLE),
        ("رقم العميل", "رقم الطلب", "تاريخ الطلب", "المبلغ", PEOPLE),
        ("会员卡号", "订单编号", "下单日期", "金额", PEOPLE),
    ],
)
def test_people_who_come_again_are_no_customers_of_one_row(
    tmp_path, person, order, day, amount, people
):
    said = proposed(lines(person, order, day, amount, people), tmp_path).definition
    assert f"customer_id: {person}" in said.replace('"', "")
    is_asked = "# kind: orders" in said
    is_counted = "\n      query: " in said  # no money is named: events
    assert is_asked or is_counted
    assert f"amount: {amount}" in said.replace('"', "") or is_counted


def test_money_is_what_price_times_quantity_makes(tmp_path):
    table = lines("顧客ID", "注文番号", "注文日", "金額", PEOPLE)
    rng = np.random.default_rng(9)
    table["単価"] = rng.choice([480, 1200, 3980], ROWS)
    table["数量"] = rng.integers(1, 6, ROWS)
    table["金額"] = table["単価"] * table["数量"]
    said = proposed(table, tmp_path).definition.replace('"', "")
    assert "amount: 金額" in said
    assert "quantity: 数量" in said
    assert "amount_is_per_unit" not in said


@pytest.mark.parametrize(
    ("header", "first"),
    [("CONTROLN", 95_000), ("会员卡号", 50_000), ("Номер абонента", 79_000_000_000)],
)
def test_a_number_of_each_row_is_a_key_or_offered_as_one(tmp_path, header, first):
    rng = np.random.default_rng(10)
    table = pd.DataFrame(
        {
            header: first + np.arange(400),
            "x": rng.normal(5, 1, 400).round(2),
            "y": rng.normal(50, 9, 400).round(2),
        }
    )
    said = proposed(table, tmp_path).definition.replace('"', "")
    assert f"key: {header}" in said or f"customer_id: {header}" in said
    assert "- " + header not in said.split("features:")[1].split("not in it")[0]


def test_an_income_that_differs_is_no_key(tmp_path):
    rng = np.random.default_rng(11)
    table = pd.DataFrame({"visits": rng.integers(0, 9, 300)})
    table["income"] = rng.choice(np.arange(9_000, 90_000), 300, replace=False)
    said = proposed(table, tmp_path).definition
    assert "key: income" not in said


@pytest.mark.parametrize(
    ("yes", "no"),
    [("Да", "Нет"), ("はい", "いいえ"), ("是", "否"), ("نعم", "لا"), ("Evet", "Hayır")],
)
def test_yes_and_no_of_other_languages_are_answers(tmp_path, yes, no):
    rng = np.random.default_rng(12)
    answers = rng.choice([yes, no], 300)
    table = pd.DataFrame(
        {
            "id": np.arange(300),
            "spent": rng.normal(50, 9, 300).round(2),
            "churn": answers,
        }
    )
    assert "column: churn" in proposed(table, tmp_path).definition


def test_years_and_months_in_one_number_are_no_birth_years(tmp_path):
    rng = np.random.default_rng(13)
    table = pd.DataFrame(
        {
            "id": np.arange(300),
            "DOB": rng.choice([0, 3712, 4503, 6007], 300),
            "gifts": rng.integers(1, 30, 300),
        }
    )
    assert "birth_year" not in proposed(table, tmp_path).definition


@pytest.mark.parametrize("person", ["Member", "Patient MRN", "Kundennummer", "клиент"])
def test_comings_without_any_figure_are_counted(tmp_path, person):
    table = lines(person, "order", "checked in", "amount", PEOPLE)
    table = table[[person, "checked in"]]
    said = proposed(table, tmp_path).definition
    assert "query: " in said
    assert f"customer_id: {person}" in said.replace('"', "")


def test_money_in_two_columns_is_asked(tmp_path):
    table = lines("Kontonummer", "Nr", "Buchungstag", "Soll", PEOPLE)
    table["Haben"] = table["Soll"].where(table.index % 3 == 0)
    table["Soll"] = table["Soll"].where(table.index % 3 != 0)
    said = proposed(table, tmp_path).definition
    assert "# amount: Soll" in said
    assert "# amount: Haben" in said


def test_percent_is_a_number(tmp_path):
    rng = np.random.default_rng(14)
    table = pd.DataFrame({"id": np.arange(300), "visits": rng.integers(1, 30, 300)})
    table["discount"] = [f"{n}.5%" for n in rng.integers(0, 40, 300)]
    proposal = proposed(table, tmp_path)
    assert "discount: " in proposal.definition
    assert not [remark for remark in proposal.remarks if "Danger" in remark]

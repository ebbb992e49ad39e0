"""Keys, people and money in the letters of any language, told by content and kind."""

import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.other_letters import in_english
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
    is_known = "    kind: orders" in said  # person, day and money are understood
    is_asked = "# kind: orders" in said
    is_counted = "\n      query: " in said  # no money is named: events
    assert is_known or is_asked or is_counted
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


LETTERS = [
    ("顧客ID", "性別", "年齢", "入会日", "購入回数", "最終購入日", "退会"),
    ("客户编号", "性别", "年龄", "注册日期", "消费次数", "最近消费日期", "是否流失"),
    ("고객번호", "성별", "나이", "가입일", "구매횟수", "최근구매일", "이탈"),
    (
        *("ID клиента", "Пол", "Возраст", "Дата регистрации", "Количество заказов"),
        *("Дата последней покупки", "Отток"),
    ),
    (
        *("رقم العميل", "الجنس", "العمر", "تاريخ التسجيل", "عدد الطلبات"),
        *("تاريخ آخر عملية شراء", "انسحاب"),
    ),
]


@pytest.mark.parametrize("headers", LETTERS, ids=["ja", "zh", "ko", "ru", "ar"])
def test_names_in_other_letters_say_what_they_say(tmp_path, headers):
    rng = np.random.default_rng(13)
    n = 300
    days = pd.to_datetime("2023-01-01") + pd.to_timedelta(rng.integers(0, 500, n), "D")
    columns = [
        [f"C{i:04}" for i in range(n)],
        rng.choice(["甲", "乙"], n),
        rng.integers(18, 80, n),
        days.strftime("%Y-%m-%d"),
        rng.geometric(0.1, n),
        (days + pd.Timedelta(days=90)).strftime("%Y-%m-%d"),
        rng.choice(["1", "0"], n),
    ]
    table = pd.DataFrame(dict(zip(headers, columns, strict=True)))
    said = yaml.safe_load(proposed(table, tmp_path).definition)["stranger"]
    roles = ("customer_id", "gender", "age_years", "enrolled_on", "purchases")
    for role, header in zip(roles, headers, strict=False):
        assert said["columns"][role] == header
    assert said["target"]["column"] == headers[-1]
    assert said["columns"].get("last_purchase_on") == headers[5]


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("推荐客户编号", "x customer id"),  # the friend's, not the customer's
        ("Номер полиса", "x id"),
        ("顧客ID", "customer ID"),
        ("Κωδικός", "x"),
        ("Straße", "Straße"),
    ],
)
def test_parts_that_are_not_known_stay_in_the_way(name, english):
    assert in_english(name) == english


@pytest.mark.parametrize("mark", [".", ""])
@pytest.mark.parametrize("name", ["y", "Revenue", "Churn", "deposit"])
def test_what_a_file_ends_with_is_predicted(tmp_path, name, mark):
    rng = np.random.default_rng(14)
    table = pd.DataFrame({"id": np.arange(300), "spent": rng.normal(50, 9, 300)})
    table["default"] = rng.choice(["yes", "no"], 300)
    table[name] = rng.choice([f" True{mark}", f" False{mark}"], 300)
    said = proposed(table, tmp_path).text
    assert f"column: {name}" in said.replace('"', "")
    assert f"could be 'default' as well as '{name}'" in said
    assert "- default" not in said


def test_parts_of_a_date_and_a_booking_s_number_are_no_customers(tmp_path):
    rng = np.random.default_rng(15)
    table = pd.DataFrame({"Booking_ID": [f"INN{i:05}" for i in range(400)]})
    table["nights"] = rng.geometric(0.3, 400)
    table["rate"] = rng.gamma(9, 12, 400).round(2)
    table["arrival_year"] = rng.choice([2017, 2018], 400)
    table["arrival_month"] = rng.integers(1, 13, 400)
    table["arrival_date"] = rng.integers(1, 32, 400)
    table["booking_status"] = rng.choice(["Canceled", "Not_Canceled"], 400)
    said = proposed(table, tmp_path).text
    assert "# key: Booking_ID  # all values are different, but they number" in said
    features = said.split("features:")[1].split("not in it")[0]
    assert "arrival" not in features
    assert "arrival_date: is a point in the calendar" in said
    assert "left:" not in said
    assert 'words: ["Canceled"]' in said


@pytest.mark.parametrize("has_number", [True, False])
def test_ratings_without_a_day_are_counted(tmp_path, has_number):
    rng = np.random.default_rng(16)
    table = pd.DataFrame({"User-ID": rng.zipf(1.5, ROWS) % 90 + 1000})
    table["ISBN"] = rng.integers(10**9, 2 * 10**9, ROWS).astype(str) + "X"
    table["Book-Rating"] = rng.integers(0, 11, ROWS)
    table["age"] = table["User-ID"] % 50 + 18
    if has_number:  # whose it is, nobody says
        table["id"] = np.arange(ROWS)
    said = proposed(table, tmp_path).text
    is_counted = "no column says on which day" in said
    assert is_counted != has_number
    if is_counted:
        assert 'min("age") as "age"' in said
        assert 'avg(try_cast("Book-Rating" as double)) as "mean_Book-Rating"' in said


@pytest.mark.parametrize("file", ["orders", "events", "states"])
def test_what_counts_is_told_by_the_words_alone(tmp_path, file):
    table = lines("user_id", "order_id", "date", "amount", PEOPLE)
    header, values, expected = {
        "orders": (
            "Статус",
            ["выполнен", "возврат", "отменён", "неясно"],
            {"counts": ["выполнен"], "returned": ["возврат"]},
        ),
        "events": (
            "event_type",
            ["view", "cart", "purchase"],
            {"counts": ["purchase"], "cancelled": ["cart", "view"]},
        ),
        "states": ("State", ["Utah", "Ohio"], {}),
    }[file]
    table[header] = np.resize(values, len(table))
    said = yaml.safe_load(proposed(table, tmp_path).definition)["stranger"]
    status = said.get("status", {})
    assert {m: sorted(w) for m, w in status.items() if m in expected} == expected
    assert bool(status) == bool(expected)


def test_cards_and_callers_are_people_and_kinds_of_cards_are_not(tmp_path):
    table = lines("card", "place", "datetime", "money", PEOPLE).drop(columns="place")
    said = proposed(table, tmp_path).definition
    assert "customer_id: card" in said
    assert "amount: money" in said
    table["card"] = np.resize(["card", "cash"], ROWS)
    assert "customer_id: card" not in proposed(table, tmp_path).definition
    calls = lines("caller_number", "to", "call_start", "seconds", PEOPLE)
    calls["caller_number"] = 491_710_000_000 + calls["caller_number"].factorize()[0]
    calls["to"] = 491_510_000_000 + np.arange(ROWS)
    said = proposed(calls, tmp_path).definition
    assert "customer_id: caller_number" in said
    assert "calls_in_90_days" in said


@pytest.mark.parametrize(
    ("header", "values", "unit"),
    [
        ("CreditScore", np.arange(350, 850), "score"),
        ("Tenure", np.arange(0, 11), None),  # months or years, nobody says
        ("Tenure", np.arange(0, 60), "months"),
        ("TENURE", np.arange(6, 13), "months"),
        ("cons.price.idx", np.arange(92, 95, 0.1), None),
        ("Largest Gift", [f"${v}" for v in range(50, 90)], "money"),
    ],
)
def test_units_are_those_of_the_last_word(tmp_path, header, values, unit):
    rng = np.random.default_rng(18)
    table = pd.DataFrame({"customer id": np.arange(400)})
    table["visits"] = rng.geometric(0.2, 400)
    table[header] = rng.choice(values, 400)
    said = yaml.safe_load(proposed(table, tmp_path).definition)["stranger"]
    (measure,) = [m for name, m in said["measures"].items() if name != "visits"]
    assert (measure.get("unit") if isinstance(measure, dict) else None) == unit


@pytest.mark.parametrize("number", ["Order ID", "invoice_no", "call_id"])
def test_rows_of_nobody_are_asked_about(tmp_path, number):
    rng = np.random.default_rng(6)
    table = pd.DataFrame(
        {
            number: [f"{n // 2}-{n // 2 * 7919 % 1000:03d}" for n in range(400)],
            "Date": pd.date_range("2024-01-01", periods=400).strftime("%Y-%m-%d"),
            "Amount": rng.gamma(2, 30, 400).round(2),
            "Category": rng.choice(["top", "set"], 400),
        }
    )
    table.to_csv(tmp_path / "sales.csv", index=False)
    proposal = propose(str(tmp_path / "sales.csv"), folder=tmp_path)
    assert "# DECIDE " in proposal.definition
    assert any(r.startswith(f"Danger: '{number}' numbers") for r in proposal.remarks)

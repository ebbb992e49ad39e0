"""Columns named for contact reach the lists, and nothing that is learned from."""

import hashlib

import pytest

from segmentation.reading.dialect import inspect_input

WIDE = {
    "kind": "wide",
    "columns": {"customer_id": "id", "income": "income"},
    "contact": {"email": "E-Mail", "phone": "Tel"},
}
ORDERS = {
    "kind": "orders",
    "columns": {"customer_id": "who", "ordered_at": "day", "amount": "amount"},
    "contact": {"email": "Mail"},
}


def described(folder, text: str, definition: dict):
    file = folder / "shop.csv"
    file.write_text(text, "utf-8")
    inputs = {"shop": definition | {"path": str(file)}}
    return inspect_input(inputs, default="shop", warehouse_folder=str(folder))


def told(rows: dict[str, list]) -> set[tuple]:
    return set(
        zip(rows["customer_id"], rows["contact"], rows["contact_value"], strict=True)
    )


def test_a_wide_file_tells_each_customers_contacts(staged, tmp_path):
    dialect = described(
        tmp_path,
        "id,income,e-mail,Tel\na,1,a@example.org,\nb,2, b@example.org ,0049 1\nc,3,,\n",
        WIDE,
    )
    models = ("stg_input__records", "stg_input__rejects", "stg_input__customers")
    rows = staged(dialect, *models, "stg_input__contacts")
    assert told(rows) == {
        ("a", "email", "a@example.org"),
        ("b", "email", "b@example.org"),
        ("b", "phone", "0049 1"),
    }
    assert not {"email", "phone"} & {field.name for field in dialect.fields}
    assert not {"email", "phone"} & set(staged(dialect))


def test_of_orders_the_latest_that_says_it_counts(staged, tmp_path):
    dialect = described(
        tmp_path,
        "who,day,amount,Mail\na,2024-03-01,5,new@example.org\n"
        "a,2024-01-01,5,old@example.org\na,2024-04-01,5,\nb,2024-01-01,5,\n",
        ORDERS,
    )
    models = ("stg_orders__records", "stg_orders__overlaps", "stg_orders__lines")
    rows = staged(dialect, *models, "stg_input__contacts")
    assert told(rows) == {("a", "email", "new@example.org")}


def test_without_contacts_there_are_none(staged, tmp_path):
    plain = {name: value for name, value in ORDERS.items() if name != "contact"}
    dialect = described(tmp_path, "who,day,amount\na,2024-03-01,5\n", plain)
    models = ("stg_orders__records", "stg_orders__overlaps", "stg_orders__lines")
    assert told(staged(dialect, *models, "stg_input__contacts")) == set()


def test_addresses_are_hashed_as_tools_take_them(staged, tmp_path):
    dialect = described(
        tmp_path,
        "id,income,e-mail,Tel\na,1, Ann.Lee@Example.ORG ,0049 1\nb,2,none,0049 1\n",
        WIDE | {"contact": {"email_sha256": "E-Mail", "phone_sha256": "Tel"}},
    )
    models = ("stg_input__records", "stg_input__rejects", "stg_input__customers")
    rows = staged(dialect, *models, "stg_input__contacts")
    expected = hashlib.sha256(b"ann.lee@example.org").hexdigest()
    assert told(rows) == {("a", "email_sha256", expected)}


@pytest.mark.parametrize("name", ["segment_key", "Margin", "customer_id"])
def test_a_name_that_lists_have_already_is_refused(tmp_path, name):
    definition = WIDE | {"contact": {name: "E-Mail"}}
    dialect = described(tmp_path, "id,income,E-Mail\na,1,x\n", definition)
    assert name.casefold() in dialect.problem
    assert "call it something else" in dialect.problem


def test_a_column_for_contact_that_the_file_lacks_is_said(tmp_path):
    dialect = described(tmp_path, "id,income,E-Mail\na,1,x\n", WIDE)
    assert "lacks the column under contact: phone" in dialect.notes

"""What `segments init` proposes reads the same customers from any file."""

import csv
from datetime import datetime

import openpyxl
import pytest
import yaml

from segmentation.reading.dialect import inspect_input
from segmentation.reading.proposal import propose

# what the copies in the wild differ in: separator, dates, money, names, missing columns
RENAMED = {
    "ID": "Customer ID",
    "Income": "Annual Income",
    "Year_Birth": "Year of birth",
    "Dt_Customer": "Enrolment date",
    "MntWines": "Spend on wine",
    "MntFruits": "Spend on fruit",
    "MntMeatProducts": "Spend on meat",
    "MntFishProducts": "Spend on fish",
    "MntSweetProducts": "Spend on sweets",
    "Kidhome": "Kids at home",
}
CAMPAIGNS = [*(f"AcceptedCmp{n}" for n in range(1, 6)), "Response"]


def german(value: str) -> str:
    return f"{int(value):,}".replace(",", ".") + ",00 \u20ac"


def american(value: str) -> str:
    return f"${int(value):,}.00 "


DIALECTS = {
    "tab_day_first": {"delimiter": "\t", "dates": "%d-%m-%Y", "rename": {"ID": "Id"}},
    "german": {"delimiter": ";", "dates": "%d.%m.%Y", "money": german,
               "code": "cp1252"},
    "american": {
        "delimiter": ",",
        "dates": "us",
        "money": american,
        "rename": {"Income": " Income ", "ID": "Id"},
        "added": {"Country": "SP"},
    },
    "renamed_utf16": {"delimiter": ";", "dates": "%d %b %Y", "rename": RENAMED,
                      "code": "utf-16"},
    "workbook": {"delimiter": "xlsx", "dates": "cell", "rename": RENAMED,
                 "left_out": CAMPAIGNS},
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(real_data) -> list[dict[str, str]]:
    with (real_data / "marketing_campaign.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=";"))


def written(row: dict, dialect: dict) -> dict:
    """Return a customer as a dialect writes it."""
    day = datetime.strptime(row["Dt_Customer"], "%Y-%m-%d")
    dates = dialect["dates"]
    row = {name: value for name, value in row.items()
           if name not in dialect.get("left_out", ())}  # fmt: skip
    if dates == "us":
        row["Dt_Customer"] = f"{day.month}/{day.day}/{day:%y}"
    else:
        row["Dt_Customer"] = day if dates == "cell" else day.strftime(dates)
    if dialect.get("money") and row["Income"]:
        row["Income"] = dialect["money"](row["Income"])
    row |= dialect.get("added", {})
    names = dialect.get("rename", {})
    return {names.get(name, name): value for name, value in row.items()}


def write(file, rows, dialect):
    customers = [written(row, dialect) for row in rows]
    if dialect["delimiter"] == "xlsx":
        file = file.with_suffix(".xlsx")
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Customers")
        sheet.append(list(customers[0]))
        for customer in customers:
            sheet.append([
                float(v) if isinstance(v, str) and v.isdigit() else v or None
                for v in customer.values()
            ])  # fmt: skip
        book.save(file)
        return file
    code = dialect.get("code", "utf-8")
    with file.open("w", encoding=code, newline="") as out:
        table = csv.DictWriter(out, customers[0], delimiter=dialect["delimiter"])
        table.writeheader()
        table.writerows(customers)
    return file


@pytest.fixture(scope="module")
def read_customers(staged, tmp_path_factory):
    """Read a file as `segments init` proposes it; nothing is edited."""
    folder = tmp_path_factory.mktemp("converted")

    def read(file) -> dict[str, list]:
        proposal = propose(str(file), name="shop", folder=folder)
        assert proposal.decisions == 0, proposal.text
        inputs = yaml.safe_load(proposal.text)
        dialect = inspect_input(inputs, default="shop", warehouse_folder=str(folder))
        return staged(dialect)

    return read


@pytest.fixture(scope="module")
def original(read_customers, real_data):
    customers = read_customers(real_data / "marketing_campaign.csv")
    assert len(customers["customer_id"]) == 2240
    assert not any(customers["unparsed_fields"])
    return customers


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_customers(
    rows, original, read_customers, tmp_path, name
):
    file = write(tmp_path / "shop.csv", rows, DIALECTS[name])
    is_whole = "left_out" not in DIALECTS[name]
    # the name of a file is no matter of its customers, and equal customers are equal
    # in all that is known
    more = {"country"} if DIALECTS[name].get("added") else set()
    is_equal_in_all = is_whole and not more
    apart = {"source_file"} | more
    apart |= set() if is_equal_in_all else {"profile_fingerprint"}
    read = {
        column: values
        for column, values in read_customers(file).items()
        if column not in apart and (is_whole or any(v is not None for v in values))
    }
    assert len(read) > 20
    assert read == {column: original[column] for column in read}

"""The same customers in any file: what `segments init` proposes reads them all alike."""

import csv
import json
from datetime import datetime

import duckdb
import openpyxl
import pytest
import yaml

from segmentation.proposal import propose

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
STAGED = "staging.stg_input__customers"
FEATURES = "intermediate.int_customers_engineered"
CAMPAIGNS = [*(f"AcceptedCmp{n}" for n in range(1, 6)), "Response"]


def german(value: str) -> str:
    return f"{int(value):,}".replace(",", ".") + ",00 \u20ac"


def american(value: str) -> str:
    return f"${int(value):,}.00 "


DIALECTS = {
    "tab_day_first": {"delimiter": "\t", "dates": "%d-%m-%Y", "rename": {"ID": "Id"}},
    "german": {"delimiter": ";", "dates": "%d.%m.%Y", "money": german, "code": "cp1252"},
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
def read_customers(rows, real_data, new_builder, tmp_path_factory):
    """Build every dialect as `segments init` proposes it; nothing is edited.

    All definitions go to dbt at once, so that it parses the project once.
    """
    folder = tmp_path_factory.mktemp("dialects")
    files = {"original": real_data / "marketing_campaign.csv"}
    for name, dialect in DIALECTS.items():
        files[name] = write(folder / f"{name}.csv", rows, dialect)
    inputs = {}
    for name, file in files.items():
        proposal = propose(str(file), name=name, folder=folder)
        assert proposal.decisions == 0, proposal.text
        inputs |= yaml.safe_load(proposal.text)
    variables = json.dumps({"inputs": inputs})
    builder = new_builder("dialects")

    def read(name: str, table: str) -> dict[str, list]:
        failures = builder.dbt(
            *("build", "--select", f"+{table.split('.')[1]}", "--vars", variables),
            *("--exclude-resource-type", "test"),
            *("--exclude-resource-type", "unit_test"),
            SEGMENTS_INPUT=name,
        )
        assert failures == []
        with duckdb.connect(builder.warehouse, read_only=True) as connection:
            customers = connection.sql(f"from {table} order by record_number")
            return customers.to_arrow_table().to_pydict()

    return read


@pytest.fixture(scope="module")
def original(read_customers):
    return read_customers("original", STAGED)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_customers(original, read_customers, name):
    is_whole = "left_out" not in DIALECTS[name]
    # the name of a file is no matter of its customers, and equal customers are equal
    # in all that is known
    apart = {"source_file"} | (set() if is_whole else {"profile_fingerprint"})
    read = {
        column: values
        for column, values in read_customers(name, STAGED).items()
        if column not in apart and (is_whole or any(v is not None for v in values))
    }
    assert len(read) > 20
    assert read == {column: original[column] for column in read}


def test_features_that_determine_every_segment_are_the_same(read_customers):
    """Who has the same features, settings and seed has the same segments."""
    assert read_customers("american", FEATURES) == read_customers("original", FEATURES)

"""What `segments init` makes of a stranger's file."""

import pytest
import yaml

from segmentation.cli import main
from segmentation.reading.dialect import inspect_input
from segmentation.reading.project_file import write_definition
from segmentation.reading.proposal import propose
from segmentation.reading.spellings import words
from segmentation.warehouse.errors import UserError

PROJECT = """\
name: shop
vars:
  # inputs are described once
  default_input: first
  inputs:
    first:  # of all
      path: first.csv
      columns: {customer_id: ID}

  # -- Time ---
  as_of_date: ""
"""


@pytest.fixture
def proposed(tmp_path):
    """Propose a definition for a text; return it, and what YAML makes of it."""

    def make(text: str, name: str = "shop"):
        file = tmp_path / "shop.csv"
        file.write_text(text, "utf-8")
        proposal = propose(str(file), name=name, folder=tmp_path)
        return proposal, yaml.safe_load(proposal.text)[name]

    return make


def test_columns_are_recognised_in_several_spellings(proposed):
    header = (
        "Kundennummer;Geburtsjahr;Familienstand;Jahreseinkommen;Kunde seit;"
        "Spend on wine;Fish Spend;NumWebPurchases;Store orders;"
        "AcceptedCmp2;Campaign 1;Response\n"
    )
    rows = "7;1970;ledig;50.000,00 €;24.12.2013;1;2;3;4;0;1;0\n"
    rows += "8;1971;ledig;51.000,50 €;25.12.2013;1;2;3;4;0;1;1\n"
    proposal, definition = proposed(header + rows)
    assert proposal.decisions == 0
    assert definition["columns"] == {
        "customer_id": "Kundennummer",
        "birth_year": "Geburtsjahr",
        "marital_status": "Familienstand",
        "income": "Jahreseinkommen",
        "enrolled_on": "Kunde seit",
    }
    assert definition["spend"] == {"wine": "Spend on wine", "fish": "Fish Spend"}
    assert definition["channels"] == {"web": "NumWebPurchases", "store": "Store orders"}
    # in time order, not in the file's
    assert list(definition["campaigns"].items()) == [
        ("campaign_1", "Campaign 1"),
        ("campaign_2", "AcceptedCmp2"),
    ]
    assert definition["target_campaign"] == {
        "name": "campaign_3",
        "response": "Response",
    }
    assert (definition["date_format"], definition["decimal_mark"]) == ("%d.%m.%Y", ",")


def test_what_can_be_read_in_two_ways_is_a_choice_and_the_build_asks(
    proposed, tmp_path
):
    text = "ID;Income;Joined\n1;1,234;04-09-2012\n2;2,345;05-06-2012\n"
    proposal, _ = proposed(text)
    assert proposal.decisions == 2
    assert "# date_format: \"%d-%m-%Y\"  # '04-09-2012' is 2012-09-04" in proposal.text
    assert "# date_format: \"%m-%d-%Y\"  # '04-09-2012' is 2012-04-09" in proposal.text
    assert "# decimal_mark: \".\"  # '1,234' is 1234" in proposal.text

    def problem(text):
        inputs = yaml.safe_load(text)
        return inspect_input(
            inputs, default="shop", warehouse_folder=str(tmp_path)
        ).problem

    assert "can be read as %d-%m-%Y or as %m-%d-%Y" in problem(proposal.text)
    decided = proposal.text.replace('# date_format: "%d', 'date_format: "%d')
    assert "can be read in two ways: '1,234'" in problem(decided)
    decided = decided.replace('# decimal_mark: "."', 'decimal_mark: "."')
    assert problem(decided) is None


def test_key_that_cannot_be_told_is_a_choice(proposed, tmp_path):
    proposal, definition = proposed("Card;Badge;Income\na;x;5\nc;y;5\n")
    assert proposal.decisions == 1
    assert "# key: Card  # all values are different" in proposal.text
    assert "# key: Badge  # all values are different" in proposal.text
    assert "# key: row_number" in proposal.text
    dialect = inspect_input({"shop": definition}, default="shop")
    assert "does not map customer_id" in dialect.problem


def test_column_without_a_name_is_not_offered_as_the_key(proposed):
    proposal, _ = proposed(";Card;Income\n0;a;5\n1;c;2\n")
    assert "# key: Card" in proposal.text
    assert '# key: ""' not in proposal.text


def test_order_lines_are_recognised(proposed):
    lines = "".join(f"A{n},2024-05-{10 + n},C{n % 3},Wine,{n},2.50\n" for n in range(9))
    _, definition = proposed(
        "InvoiceNo,InvoiceDate,CustomerID,Category,Quantity,UnitPrice\n" + lines
    )
    assert definition["kind"] == "orders"
    assert definition["columns"] == {
        "customer_id": "CustomerID",
        "order_id": "InvoiceNo",
        "ordered_at": "InvoiceDate",
        "amount": "UnitPrice",
        "category": "Category",
        "quantity": "Quantity",
    }
    assert definition["amount_is_per_unit"] is True


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("ID,Income\n1,5\n1,6\n2,7\n", "Danger: 1 of 3 rows repeat a value of 'ID'"),
        ("ID,Income\n1,$5\n2,€6\n", "Danger: The amounts in column 'Income'"),
        ("ID,Income,income\n1,5,6\n", "Danger: 2 columns are called 'income'"),
        (
            "ID,Income,Visits\n1,soon,3\n",
            "'Income' is called like income, but holds no numb",
        ),
        ("ID,Colour\n1,red\n2,blue\n", "colour: Colour  # 2 values"),
        (
            "ID,Spend on {{x}},Visits\n1,5,3\n",
            "Danger: 'Spend on {{x}}' is not used, as dbt",
        ),
        ("ID,Kids,Children\n1,5,6\n", "Check: children_at_home could be 'Children'"),
        (",ID,Income\n0,1,5\n", "Ignored: 1 column without a name"),
        (",ID, ,Income\n0,1,5,5\n", "Ignored: 2 columns without a name"),
        ("ID,Recency\n1,5.5\n2,6\n", "1 of 2 values of 'Recency' have decimals"),
        (
            "ID,Income\n" + "1,5\n" * 19 + "2,a lot\n",
            "1 of 20 values of 'Income' are "
            "not what income has to be (for example 'a lot')",
        ),
        ("ID,Income\n1.0,5\n2,6\n", "Found: 1 of 2 keys in column 'ID' are written"),
        ("ID,Income\n01,5\n2.0,6\n", "they are kept as they are"),
        ("ID,Income\n1,5\n2,6\n", "Missing: no day of the last purchase: without"),
    ],
)
def test_what_is_dangerous_missing_or_ignored_is_said(proposed, text, remark):
    proposal, _ = proposed(text)
    assert remark in proposal.text


def test_definition_is_written_between_comments_and_only_once(proposed, tmp_path):
    file = tmp_path / "dbt_project.yml"
    file.write_text(PROJECT)
    proposal, definition = proposed('ID,"a ""b"": {c}\nd spend"\n1,5\n')
    write_definition(file, proposal)
    text = file.read_text()
    inputs = yaml.safe_load(text)["vars"]["inputs"]
    assert inputs["shop"] == definition
    assert inputs["shop"]["spend"] == {"a_b_c_d": 'a "b": {c}\nd spend'}
    assert text.replace(proposal.definition, "") == PROJECT
    with pytest.raises(UserError, match="already has an input called shop"):
        write_definition(file, proposal)


def test_command_prints_yaml_and_the_next_step(tmp_path, monkeypatch, capsys):
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "my shop.csv").write_text("ID,Income\n1,5\n2,6\n")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "my shop.csv", "--write"]) == 0
    said = capsys.readouterr()
    assert yaml.safe_load(said.out)["my_shop"]["path"] == "my shop.csv"
    assert said.err.endswith("then SEGMENTS_INPUT=my_shop segments build\n")
    written = yaml.safe_load((tmp_path / "dbt_project.yml").read_text())
    assert "my_shop" in written["vars"]["inputs"]
    assert main(["init", "nothing.csv"]) == 1
    assert "nothing.csv does not exist" in capsys.readouterr().err
    assert main(["init", "my shop.csv", "--name", "a b"]) == 1
    assert "cannot name an input" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["Dt_Customer", "DtCustomer", "dt customer", " DT CUSTOMER ", "dt-customer"]
)
def test_spellings_of_a_name_are_one(name):
    assert words(name) == "dt customer"

"""A definition is added to dbt_project.yml, and nothing else of the file changes."""

import multiprocessing
import stat
from dataclasses import replace

import pytest
import yaml

from segmentation.reading.definition import Proposal
from segmentation.reading.definition_schema import KEYS, require_shape
from segmentation.reading.dialect import inspect_input
from segmentation.reading.project_file import project_settings, write_definition
from segmentation.warehouse.errors import UserError

DEFINITION = (
    '    shop:\n      path: "a b.csv"\n      columns:\n        customer_id: ID\n'
)
PLAIN = "name: x\nvars:\n  default_input: a\n  inputs:\n    a:\n      path: a.csv\n"


def proposal(name: str = "shop") -> Proposal:
    return Proposal(name, DEFINITION.replace("shop", name))


@pytest.mark.parametrize(
    "before",
    [
        PLAIN,
        PLAIN + "\n  # -- Time --\n  k: 1\nmodels:\n  x: 1\n",
        PLAIN.rstrip("\n"),
        "name: x\nvars:\n  inputs: {}\n  k: 1\n",
        "name: x\nvars:\n  inputs:\n  k: 1\n",
        "name: x\nvars:\n  inputs:  # none yet\nmodels: {x: 1}\n",
        "name: x\nvars:\n  k: 1\n",
        "name: x\nvars: {}\nmodels: {x: 1}\n",
        "name: x\nvars:\nmodels: {x: 1}\n",
        "name: x\n",
        "name: x\nvars:\n    inputs:\n        a:\n            path: a.csv\n    k: 1\n",
        "name: x\nvars:\n inputs:\n  a:\n   path: a.csv\n k: 1\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_definition_finds_its_place_in_any_layout(tmp_path, before, end):
    file = tmp_path / "dbt_project.yml"
    file.write_bytes(before.replace("\n", end).encode())
    write_definition(file, proposal())
    after = file.read_bytes().decode()
    old = project_settings(tmp_path / "dbt_project.yml")
    assert old["inputs"]["shop"]["columns"] == {"customer_id": "ID"}
    own = yaml.safe_load(after)
    own["vars"]["inputs"].pop("shop")
    first = yaml.safe_load(before)
    for place in (own, first):
        place["vars"] = {k: v for k, v in (place.get("vars") or {}).items() if v}
    assert own == first
    assert after.count("\n") == after.count(end)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: [\n", "is not valid YAML (line"),
        ("- a\n", "is no dbt project"),
        ("name: x\nvars: 5\n", "vars has to be names with values"),
        ("name: x\nvars:\n  inputs: [a]\n", "inputs has to be names with definitions"),
        ("name: x\nvars: {inputs: {a: {path: a.csv}}}\n", "not laid out as expected"),
        (PLAIN.replace(" a:", " shop:"), "already has an input called shop"),
        ("name: x\nvars:\n  inputs:\n    a: &b {path: a}\n    c: *b\n    d: \x01\n",
         "is not valid YAML"),
    ],
)  # fmt: skip
def test_where_there_is_no_place_nothing_is_written(tmp_path, text, sentence):
    file = tmp_path / "dbt_project.yml"
    file.write_text(text)
    with pytest.raises(UserError) as raised:
        write_definition(file, proposal())
    assert sentence in str(raised.value)
    assert file.read_text() == text


def test_link_and_mode_stay(tmp_path):
    real = tmp_path / "real.yml"
    real.write_text(PLAIN)
    real.chmod(0o600)
    link = tmp_path / "dbt_project.yml"
    link.symlink_to(real)
    write_definition(link, proposal())
    assert link.is_symlink()
    assert "shop" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_read_only_file_is_respected(tmp_path):
    file = tmp_path / "dbt_project.yml"
    file.write_text(PLAIN)
    file.chmod(0o444)
    with pytest.raises(UserError, match="is read-only, so nothing was written"):
        write_definition(file, proposal())
    assert file.read_text() == PLAIN


def write_one(file, number):
    write_definition(file, proposal(f"shop_{number}"))


def test_twelve_at_once_are_all_written(tmp_path):
    file = tmp_path / "dbt_project.yml"
    file.write_text(PLAIN)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_one, args=(file, n)) for n in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 12
    assert len(project_settings(file)["inputs"]) == 13


@pytest.mark.parametrize("odd", [5, True, [[]], {"a": []}, [{}], 1.5, "x" * 999])
@pytest.mark.parametrize("key", [*KEYS, "colums"])
def test_any_key_of_another_shape_is_one_sentence_with_its_place(key, odd):
    definition = {"path": "a.csv", "columns": {"customer_id": "ID"}, key: odd}
    try:
        require_shape("shop", definition)
    except UserError as error:
        assert str(error).startswith("In dbt_project.yml, inputs: shop")
        assert "\n" not in str(error)
        assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ({"path": 5}, "inputs: shop: path is 5; it has to be the path of a file"),
        ({"path": "a", "spend": ["W"]}, "spend is ['W']; it has to be names with"),
        ({"path": "a", "spend": {"wine": 2012}}, "spend: wine is 2012; it has to be"),
        ({"path": "a", "columns": {"customer_id": ["I"]}}, "customer_id is ['I']"),
        ({"path": "a", "colums": {}}, "the key colums, which is not known; is columns"),
        ({"columns": {}}, "needs one of a path, a query"),
        ([], "inputs: shop is []"),
        (None, "inputs: shop is None"),
    ],
)
def test_hand_written_definition_of_a_wrong_shape_is_named(definition, sentence):
    problem = inspect_input({"shop": definition}, default="shop").problem
    assert sentence in problem


def test_vars_of_a_host_are_those_below_the_package(tmp_path):
    file = tmp_path / "dbt_project.yml"
    inputs = "inputs: {shop: {relation: fct_orders}}"
    file.write_text(f"name: host\nvars:\n  k: 3\n  segmentation:\n    {inputs}\n")
    settings = project_settings(file)
    assert (settings["inputs"], settings["k"]) == (
        {"shop": {"relation": "fct_orders"}},
        3,
    )


def test_a_query_stands_beside_the_project_file(tmp_path):
    file = tmp_path / "dbt_project.yml"
    file.write_text(PLAIN)
    write_definition(file, replace(proposal(), query="select 1 as customer_id"))
    assert (tmp_path / "inputs" / "shop.sql").read_text() == "select 1 as customer_id"
    # somebody else's stays
    other = tmp_path / "inputs" / "other.sql"
    other.write_text("select 2")
    with pytest.raises(UserError, match=r"other\.sql is another query"):
        write_definition(file, replace(proposal("other"), query="select 3"))
    assert other.read_text() == "select 2"
    assert "other" not in project_settings(file)["inputs"]

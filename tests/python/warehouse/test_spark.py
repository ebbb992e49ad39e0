"""What the target spark needs of the rest of the project, without Spark."""

import ast
import pkgutil
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from segmentation.reading.dialect import inspect_input
from segmentation.reading.schema import INPUT_DIALECT
from segmentation.reading.spark_file import input_records
from segmentation.warehouse.connection import file_reader, query
from segmentation.warehouse.spark import spark_sql
from segmentation.warehouse.tables import one_row

PROJECT = Path(__file__).parents[3]
# what DuckDB has and Spark has not, or reads otherwise
DUCKDB_ONLY = {
    "date_diff, which has other arguments": r"\bdate_diff\s*\(",
    "dates as text by strftime": r"\b(try_)?str[fp]time\s*\(",
    "unnest": r"\bunnest\s*\(",
    "generate_series": r"\b(generate_series|range)\s*\(\s*\d+\s*,\s*\d+\s*\)\s+as\b",
    "epoch": r"\bepoch(_ms)?\s*\(",
    "lists and structs of DuckDB": r"\b(list|list_\w+|struct_pack|quantile\w*)\s*\(",
    "arg_max": r"\barg_m(ax|in)\s*\(",
    "regular expressions by DuckDB's names": r"\bregexp_(matches|full_match)\s*\(",
    "a set of columns": r"\*\s*(exclude|replace)\s*\(|\bcolumns\s*\(\s*\*",
    "by name": r"\bunion\s+(all\s+)?by\s+name\b",
    "all": r"\b(group|order)\s+by\s+all\b",
    "qualify": r"\bqualify\b",
    "an order within sum": r"\bsum\s*\([^()]*\border\s+by\b",
    "varchar without a length, or hugeint": r"\bas\s+(varchar|hugeint)\b",
    "whole division": r"[\w)]\s+//\s+[\w(]",
}
# these read files with DuckDB on purpose, on dbt's own machine
FILE_READERS = {"ingest.py", "campaign.py", "input_file.py"}


def portable_files() -> list[Path]:
    """Return the SQL outside macros/engine and what Python models call."""
    sql = [
        file
        for folder in ("models", "macros", "analyses", "tests")
        for file in sorted((PROJECT / folder).rglob("*.sql"))
        if "engine" not in file.parts
    ]
    models = sorted((PROJECT / "python_models").rglob("*.py"))
    called = {
        name
        for model in models
        for name in re.findall(r"from segmentation\.(\w+) import", model.read_text())
    }
    package = [PROJECT / "segmentation" / f"{name}.py" for name in sorted(called)]
    return [*sql, *(f for f in package if f.name not in FILE_READERS)]


def sql_in(file: Path) -> str:
    """Return a model without its comments, or the texts in a module but docstrings."""
    text = file.read_text()
    if file.suffix == ".sql":
        return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    nodes = list(ast.walk(ast.parse(text)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return "\n".join(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    )


@pytest.mark.parametrize("construct", DUCKDB_ONLY)
def test_sql_outside_the_engine_macros_has_nothing_that_only_duckdb_reads(construct):
    pattern = re.compile(DUCKDB_ONLY[construct], re.IGNORECASE)
    found = [
        f"{file.relative_to(PROJECT)}: {match.group()}"
        for file in portable_files()
        for match in pattern.finditer(sql_in(file))
    ]
    assert found == []


def test_every_macro_of_an_engine_has_an_arm_for_each():
    for file in (PROJECT / "macros" / "engine").glob("*.sql"):
        text = file.read_text()
        for name in re.findall(r"adapter\.dispatch\('(\w+)'", text):
            assert f"macro duckdb__{name}(" in text, name
            assert re.search(rf"macro (spark|default)__{name}\(", text), name


def test_sessions_of_the_tests_are_opened_only_where_they_are_ended():
    # one that is left open keeps its process from ending once its server has
    opening = [
        file.name
        for file in sorted((PROJECT / "tests" / "spark").glob("*.py"))
        if "SparkSession.builder" in file.read_text("utf-8")
    ]
    assert opening == ["compare.py"]


def test_dbt_finds_the_plugin_where_the_project_is_installed():
    # dbt looks on the path alone, where some editable installations put nothing
    assert "dbt_segments_spark" in {module.name for module in pkgutil.iter_modules()}


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="pyspark is installed")
def test_the_plugin_does_nothing_where_spark_is_not_installed():
    code = (
        "import sys, dbt_segments_spark as plugin\n"
        "for kind in plugin.plugins: kind('segmentation').initialize()\n"
        "heavy = {'pyspark', 'pandas', 'segmentation', 'dbt.adapters.spark'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("standard", "spark"),
    [
        ("select 'Land''s End'", r"select 'Land\'s End'"),
        (r"select 'C:\new'", r"select 'C:\\new'"),
        ('select "my ""own"" `name`"', 'select `my "own" ``name```'),
        ("""select '"' as "it's" """, """select '"' as `it's` """),
        ("select 1 -- don't\n, 2", "select 1 -- don't\n, 2"),
    ],
)
def test_what_is_quoted_by_the_standard_is_quoted_for_spark(standard, spark):
    assert spark_sql(standard) == spark


def test_a_query_finds_its_relations_by_name_whatever_tables_there_are():
    with duckdb.connect() as session:
        session.sql("create table numbers as select 1 as i")
        numbers = session.table("numbers").filter("i > 1")
        more = pa.table({"i": [5]})
        sql = "with summed as (select sum(i) as i from more) select * from numbers"
        joined = query(
            session, f"{sql} union all select i from summed", numbers=numbers, more=more
        )
        assert joined.fetchall() == [(5,)]


def test_records_come_with_their_places_and_the_wanted_columns(tmp_path):
    file = tmp_path / "it's.csv"
    file.write_text("ID;x;y\na; 1;\nb;NA;\n")
    definition = {
        "path": str(file), "columns": {"customer_id": "ID", "income": "x"}
    }  # fmt: skip
    dialect = inspect_input({"it": definition}, default="it")
    with duckdb.connect() as session:
        session.register("dialect", one_row(INPUT_DIALECT, dialect.as_row()))
        records = input_records(file_reader(session), session.table("dialect"))
        assert records.columns[4:] == ["ID", "x"]
        assert records.fetchall() == [
            (2, 2, "it's.csv", None, "a", "1"),
            (3, 3, "it's.csv", None, "b", None),
        ]

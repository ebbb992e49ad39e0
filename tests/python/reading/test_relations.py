"""A relation in a file's place is read as the file would be."""

import duckdb
import pytest

from segmentation.reading.dialect import inspect_input
from segmentation.reading.relations import INPUT_RELATION, with_relation

WIDE = {
    "kind": "wide",
    "columns": {"customer_id": "id", "income": "income"},
    "groups": {"plan": "plan"},
    "dates": {"seen": "seen"},
}
ORDERS = {
    "kind": "orders",
    "columns": {
        "customer_id": "id",
        "ordered_at": "seen",
        "amount": "income",
        "category": "plan",
    },
}
ROWS = """
    select i as segments_record_number, 'c' || i % 40 as id, 100.5 * i as income,
        ['free', 'paid'][1 + i % 2] as plan,
        date '2026-01-01' + cast(i as integer) as seen
    from range(1, 101) as numbers (i)
"""


def described(definition: dict, rows: str, tmp_path):
    """Return the dialects of the rows as a relation and as a Parquet file."""
    engine = duckdb.connect()
    if definition is WIDE:
        rows = rows.replace("i % 40", "i")
    inputs = {"shop": {**definition, "relation": "fct_orders"}}
    inputs = with_relation(engine, inputs, engine.sql(rows))
    relation = inspect_input(inputs, default="shop")
    file = tmp_path / "shop.parquet"
    engine.execute(
        f"copy (select * exclude (segments_record_number) from ({rows})) to '{file}'"
    )
    inputs = {"shop": {**definition, "path": str(file)}}
    return engine, relation, inspect_input(inputs, default="shop")


@pytest.mark.parametrize("definition", [WIDE, ORDERS])
def test_relation_is_described_as_the_same_rows_in_a_file(definition, tmp_path):
    engine, relation, file = described(definition, ROWS, tmp_path)
    assert relation.problem is None and file.problem is None
    assert relation.fields == file.fields
    assert relation.source_path == "fct_orders"
    # what staging reads; the macro puts the relation's own name there
    rows = ROWS.replace("i % 40", "i") if definition is WIDE else ROWS
    sql = relation.relation_sql.replace(INPUT_RELATION, f"({rows})")
    columns = "* exclude (segments_source_file, segments_record_number)"
    names = "* exclude (segments_line_number)"
    there = engine.sql(
        f"select {names} from (select {columns} from {sql}) order by all"
    )
    here = engine.sql(
        f"select {names} from (select {columns} from {file.relation_sql}) order by all"
    )
    assert there.fetchall() == here.fetchall()


def test_relation_without_rows_is_a_sentence(tmp_path):
    _, relation, _ = described(WIDE, f"{ROWS} where false", tmp_path)
    assert relation.problem == "The input file fct_orders has a header but no rows."


@pytest.mark.parametrize("places", [{}, {"path": "a.csv", "relation": "fct_orders"}])
def test_input_says_one_place(places):
    dialect = inspect_input({"shop": {**WIDE, **places}}, default="shop")
    assert "needs one of a path, a query" in dialect.problem

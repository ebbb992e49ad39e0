"""The assignment written for other engines is the assignment."""

from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot

from segmentation.segments import portable
from segmentation.segments.assignment import assignment_sql
from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.portable import DIALECTS, translated
from segmentation.segments.transforms import (
    Feature,
    FittedFeature,
    fit_features,
    scaled,
)
from segmentation.warehouse.errors import UserError

FEATURES = [
    Feature("income", "Income", "log1p"),
    Feature('5\' "x"', "Odd", "sqrt"),
    Feature("age", "Age", weight=0.5),
]


def customers(n: int, seed: int) -> pd.DataFrame:
    """Draw customers with gaps and absurd values."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:06d}" for i in range(n)],
            "income": rng.lognormal(10, 1.5, n),
            '5\' "x"': rng.exponential(500, n) - 50,
            "age": rng.normal(40, 20, n).round(),
        }
    )
    for column in frame.columns[1:]:
        frame.loc[rng.random(n) < 0.05, column] = np.nan
        frame.loc[rng.random(n) < 0.004, column] = 1e9
    return frame


@pytest.fixture(scope="module", params=[1, 2, 6])
def assignment(request) -> str:
    k = request.param
    frame = customers(2_000, seed=1)
    fitted = fit_features(frame, FEATURES)
    model = fit_kmeans(scaled(frame, fitted), k, random_seed=0, starts=3)
    return assignment_sql(
        "segments_customers",
        features=fitted,
        centroids=model.centroids.tolist(),
        segment_keys=[f"S{i}" for i in range(k)],
        segment_sizes=[1] * k,
        distance_fences=[3.0] * k,
        distance_offsets=[0.0] * k,
        whitenings=[None] * k,
    )


def assigned(sql: str, table: str) -> list[tuple]:
    with duckdb.connect() as engine:
        frame = customers(100_000, seed=2)
        engine.execute(f"create table {table} as select * from frame")
        assert len(frame) == 100_000
        return engine.sql(f"select * from ({sql}) order by customer_id").fetchall()


def test_duckdb_assigns_a_hundred_thousand_the_same(assignment):
    expected = assigned(assignment, "segments_customers")
    there = translated(assignment, "duckdb", "people")
    assert assigned(there, "people") == expected
    # what Postgres is handed says the same, read back: it shares most of DuckDB's words
    postgres = translated(assignment, "postgres", "people")
    back = sqlglot.transpile(postgres, read="postgres", write="duckdb")[0]
    assert assigned(back, "people") == expected


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_its_own(assignment, dialect):
    sql = translated(assignment, dialect, "crm.people")
    (query,) = sqlglot.parse(sql, read=dialect)
    tables = list(query.find_all(sqlglot.exp.Table))
    names = {table.sql(dialect=dialect).replace("`", "") for table in tables}
    assert "crm.people" in names and "segments_customers" not in sql
    # engines differ in what least() makes of a null, so none is handed one
    for least in query.find_all(sqlglot.exp.Least):
        cases = [c for c in least.find_all(sqlglot.exp.Case) if c.parent is least]
        assert all(case.args.get("default") is not None for case in cases)


@pytest.mark.parametrize(
    ("dialect", "table"), [("oracle7", "people"), ("postgres", "people; drop table x")]
)
def test_unknown_dialect_or_table_is_a_sentence(dialect, table):
    with pytest.raises(UserError):
        translated("select 1 from segments_customers", dialect, table)


def test_columns_that_the_table_needs_are_listed(monkeypatch, assignment):
    def fitted(feature: str, kind: str) -> FittedFeature:
        return FittedFeature(feature, "none", 1, 0, 0, 1, 0, 1, kind)

    # a number that is not always known has two coordinates
    coordinates = [("age", "number"), ("age", "unknown"), ("plan", "level")]
    version = SimpleNamespace(features=[fitted(*c) for c in coordinates])
    monkeypatch.setattr(portable, "current_version", lambda versions: version)
    monkeypatch.setattr(
        portable, "current_assignment_sql", lambda versions, table: (3, assignment)
    )
    sql = portable.portable_assignment(
        None, {"S0": "Many"}, dialect="duckdb", table="people"
    )
    comments = [line for line in sql.splitlines() if line.startswith("--   ")]
    assert comments == [
        "--   customer_id",
        '--   "age": a number',
        '--   "plan": a word',
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_score_of_a_response_is_read_by_its_dialect(dialect):
    sql = portable.portable_score(
        '1 / (1 + exp(-(0.5 * ln(1 + greatest(coalesce(cast("income" as double), 2), '
        "0)) + case coalesce(\"plan\", 'none') when 'o''hare' then 1 else 0 end)))",
        {"income": "a number", "plan": "a word"},
        campaign="spring\nsale",
        dialect=dialect,
        table="crm.people",
    )
    (query,) = sqlglot.parse(sql, read=dialect)
    assert [column.alias_or_name.lower() for column in query.expressions] == [
        "customer_id",
        "probability",
    ]
    assert "segments_customers" not in sql and "spring sale" in sql.splitlines()[0]
    comments = [line for line in sql.splitlines() if line.startswith("--   ")]
    assert comments[1:] == ['--   "income": a number', '--   "plan": a word']

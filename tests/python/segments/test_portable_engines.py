"""The assignment and the score written for other engines give the same there.

Of 100,000 customers with gaps, absurd values and groups. Engines may differ in the last
bit of a logarithm, so who is as near to two segments is left aside, and counted.
"""

import subprocess
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from segmentation.campaign.logistic_sql import score_sql
from segmentation.segments.assignment import assignment_sql
from segmentation.segments.clustering import fit_kmeans
from segmentation.segments.portable import translated
from segmentation.segments.transforms import Feature, fit_features, scaled
from tests.python.servers import postgres_server, sail_server

CUSTOMERS = 100_000
FEATURES = [
    Feature("income", "Income", "log1p"),
    Feature("visits", "Visits", "sqrt"),
    Feature("age", "Age", weight=0.5),
    Feature("plan", "Plan", kind="group"),
]
TYPES = {
    "customer_id": "text",
    "income": "double precision",
    "visits": "integer",
    "age": "double precision",
    "plan": "text",
}
# with whole numbers, whose division is not one everywhere
RESPONSE = {
    "score_intercept": -1.0,
    "calibration_slope": 0.9,
    "calibration_intercept": 0.1,
    "score_terms": [
        {
            "feature": name,
            "scale": 3.0,
            "impute_value": 2.0,
            "center": 1.0,
            "coefficient": 0.7,
            "is_logged": name == "income",
            "value": None,
        }
        for name in ("income", "visits")
    ]
    + [
        {"feature": "plan", "scale": None, "value": value, "coefficient": weight}
        for value, weight in (("o'hare", 0.4), ("free", -0.3), (None, 0.1))
    ],
}
# in Sail's own environment, which has no pytest
ASK_SAIL = """
import sys
from pyspark.sql import SparkSession
address, source, query, result = sys.argv[1:]
session = SparkSession.builder.remote(address).create()
session.read.parquet(source).createOrReplaceTempView("people")
session.sql(open(query).read()).toPandas().to_parquet(result)
"""


def customers(n: int, seed: int) -> pd.DataFrame:
    """Draw customers; a null is no NaN, as databases tell them apart."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:06d}" for i in range(n)],
            "income": rng.lognormal(10, 1.5, n),
            "visits": pd.array(rng.poisson(7, n), dtype="Int32"),
            "age": rng.normal(40, 20, n).round(),
            "plan": rng.choice(["free", "o'hare", "é"], n),
        }
    )
    for column in frame.columns[1:]:
        frame.loc[rng.random(n) < 0.05, column] = None
    for column in ("income", "age"):
        frame.loc[rng.random(n) < 0.004, column] = 1e9
    return frame


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> Path:
    """Write the customers as Parquet."""
    file = tmp_path_factory.mktemp("people") / "people.parquet"
    frame = customers(CUSTOMERS, seed=2)
    with duckdb.connect() as engine:
        engine.register("frame", frame)
        columns = ", ".join(
            f"cast({name} as {'double' if 'double' in kind else kind}) as {name}"
            for name, kind in TYPES.items()
        )
        engine.execute(f"copy (select {columns} from frame) to '{file}'")
        ((gaps,),) = engine.sql(
            f"select count(*) from '{file}' where income is null"
        ).fetchall()
        assert gaps > 1_000
    return file


@pytest.fixture(scope="module", params=["segments", "response"])
def query(request) -> str:
    if request.param == "response":
        return (
            f"select customer_id, {score_sql(RESPONSE)} as probability "
            "from segments_customers"
        )
    frame = customers(2_000, seed=1)
    fitted = fit_features(frame, FEATURES)
    model = fit_kmeans(scaled(frame, fitted), 5, random_seed=0, starts=3)
    return assignment_sql(
        "segments_customers",
        features=fitted,
        centroids=model.centroids.tolist(),
        segment_keys=[f"S{i}" for i in range(5)],
        segment_sizes=[1] * 5,
        distance_fences=[3.0] * 5,
        distance_offsets=[0.0] * 5,
        whitenings=[None] * 5,
    )


@pytest.fixture(scope="module")
def expected(query, people) -> pd.DataFrame:
    with duckdb.connect() as engine:
        engine.execute(f"create view people as select * from '{people}'")
        return engine.sql(translated(query, "duckdb", "people")).df()


@pytest.fixture(scope="module")
def postgres(people):
    """Run a server that has the customers."""
    with postgres_server() as server:
        columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
        file = people.with_suffix(".csv")
        with duckdb.connect() as engine:
            engine.execute(f"copy (from '{people}') to '{file}' (header false)")
        rows = file.read_text("utf-8")
        server.run(
            f"create table people ({columns});\n"
            f"copy people from stdin with (format csv);\n{rows}\\.\n"
        )
        yield server


def test_postgres_says_the_same(query, expected, postgres, tmp_path):
    sql = translated(query, "postgres", "people")
    file = tmp_path / "said.csv"
    said = postgres.run(f"copy ({sql}) to stdout with (format csv, header)")
    file.write_text(said, "utf-8")
    require_equal(pd.read_csv(file), expected)


def test_sail_says_the_same(query, expected, people, tmp_path):
    words = [tmp_path / name for name in ("ask.py", "query.sql", "said.parquet")]
    words[0].write_text(ASK_SAIL, "utf-8")  # its client takes -c for a doctest
    words[1].write_text(translated(query, "spark", "people"), "utf-8")
    with sail_server(tmp_path) as (python, address):
        asked = [python, words[0], address, people, *words[1:]]
        done = subprocess.run(asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    require_equal(pd.read_parquet(words[2]), expected)


def require_equal(said: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Hold every column to DuckDB's, of segments those of customers between two too."""
    assert list(said.columns) == list(expected.columns)
    said, expected = (
        f.sort_values("customer_id", ignore_index=True) for f in (said, expected)
    )
    assert len(said) == len(expected) == CUSTOMERS
    tied = np.zeros(CUSTOMERS, bool)
    if "margin" in expected:
        tied = expected["margin"].abs().to_numpy() < 1e-9
        assert tied.sum() < 10
    for name in expected:
        here, there = expected[name][~tied], said[name][~tied]
        if here.dtype.kind == "f":
            np.testing.assert_allclose(there, here, rtol=1e-9, atol=1e-12, err_msg=name)
        else:
            there = there.replace({"t": "True", "f": "False"})
            assert (there.astype(str) == here.astype(str)).all(), name

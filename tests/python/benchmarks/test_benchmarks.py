"""Figures can be trusted: the same customers each time, the same work on both sides."""

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import adjusted_rand_score

from benchmarks.__main__ import PROJECT, adjusted_rand
from benchmarks.customers import SAMPLE, write_customers
from benchmarks.pandas_way import COMPARED, NUMERIC, assign, clean, engineer, profiles
from benchmarks.report import markdown, picture

pytestmark = pytest.mark.long

RUN = {"seconds": 20.0, "cpu_seconds": 30.0, "peak_mb": 512, "fit_cpu_seconds": 9.0}
TIMES = {"seconds": 0.5, "cpu_seconds": 0.5}


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    file = tmp_path_factory.mktemp("generated") / "customers.parquet"
    write_customers(3000, file)
    return file


def test_generated_customers_have_the_schema_of_the_sample(generated):
    with duckdb.connect() as connection:
        described = [
            connection.execute(f"describe select * from '{file}'").fetchall()
            for file in (generated, SAMPLE)
        ]
        rows, keys = connection.execute(
            f"select count(*), count(distinct ID) from '{generated}'"
        ).fetchone()
    assert described[0] == described[1]
    assert (rows, keys) == (3000, 3000)


def test_generated_customers_do_not_depend_on_threads(generated, tmp_path):
    write_customers(3000, tmp_path / "again.parquet", threads=1)
    assert (tmp_path / "again.parquet").read_bytes() == generated.read_bytes()


def test_more_customers_include_the_same(generated, tmp_path):
    write_customers(4000, tmp_path / "more.parquet")
    fewer, more = map(pd.read_parquet, (generated, tmp_path / "more.parquet"))
    same = more[more["ID"].isin(fewer["ID"])]
    pd.testing.assert_frame_equal(
        same.sort_values("ID", ignore_index=True),
        fewer.sort_values("ID", ignore_index=True),
    )


def test_pandas_way_makes_the_features_of_the_build(sample, tmp_path):
    with duckdb.connect() as connection:
        connection.read_csv(str(SAMPLE)).write_parquet(str(tmp_path / "sample.parquet"))
    theirs = engineer(clean(pd.read_parquet(tmp_path / "sample.parquet")))
    theirs = theirs.sort_values("customer_id", key=lambda key: key.astype(str))
    ours = pd.DataFrame(
        sample.query(
            f"select {', '.join(NUMERIC)} from marts.customers_wide "
            "order by customer_id"
        ),
        columns=NUMERIC,
    ).astype(float)
    # money a head and an order is rounded to cents by the build
    np.testing.assert_allclose(theirs[NUMERIC].astype(float), ours, atol=0.006)


def test_pandas_way_compares_the_k_of_the_build():
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    lowest, highest = variables["k_range"]
    assert list(COMPARED) == list(range(lowest, highest + 1))


def test_pandas_way_profiles_every_segment(generated):
    customers = engineer(clean(pd.read_parquet(generated)))
    customers = pd.concat([customers, assign(customers, 4)], axis=1)
    tables = profiles(customers)
    assert tables["sizes"]["customers"].sum() == 3000
    assert tables["education"].sum(axis=1).to_numpy() == pytest.approx(1)
    assert tables["numbers"].shape == (4, 4 * len(NUMERIC))


def test_adjusted_rand_is_that_of_scikit_learn():
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 4, 500), rng.integers(0, 3, 500)
    other[:200] = one[:200] % 3
    crossed = pd.crosstab(one, other).melt(ignore_index=False).itertuples()
    assert adjusted_rand([tuple(pair) for pair in crossed]) == pytest.approx(
        adjusted_rand_score(one, other)
    )


def test_report_shows_a_size_that_pandas_could_not_do():
    small = {
        "customers": 1000,
        "first_build": RUN,
        "next_build": RUN,
        "scoring": dict.fromkeys(("floor", "segment", "row"), TIMES),
        "note": "",
    }
    large = {**small, "customers": 2_000_000, "note": "others at work"}
    steps = {"fit and assign": 19.0}
    small |= {"pandas": RUN | {"cpu_seconds": 60.0, "steps": steps}}
    small |= {"pandas_elbow": RUN | {"cpu_seconds": 90.0}}
    small |= {"adjusted_rand": 0.98765}
    small |= {"floor": {"read": TIMES, "assign": TIMES, "publish": TIMES}}
    machine = dict.fromkeys(("cpu", "cores", "memory_gb", "python", "duckdb"), "?")
    runs = [{"what": "sample", "last": [40.0, 33.4], "this": [22.0, 18.0]}]
    releases = {"last": "0.1", "runs": runs, "note": "In turns."}
    results = {"machine": machine, "sizes": [small, large], "releases": releases}
    text = markdown(results)
    assert "| sample | 40.0 | 22.0 | 0.55 | 33.4 | 18.0 |" in text
    assert "| 1,000 | 2.0 | 3.0 | 3.0 | 1.0 | 1.0 | 1.0 | 9.0 | 9.0 | 0.988 |" in text
    assert "| 2,000,000 |  |  |  |  |  |  | 9.0 | 9.0 |  |" in text
    assert "| 1,000 | 9.5 | 19.0 | 2.0 | fit and assign 19.0 |" in text
    assert "| 1,000 | 1.0 | 30.0 | 30.0 | read 0.5, assign 0.5 |" in text
    assert "2,000,000 customers: others at work." in text
    assert len(picture(results)["data"]["values"]) == 12


def test_large_inputs_have_no_index_and_sampled_quantiles(sample, new_builder):
    builder = new_builder("large")
    (builder.folder / "sample.duckdb").write_bytes(sample.warehouse.read_bytes())
    drawn = ("int_drawn_customers", "int_exploration_sample")
    marts = ("customers", "segment_feature_profiles", "segment_profiles")
    assert (
        builder.dbt(
            *("run", "--select", *drawn, *marts),
            *("--vars", "{fit_sample_rows: 700, enforced_key_customers: 2000}"),
        )
        == []
    )
    keys = (
        "select table_name from duckdb_constraints() "
        "where constraint_type = 'PRIMARY KEY' order by 1"
    )
    assert set(sample.query(keys)) - set(builder.query(keys)) == {("customers",)}
    figures = (
        "select sum(median_customers), sum(customers), "
        "sum(median_total_spend) / sum(mean_total_spend) from marts.segment_profiles"
    )
    ((used, customers, ratio),) = builder.query(figures)
    ((all_used, _, exact),) = sample.query(figures)
    assert all_used == customers == 2240
    assert 600 < used < 800
    assert ratio == pytest.approx(exact, rel=0.05)
    means = "select segment_key, feature, mean from marts.segment_feature_profiles"
    assert sorted(builder.query(means)) == sorted(sample.query(means))

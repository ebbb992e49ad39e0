"""Fits are made once a model version and kept."""

from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest

from segmentation.value.schema import VALUE_MODELS
from segmentation.warehouse.kept import (
    definition_hash,
    is_switched_off,
    kept_or_made,
    kept_rows,
    program_hash,
)
from segmentation.warehouse.sampling import drawn_by_hash


class Table(SimpleNamespace):
    """Stands for `dbt.this`."""

    def __str__(self):
        return f"{self.schema}.{self.identifier}"


THIS = Table(schema="main", identifier="fits")


@pytest.fixture
def build():
    """Return a build, which writes the table of fits as dbt does, and its session."""
    session = duckdb.connect()
    fitted = []

    def run(*, version: int, definition: str = "one"):
        def fit():
            fitted.append(version)
            return [{"customers": 10 * len(fitted), "fits": []}]

        made = kept_or_made(
            session,
            this=THIS,
            schema=VALUE_MODELS,
            key={"model_version": version, "definition_hash": definition},
            make=fit,
            carried=dict,
        )
        session.register("made", made)
        session.sql("create or replace table next_fits as select * from made")
        session.sql("drop table if exists fits")
        session.sql("alter table next_fits rename to fits")
        kept = session.sql("select model_version, customers from fits order by all")
        return kept.fetchall(), len(fitted)

    return SimpleNamespace(run=run, session=session)


def test_a_second_build_keeps_the_fit(build):
    assert build.run(version=1) == ([(1, 10)], 1)
    assert build.run(version=1) == ([(1, 10)], 1)


def test_a_new_version_is_fitted_beside_the_earlier_ones(build):
    build.run(version=1)
    assert build.run(version=2) == ([(1, 10), (2, 20)], 2)


def test_another_definition_replaces_the_fit_of_the_version(build):
    build.run(version=1)
    build.run(version=2)
    assert build.run(version=2, definition="two") == ([(1, 10), (2, 30)], 3)


def test_a_table_of_another_release_is_read_by_name(build):
    fit = {"model": "BG/NBD", "r": 0.2, "gone": "x"}
    build.session.register(
        "old",
        pa.Table.from_pylist(
            [
                {
                    "passed_over": 1,
                    "fits": [fit],
                    "model_version": 1,
                    "definition_hash": "one",
                }
            ]
        ),
    )
    build.session.sql("create table fits as select * from old")
    kept = kept_rows(build.session, THIS, VALUE_MODELS)
    assert kept.columns == VALUE_MODELS.names
    row = kept.to_arrow_table().to_pylist()[0]
    assert (row["model_version"], row["customers"]) == (1, None)
    assert (row["fits"][0]["r"], row["fits"][0]["alpha"]) == (0.2, None)
    assert build.run(version=1) == ([(1, None)], 0)
    assert build.run(version=2) == ([(1, None), (2, 10)], 1)


def test_a_definition_is_the_same_in_any_order():
    assert definition_hash({"a": 1, "b": [2]}) == definition_hash({"b": [2], "a": 1})
    assert definition_hash({"a": 1}) != definition_hash({"a": 2})


def test_another_program_has_another_hash(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "made_here.py"
    hashes = []
    for text in ("x = 1\n", "x = 1  # said\n", "x = 2\n"):
        module.write_text(text)
        hashes.append(program_hash("made_here"))
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_draw_is_the_same_whatever_the_order_of_the_rows():
    session = duckdb.connect()
    session.sql(
        "create table a as "
        "select cast(range as varchar) as customer_id from range(5000)"
    )
    session.sql("create table b as select * from a order by hash(customer_id)")
    a, b = (
        session.sql(drawn_by_hash(name, total=5000, limit=200)).fetchall()
        for name in "ab"
    )
    assert a == b
    assert len(a) == 200
    assert (
        len(session.sql(drawn_by_hash("a", total=5000, limit=9000)).fetchall()) == 5000
    )


def test_only_the_named_mart_is_switched_off():
    off = duckdb.sql("select 'customer_rfm' as mart, 'spend' as lacking")
    assert is_switched_off(off, "customer_rfm")
    assert not is_switched_off(off, "customer_value")

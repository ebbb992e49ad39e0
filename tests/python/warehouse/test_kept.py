"""Fits are made once a model version and kept."""

from types import SimpleNamespace

import duckdb
import pytest

from segmentation.value.schema import VALUE_MODELS
from segmentation.warehouse.kept import is_switched_off, kept_fits
from segmentation.warehouse.sampling import drawn_by_hash


class Table(SimpleNamespace):
    """Stands for `dbt.this`."""

    def __str__(self):
        return f"{self.schema}.{self.identifier}"


THIS = Table(schema="main", identifier="fits")


@pytest.fixture
def build():
    """Return a build: writes the table of fits as dbt does and counts the fits."""
    session = duckdb.connect()
    fitted = []

    def run(*, version: int, definition: str = "one", is_off: bool = False):
        def fit():
            fitted.append(version)
            return {"customers": 10 * len(fitted), "fits": []}

        rows = kept_fits(
            session,
            this=THIS,
            schema=VALUE_MODELS,
            versions=session.sql(
                f"select range as model_version, range = {version} as is_current "
                f"from range({version + 1})"
            ),
            definition={"definition": definition},
            fit=None if is_off else fit,
        ).to_arrow_table()
        session.register("rows", rows)
        session.sql("create or replace table fits as select * from rows")
        kept = session.sql("select model_version, customers from fits order by all")
        return kept.fetchall(), len(fitted)

    return run


def test_a_second_build_keeps_the_fit(build):
    assert build(version=1) == ([(1, 10)], 1)
    assert build(version=1) == ([(1, 10)], 1)


def test_a_new_version_is_fitted_beside_the_earlier_ones(build):
    build(version=1)
    assert build(version=2) == ([(1, 10), (2, 20)], 2)


def test_another_definition_replaces_the_fit_of_the_version(build):
    build(version=1)
    build(version=2)
    assert build(version=2, definition="two") == ([(1, 10), (2, 30)], 3)


def test_what_is_switched_off_has_no_rows_and_comes_back(build):
    build(version=1)
    assert build(version=1, is_off=True) == ([], 1)
    assert build(version=1) == ([(1, 20)], 2)


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

"""Forgetting persons: their rows and bytes are gone, what was counted stays true."""

import duckdb
import pytest

from segmentation.publishing.forgetting import files_that_name, forget_overrides
from segmentation.warehouse.forgetting import forget_in_warehouse
from segmentation.warehouse.places import Places

KEY, OTHER = "cus_0042", "cus_0043"


@pytest.fixture
def warehouse(tmp_path):
    """Make a warehouse with a person in rows, lists, history, keys and views."""
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(file) as engine:
        engine.execute("create schema marts; create schema intermediate")
        engine.execute(
            "create table marts.customers (customer_id varchar primary key, "
            "spend decimal(18, 2)); comment on table marts.customers is 'Persons'"
        )
        engine.execute(
            "insert into marts.customers select 'cus_' || lpad(i::varchar, 4, '0'), i "
            "from range(500) t(i)"
        )
        engine.execute("create table marts.sizes as select 500 as customers")
        engine.execute(
            "create table marts.evidence as select 1 as version, "
            "list({'customer_id': customer_id, 'width': 0.5}) as members "
            "from marts.customers"
        )
        engine.execute(
            "create table intermediate.segment_membership_events as select "
            "customer_id, date '2024-01-01' as observed_on, 'S01' as segment_key "
            "from marts.customers"
        )
        engine.execute(
            'create view marts.best as select * from "shop"."marts"."customers"'
        )
    return file


def query(file, sql):
    with duckdb.connect(file, read_only=True) as engine:
        return engine.sql(sql).fetchall()


def test_person_is_gone_and_history_still_adds_up(warehouse):
    gone = forget_in_warehouse(warehouse, [KEY])
    assert (gone.rows, gone.tables, gone.nameless, gone.left) == (1, 1, 1, ())
    assert KEY.encode() not in warehouse.read_bytes()
    assert query(warehouse, "select count(*) from marts.best") == [(499,)]
    events = "intermediate.segment_membership_events"
    assert query(
        warehouse,
        f"select count(*), count_if(customer_id = 'forgotten 1') from {events}",
    ) == [(500, 1)]
    assert query(warehouse, "select len(members), version from marts.evidence") == [
        (499, 1)
    ]
    assert query(
        warehouse,
        "select comment from duckdb_tables() where table_name = 'customers'",
    ) == [("Persons",)]


def test_the_file_keeps_its_format(tmp_path):
    file = tmp_path / "old.duckdb"
    with duckdb.connect(config={"storage_compatibility_version": "v1.2.0"}) as engine:
        engine.execute(f"attach '{file}' as old (storage_version 'v1.2.0')")
        engine.execute(f"create table old.t as select '{KEY}' as customer_id")
    version = (
        "select tags['storage_version'] from duckdb_databases() where not internal"
    )
    before = query(file, version)
    assert forget_in_warehouse(file, [KEY]).rows == 1
    assert query(file, version) == before == [("v1.2.0+",)]


def test_the_next_person_is_another_number(warehouse):
    forget_in_warehouse(warehouse, [KEY])
    forget_in_warehouse(warehouse, [OTHER])
    events = "intermediate.segment_membership_events"
    assert query(
        warehouse,
        f"select customer_id from {events} where customer_id like 'f%' order by 1",
    ) == [("forgotten 1",), ("forgotten 2",)]


def test_a_person_in_another_column_is_said(warehouse):
    with duckdb.connect(warehouse) as engine:
        engine.execute(f"create table marts.notes as select 'see {KEY}.' as note")
    assert forget_in_warehouse(warehouse, [KEY]).left == ('"marts"."notes".note',)


def test_files_are_looked_into_however_they_hold_a_key(tmp_path):
    with duckdb.connect() as engine:
        engine.sql(f"select '{KEY}' as k from range(9)").write_parquet(
            str(tmp_path / "a.parquet"), compression="zstd"
        )
    (tmp_path / "b.log").write_bytes(b"x" * ((1 << 20) - 4) + f" {KEY} ".encode())
    (tmp_path / "c.csv").write_text(f"{KEY}9,{OTHER}\n")
    found = files_that_name([tmp_path, tmp_path / "none"], [KEY, "42"])
    assert [file.name for file in found] == ["a.parquet", "b.log"]


def test_overrides_of_a_person_go(tmp_path):
    seed = tmp_path / "overrides.csv"
    seed.write_text(f"override_id,customer_id\n1,{KEY}\n2,{OTHER}\n")
    assert forget_overrides(seed, [KEY]) == 1
    assert seed.read_text() == f"override_id,customer_id\n2,{OTHER}\n"


def test_of_a_host_only_the_tables_of_the_target_are_touched(tmp_path):
    file = tmp_path / "shop.duckdb"
    ours = ("customers", "segment_membership_history", "stg_input__relation")
    with duckdb.connect(file) as engine:
        for schema in ("dev_anna", "dev_bob"):
            engine.execute(f"create schema {schema}")
            for table in (*ours[:2], "fct_orders"):
                engine.execute(
                    f"create table {schema}.{table} as select * from "
                    f"(values ('{KEY}'), ('{OTHER}')) as t (customer_id)"
                )
            engine.execute(
                f"create table {schema}.stg_input__relation as "
                f"select customer_id as client from {schema}.customers"
            )
    tables = {("marts", name): ("dev_anna", name) for name in ours}
    gone = forget_in_warehouse(Places(file, tables), [KEY])
    assert (gone.rows, gone.tables, gone.nameless) == (1, 1, 1)
    # the host's own rows, and another developer's, are said and left
    left = {place.rpartition(".")[0] for place in gone.left}
    assert left == {
        '"dev_anna"."fct_orders"',
        *(f'"dev_bob"."{table}"' for table in (*ours, "fct_orders")),
    }
    copied = "select count(*) from dev_anna.stg_input__relation"
    assert query(file, copied) == [(0,)]

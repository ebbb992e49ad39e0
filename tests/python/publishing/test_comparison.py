"""An older day, or a file that has lost its customers, takes nobody's place unasked."""

import json

import duckdb
import pytest

from segmentation.project import days_between, require_good_build
from segmentation.publishing.comparison import Older, Thin, require_newer_and_whole
from segmentation.publishing.generations import publish
from segmentation.publishing.summary import summary_of, write_summary
from segmentation.warehouse.errors import UNFIT, UserError
from segmentation.warehouse.places import Places


def warehouse(folder, day="2024-06-30", customers=100):
    file = folder / "tiny.duckdb"
    with duckdb.connect(file) as engine:
        engine.execute("create schema if not exists marts")
        engine.execute(
            "create or replace table marts.customer_segments as select "
            "'c' || i as customer_id, 'S01' as segment_key, 'N' as segment_name, "
            "1 as model_version, 0.5 as margin, 'O' as second_segment_name, "
            f"false as is_outlier, false as is_override, date '{day}' as observed_on "
            f"from range({customers}) as t (i)"
        )
        engine.execute(
            "create or replace table marts.segment_model_versions as select "
            "1 as model_version, 'tiny' as input_name, true as is_current"
        )
    return file


@pytest.mark.parametrize(
    ("day", "customers", "accepted", "refusal"),
    [
        ("2024-07-31", 100, (), None),
        ("2024-06-30", 100, (), None),
        ("2024-05-31", 100, (), Older),
        ("2024-05-31", 100, ("older",), None),
        ("2024-07-31", 49, (), Thin),
        ("2024-07-31", 50, (), None),
        ("2024-07-31", 49, ("thin",), None),
        ("2024-05-31", 49, ("older",), Thin),
    ],
)
def test_older_and_thin_states_are_published_only_on_demand(
    tmp_path, day, customers, accepted, refusal
):
    publish(warehouse(tmp_path), tmp_path / "output")
    file = warehouse(tmp_path, day, customers)

    def ask():
        require_newer_and_whole(
            file, tmp_path / "output", least_share=0.5, accepted=frozenset(accepted)
        )

    if refusal is None:
        ask()
    else:
        with pytest.raises(refusal, match="Not published") as raised:
            ask()
        assert raised.value.exit_code == UNFIT


def test_first_publish_has_nothing_to_be_compared_with(tmp_path):
    file = warehouse(tmp_path, customers=1)
    require_newer_and_whole(
        file, tmp_path / "output", least_share=0.5, accepted=frozenset()
    )


def test_summary_says_what_is_there_and_nothing_of_what_is_not(tmp_path):
    build = {"status": "failed", "exit_code": 3, "failures": ["a: b"], "warnings": []}
    file = tmp_path / "output" / "build_summary.json"
    write_summary(summary_of(tmp_path / "none.duckdb", build), file)
    assert json.loads(file.read_text()) == {**build, "input": "none"}
    summary = summary_of(warehouse(tmp_path), build)
    assert summary["observed_on"] == "2024-06-30"
    assert summary["customers"] == 100
    assert summary["segments"] == [{"key": "S01", "name": "N", "customers": 100}]
    assert summary["drift"] is None and summary["verdicts"] == {}
    assert summary["is_late"] is False


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], None),
        ([("model.segmentation.a", None)], None),
        ([("model.shop.a", "failed")], None),  # a host's own
        ([("model.segmentation.a", "failed"), ("model.segmentation.b", "was skipped")],
         "failed at a, so"),
        ([("model.segmentation.a", "was skipped")], "left a out, which was skipped"),
        ([("test.segmentation.a", "was not tested since its tables changed")],
         "was followed by a run without a,"),
        ([(f"model.segmentation.m{i}", "failed") for i in range(9)],
         "failed at m0, m1, m2 and 6 others"),
        ([("seed.segmentation.a", "was stopped before its end")],
         "was stopped before its end"),
    ],
)  # fmt: skip
def test_one_node_that_is_not_green_keeps_all_from_being_published(
    tmp_path, rows, said
):
    file = tmp_path / "tiny.duckdb"
    with duckdb.connect(file) as engine:
        engine.execute("create table build_state (node varchar, reason varchar)")
        if rows:
            engine.executemany("insert into build_state values (?, ?)", rows)
    if said is None:
        require_good_build(file)
    else:
        with pytest.raises(UserError, match=said):
            require_good_build(file)


def test_of_a_host_the_state_and_the_tables_of_the_target_count(tmp_path):
    file = warehouse(tmp_path)
    with duckdb.connect(file) as engine:
        for schema, reason in (("dev_anna_ml", None), ("dev_bob_ml", "failed")):
            engine.execute(f"create schema {schema}")
            engine.execute(
                f"create table {schema}.build_state as select "
                "'model.segmentation.a' as node, ?::varchar as reason",
                [reason],
            )
        engine.execute("create schema dev_anna_marts")
        engine.execute(
            "create table dev_anna_marts.customer_segments as select * replace "
            "(date '2024-05-31' as observed_on) from marts.customer_segments limit 9"
        )

    def built(developer: str) -> Places:
        return Places(
            file,
            {
                ("ml", "ml_segment_model"): (f"{developer}_ml", "ml_segment_model"),
                ("marts", "customer_segments"): (
                    f"{developer}_marts",
                    "customer_segments",
                ),
            },
        )

    require_good_build(built("dev_anna"))
    with pytest.raises(UserError, match="failed at a, so"):
        require_good_build(built("dev_bob"))
    summary = summary_of(built("dev_anna"), {})
    assert (summary["observed_on"], summary["customers"]) == ("2024-05-31", 9)
    publish(file, tmp_path / "output")  # a later day, of more customers
    with pytest.raises(Older):
        require_newer_and_whole(
            built("dev_anna"), tmp_path / "output", least_share=0, accepted=frozenset()
        )


def test_days_of_a_backfill_come_in_order():
    days = days_between("2024-01-01", "2024-01-22", "week")
    assert [day.day for day in days] == [1, 8, 15, 22]
    assert len(days_between("2023-12-31", "2024-12-31", "month")) == 13
    with pytest.raises(UserError, match="is before"):
        days_between("2024-02-01", "2024-01-01", "day")
    with pytest.raises(UserError, match="have to be days"):
        days_between("yesterday", "2024-01-01", "day")

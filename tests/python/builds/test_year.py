"""A simulated year: segments keep their meaning while customers come, go and change."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from samples.marketing import generate_customers, write_customers

pytestmark = pytest.mark.long

MONTH_ENDS = [date(2014, 12, 31) + timedelta(days=30 * month) for month in range(12)]
# the late one is of the version in use: another version would write its day anew
REFIT_MONTH, SHIFTED_MONTH, LATE_MONTH = 5, 8, 7


def month_file(month: int, everybody: pd.DataFrame) -> pd.DataFrame:
    """Return a month: 1,500 customers at first, 60 come and 40 leave each month."""
    customers = everybody.iloc[: 1_500 + 60 * month].copy()
    rng = np.random.default_rng([7, month])
    # who leaves in a month stays away: the same draw for every later file
    for past in range(month):
        leavers = np.random.default_rng([8, past]).choice(1_500 + 60 * past, 40, False)
        customers = customers.drop(customers.index.intersection(leavers))
    # a tenth buys a little more in a month, for good
    growth = np.ones(len(everybody))
    for past in range(month):
        who = np.random.default_rng([9, past]).random(len(everybody)) < 0.1
        growth[who] *= 1.05
    spend = [c for c in customers if c.startswith("Mnt")]
    customers[spend] = (
        customers[spend].mul(growth[customers.index], axis=0).round().astype(int)
    )
    if month == SHIFTED_MONTH:
        hit = rng.random(len(customers)) < 0.6
        customers["Income"] = customers["Income"].mask(hit, customers["Income"] // 2)
        customers.loc[hit, "NumWebVisitsMonth"] += 6
    end = MONTH_ENDS[month]
    tenure = [
        (end - date.fromisoformat(str(d)[:10])).days for d in customers["Dt_Customer"]
    ]
    customers["Recency"] = np.minimum(customers["Recency"], tenure)
    # the file is of the day of its latest purchase
    customers.iloc[0, customers.columns.get_loc("Recency")] = tenure[0]
    return customers


@pytest.fixture(scope="module")
def year(new_builder, tmp_path_factory):
    """Build the twelve months one after the other; keep what each published."""
    builder = new_builder("year")
    file = tmp_path_factory.mktemp("year") / "customers.csv"
    everybody = generate_customers(2_400, seed=13).reset_index(drop=True)
    published = {}
    for month, end in enumerate(MONTH_ENDS):
        write_customers(month_file(month, everybody), file)
        refit = month == REFIT_MONTH
        settings = ["--vars", "{retrain: true, random_seed: 4711}"] if refit else []
        environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
        assert builder.to_history(*settings, **environment) == []
        assert builder.query(
            "select observed_on from intermediate.int_input_statistics"
        ) == [(end,)]
        published[end] = dict(
            builder.query(
                "select customer_id, segment_key from marts.customer_segments"
            )
        )
    return builder, published, file, everybody


def test_only_the_refit_fits(year):
    builder, *_ = year
    assert builder.query(
        "select model_version, reason from marts.segment_version_log order by 1"
    ) == [(1, "first fit"), (2, "refit asked for")]


def test_refit_with_another_seed_keeps_every_key(year):
    builder, published, *_ = year
    assert builder.query("select distinct verdict from marts.segment_alignment") == [
        ("kept",)
    ]
    keys = {frozenset(state.values()) for state in published.values()}
    assert len(keys) == 1


def test_history_replays_every_published_state(year):
    builder, published, *_ = year
    for day, state in published.items():
        replayed = builder.query(
            "select customer_id, segment_key from marts.segment_membership_history "
            f"where date '{day}' >= valid_from "
            f"and (date '{day}' < valid_to or valid_to is null)"
        )
        assert dict(replayed) == state
        assert len(replayed) == len(state)


def test_transitions_sum_to_the_customers_of_both_days(year):
    builder, published, *_ = year
    days = list(published)
    for before, after in pairwise(days):
        came, left = builder.query(
            "select sum(customers) filter (where to_segment_key != 'left'), "
            "sum(customers) filter (where from_segment_key != 'new') "
            f"from marts.segment_transitions where observed_on = date '{after}'"
        )[0]
        assert (came, left) == (len(published[after]), len(published[before]))


def test_drift_is_flagged_in_the_shifted_month_and_in_no_other(year):
    builder, *_ = year
    flagged = builder.query(
        "select distinct observed_on from marts.segment_drift where verdict = 'refit'"
    )
    assert flagged == [(MONTH_ENDS[SHIFTED_MONTH],)]


def test_repeated_and_late_builds_leave_history_as_it_is(year):
    builder, _, file, everybody = year
    tables = (
        "segment_membership_history",
        "segment_transitions",
        "segment_sizes_history",
        "segment_drift",
        "segment_version_log",
    )
    before = {name: builder.marts()[name] for name in tables}
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
    for month, arguments in ((11, ("--full-refresh",)), (LATE_MONTH, ())):
        write_customers(month_file(month, everybody), file)
        assert builder.to_history(*arguments, **environment) == []
        assert {name: builder.marts()[name] for name in tables} == before


def test_roll_back_restores_the_former_assignment_and_is_recorded(year):
    builder, published, file, everybody = year
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
    write_customers(month_file(4, everybody), file)
    assert builder.to_history("--vars", "model_version: 1", **environment) == []
    assert (
        dict(
            builder.query(
                "select customer_id, segment_key from marts.customer_segments"
            )
        )
        == published[MONTH_ENDS[4]]
    )
    assert builder.query(
        "select model_version, reason from marts.segment_version_log "
        "order by change_number desc limit 1"
    ) == [(1, "rolled back")]
    failures = builder.to_history("--vars", "model_version: 9", **environment)
    assert "version 9, which was never fitted here; there are 1, 2" in failures[0]


def test_k_from_4_to_5_adds_a_segment_and_the_others_keep_their_keys(year):
    builder, _, file, everybody = year
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
    write_customers(month_file(11, everybody), file)
    assert builder.to_history("--vars", "k: 5", **environment) == []
    *kept, added = builder.query(
        "select verdict, share_of_new from marts.segment_alignment "
        "where model_version = 3 order by verdict = 'kept' desc, share_of_old desc"
    )
    assert [verdict for verdict, _ in kept] == ["kept"] * 4
    # a part of one segment, or of several
    assert added[0] == ("split" if added[1] >= 0.5 else "new")
    keys = builder.query(
        "select distinct segment_key from marts.customer_segments order by 1"
    )
    assert [key for (key,) in keys] == ["S01", "S02", "S03", "S04", "S05"]


def test_different_segmentation_is_refused_until_it_is_accepted(year):
    builder, _, file, _ = year
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
    before = builder.marts()
    strict = "min_refit_agreement: 0.999"
    failures = builder.to_history("--vars", f"{{k: 8, {strict}}}", **environment)
    assert len(failures) == 1
    assert "keeps the segment of only" in failures[0]
    assert builder.marts() == before


# a refit with another number of segments each time, more of them and fewer
NUMBERS = (5, 3, 6, 4, 7)


@pytest.fixture(scope="module")
def refitted(new_builder, tmp_path_factory):
    """Build a history of five refits: a version for each month's customers."""
    builder = new_builder("refitted")
    file = tmp_path_factory.mktemp("refitted") / "customers.csv"
    everybody = generate_customers(2_400, seed=17).reset_index(drop=True)
    environment = {"SEGMENTS_PATH": file, "SEGMENTS_INPUT": "sample"}
    for month, k in enumerate((4, *NUMBERS)):
        write_customers(month_file(month, everybody), file)
        settings = f"{{k: {k}, retrain: {bool(month)}, accept_refit: true}}"
        assert builder.to_history("--vars", settings, **environment) == []
    return builder


def test_five_refits_are_as_many_versions_and_retire_segments(refitted):
    versions = "select count(*) from marts.segment_version_log"
    assert refitted.query(versions) == [(1 + len(NUMBERS),)]
    status = dict(
        refitted.query("select status, count(*) from marts.segments group by status")
    )
    assert status["current"] == NUMBERS[-1] and status["retired"] >= 1


def test_after_five_refits_no_relation_has_a_name_of_two_segments(refitted):
    relations = refitted.query(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and column_name like '%segment_name%'"
    )
    named: dict[str, set[str]] = {}
    for schema, table, column in relations:
        key = column.replace("segment_name", "segment_key")
        for name, owner in refitted.query(
            f"select distinct {column}, {key} from {schema}.{table} "
            f"where {column} is not null"
        ):
            named.setdefault(name, set()).add(owner)
    # in all of them together, retired or current
    assert len(relations) > 6 and len(named) > NUMBERS[-1]
    assert {name: keys for name, keys in named.items() if len(keys) > 1} == {}


def test_after_five_refits_days_name_segments_as_today(refitted):
    other = refitted.query(
        "select sizes.segment_name, segments.segment_name "
        "from marts.segment_sizes_history as sizes "
        "inner join marts.segments using (segment_key) "
        "where sizes.segment_name != segments.segment_name"
    )
    assert other == []

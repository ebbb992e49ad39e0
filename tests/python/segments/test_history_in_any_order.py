"""Days come late, twice or in any order: the history is the same."""

import itertools
import random

import duckdb
import pytest

pytestmark = pytest.mark.long

DAYS = [f"2024-0{month}-01" for month in range(1, 7)]
CUSTOMERS = [f"c{number}" for number in range(14)]
SIZES = "models/intermediate/segments/int_segment_sizes.sql"
# in the order of a build
MODELS = {
    "segment_sizes_history": "models/marts/history/segment_sizes_history.sql",
    "int_segment_membership_events": (
        "models/intermediate/segments/int_segment_membership_events.sql"
    ),
    "segment_transitions": "models/marts/history/segment_transitions.sql",
}


class Warehouse:
    """The tables that history reads, and its own."""

    def __init__(self, history_jinja, states) -> None:
        self.render = history_jinja
        self.states = states
        self.engine = duckdb.connect()
        self.engine.execute(
            """
            create table ml_segment_model as
            select 1 as model_version, true as is_current;
            create table segments as select 'S0' || i as segment_key,
                'Name ' || i as segment_name from range(4) as t (i);
            create table int_current_segments as select * from segments;
            create table segment_alignment as select 1 as model_version,
                'S01' as old_segment_key, 'S01' as new_segment_key,
                5 as shared_customers where false;
            """
        )

    def build(self, day: str) -> None:
        """Build the history of a day."""
        self.engine.execute(
            f"create or replace table int_input_statistics as select date '{day}' as "
            "observed_on; create or replace table customer_segments (customer_id text, "
            "segment_key text, model_version integer, is_override boolean, "
            "observed_on date)"
        )
        rows = [(*row, day) for row in self.states[day]]
        if rows:
            self.engine.executemany(
                "insert into customer_segments values (?, ?, 1, ?, ?)", rows
            )
        self.engine.execute(
            "create or replace table customers as select *, 10.00 as total_spend, "
            "50 as spending_score from customer_segments"
        )
        sizes = self.render(SIZES, "int_segment_sizes", has_history=False)
        self.engine.execute(f"create or replace table int_segment_sizes as {sizes}")
        for name, model in MODELS.items():
            known = self.engine.sql(
                f"select 1 from duckdb_tables() where table_name = '{name}'"
            ).fetchall()
            sql = self.render(model, name, has_history=bool(known))
            self.engine.execute(f"create or replace table new as {sql}")
            self.engine.execute(f"drop table if exists {name}")
            self.engine.execute(f"alter table new rename to {name}")

    def history(self) -> dict[str, list]:
        """Return the rows of all tables of history."""
        return {
            name: sorted(map(repr, self.engine.sql(f"from {name}").fetchall()))
            for name in MODELS
        }


def random_states(seed: int) -> dict[str, list[tuple]]:
    """Return who is in which segment on which day; some are away, some put by hand."""
    chance = random.Random(seed)
    return {
        day: [
            (customer, f"S0{chance.randrange(4)}", chance.random() < 0.15)
            for customer in CUSTOMERS
            if chance.random() < 0.8
        ]
        for day in DAYS
    }


@pytest.mark.parametrize("seed", range(2))
def test_six_months_in_any_order_give_the_same_history(history_jinja, seed):
    chance = random.Random(seed)
    states = random_states(seed)
    in_order = Warehouse(history_jinja, states)
    for day in DAYS:
        in_order.build(day)
    expected = in_order.history()
    assert len(expected["segment_transitions"]) > 20
    for _ in range(2):
        days = [*chance.sample(DAYS, 6), *chance.choices(DAYS, k=2)]
        other = Warehouse(history_jinja, states)
        for day in days:
            other.build(day)
        assert other.history() == expected, days


def test_every_order_of_three_days_gives_the_same_history(history_jinja):
    states = random_states(99)
    found = []
    for days in itertools.permutations(DAYS[:3]):
        warehouse = Warehouse(history_jinja, states)
        for day in days:
            warehouse.build(day)
        found.append(warehouse.history())
    assert all(history == found[0] for history in found)


def test_a_late_day_that_is_corrected_changes_what_follows(history_jinja):
    states = random_states(7)
    late = Warehouse(history_jinja, states)
    for day in DAYS:
        late.build(day)
    states[DAYS[2]] = random_states(8)[DAYS[2]]
    late.build(DAYS[2])
    new = Warehouse(history_jinja, states)
    for day in DAYS:
        new.build(day)
    assert late.history() == new.history()

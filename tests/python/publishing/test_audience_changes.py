"""Who entered and left a list: replayed, the changes give the members of every day."""

import random

import duckdb
import pytest

MODEL = "models/marts/audiences/audience_changes.sql"
DAYS = [f"2024-0{month}-01" for month in range(1, 7)]
CUSTOMERS = [f"c{number}" for number in range(12)]
REPLAYED = """
    select audience_key, customer_id from audience_changes
    where changed_on <= date '{day}' group by all
    having max_by(change_type, changed_on) = 'entered' order by all
"""


def lists_of(seed: int) -> dict[str, list[tuple]]:
    """Return who is in which list on which day; one list ends, one begins."""
    chance = random.Random(seed)
    there = {day: ["campaign_old", "segment_S01", "segment_S02"] for day in DAYS[:3]}
    there |= {day: ["segment_S01", "segment_S02", "segment_S03"] for day in DAYS[3:]}
    return {
        day: [
            (audience, customer)
            for audience in there[day]
            for customer in CUSTOMERS
            if chance.random() < 0.5
        ]
        for day in DAYS
    }


class Warehouse:
    """The tables that the model reads, and its own."""

    def __init__(self, history_jinja, lists) -> None:
        self.render, self.lists = history_jinja, lists
        self.engine = duckdb.connect()
        self.is_built = False

    def build(self, day: str) -> None:
        self.engine.execute(
            "create or replace table int_input_statistics as "
            f"select date '{day}' as observed_on; create or replace table "
            "audience_members (audience_key text, customer_id text)"
        )
        if self.lists[day]:
            self.engine.executemany(
                "insert into audience_members values (?, ?)", self.lists[day]
            )
        sql = self.render(MODEL, "audience_changes", has_history=self.is_built)
        self.engine.execute(f"create or replace table new as {sql}")
        self.engine.execute("drop table if exists audience_changes")
        self.engine.execute("alter table new rename to audience_changes")
        self.is_built = True

    def changes(self) -> list[tuple]:
        return self.engine.sql("from audience_changes order by all").fetchall()

    def replayed(self, day: str) -> list[tuple]:
        return self.engine.sql(REPLAYED.format(day=day)).fetchall()


@pytest.mark.parametrize("seed", range(3))
def test_changes_replay_to_the_members_in_any_order_of_days(history_jinja, seed):
    lists = lists_of(seed)
    lists[DAYS[4]] = []  # nobody is in any list
    in_order = Warehouse(history_jinja, lists)
    for day in DAYS:
        in_order.build(day)
    shuffled = Warehouse(history_jinja, lists)
    days = [*DAYS, *DAYS]  # late ones, and some twice
    random.Random(seed).shuffle(days)
    for day in days:
        shuffled.build(day)
    for warehouse in (in_order, shuffled):
        for day in DAYS:
            assert warehouse.replayed(day) == sorted(lists[day])
    assert in_order.changes() == shuffled.changes()


def test_a_change_is_one_between_two_days_and_no_more(history_jinja):
    stays, leaves, comes = (("segment_S01", name) for name in ("stay", "leave", "come"))
    lists = {DAYS[0]: [stays, leaves], DAYS[1]: [stays, comes]}
    warehouse = Warehouse(history_jinja, lists)
    for day in (*lists, DAYS[1]):
        warehouse.build(day)
    second = [row for row in warehouse.changes() if str(row[2]) == DAYS[1]]
    assert [(row[1], row[3]) for row in second] == [
        ("come", "entered"),
        ("leave", "left"),
    ]

"""Whatever fails, is killed, comes late or is cut: what is published is green.

It is also never of an earlier day than what it replaces, nor of half its customers.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from unittest import mock

import duckdb
import pytest

import segmentation.project
from segmentation.project import require_good_build
from segmentation.publishing import comparison
from segmentation.publishing.comparison import require_newer_and_whole
from segmentation.warehouse.errors import UserError

pytestmark = pytest.mark.long

HISTORIES = 200
LEAST_SHARE = 0.5
# a small project: what each table is made of, what each test reads
PARENTS = {
    "stg_a": (),
    "ml_segment_model": ("stg_a",),
    "int_b": ("stg_a",),
    "customers": ("int_b", "ml_segment_model"),
    "segments": ("customers",),
    "plan": ("segments", "int_b"),
}
READ = {
    "a_is_whole": ("stg_a",),
    "customers_are_unique": ("customers",),
    "segments_count_customers": ("segments", "customers"),
    "plan_is_of_segments": ("plan", "segments"),
    "keys_are_known": ("customers", "segments", "plan"),
}
ORDER = (
    *("stg_a", "a_is_whole", "ml_segment_model", "int_b", "customers"),
    *("customers_are_unique", "segments", "segments_count_customers", "plan"),
    *("plan_is_of_segments", "keys_are_known"),
)


def unique_id(name: str) -> str:
    return f"{'test' if name in READ else 'model'}.segmentation.{name}"


def node(name: str) -> SimpleNamespace:
    return SimpleNamespace(
        unique_id=unique_id(name),
        package_name="segmentation",
        resource_type="test" if name in READ else "model",
        config=SimpleNamespace(enabled=True, materialized="table"),
        depends_on=SimpleNamespace(
            nodes=[unique_id(other) for other in READ.get(name, PARENTS.get(name))]
        ),
        database="memory",
        schema="ml",
    )


@dataclass
class Truth:
    """What really happened, told apart from what the project writes down.

    A table is good if its last attempt was; a test if it passed after its tables
    changed for the last time.
    """

    clock: int = 0
    is_built: dict[str, bool] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)

    def is_green(self) -> bool:
        return all(self.is_built.get(name) for name in PARENTS) and all(
            self.passed.get(test, 0) > max(self.changed[name] for name in read)
            for test, read in READ.items()
        )


class Project:
    """dbt's part: which nodes a command takes, in which order, and what fails."""

    def __init__(self, hook_jinja, file, chance: random.Random) -> None:
        self.file, self.chance, self.truth = file, chance, Truth()
        self.engine = duckdb.connect()  # thousands of hooks: none waits for a disk
        self.selected: list[str] = []
        self.flags = SimpleNamespace(WHICH="build")
        self.last: dict[str, str] = {}
        # day and customers of the input, of the table customers, of what is published
        self.today = date(2024, 1, 1)
        self.input = comparison._State(self.today, 100)
        self.standing = self.published = None
        self.render = hook_jinja(
            graph=SimpleNamespace(
                nodes={unique_id(name): node(name) for name in ORDER}
            ),
            selected_resources=self.selected,
            flags=self.flags,
            execute=True,
            project_name="segmentation",
            target=SimpleNamespace(schema="main"),
        )

    def hook(self, text: str, **context) -> None:
        sql = self.render(text, **context).replace('"memory".', "")
        self.engine.execute(sql)

    def command(self, which: str, names: set[str], ill: float, killed: bool) -> None:
        """Run nodes; each fails by chance, and a killed command ends nowhere."""
        self.flags.WHICH = which
        self.selected[:] = [unique_id(name) for name in ORDER if name in names]
        if not self.selected:
            return
        self.hook("{{ begin_build() }}")
        stop = self.chance.randrange(len(names)) if killed else len(ORDER)
        became: dict[str, str] = {}
        for number, name in enumerate(name for name in ORDER if name in names):
            if number == stop:
                # it may have changed the table or not, and nobody knows
                self.truth.is_built |= {name: False} if name in PARENTS else {}
                return
            became[name] = self._became(which, name, became, ill)
        results = [
            SimpleNamespace(node=node(name), status=status)
            for name, status in became.items()
        ]
        self.hook("{{ end_build(results) }}", results=results)
        self.last = became

    def _became(self, which: str, name: str, became: dict, ill: float) -> str:
        self.truth.clock += 1
        blocked = {
            n for n, status in became.items() if status not in ("success", "pass")
        }
        # in a build a failed test keeps what is made of its tables from being made
        blocked |= {
            t for n in blocked & READ.keys() for t in READ[n] if which != "test"
        }
        if which != "test" and blocked.intersection(READ.get(name, PARENTS.get(name))):
            return "skipped"
        is_ill = self.chance.random() < ill
        if name in READ:
            self.truth.passed[name] = 0 if is_ill else self.truth.clock
            return "fail" if is_ill else "pass"
        self.truth.is_built[name] = not is_ill
        if not is_ill:
            self.truth.changed[name] = self.truth.clock
            self.standing = self.input if name == "customers" else self.standing
        return "error" if is_ill else "success"

    def next_input(self) -> None:
        """Let a day pass or come late; now and then the file is cut."""
        late = self.chance.random() < 0.25
        self.today += timedelta(days=0 if late else self.chance.randrange(40))
        day = self.today - timedelta(days=self.chance.randrange(1, 90) if late else 0)
        share = self.chance.choice([0.1, 0.4, 0.5, 0.9, 1, 1, 1, 1.1])
        self.input = comparison._State(day, int(100 * share))

    def any_command(self) -> None:
        """Run a part by chance: tables, tables and tests, tests, or what had failed."""
        self.next_input()
        tables = {name for name in PARENTS if self.chance.random() < 0.5}
        which = self.chance.choice(["build", "build", "run", "test", "retry"])
        how = self.chance.choice([any, all])  # eager, or cautious
        tests = {t for t, read in READ.items() if how(name in tables for name in read)}
        names = {"run": tables, "test": tests}.get(which, tables | tests)
        if which == "retry":
            names = {n for n, s in self.last.items() if s not in ("success", "pass")}
        self.command(which, names, 0.15, self.chance.random() < 0.15)

    def next_build(self) -> None:
        """Build the whole of the next input, and nothing fails."""
        self.next_input()
        self.command("build", {*PARENTS, *READ}, 0, False)

    def is_published(self) -> bool:
        opened = SimpleNamespace(connect=lambda file, **how: self.engine.cursor())
        states = [self.published, self.standing]
        try:
            with mock.patch.object(segmentation.project, "duckdb", opened):
                require_good_build(self.file)
            with mock.patch.object(comparison, "_state", side_effect=states):
                require_newer_and_whole(
                    self.file,
                    self.file,
                    least_share=LEAST_SHARE,
                    accepted=frozenset(),
                )
        except UserError:
            return False
        self.published = self.standing
        return True


def test_200_histories_of_commands_publish_nothing_that_is_not_green(
    hook_jinja, tmp_path
):
    published = late = thin = 0
    for seed in range(HISTORIES):
        project = Project(hook_jinja, tmp_path, random.Random(seed))
        everything = {*PARENTS, *READ}
        project.command("build", everything, 0.1, seed % 7 == 0)
        for step in range(6):
            before, new = project.published, project.standing
            is_late = bool(before and new.observed_on < before.observed_on)
            is_thin = bool(before and new.customers < LEAST_SHARE * before.customers)
            if project.is_published():
                published += 1
                assert project.truth.is_green(), (seed, step)
                assert not is_late and not is_thin, (seed, step)
            elif project.truth.is_green():
                late, thin = late + is_late, thin + is_thin
            project.any_command() if step < 4 else project.next_build()
        # a build that goes well makes up for all that went before
        project.input = comparison._State(project.today, 200)
        project.command("build", everything, 0, False)
        assert project.is_published() and project.truth.is_green(), seed
    # each of them came to it
    assert min(published, late, thin) > HISTORIES // 20


@pytest.mark.parametrize("which", ["run", "test"])
def test_what_fails_stays_failed_whatever_else_succeeds(hook_jinja, tmp_path, which):
    project = Project(hook_jinja, tmp_path, random.Random(1))
    project.command("build", {*PARENTS, *READ}, 0, False)
    project.command(which, {"plan"} if which == "run" else {"a_is_whole"}, 1, False)
    project.command("build", {"stg_a"}, 0, False)
    assert not project.is_published()

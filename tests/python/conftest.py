"""Fixtures that several test modules share."""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import duckdb
import jinja2
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from segmentation.dbt_inside import kept_templates
from segmentation.project import run_dbt
from segmentation.targets import warehouse_path

PROJECT = Path(__file__).parents[2]
PROJECT_FOLDERS = ("analyses", "macros", "models", "python_models", "seeds", "tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """Give tests that share an expensive build to the same worker, the longest first.

    First of all, as pytest-xdist reads the groups in a hook of the same name.
    """

    def group(item) -> str:
        shared = {"sample", "real_build"}.intersection(item.fixturenames)
        return min(shared, default=item.path.stem)

    def order(item) -> int:
        return (group(item) != "sample") + ("new_builder" not in item.fixturenames)

    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
    items.sort(key=order)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with the real input files; tests that need it are skipped without it."""
    folder = os.environ.get("SEGMENTS_REAL_DATA")
    if not folder:
        pytest.skip(
            "SEGMENTS_REAL_DATA is not set: tests on the real files are skipped"
        )
    return Path(folder).resolve()


@dataclass
class Builder:
    """Builds in a folder of its own, so that nobody's warehouse is touched."""

    TO_HISTORY: ClassVar = (
        "build",
        *("--exclude-resource-type", "test"),
        *("--exclude-resource-type", "unit_test"),
        "--select",
        "+segment_membership_history",
        "+segment_transitions",
        "+segment_drift",
        "+segment_version_log",
        "segment_alignment",
    )

    folder: Path
    project: Path = PROJECT
    environment: dict = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    target: Path = Path("target")

    @property
    def warehouse(self) -> Path:
        """The warehouse that the last build wrote."""
        with self._environment():
            return warehouse_path(self.project)

    def dbt(self, *arguments: str, **environment: str) -> list[str]:
        """Run dbt; return a sentence for each failure."""
        self.environment = environment
        self.said = []
        self.target = self._target(arguments)
        templates = self.folder.parent / "templates.msgpack"
        with self._environment() as patch, kept_templates(templates):
            patch.chdir(self.project)
            # dbt parses anew for another path, though nothing that it parses has it
            keys = ("database", "schema")
            patch.setattr(DuckDBCredentials, "_connection_keys", lambda self: keys)
            return run_dbt(
                [*arguments, "--target-path", str(self.target)],
                report=self.said.append,
            )

    def _target(self, arguments: Sequence[str]) -> Path:
        """Return a folder for what dbt parses: one for each input and its vars."""
        settings = [
            after for before, after in pairwise(arguments) if before == "--vars"
        ]
        known = repr((self.warehouse.stem, settings)).encode()
        return self.folder.parent / "targets" / hashlib.md5(known).hexdigest()

    def to_history(self, *arguments: str, **environment: str) -> list[str]:
        """Build all that history is made of, without tests."""
        return self.dbt(*self.TO_HISTORY, *arguments, **environment)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the warehouse of the last build."""
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.sql(sql).fetchall()

    def marts(self) -> dict[str, list[str]]:
        """Return every mart's rows, sorted."""
        names = self.query(
            "select table_name from information_schema.tables "
            "where table_schema = 'marts' order by table_name"
        )
        return {
            name: sorted(map(repr, self.query(f'select * from marts."{name}"')))
            for (name,) in names
        }

    @contextmanager
    def _environment(self):
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.copy():
                if name.startswith("SEGMENTS_"):
                    patch.delenv(name)
            patch.setenv("SEGMENTS_WAREHOUSE", str(self.folder))
            patch.setenv("SEGMENTS_OUTPUT", str(self.folder / "output"))
            for name, value in self.environment.items():
                patch.setenv(name, str(value))
            yield patch


@pytest.fixture(scope="session")
def new_builder(tmp_path_factory):
    """Make builders that share dbt's parsed project but nothing else."""
    root = tmp_path_factory.mktemp("builds")

    def make(name: str) -> Builder:
        folder = root / name
        folder.mkdir(parents=True)
        return Builder(folder)

    return make


@pytest.fixture(scope="session")
def copy_project():
    """Copy the project without its Python tests, for seeds of its own."""

    def copy(folder: Path) -> Path:
        ignored = shutil.ignore_patterns("python", "fixtures", "spark")
        for name in PROJECT_FOLDERS:
            shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
        for name in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(PROJECT / name, folder)
        return folder

    return copy


@pytest.fixture(scope="session")
def sample(new_builder) -> Builder:
    """Build the shipped sample once, with all data and unit tests."""
    builder = new_builder("sample")
    assert builder.dbt("build") == []
    return builder


@pytest.fixture(scope="session")
def real_build(real_data, new_builder) -> Builder:
    """Build the real marketing file once, with all data tests but the explorative."""
    builder = new_builder("real")
    file = real_data / "marketing_campaign.csv"
    arguments = (
        *("build", "--exclude-resource-type", "unit_test"),
        *("--exclude", "tag:explore"),
    )
    assert builder.dbt(*arguments, SEGMENTS_PATH=file) == []
    return builder


@pytest.fixture(scope="session")
def staged():
    """Read a described input with staging models' own SQL, without a build.

    The rows of the last model are returned; each can read those before it.
    """

    def read(dialect, *names: str) -> dict[str, list]:
        assert dialect.problem is None, dialect.problem
        names = names or ("stg_input__records",)
        there = ("input_dialect", *names)
        render = _own_jinja(
            input_dialect=dialect.as_row,
            ref=lambda name: name if name in there else "(select 1)",
        )
        with duckdb.connect() as engine:
            engine.execute(
                "create table input_dialect as "
                "select ? as as_of_date, ? as is_other_sign_apart",
                [dialect.as_of_date, dialect.is_other_sign_apart],
            )
            for name in names:
                (model,) = (PROJECT / "models" / "staging").rglob(f"{name}.sql")
                sql = render(model.read_text("utf-8"))
                engine.execute(f"create table {name} as {sql}")
            rows = engine.sql(f"select * from {names[-1]} order by 1")
            return rows.to_arrow_table().to_pydict()

    return read


@pytest.fixture(scope="session")
def project_jinja():
    """Return a function: the SQL of a model, or of a text, with the project's vars.

    Relations are called by their names; there is no history. What else is given
    stands in for dbt's or the project's own, in macros too.
    """
    known = {"ref": lambda name: name, "has_history": lambda: False}
    render = _own_jinja(**known)

    def rendered(model: str = "", text: str = "", **given) -> str:
        chosen = _own_jinja(**known | given) if given else render
        return chosen(text or (PROJECT / model).read_text("utf-8"))

    return rendered


@pytest.fixture(scope="session")
def history_jinja():
    """Return a function: the SQL of a model that carries rows of `this` over."""

    def rendered(model: str, this: str, *, has_history: bool) -> str:
        render = _own_jinja(
            ref=lambda name: name, has_history=lambda: has_history, this=this
        )
        return render((PROJECT / model).read_text("utf-8"))

    return rendered


@pytest.fixture(scope="session")
def hook_jinja():
    """Return a function that renders hooks with what dbt knows of a command."""

    def renderer(**known):
        return _own_jinja(**known)

    return renderer


class _Return(Exception):
    """What a macro hands back instead of text."""


def _own_jinja(**known):
    """Return a function that renders SQL with this project's macros, as dbt would.

    What is `known` stands in for dbt's or the project's own.
    """

    def hand_back(value):
        raise _Return(value)

    settings = _settings()

    def dispatch(name, package):
        return macros[f"duckdb__{name}"]

    macros = {
        "return": hand_back,
        "config": lambda **settings: "",
        "var": lambda name, default=None: settings.get(name, default),
        "env_var": lambda name, default="": default,
        "adapter": SimpleNamespace(
            dispatch=dispatch,
            quote=lambda name: f'"{name}"',
            is_ducklake=lambda relation: False,
        ),
        "api": SimpleNamespace(Relation=SimpleNamespace(create=SimpleNamespace)),
        "dbt": SimpleNamespace(type_string=lambda: "varchar"),
        "escape_single_quotes": lambda text: text.replace("'", "''"),
    }

    def compiled(name: str, text: str):
        @cache
        def module():
            return _JINJA.from_string(text, macros).module

        def call(*arguments, **keywords):
            try:
                return getattr(module(), name)(*arguments, **keywords)
            except _Return as result:
                return result.args[0]

        return call

    for name, text in _macros():
        macros[name] = compiled(name, text)
    macros |= known
    return lambda text, **context: _JINJA.from_string(text, macros).render(context)


_JINJA = jinja2.Environment(extensions=["jinja2.ext.do"])
_JINJA.compile = cache(_JINJA.compile)  # each test has macros of its own, of one text


@cache
def _settings() -> dict:
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]


@cache
def _macros() -> list[tuple[str, str]]:
    """Return the name and the text of each macro of this project."""
    files = sorted((PROJECT / "macros").rglob("*.sql"))
    texts = [
        text
        for file in files
        for text in re.findall(
            r"{%-? macro .*?{%-? endmacro -?%}", file.read_text("utf-8"), re.S
        )
    ]
    return [(re.search(r"macro (\w+)", text)[1], text) for text in texts]

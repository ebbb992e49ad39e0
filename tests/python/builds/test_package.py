"""The project as a package of another one: examples/shop, as its engineers do it."""

import ast
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from segmentation.cli import main

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
PACKAGE = "segmentation"
MOST_NODES = 120
AREAS = ("campaign", "evidence", "exploration", "offers", "value")


class Shop:
    """A copy of the example, and what its commands said."""

    def __init__(self, folder: Path) -> None:
        ignored = shutil.ignore_patterns("dbt_packages", "target", "logs", "*.duckdb*")
        shutil.copytree(PROJECT / "examples" / "shop", folder, ignore=ignored)
        (folder / "packages.yml").write_text(f"packages:\n  - local: {PROJECT}\n")
        self.folder, self.file = folder, folder / "shop.duckdb"

    @contextmanager
    def inside(self, **environment: str):
        """Be in the shop's folder, with nothing of ours in the environment."""
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.copy():
                if name.startswith(("SEGMENTS_", "DBT_")):
                    patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            yield

    def dbt(self, *words: str, **environment: str):
        """Run dbt; return its result, which has to be a success."""
        with self.inside(**environment):
            outcome = dbtRunner().invoke(["--quiet", *words])
        DuckDBConnectionManager.close_all_connections()
        results = getattr(outcome.result, "results", None) or []
        failed = [
            f"{r.node.name}: {r.message}"
            for r in results
            if r.status in ("error", "fail", "runtime error")
        ]
        assert not failed, "\n".join(failed)
        assert outcome.success, outcome.exception
        return outcome.result

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        with duckdb.connect(self.file, read_only=True) as connection:
            return connection.sql(sql).fetchall()

    def manifest(self) -> dict:
        """Return what dbt knew at its last command."""
        return json.loads((self.folder / "target" / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Build the shop as anna does; bob's and prod's schemas are not there yet."""
    shop = Shop(tmp_path_factory.mktemp("host") / "shop")
    shop.dbt("deps")
    shop.dbt("build")
    return shop


# bob's segments are of customers, which a source of the shop has
SOURCES = """
sources:
  - name: crm
    schema: dev_anna_raw
    tables:
      - name: raw_customers
"""
CUSTOMERS = {
    "kind": "wide",
    "source": "crm.raw_customers",
    "as_of_date": "2024-12-31",
    "columns": {"customer_id": "customer_id"},
    "measures": {"birth": {"column": "birth_year", "label": "Born", "unit": "years"}},
    "groups": {"region": "country"},
    "features": ["birth", "region"],
}
VERSIONS = "select * from {}_ml.ml_segment_model"
HISTORY = "select * from {}_marts.segment_membership_history order by all"


@pytest.fixture(scope="module")
def three(shop):
    """Build as bob and in prod as well; return anna's tables as they were before."""
    before = [shop.query(sql.format("dev_anna")) for sql in (VERSIONS, HISTORY)]
    (shop.folder / "models" / "_sources.yml").write_text(SOURCES)
    asked = json.dumps({"inputs": {"crm": CUSTOMERS}, "default_input": "crm"})
    words = ["--select", "+dim_customers_segmented", "--vars", asked]
    shop.dbt("build", *words, SHOP_DEVELOPER="bob")
    with shop.inside():
        words = ["--target", "prod", "--vars", "{k: 2}"]
        assert main(["build", *words, "--exclude", "package:shop,tag:x"]) == 0
        assert main(["publish", *words]) == 0
    DuckDBConnectionManager.close_all_connections()
    return before


def test_every_customer_of_the_host_has_a_segment(shop):
    ((customers, segments, lacking),) = shop.query(
        "select count(*), count(distinct segment_key), "
        "count(*) filter (segment_key is null) from dev_anna.dim_customers_segmented"
    )
    assert customers == 599 and segments > 1 and not lacking


def test_host_model_of_the_same_name_is_its_own(shop):
    def columns(schema: str) -> set[str]:
        return {
            name
            for (name,) in shop.query(
                "select column_name from duckdb_columns() where table_name = "
                f"'customers' and schema_name = '{schema}'"
            )
        }

    assert columns("dev_anna") == {"customer_id", "country"}
    assert {"customer_id", "recency_days", "segment_key"} <= columns("dev_anna_marts")
    nodes = shop.manifest()["nodes"]
    read = nodes["model.segmentation.customer_segments"]["depends_on"]["nodes"]
    assert all(node.split(".")[1] == PACKAGE for node in read)


@pytest.mark.parametrize("file", sorted((PROJECT / "python_models").rglob("*.py")))
def test_python_models_name_the_package_of_what_they_read(file):
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "dbt.ref":
            assert [ast.literal_eval(word) for word in call.args][:-1] == [PACKAGE]


@pytest.mark.parametrize("area", AREAS)
def test_models_of_an_area_are_switched_off_by_its_var(area):
    files = [
        file
        for file in (PROJECT / "models").glob(f"*/{area}/*.sql")
        if file.parent.name == area
    ]
    kept = [
        file.name
        for file in files
        if f"enabled=var('{area}')" not in file.read_text("utf-8")
    ]
    assert not kept
    fitted = (PROJECT / "python_models" / "ml" / area).glob("*.yml")
    for properties in fitted:
        for model in yaml.safe_load(properties.read_text("utf-8"))["models"]:
            assert model["config"]["enabled"] == f"{{{{ var('{area}') }}}}"


def test_only_the_schemas_of_the_target_are_written(shop):
    schemas = shop.query(
        "select distinct schema_name from duckdb_tables() where not internal "
        "union select schema_name from duckdb_views() where not internal"
    )
    own = ("dev_anna", "dev_anna_raw")
    assert all(
        name.startswith("dev_") or name.startswith("prod") for (name,) in schemas
    )
    assert {*own, "dev_anna_marts", "dev_anna_ml"} <= {name for (name,) in schemas}
    # what a build has left undone is never written beside the host's own tables
    states = shop.query(
        "select schema_name from duckdb_tables() where table_name = 'build_state'"
    )
    assert ("dev_anna_ml",) in states
    assert all(schema.endswith("_ml") for (schema,) in states)
    assert not undone(shop)


def test_segments_are_built_after_the_hosts_orders(shop):
    parents = shop.manifest()["parent_map"]

    def above(node: str) -> set[str]:
        found = set(parents.get(node, []))
        return found.union(*(above(parent) for parent in found))

    assert "model.shop.fct_orders" in above("model.segmentation.stg_orders__records")


def test_lean_install_is_small(shop):
    manifest = shop.manifest()
    nodes = [n for n in manifest["nodes"].values() if n["package_name"] == PACKAGE]
    nodes = [n for n in nodes if n["resource_type"] != "operation"]
    others = ("unit_tests", "exposures", "semantic_models", "metrics")
    further = [
        node
        for kind in others
        for node in manifest[kind].values()
        if node["package_name"] == PACKAGE
    ]
    assert len(nodes) + len(further) < MOST_NODES
    folders = {"/".join(n["fqn"][1:-1]) for n in nodes}
    assert not [f for f in folders if "campaign" in f or "evidence" in f]


def test_developers_and_prod_do_not_touch_each_other(shop, three):
    assert [shop.query(sql.format("dev_anna")) for sql in (VERSIONS, HISTORY)] == three
    for schema in ("dev_bob", "prod"):
        assert shop.query(
            f"select count(*), min(model_version) from {schema}_ml.ml_segment_model"
        ) == [(1, 1)]


def test_a_source_of_the_host_is_an_input_as_well(shop, three):
    assert shop.query(
        "select count(*), count(segment_key) from dev_bob.dim_customers_segmented"
    ) == [(599, 599)]
    parents = shop.query("select source_path from dev_bob_staging.input_dialect")
    assert parents == [("crm.raw_customers",)]


def test_target_prod_publishes_prod(shop, three):
    published = shop.folder / "output" / "prod" / "shop" / "segments.duckdb"
    count = "select count(*) from {}.segments where status = 'current'"
    with duckdb.connect(published, read_only=True) as connection:
        assert connection.sql(count.format("marts")).fetchall() == [(2,)]
        comments = connection.sql(
            "select count(*) from duckdb_columns() where schema_name = 'marts' "
            "and table_name = 'segments' and comment is null"
        )
        assert comments.fetchall() == [(0,)]
    assert shop.query(count.format("prod_marts")) == [(2,)]
    assert shop.query(count.format("dev_anna_marts")) != [(2,)]


def test_assignment_and_lists_leave_the_warehouse(shop, three, capsys, tmp_path):
    file = tmp_path / "list.csv"
    with shop.inside():
        assert main(["export-sql"]) == 0
        sql = capsys.readouterr().out
        words = ["--where", "segment_key = 'S01'", "--output", str(file)]
        assert main(["audience", *words]) == 0
        assert main(["audience", "--where", "1 = 1) or (true"]) == 1
        assert main(["audience", "--where", "no_such_column > 1"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    expected = shop.query(
        "select customer_id, segment_key from dev_anna_marts.customer_segments "
        "order by all"
    )
    with duckdb.connect(shop.file, read_only=True) as connection:
        connection.execute("set schema = 'dev_anna_marts'")
        assigned = connection.sql(
            f"select customer_id, segment_key from ({sql}) order by all"
        ).fetchall()
    assert assigned == expected
    first = [row for row in expected if row[1] == "S01"]
    assert len(file.read_text("utf-8").splitlines()) == 1 + len(first)


def test_a_build_of_the_host_alone_leaves_no_trace(shop):
    shop.dbt("build", "--select", "+dim_customers", SHOP_DEVELOPER="carol")
    assert shop.query(
        "select distinct schema_name from duckdb_tables() where schema_name "
        "like '%carol%' union all select schema_name from duckdb_views() "
        "where schema_name like '%carol%' order by 1"
    ) == [("dev_carol",), ("dev_carol_raw",)]


LATER = """
N1,K10583,2025-01-06 08:08:00,store,household,89.32
N2,NEW01,2025-01-07 08:08:00,web,kitchen,19.32
"""


@pytest.fixture
def later_orders(shop):
    """Give the shop a week more of orders, as long as a test lasts."""
    file = shop.folder / "seeds" / "raw_orders.csv"
    before = file.read_text("utf-8")
    file.write_text(before + LATER.lstrip(), "utf-8")
    yield file
    file.write_text(before, "utf-8")
    shop.dbt("build", SHOP_DEVELOPER="fay")


def marts_of(shop, schema: str) -> dict[str, list[str]]:
    """Return the rows of all marts of a developer."""
    names = shop.query(
        f"select table_name from duckdb_tables() where schema_name = '{schema}_marts' "
        "order by all"
    )
    return {
        name: sorted(map(repr, shop.query(f"select * from {schema}_marts.{name}")))
        for (name,) in names
    }


def test_a_later_day_needs_no_python_but_for_words(shop, later_orders):
    fay = {"SHOP_DEVELOPER": "fay"}
    words = ["--quiet", "ls", "--exclude", "tag:fit", "--resource-type", "model"]
    with shop.inside(**fay):
        listed = dbtRunner().invoke([*words, "--output", "path"]).result
    assert len(listed) > 40 and not [path for path in listed if path.endswith(".py")]
    orders = later_orders.read_text("utf-8")
    later_orders.write_text(orders.removesuffix(LATER.lstrip()), "utf-8")
    shop.dbt("build", **fay)
    later_orders.write_text(orders, "utf-8")
    ran = shop.dbt("build", "--exclude", "tag:fit", **fay).results
    assert ran and not [r for r in ran if getattr(r.node, "language", "") == "python"]
    assert shop.query(
        "select segment_key is not null from dev_fay_marts.customer_segments "
        "where customer_id = 'NEW01'"
    ) == [(True,)]
    told = "select distinct cast(described_on as varchar) from dev_fay_marts.segments"
    assert shop.query(told) == [("2024-12-30",)]
    without = marts_of(shop, "dev_fay")
    shop.dbt("build", **fay)
    whole = marts_of(shop, "dev_fay")
    differ = {name for name, rows in whole.items() if rows != without[name]}
    # sentences are Python's, and say of which day they are
    assert differ <= {
        *("segments", "current_segments", "segment_claims", "segment_actions")
    }
    assert shop.query(told) == [("2025-01-07",)]


def test_words_that_were_not_described_stop_a_build_without_python(shop, later_orders):
    fay = {"SHOP_DEVELOPER": "fay"}
    with later_orders.open("a", encoding="utf-8") as file:
        file.write("N3,NEW02,2025-01-07 09:08:00,web,candles,39.32\n")
    with pytest.raises(AssertionError, match="'category' has 'candles' in 1 lines"):
        shop.dbt("build", "--exclude", "tag:fit", **fay)


def test_nobody_suppressed_is_in_any_list(shop, tmp_path):
    members = "select customer_id from dev_gil_marts.audience_members order by all"
    opt_outs = shop.folder / "models" / "opt_outs.sql"
    opt_outs.write_text(
        "select customer_id as who from {{ ref('dim_customers') }} "
        "where hash(customer_id) % 5 = 0 union all select 'nobody'"
    )
    given = {"SHOP_DEVELOPER": "gil"}
    shop.dbt("build", **given)
    everybody = {key for (key,) in shop.query(members)}
    assert len(everybody) == 599
    words = [
        "--vars",
        '{"suppression_list": {"relation": "opt_outs", "customer_id": "who"}}',
    ]
    shop.dbt("build", *words, **given)
    suppressed = {key for (key,) in shop.query("select who from dev_gil.opt_outs")}
    left = {key for (key,) in shop.query(members)}
    assert left == everybody - suppressed and len(left) < 599
    assert shop.query(
        "select change_type, count(*) from dev_gil_marts.audience_changes group by all"
    ) == [("entered", len(left))]
    file = tmp_path / "all.csv"
    with shop.inside(**given):
        assert main(["publish", *words]) == 0
        condition = ["--where", "1 = 1", "--output", str(file)]
        assert main(["audience", *condition, *words]) == 0
    DuckDBConnectionManager.close_all_connections()
    # other developers have theirs
    links = (shop.folder / "output").glob("**/current")
    current = max(links, key=lambda link: link.lstat().st_mtime_ns)
    lists = [*(current / "audiences").glob("*.csv"), file]
    assert len(lists) > 2
    told = {
        line.split(",")[0].strip('"')
        for one in lists
        for line in one.read_text("utf-8").splitlines()[1:]
    }
    assert told == left
    opt_outs.unlink()


def undone(shop) -> set[str]:
    """Return what anna's builds have left undone."""
    rows = shop.query("select node from dev_anna_ml.build_state where reason != ''")
    return {node for (node,) in rows}


def state(shop, folder: Path) -> str:
    """Keep the manifest of the last command as dbt's options want it."""
    folder.mkdir()
    shutil.copy(shop.folder / "target" / "manifest.json", folder)
    return str(folder)


def test_what_is_not_built_is_read_from_another_schema(shop, tmp_path):
    shop.dbt("parse")
    words = ["--defer", "--state", state(shop, tmp_path / "anna")]
    shop.dbt("build", "--select", "revenue_by_segment", *words, SHOP_DEVELOPER="dora")
    revenue = "select sum(revenue) from {}.revenue_by_segment"
    assert shop.query(revenue.format("dev_dora")) == shop.query(
        revenue.format("dev_anna")
    )


def test_marts_are_cloned_into_another_schema(shop, tmp_path):
    shop.dbt("parse")
    words = ["--select", "segments", "customer_segments"]
    words += ["--state", state(shop, tmp_path / "anna")]
    shop.dbt("clone", *words, SHOP_DEVELOPER="emil")
    count = "select count(*) from {}_marts.customer_segments"
    assert shop.query(count.format("dev_emil")) == [(599,)]


def test_a_build_that_stopped_is_taken_up_again(shop):
    model = shop.folder / "models" / "fct_orders.sql"
    good = model.read_text("utf-8")
    model.write_text("select error('stopped') as a")
    with pytest.raises(AssertionError, match="stopped"):
        shop.dbt("build", "--select", "fct_orders+")
    # the host's model failed, so those of the package were left out
    assert "model.segmentation.segments" in undone(shop)
    with shop.inside():
        assert main(["publish"]) == 1
    model.write_text(good)
    shop.dbt("retry")
    assert not undone(shop)


def test_without_rows_of_the_host_every_table_is_built(shop):
    hal = {"SHOP_DEVELOPER": "hal"}
    count = (
        "select (select count(*) from dev_hal_marts.customers), "
        "(select count(*) from dev_hal_ml.ml_segment_model)"
    )
    shop.dbt("build", "--empty", **hal)
    assert shop.query(count) == [(0, 0)]
    shop.dbt("build", **hal)
    assert shop.query(count) == [(599, 1)]
    # on what is built as well: what was learned stays
    shop.dbt("build", "--empty", **hal)
    assert shop.query(count) == [(0, 1)]
    # no rows are no description of the input
    with pytest.raises(AssertionError, match="may have changed"):
        shop.dbt("build", "--exclude", "tag:fit", **hal)


@pytest.mark.parametrize("name", ["../../x", "a/b", "shop;"])
def test_an_input_that_is_no_name_opens_nothing(shop, capsys, name):
    before = set(shop.folder.parent.rglob("*.duckdb"))
    with shop.inside(SEGMENTS_INPUT=name):
        assert main(["build"]) == 1
    assert "no name of an input" in capsys.readouterr().err
    assert set(shop.folder.parent.rglob("*.duckdb")) == before


def test_project_without_segments_is_a_sentence(tmp_path, monkeypatch, capsys):
    (tmp_path / "dbt_project.yml").write_text("name: other\nprofile: other\n")
    monkeypatch.chdir(tmp_path)
    for command in ("build", "publish", "dashboard", "plots", "export-sql"):
        assert main([command]) == 1
        assert "has no segments" in capsys.readouterr().err

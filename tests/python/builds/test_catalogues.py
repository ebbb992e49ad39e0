"""What tools beside dbt find: lineage from the input on, owners, packages."""

import json
import os
import time

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from segmentation.new_project import make_project

pytestmark = pytest.mark.long

MODEL = "select 1 as n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Make a project of one's own, into which a package of one's own is installed."""
    folder = tmp_path_factory.mktemp("catalogues") / "mine"
    make_project(folder)
    package = folder.parent / "helper"
    (package / "models").mkdir(parents=True)
    (package / "dbt_project.yml").write_text("name: helper\nversion: '1.0'\n")
    (package / "models" / "helped.sql").write_text(MODEL)
    (package / "models" / "helping.sql").write_text("select n from {{ ref('helped') }}")
    (folder / "packages.yml").write_text("packages:\n  - local: ../helper\n")
    return folder


@pytest.fixture
def dbt(project, monkeypatch):
    """Run dbt in that project; return its outcome."""
    for name in os.environ.copy():
        if name.startswith(("SEGMENTS_", "DBT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(project)
    (project / "warehouse").mkdir(exist_ok=True)

    def run(*words):
        outcome = dbtRunner().invoke(["--quiet", *words])
        DuckDBConnectionManager.close_all_connections()
        return outcome

    assert run("deps").success
    return run


def test_a_package_of_this_project_keeps_its_own_names(dbt):
    outcome = dbt("parse")
    assert outcome.success, outcome.exception
    (node,) = [n for n in outcome.result.nodes.values() if n.name == "helping"]
    assert node.depends_on.nodes == ["model.helper.helped"]


def test_lineage_begins_with_the_input(dbt):
    every = dbt("ls", "--resource-type", "model", "--select", "package:segmentation")
    from_input = dbt("ls", "--resource-type", "model", "--select", "source:input+")
    left = set(every.result) - set(from_input.result)
    # how a campaign ended is another file; who is not to be written to, a seed
    assert {name.rpartition(".")[2] for name in left} == {
        *("stg_input__campaign_outcomes", "int_suppressed_customers")
    }


def test_each_table_has_an_owner_who_is_named_once(dbt):
    owners = {"engineering": {"name": "Ada", "email": "ada@shop.example"}}
    owners["marketing"] = {"name": "Bo", "email": "bo@shop.example"}
    settings = {"owners": owners, "published_url": "https://shop.example/segments"}
    manifest = dbt("parse", "--vars", json.dumps(settings)).result
    of_groups = {g.name: g.owner.name for g in manifest.groups.values()}
    assert set(of_groups.values()) == {"Ada", "Bo"}
    models = [n for n in manifest.nodes.values() if n.resource_type == "model"]
    ours = [n for n in models if n.package_name == "segmentation"]
    assert {n.group for n in ours} == set(of_groups)
    assert {e.owner.name for e in manifest.exposures.values()} == {"Ada", "Bo"}
    for exposure in manifest.exposures.values():
        assert exposure.url.startswith("https://shop.example/segments/sample/")


def test_each_mart_has_the_tag_of_its_theme(dbt):
    manifest = dbt("parse").result
    marts = [n for n in manifest.nodes.values() if n.fqn[1:2] == ["marts"]]
    models = [n for n in marts if n.resource_type == "model"]
    assert len(models) > 60
    assert not [n.name for n in models if n.fqn[2] not in n.tags]


@pytest.mark.parametrize(("days", "status"), [(1, "pass"), (60, "warn")])
def test_a_late_file_is_said(dbt, project, days, status):
    written = time.time() - days * 86_400
    os.utime(project / "data" / "sample" / "customers.csv", (written, written))
    results = dbt("source", "freshness").result.results
    (said,) = [r.status for r in results if r.node.resource_type == "source"]
    assert said == status


def test_addresses_are_not_written_down_and_any_name_of_a_file_is_read(
    dbt, project, monkeypatch
):
    def status():
        results = dbt("source", "freshness").result.results
        return [r.status for r in results if r.node.resource_type == "source"]

    (project / "it's.csv").touch()
    monkeypatch.setenv("SEGMENTS_PATH", "it's.csv")
    assert status() == ["pass"]
    monkeypatch.setenv("SEGMENTS_PATH", "postgresql://me:geheim99@host/shop")
    assert status() == ["warn"]
    for written in [
        *(project / "target").rglob("*.json"),
        project / "logs" / "dbt.log",
    ]:
        assert "geheim99" not in written.read_text("utf-8")

"""Descriptions, owners, contracts and exposures of the dbt project, judged by tools."""

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segmentation.project import write_docs
from segmentation.publishing.charts import charts

PROJECT = Path(__file__).parents[3]
EXAMPLE = re.compile(r"```sql\n(.*?)```", re.DOTALL)
REFERENCE = re.compile(r"ref\('(\w+)'\)")


@pytest.fixture(scope="module")
def documented(sample) -> Path:
    """Return the target folder of the sample's build after docs.html was written."""
    target = sample.target
    with sample._environment() as patch:
        patch.chdir(PROJECT)
        patch.setenv("DBT_TARGET_PATH", str(target))
        write_docs(PROJECT, target / "docs.html")
    return target


@pytest.fixture(scope="module")
def manifest(documented) -> dict:
    return json.loads((documented / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def marts(manifest) -> dict[str, dict]:
    """Return the models that people query, by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def run(tool: str, *arguments: str | Path) -> str:
    """Run a tool of the environment in the project; return what it said."""
    finished = subprocess.run(
        [Path(sys.executable).parent / tool, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said
    return said


def test_docs_are_one_page_that_needs_no_network(documented):
    page = (documented / "docs.html").read_text("utf-8")
    for words in ("Which question, which mart", "held out", "published_marts"):
        assert words in page
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=.?http", page)


def test_dbt_score_is_ten(documented):
    said = run("dbt-score", "lint", "--manifest", documented / "manifest.json")
    assert re.search(r"Project score: \S*10\.0", said), said


def test_dbt_bouncer_lets_everything_pass(documented, tmp_path):
    rules = (PROJECT / "dbt-bouncer.yml").read_text("utf-8")
    (tmp_path / "dbt-bouncer.yml").write_text(
        f"dbt_artifacts_dir: {documented}\n{rules}", encoding="utf-8"
    )
    run("dbt-bouncer", "run", "--config-file", tmp_path / "dbt-bouncer.yml")


def test_every_column_of_a_mart_and_a_seed_is_documented(documented, tmp_path):
    run(
        *("dbt-coverage", "compute", "doc", "--cov-report", tmp_path / "coverage.json"),
        *("--run-artifacts-dir", documented, "--cov-fail-under", "1.0"),
        *(
            "--model-path-filter",
            "models/marts",
            "--model-path-filter",
            "seeds",
            # its columns are the input's own; a hook comments them in the database
            "--model-path-exclusion-filter",
            "models/marts/customers/customers_wide.sql",
        ),
    )
    coverage = json.loads((tmp_path / "coverage.json").read_text("utf-8"))
    assert coverage["covered"] == coverage["total"] > 800


def test_example_queries_of_the_marts_run(sample, marts):
    with duckdb.connect(sample.warehouse, read_only=True) as connection:
        for name, node in marts.items():
            examples = EXAMPLE.findall(node["description"])
            assert examples, f"{name} has no example"
            for example in examples:
                assert f"marts.{name}" in example
                connection.execute(example).fetchall()


def read_by(manifest: dict, exposure: str) -> set[str]:
    """Return the names of the models that an exposure is made of."""
    (found,) = (
        row for row in manifest["exposures"].values() if row["name"] == exposure
    )
    return {node.split(".")[2] for node in found["depends_on"]["nodes"]}


def test_what_a_model_reads_is_known_before_it_runs(manifest):
    """A reference inside a loop over what only the run knows stops dbt there."""
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    unknown = {
        model["name"]: missing
        for model in models
        if model["language"] == "sql"
        and (
            missing := set(REFERENCE.findall(model["raw_code"]))
            - {node.split(".")[-1] for node in model["depends_on"]["nodes"]}
        )
    }
    assert len(models) > 100
    assert unknown == {}


def test_the_exposure_of_the_published_file_names_every_mart(manifest, marts):
    assert read_by(manifest, "published_marts") == set(marts)


def test_the_exposure_of_the_dashboard_names_the_marts_that_it_reads(manifest, marts):
    sources = PROJECT / "segmentation" / "publishing" / "dashboard"
    text = "".join(file.read_text("utf-8") for file in sorted(sources.glob("*.py")))
    text += "".join(chart.words + chart.rows for chart in charts() if chart.page)
    named = {mart for mart in marts if re.search(rf'(marts\.|"){mart}\b', text)}
    assert read_by(manifest, "dashboard") == named


def test_invariants_name_each_claim_that_a_row_breaks(documented):
    broken = """{{ segmentation.test_invariants(
        "(values (1, 'a', 'has 3 of 4', 3, 4), (1, 'b', 'has 5 of 9', 5, 8),"
        "(2, null, null, 1, 1)) as t(k, w, s, n, d)",
        unique=['k', 'w', ['k', 'w']], never_null=['w', 'n'],
        values={'w': ['a', "it's"], 'd': [1, 4, 8]}, ranges={'n': [1, 4], 'd': [1, 8]},
        holds={'n is below d': 'n < d', 'n is above 0': 'n > 0'},
        sentences={'s': ['n', 'd']}
    ) }}"""
    said = run(
        *("dbt", "--quiet", "show", "--profiles-dir", ".", "--target-path", documented),
        *("--output", "json", "--limit", "20", "--inline", broken),
    )
    rows = json.loads(said[said.index("{") :])["show"]
    assert {row["claim"]: row["broken_rows"] for row in rows} == {
        "w is never null": 1,
        "w is one of a, it's": 1,
        "n lies between 1 and 4": 1,
        "n is below d": 1,
        "s has the figures of its row": 1,
        "k is unique": 1,
    }

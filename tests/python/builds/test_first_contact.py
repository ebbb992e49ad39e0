"""What README and docs tell a newcomer to do, done."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from sklearn.metrics import adjusted_rand_score

from handbook.commands import blocks, pages
from samples.telco import generate_accounts
from segmentation.publishing.generations import publish

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
OWN_NAMES = {"ID": "customer_no", "Income": "Yearly income", "Recency": "recency"}


@pytest.fixture
def clone(tmp_path, copy_project) -> Path:
    """Return a copy of the project with a file of its reader's in it."""
    folder = tmp_path / "clone"
    folder.mkdir()
    copy_project(folder)
    sample = PROJECT / "data" / "sample" / "customers.csv"
    customers = pd.read_csv(sample, sep=";").head(700)
    behind = [c for c in customers if c.startswith(("Accepted", "Z_", "Response"))]
    customers = customers.drop(columns=behind).rename(columns=OWN_NAMES)
    customers.to_csv(folder / "shop.csv", index=False, sep=";")
    return folder


def segments(clone: Path, *words: str, **environment: str) -> str:
    """Run the command line in a clone; return what it said."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SEGMENTS_")}
    done = subprocess.run(
        [sys.executable, "-m", "segmentation.cli", *words],
        cwd=clone,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_from_own_file_to_segments_by_the_words_of_the_readme(clone):
    assert "customer_no" in segments(clone, "init", "shop.csv", "--write")
    settings = yaml.safe_load((clone / "dbt_project.yml").read_text("utf-8"))
    assert settings["vars"]["inputs"]["shop"]["path"] == "shop.csv"
    said = segments(clone, "build", SEGMENTS_INPUT="shop")
    assert "Read 700 rows: 700 accepted, 0 rejected." in said
    for name in ("dashboard.html", "docs.html", "segments.duckdb", "parquet", "csv"):
        assert (clone / "output" / "shop" / name).exists()
    published = clone / "output" / "shop" / "segments.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        ((customers,),) = connection.sql(
            "select sum(customers) from marts.segments where status = 'current'"
        ).fetchall()
    assert customers == 700


def test_the_accounts_of_the_telephone_company_fall_into_their_kinds(new_builder):
    builder = new_builder("telco")
    assert (
        builder.dbt("build", "--selector", "segment_marts", SEGMENTS_INPUT="telco")
        == []
    )
    rows = builder.query("select customer_id, segment_key from marts.customer_segments")
    found = pd.Series(dict(rows))
    kinds = generate_accounts().set_index("Account")["kind"].loc[found.index]
    assert adjusted_rand_score(kinds, found) > 0.8


@pytest.fixture(scope="module")
def published(sample, tmp_path_factory) -> Path:
    """Return a folder in which the sample was published, as after make build."""
    folder = tmp_path_factory.mktemp("published")
    publish(sample.warehouse, folder / "output" / "sample")
    return folder


def blocks_of(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, block)
        for page in pages()
        for found, block in blocks(page.read_text("utf-8"))
        if found == language and "ref(" not in block
    ]


@pytest.mark.parametrize(("page", "query"), blocks_of("sql"))
def test_queries_of_the_docs_run(published, page, query):
    file = published / "output" / "sample" / "segments.duckdb"
    with duckdb.connect(file, read_only=True) as connection:
        connection.sql(query).fetchall()


@pytest.mark.parametrize(("page", "code"), blocks_of("python"))
def test_python_of_the_docs_runs(published, page, code, monkeypatch):
    if "import sqlalchemy" in code:
        pytest.importorskip("duckdb_sqlalchemy")
    monkeypatch.chdir(published)
    exec(compile(code, page, "exec"), {})

"""A build that fits nothing runs SQL models only, and makes the same marts."""

import argparse
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from segmentation import commands
from segmentation.last_fit import fit_key, is_same_as_last, note_fit
from segmentation.warehouse.places import Places

pytestmark = pytest.mark.long

PROJECT = Path(__file__).parents[3]
FITS_NOTHING = ("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:fit")


@pytest.fixture
def copied(sample, new_builder, request):
    """Return a builder with a copy of the sample's warehouse."""
    builder = new_builder(request.node.name)
    shutil.copy(sample.warehouse, builder.folder / "sample.duckdb")
    return builder


def test_all_python_models_are_of_the_fit():
    models = [path.stem for path in (PROJECT / "python_models").rglob("ml_*.py")]
    texts = [p.read_text("utf-8") for p in (PROJECT / "python_models").rglob("*.yml")]
    project = (PROJECT / "dbt_project.yml").read_text("utf-8")
    by_folder = ("evidence", "offers")
    for folder in by_folder:
        assert f"{folder}: {{+group:" in project and "+tags: fit" in project
    tagged = sum(text.count("tags: [fit]") for text in texts)
    in_folders = sum(
        len(list((PROJECT / "python_models" / "ml" / folder).glob("*.py")))
        for folder in by_folder
    )
    assert tagged + in_folders == len(models)


def test_next_build_without_python_makes_the_same_marts(sample, copied):
    before = sample.marts()
    assert copied.dbt(*FITS_NOTHING) == []
    ran = " ".join(copied.said)
    assert "ml_customer_segments" in ran and "ml_customer_value" in ran
    for path in (PROJECT / "python_models").rglob("*.py"):
        assert f" {path.stem} " not in ran
    after = copied.marts()
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_version_that_was_not_written_down_stops_a_build_without_python(copied):
    assert (
        copied.dbt("run", "--select", "ml_segment_model", "--vars", "retrain: true")
        == []
    )
    failures = copied.dbt("run", "--select", "ml_customer_segments")
    assert "Version 2 of the segmentation is current" in failures[0]


def test_a_file_that_was_written_since_is_not_read_as_it_was(copied, tmp_path):
    file = tmp_path / "customers.csv"
    shutil.copy(PROJECT / "data" / "sample" / "customers.csv", file)
    given = {"SEGMENTS_INPUT": "sample", "SEGMENTS_PATH": str(file)}
    described = ("run", "--select", "+stg_input__lost_values")
    assert copied.dbt(*described, **given) == []
    kept = ("run", "--select", "stg_input__lost_values")
    assert copied.dbt(*kept, **given) == []
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n")
    failures = copied.dbt(*kept, **given)
    assert "may have changed since it was described" in failures[0]


class TestNote:
    @pytest.fixture
    def project(self, tmp_path, monkeypatch):
        """Make a project with an input, a warehouse and the note of a good build."""
        for name in os.environ.copy():
            if name.startswith(("SEGMENTS_", "DBT_")):
                monkeypatch.delenv(name)
        monkeypatch.chdir(tmp_path)
        Path("dbt_project.yml").write_text(
            "name: segmentation\nvars: {default_input: shop, retrain: false, inputs: "
            "{shop: {path: shop.csv, columns: {customer_id: a}}}}\n"
        )
        Path("profiles.yml").write_text("")
        Path("shop.csv").write_text("a\n1\n")
        Path("seeds").mkdir()
        Path("seeds/words.csv").write_text("word\n")
        Path("shop.duckdb").write_bytes(b"tables")
        note_fit(fit_key(tmp_path, []), Path("shop.duckdb"), tmp_path)
        return tmp_path

    def same(self, project, *words):
        return is_same_as_last(fit_key(project, words), Path("shop.duckdb"), project)

    def test_nothing_changed(self, project):
        assert self.same(project)

    @pytest.mark.parametrize(
        "change",
        [
            lambda: Path("shop.csv").write_text("a\n1\n2\n"),
            lambda: Path("seeds/words.csv").write_text("word\nmore\n"),
            lambda: Path("shop.duckdb").write_bytes(b"of another"),
            lambda: Path("shop.csv").unlink(),
            lambda: Path("shop.duckdb").unlink(),
            lambda: Path("last_fit.json").unlink(),
        ],
    )
    def test_what_changed_is_fitted(self, project, change):
        change()
        assert not self.same(project)

    def test_other_words_and_settings_are_fitted(self, project, monkeypatch):
        assert not self.same(project, "--vars", "k: 3")
        for words in (["--full-refresh"], ["--vars", "retrain: true"]):
            assert fit_key(project, words) is None
        monkeypatch.setenv("SEGMENTS_DATE_FORMAT", "%d.%m.%Y")
        assert not self.same(project)

    def test_of_a_relation_nobody_knows_before_it_is_built(self, project):
        text = (
            Path("dbt_project.yml").read_text().replace("path: shop.csv", "relation: a")
        )
        Path("dbt_project.yml").write_text(text)
        assert fit_key(project, []) is None


def test_score_of_a_response_leaves_the_warehouse(sample, monkeypatch, capsys):
    built = Places(
        sample.warehouse,
        {
            (schema, name): (schema, name)
            for schema, name in sample.query(
                "select schema_name, table_name from duckdb_tables()"
            )
        },
    )
    monkeypatch.setattr(commands, "_good_warehouse", lambda *words: (PROJECT, built))
    words = {"response": True, "dialect": "duckdb", "table": "people"}
    assert commands.export_sql(argparse.Namespace(**words), []) == 0
    sql = capsys.readouterr().out
    assert '--   "income": a number' in sql and '--   "education": a word' in sql
    with duckdb.connect(sample.warehouse, read_only=True) as engine:
        engine.execute(
            "create temp view people as "
            "from intermediate.int_customers_campaign_features"
        )
        ((score,),) = engine.sql(
            "select score_sql from ml.ml_response_query"
        ).fetchall()
        expected = f"select customer_id, {score} from people order by all"
        said = engine.sql(f"select * from ({sql}) order by all").fetchall()
        assert said == engine.sql(expected).fetchall()
        # a model that has seen them, against ones that have not: near, and not the same
        ((likeness,),) = engine.sql(
            f"select corr(s.probability, e.probability) from ({sql}) as s inner join "
            "marts.campaign_response_scores as e using (customer_id)"
        ).fetchall()
    assert len(said) == 2240 and 0.7 < likeness < 1

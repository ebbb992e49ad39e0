"""dbt's own ways of building a part, each on a file that is not there yet."""

import shutil

import pytest

pytestmark = pytest.mark.long

MALL = {"SEGMENTS_INPUT": "mall"}


@pytest.fixture(scope="module")
def part(new_builder):
    """Build what one model needs, with its tests."""
    builder = new_builder("part")
    assert builder.dbt("build", "--select", "+ml_segment_model", **MALL) == []
    return builder


def test_what_one_model_needs_is_built_with_the_tests_that_it_can_have(part):
    assert part.query("select count(*) from ml.ml_segment_model") == [(1,)]
    # a test of the customers' segments, too, would have found no such table
    assert not part.query(
        "select 1 from duckdb_tables() where table_name = 'customer_segments'"
    )


def test_a_model_is_built_with_its_tests_on_what_is_there(part):
    assert part.dbt("build", "--select", "int_feature_catalogue", **MALL) == []


def test_selector_of_the_segments_builds_a_new_file(new_builder):
    builder = new_builder("selected")
    words = ["--selector", "segment_marts", "--exclude-resource-type", "unit_test"]
    assert builder.dbt("build", *words, **MALL) == []
    ((segments,),) = builder.query("select count(*) from marts.segments")
    assert segments > 1


def test_another_input_modifies_no_model(part, tmp_path):
    assert part.dbt("parse", **MALL) == []
    shutil.copy(part.target / "manifest.json", tmp_path)
    # nothing of what is selected is built: an error if there were any
    modified = ["--select", "state:modified", "--state", str(tmp_path)]
    assert part.dbt("run", *modified, SEGMENTS_INPUT="sample") == []
    assert not part.said


def test_without_rows_every_table_is_built_on_a_new_file(new_builder):
    builder = new_builder("empty")
    assert builder.dbt("build", "--empty") == []
    assert builder.query("select count(*) from marts.customers") == [(0,)]
    assert builder.query("select count(*) from ml.ml_segment_model") == [(0,)]


def test_without_rows_versions_and_history_stay(sample, new_builder):
    builder = new_builder("emptied")
    kept = (
        "select (select count(*) from ml.ml_segment_model), "
        "(select count(*) from ml.ml_value_models), "
        "(select count(*) from ml.ml_campaign_response), "
        "(select count(*) from marts.segment_sizes_history)"
    )
    shutil.copy(sample.warehouse, builder.folder / "sample.duckdb")
    before = sample.query(kept)
    assert builder.dbt("build", "--empty", "--exclude-resource-type", "unit_test") == []
    assert builder.query("select count(*) from marts.customers") == [(0,)]
    after = builder.query(kept)
    assert after == before

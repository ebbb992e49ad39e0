"""A warehouse that a release has written is carried on as it is by this code.

tests/fixtures/write_release.py writes a fixture with the code of its release.
"""

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

pytestmark = pytest.mark.long

FIXTURES = Path(__file__).parents[2] / "fixtures"
# what a history says in the words of today: one name a segment, whatever it was called
OF_TODAY = {"marts.segment_sizes_history": ["segment_name"]}
RELEASES = sorted(folder.name for folder in FIXTURES.glob("release_*"))
# a month after the last build of the release; no feature of the segments has a date
TODAY = "2015-03-31"
# for builds without one of the columns that the release had, and with one more
ALTERATIONS = """
    alter table ml.ml_segment_model drop column library_versions;
    alter table ml.ml_segment_model drop column segments.element.dissolved_share;
    alter table ml.ml_segment_model add column of_a_later_release varchar;
    alter table ml.ml_segment_model
        add column segments.element.of_a_later_release varchar;
    alter table ml.ml_value_models drop column customers;
    alter table ml.ml_value_models add column of_a_later_release varchar;
    alter table ml.ml_category_profiles drop column sentence;
    alter table ml.ml_category_profiles add column of_a_later_release varchar;
    alter table ml.ml_campaign_response drop column library_versions;
    alter table ml.ml_campaign_response add column of_a_later_release varchar;
    alter table marts.segment_drift drop column stability_index;
    alter table marts.segment_drift add column of_a_later_release varchar;
"""
# how well the archetype of a name fits; the claims of a name replaced it
NO_LONGER_KEPT = {"name_fit"}
ALTERED = {
    "ml.ml_segment_model",
    "ml.ml_value_models",
    "ml.ml_category_profiles",
    "ml.ml_campaign_response",
    "marts.segment_drift",
}


def exports(folder: Path) -> dict[str, Path]:
    return {file.stem: file for file in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def upgrade(new_builder, copy_project, tmp_path_factory):
    """Build in a warehouse that holds what a release has kept."""

    def build(release: str, alterations: str = ""):
        fixture = FIXTURES / release
        builder = new_builder(f"{release}_{bool(alterations)}/warehouse")
        builder.project = copy_project(tmp_path_factory.mktemp("project"))
        for seed in (fixture / "seeds").iterdir():
            shutil.copy(seed, builder.project / "seeds")
        builder.environment = {"SEGMENTS_PATH": fixture / "customers.csv"}
        kept = exports(fixture / "kept")
        with duckdb.connect(builder.warehouse) as engine:
            for table, file in kept.items():
                engine.sql(f"create schema if not exists {table.split('.')[0]}")
                engine.sql(f"create table {table} as from '{file}'")
            engine.execute(alterations)
        published = exports(fixture / "published")
        models = [
            f"+{table.replace('intermediate.', 'marts.int_').split('.')[1]}"
            for table in kept | published
        ]
        failures = builder.dbt(
            *("build", "--select", *models, "+segment_membership_history"),
            *("--exclude-resource-type", "test"),
            *("--exclude-resource-type", "unit_test"),
            # the settings of the last build of the release
            *("--vars", f"{{as_of_date: '{TODAY}', random_seed: 4711}}"),
            **builder.environment,
        )
        assert failures == []
        return fixture, builder

    return build


@pytest.fixture(scope="module", params=RELEASES)
def upgraded(request, upgrade):
    return upgrade(request.param)


def narrowed(value, kind: pa.DataType):
    """Return the fields of a value that a type has: a release may have more."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {
            field.name: narrowed(value[field.name], field.type)
            for field in kind
            if field.name not in NO_LONGER_KEPT
        }
    if pa.types.is_list(kind):
        return [narrowed(each, kind.value_type) for each in value]
    return value


def compared(builder, table: str, file: Path) -> tuple[list, list]:
    """Return the rows of a release and those of today, in its columns, sorted."""
    with duckdb.connect(builder.warehouse, read_only=True) as engine:
        before = engine.sql(f"from '{file}'").to_arrow_table()
        columns = ", ".join(before.column_names)
        after = engine.sql(f"select {columns} from {table}").to_arrow_table()
    kind = pa.struct(list(before.schema))
    return tuple(
        sorted((narrowed(row, kind) for row in rows.to_pylist()), key=repr)
        for rows in (before, after)
    )


def different(before: list, after: list) -> list[str]:
    """Return the columns that differ: whole rows are too long to be shown."""
    if len(before) != len(after):
        return [f"{len(before)} rows against {len(after)}"]
    return sorted(
        {
            name
            for old, new in zip(before, after, strict=True)
            for name in old
            if repr(old[name]) != repr(new[name])
        }
    )


def rows_of(builder, sql: str, fixture: Path) -> tuple[list, list]:
    """Return the answer of a release, which it exported, and that of today."""
    with duckdb.connect() as engine:
        for table, file in exports(fixture / "published").items():
            engine.sql(f"create view {table.split('.')[1]} as from '{file}'")
        before = engine.sql(sql.replace("marts.", "")).fetchall()
    return before, builder.query(sql)


def test_there_is_a_release():
    assert "release_0_1" in RELEASES


def test_versions_are_kept(upgraded):
    fixture, builder = upgraded
    file = exports(fixture / "kept")["ml.ml_segment_model"]
    before, after = compared(builder, "ml.ml_segment_model", file)
    assert before
    assert different(before, after) == []


def test_fits_of_earlier_versions_are_kept_and_that_in_use_is_made_anew(upgraded):
    """What another program made of the version in use is no evidence of this one."""
    fixture, builder = upgraded
    for table in ("ml.ml_value_models", "ml.ml_category_profiles"):
        before, after = compared(builder, table, exports(fixture / "kept")[table])
        assert [row["model_version"] for row in after] == [1, 2], table
        assert different(before[:1], after[:1]) == [], table
        assert before[1]["definition_hash"] != after[1]["definition_hash"]


def test_history_is_kept_and_goes_on(upgraded):
    fixture, builder = upgraded
    histories = {
        table: file
        for table, file in exports(fixture / "kept").items()
        if not table.startswith("ml.")
    }
    assert len(histories) >= 5
    for table, file in histories.items():
        before, after = compared(builder, table, file)
        assert before, table
        earlier = [row for row in after if str(row["observed_on"]) != TODAY]
        assert different(before, earlier) == OF_TODAY.get(table, []), table
    today = dict(builder.query("select segment_key, segment_name from marts.segments"))
    named = "select distinct segment_key, segment_name from marts.segment_sizes_history"
    assert all(today[key] == name for key, name in builder.query(named))
    assert builder.query(
        "select max(observed_on) from marts.segment_sizes_history "
        f"where observed_on = date '{TODAY}'"
    ) != [(None,)]


def test_customers_keep_their_segments_and_segments_their_names(upgraded):
    fixture, builder = upgraded
    for sql in (
        "select customer_id, segment_key, segment_name, model_version, is_override, "
        "override_reason from marts.customer_segments order by customer_id",
        "select segment_key, segment_name, status, colour from marts.segments "
        "order by segment_key",
    ):
        before, after = rows_of(builder, sql, fixture)
        assert before == after
    assert ("S02", "Friends of the house") in [row[:2] for row in after]
    assert builder.query(
        "select count(*) from marts.customer_segments where is_override"
    ) != [(0,)]


@pytest.mark.parametrize("release", RELEASES)
def test_a_field_more_and_a_field_less_leave_what_was_fitted(release, upgrade):
    fixture, builder = upgrade(release, ALTERATIONS)
    for table, file in exports(fixture / "kept").items():
        if table not in ALTERED and not table.startswith("ml."):
            before, after = compared(builder, table, file)
            earlier = [r for r in after if str(r.get("observed_on")) != TODAY]
            assert different(before, earlier) == OF_TODAY.get(table, []), table
    query = (
        "select model_version, is_current, definition_hash, fit_reason, "
        "list_transform(segments, lambda s: s.segment_key || s.segment_name) "
        "from {} order by model_version"
    )
    versions = fixture / "kept" / "ml.ml_segment_model.parquet"
    assert (
        builder.query(query.format("ml.ml_segment_model"))
        == duckdb.sql(query.format(f"'{versions}'")).fetchall()
    )
    for table in ("ml_value_models", "ml_category_profiles"):
        query = "select model_version, definition_hash from {} where model_version = 1"
        file = fixture / "kept" / f"ml.{table}.parquet"
        assert (
            builder.query(query.format(f"ml.{table}"))
            == duckdb.sql(query.format(f"'{file}'")).fetchall()
            != []
        )

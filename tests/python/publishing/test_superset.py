"""The bundle for Superset, looked at without a Superset; `make test-bi` has one."""

import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml

from segmentation.publishing.superset import _params, write_bundle
from segmentation.publishing.superset_charts import CHARTS

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def bundle(tmp_path):
    """Return a function that writes the bundle of days of sizes and reads it."""

    def write(days: list[str]) -> dict[str, dict]:
        file = tmp_path / f"{len(days)}.duckdb"
        with duckdb.connect(file) as connection:
            connection.execute(
                "create schema marts; use marts; "
                "create table generation as select 'shop' as input_name, "
                "'EUR' as currency; "
                "create table segments as select 'S01' as segment_key, 'Regulars' as "
                "segment_name, '#4269d0' as colour, 1 as value_rank, 'current' as "
                "status, 5 as customers, 1.0 as spend_share; "
                "create table segment_sizes_history as select unnest($1::date[]) as "
                "observed_on, 'Regulars' as segment_name, 5 as customers",
                [days],
            )
        target = tmp_path / "superset.zip"
        write_bundle(file, PROJECT / "models/semantic", target, seen_at="/x.duckdb")
        with zipfile.ZipFile(target) as archive:
            return {
                name.partition("/")[2]: yaml.safe_load(archive.read(name))
                for name in archive.namelist()
            }

    return write


def test_a_line_of_one_day_is_no_chart(bundle):
    assert "charts/sizes.yaml" not in bundle(["2024-06-30"])
    assert "charts/sizes.yaml" in bundle(["2024-06-30", "2024-07-31"])


def test_one_segment_in_a_table_is_a_chart(bundle):
    assert "charts/segments.yaml" in bundle(["2024-06-30"])


def test_bars_of_segments_alone_begin_with_the_highest():
    (bars,) = (c for c in CHARTS if c.name == "purchase_worth")
    params = _params(bars, ["chart_spend_per_purchase"])
    assert params["x_axis_sort"] == "chart_spend_per_purchase"
    assert params["x_axis_sort_asc"] is False
    (by_age,) = (c for c in CHARTS if c.name == "ages")
    assert _params(by_age, ["chart_customers"])["x_axis_sort_asc"] is True


def test_segments_have_the_colours_of_the_page(bundle):
    dashboard = bundle(["2024-06-30"])["dashboards/segments_shop.yaml"]
    assert dashboard["metadata"]["label_colors"] == {"Regulars": "#4269d0"}

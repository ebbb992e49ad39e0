"""What the dashboard holds: exact sums, no identifiers, nothing that could run."""

import json
import re

import duckdb
import pytest

from segmentation.publishing.charts.registry import mart_columns, mart_rows
from segmentation.publishing.dashboard import contents as module
from segmentation.publishing.dashboard import draw_dashboard
from segmentation.publishing.dashboard.contents import read_contents
from segmentation.publishing.dashboard.sections import SECTIONS
from segmentation.warehouse.errors import UserError


def contents_of(warehouse) -> dict:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        return read_contents(connection)


def in_page(page: str) -> dict:
    """Return the contents as a browser finds them."""
    (text,) = re.findall(
        r'<script type="application/json" id="contents">(.*?)</script', page, re.DOTALL
    )
    return json.loads(text)


def query(warehouse, sql: str) -> list[tuple]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def sample_contents(sample) -> dict:
    return contents_of(sample.warehouse)


def test_cells_sum_to_the_marts(sample, sample_contents):
    cube = sample_contents["cube"]
    for number, segment in enumerate(sample_contents["segments"]):
        mine = [i for i, key in enumerate(cube["by"]["segment"]) if key == number]
        ((customers, spend, income, known, response),) = query(
            sample.warehouse,
            "select count(*), sum(total_spend), sum(income), count(income), "
            "sum(cast(target_accepted as integer)) from marts.customers "
            f"where segment_key = '{segment['segment_key']}'",
        )
        assert sum(cube["n"][i] for i in mine) == customers == segment["customers"]
        for name, total in (
            ("spend", spend),
            ("income", income),
            ("response", response),
        ):
            found = sum(cube["sums"][name][i] for i in mine)
            assert found == pytest.approx(float(total), rel=1e-8), name
        assert sum(cube["known"]["income"][i] for i in mine) == known


def test_means_of_the_cells_are_those_of_the_mart(sample, sample_contents):
    cube = sample_contents["cube"]
    features = [row for row in sample_contents["measures"] if row["role"] == "feature"]
    assert len(features) == 12
    means = {
        (key, f"feature:{feature}"): mean
        for key, feature, mean in query(
            sample.warehouse,
            "select segment_key, feature, mean from marts.segment_feature_profiles",
        )
    }
    for feature in features:
        name = feature["name"]
        known = cube["known"].get(name, cube["n"])
        for number, segment in enumerate(sample_contents["segments"]):
            mine = [i for i, key in enumerate(cube["by"]["segment"]) if key == number]
            mean = sum(cube["sums"][name][i] for i in mine) / sum(
                known[i] for i in mine
            )
            assert mean == pytest.approx(means[segment["segment_key"], name], rel=1e-5)


def test_page_of_the_sample_is_small_and_alone(sample, tmp_path):
    file = tmp_path / "new" / "dashboard.html"
    draw_dashboard(sample.warehouse, file)
    page = file.read_text("utf-8")
    assert file.stat().st_size < 2_000_000
    assert not re.search(r'<(script|link|img|iframe)[^>]+(src|href)="?http', page)
    assert [path.name for path in file.parent.iterdir()] == ["dashboard.html"]


def test_page_is_the_same_when_drawn_again(tiny_warehouse, tmp_path):
    for name in ("a", "b"):
        draw_dashboard(tiny_warehouse, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_page_holds_no_identifier(tiny_warehouse, tmp_path):
    draw_dashboard(tiny_warehouse, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert not re.search(r"C-0\d{5}", page)
    assert "customer_id" not in json.dumps(in_page(page))


def test_hostile_names_cannot_end_the_script(tiny_warehouse, tmp_path, hostile_names):
    draw_dashboard(tiny_warehouse, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert [row["segment_name"] for row in in_page(page)["segments"]] == list(
        hostile_names
    )
    assert page.count("</script") == 3
    assert "<img src=x" not in page


def test_marts_that_are_missing_leave_their_sections_out(tiny_warehouse):
    contents = contents_of(tiny_warehouse)
    for section in ("plan", "rfm", "sizes", "transitions", "trust"):
        assert contents[section] == []
    assert not {"campaign_gain", "campaign_profit"} & set(contents["charts"])
    assert [row["name"] for row in contents["filters"]] == [
        "education", "household", "age", "channel"
    ]  # fmt: skip
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute("drop table marts.customer_embedding")
        connection.execute("alter table marts.customers drop column education")
        connection.execute("alter table marts.customers drop column target_accepted")
    fewer = contents_of(tiny_warehouse)
    assert fewer["points"] == {}
    assert "response" not in [row["name"] for row in fewer["measures"]]
    assert "education" not in [row["name"] for row in fewer["filters"]]


def test_what_nobody_has_is_no_figure(tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute("update marts.customers set income = null, education = null")
    contents = contents_of(tiny_warehouse)
    names = [row["name"] for row in contents["measures"]]
    assert "income" not in names
    assert "spend" in names
    assert "education" not in [row["name"] for row in contents["filters"]]


def test_rare_values_are_gathered_until_the_cells_fit(tiny_warehouse, monkeypatch):
    assert len(contents_of(tiny_warehouse)["cube"]["n"]) > 60
    monkeypatch.setattr(module, "MOST_CELLS", 60)
    contents = contents_of(tiny_warehouse)
    assert len(contents["cube"]["n"]) <= 60
    assert sum(contents["cube"]["n"]) == 300


def test_a_warehouse_without_segments_is_said(tmp_path):
    with pytest.raises(UserError, match="There is no warehouse"):
        draw_dashboard(tmp_path / "none.duckdb", tmp_path / "page.html")
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    with pytest.raises(UserError, match="no segments to draw"):
        draw_dashboard(tmp_path / "empty.duckdb", tmp_path / "page.html")


def test_the_day_is_that_of_the_data_and_not_of_the_fit(tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "update marts.customer_segments set observed_on = date '2024-07-31'"
        )
    (version,) = contents_of(tiny_warehouse)["version"]
    assert version["observed_on"] == "2024-07-31"
    assert version["fitted_on"] == "2024-06-30"


def test_no_section_is_empty_but_for_its_marts(sample):
    with duckdb.connect(sample.warehouse, read_only=True) as connection:
        marts = mart_columns(connection)
        for name, sql in SECTIONS.items():
            rows = connection.execute(sql).fetchall()
            assert len(mart_rows(connection, marts, sql)) == len(rows), name
            without = {mart: of for mart, of in marts.items() if mart not in sql}
            assert mart_rows(connection, without, sql) == [], name

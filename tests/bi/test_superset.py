"""The bundle in a real Superset: imported as it is, each chart says what the marts say.

`make test-bi` makes the environment of Superset; SEGMENTS_BI_PYTHON is its Python.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from segmentation.publishing.superset_charts import CHARTS

INPUTS = ("sample", "orders")
BY_TITLE = {chart.title: chart for chart in CHARTS}


def plain(value: object) -> object:
    """Return a value as Superset's answers have it."""
    if isinstance(value, date):
        day = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return int(day.timestamp() * 1000)
    return value if isinstance(value, str | bool | None) else float(str(value))


def of_marts(file: Path, chart, segment: str | None = None) -> list[tuple]:
    """Return the rows of a chart from the published file."""
    filters = [*chart.filters, *([("segment_name", segment)] if segment else [])]
    columns = ", ".join(chart.columns)
    with duckdb.connect(file, read_only=True) as connection:
        rows = connection.execute(
            f"select {columns}, {', '.join(m.sql for m in chart.metrics)} "
            f"from marts.{chart.relation} "
            f"where {' and '.join(f'{name} = ?' for name, _ in filters) or 'true'} "
            f"group by {columns}",
            [value for _, value in filters],
        ).fetchall()
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


def of_superset(chart, rows: list[dict]) -> list[tuple]:
    names = (*chart.columns, *(f"chart_{metric.name}" for metric in chart.metrics))
    return sorted((tuple(plain(row[name]) for name in names) for row in rows), key=repr)


def test_two_inputs_stand_side_by_side(found):
    assert set(found["databases"]) >= {"Segments: sample", "Segments: orders"}
    assert set(found["dashboards"]) == {"segments-sample", "segments-orders"}


@pytest.mark.parametrize("name", INPUTS)
def test_every_chart_says_what_the_marts_say_under_the_filter_too(found, output, name):
    charts = found["dashboards"][f"segments-{name}"]
    assert len(charts) >= 7
    for title, answer in charts.items():
        chart = BY_TITLE[title]
        file = output / name / "segments.duckdb"
        whole = of_superset(chart, answer["rows"])
        assert [pytest.approx(row) for row in of_marts(file, chart)] == whole, title
        part = of_superset(chart, answer["filtered"])
        assert [
            pytest.approx(row) for row in of_marts(file, chart, answer["segment"])
        ] == part, title
        assert part and (len(part) < len(whole) or len(whole) == 1), title


@pytest.mark.parametrize("name", INPUTS)
def test_every_column_arrives_with_its_description(found, output, name):
    with duckdb.connect(output / name / "segments.duckdb", read_only=True) as file:
        rows = file.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name = 'marts'"
        ).fetchall()
    for relation, column, comment in rows:
        described = found["columns"][f"{relation} ({name})"]
        assert described[column] == comment

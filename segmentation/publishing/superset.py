"""Write the published file as a bundle that Apache Superset imports.

A bundle is a ZIP of Superset's own YAML: a database, a data set for every relation, the
charts and one dashboard. Identifiers are made of the input's name, so that a second
import replaces the first, and the bundle of another input stands beside it.
"""

import json
import re
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from segmentation.publishing.columns import column_facts
from segmentation.publishing.superset_charts import BARS, CHARTS, MOST_CHARTS, Chart
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["write_bundle"]

_VERSION = "1.0.0"
_NAMESPACE = uuid.UUID("6d0b9a0e-55c3-4d0f-8f0a-5e6a7b1c2d3e")
_SEGMENT, _FILTERED_BY = "segments", "segment_name"
# a fixed time: the same file gives the same bundle
_TIMESTAMP = "2020-01-01T00:00:00+00:00"
_FORMATS = {"money": ",.2f", "share": ".1%", "count": ",d", "number": ",.2f"}


@dataclass(frozen=True)
class _Bundle:
    """What all parts of a bundle have in common."""

    name: str
    currency: str | None
    colours: dict[str, str]

    def key(self, kind: str, name: str = "") -> str:
        """Return an identifier that is this input's, and always the same."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.name}/{kind}/{name}"))

    def dataset(self, relation: str) -> str:
        """Return the name of a relation's data set, which no other input's has."""
        return f"{relation} ({self.name})"

    def metric(self, name: str, label: str, said: str, sql: str, unit: str) -> dict:
        """Return a metric of a data set, written by its unit."""
        symbol = {"symbol": self.currency, "symbolPosition": "prefix"}
        return {
            "metric_name": name,
            "verbose_name": label,
            "metric_type": None,
            "expression": sql,
            "description": said,
            "d3format": _FORMATS[unit],
            "currency": symbol if unit == "money" and self.currency else None,
        }


def write_bundle(published: Path, semantic: Path, target: Path, *, seen_at: str) -> int:
    """Write the bundle of a published file.

    Parameters
    ----------
    published : Path
        The published DuckDB file.
    semantic : Path
        Folder with the YAML of the semantic layer.
    target : Path
        ZIP to write.
    seen_at : str
        Path of the published file on the machine of Superset.

    Returns
    -------
    int
        Number of charts.

    Raises
    ------
    UserError
        If nothing is published.
    """
    if not published.is_file():
        raise UserError(f"There is no {published}; run segments build first.")
    with duckdb.connect(published, read_only=True) as connection:
        ((name, currency),) = connection.execute(
            "select input_name, currency from marts.generation"
        ).fetchall()
        colours = connection.execute(
            "select segment_name, colour from marts.segments order by segment_key"
        ).fetchall()
        relations = _relations(connection)
        charts = [
            chart
            for chart in CHARTS
            if chart.relation in relations and _has_something(connection, chart)
        ][:MOST_CHARTS]
    bundle = _Bundle(name, currency, dict(colours))
    metrics = _semantic_metrics(bundle, semantic)
    # also of charts left out today, which an earlier import may have made
    for chart in CHARTS:
        metrics.setdefault(chart.relation, []).extend(
            bundle.metric(f"chart_{m.name}", m.label, m.said, m.sql, m.unit)
            for m in chart.metrics
        )
    root = f"segments_{name}"
    files = {
        "metadata.yaml": {
            "version": _VERSION,
            "type": "Dashboard",
            "timestamp": _TIMESTAMP,
        },
        f"databases/{root}.yaml": _database(bundle, seen_at),
    }
    for relation, found in relations.items():
        files[f"datasets/{root}/{relation}.yaml"] = _dataset(
            bundle, relation, found, metrics.get(relation, [])
        )
    for chart in charts:
        files[f"charts/{chart.name}.yaml"] = _chart(bundle, chart)
    files[f"dashboards/{root}.yaml"] = _dashboard(bundle, charts)
    _write_zip(target, root, files)
    return len(charts)


def _write_zip(target: Path, root: str, files: dict[str, dict]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            entry = zipfile.ZipInfo(f"{root}/{file}", (2020, 1, 1, 0, 0, 0))
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            archive.writestr(entry, text)


def _relations(connection: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """Return comment and columns of every relation of the published file."""
    relations: dict[str, dict] = {}
    for relation, said, column, kind, words in connection.execute(
        "select tables.table_name, tables.comment, columns.column_name, "
        "columns.data_type, columns.comment "
        "from duckdb_tables() as tables inner join duckdb_columns() as columns "
        "using (database_name, schema_name, table_name) "
        "where schema_name = 'marts' order by table_name, column_index"
    ).fetchall():
        found = relations.setdefault(relation, {"comment": said or "", "columns": []})
        found["columns"].append((column, kind, words))
    return relations


def _has_something(connection: duckdb.DuckDBPyConnection, chart: Chart) -> bool:
    """Tell whether a chart has a figure to show; an input may switch it off.

    One bar says nothing, nor does a line of one day.
    """
    conditions = [f"{identifier(column)} = ?" for column, _ in chart.filters]
    across = identifier(chart.columns[0])
    found = connection.execute(
        f"select nullif({chart.metrics[0].sql}, 0), count(distinct {across}) "
        f"from marts.{chart.relation} where {' and '.join(conditions) or 'true'}",
        [value for _, value in chart.filters],
    ).fetchone()
    figure, places = found or (None, 0)
    return figure is not None and (places > 1 or chart.kind == "table")


def _database(bundle: _Bundle, seen_at: str) -> dict:
    return {
        "database_name": f"Segments: {bundle.name}",
        "sqlalchemy_uri": f"duckdb:///{seen_at}",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {
            # a reader that may write would stop the next publish from being seen
            "engine_params": {"connect_args": {"read_only": True}},
            "metadata_params": {},
            "allows_virtual_table_explore": True,
        },
        "uuid": bundle.key("database"),
        "version": _VERSION,
    }


def _dataset(bundle: _Bundle, relation: str, found: dict, metrics: list) -> dict:
    kinds = {name: kind for name, kind, _ in found["columns"]}
    facts = {name: column_facts(name, kind, kinds) for name, kind in kinds.items()}
    dates = [name for name, kind, _ in found["columns"] if kind == "DATE"]
    rows = bundle.metric("rows_found", "Rows", "Number of rows.", "count(*)", "count")
    return {
        # Superset knows a data set by its name alone, whatever its database
        "table_name": bundle.dataset(relation),
        "main_dttm_col": dates[0] if dates else None,
        "description": found["comment"].split("```")[0].strip(),
        "offset": 0,
        "schema": "marts",
        "sql": f"select * from marts.{identifier(relation)}",
        "filter_select_enabled": True,
        "uuid": bundle.key("dataset", relation),
        "metrics": [rows, *metrics],
        "columns": [
            {
                "column_name": name,
                "verbose_name": _label(name, facts[name].unit, bundle.currency),
                "is_dttm": kind in ("DATE", "TIMESTAMP"),
                "is_active": True,
                "type": kind,
                # figures are summed, and nobody draws a bar for each sentence
                "groupby": facts[name].role not in ("figure", "sentence"),
                "filterable": facts[name].role != "sentence",
                "expression": None,
                "description": words,
            }
            for name, kind, words in found["columns"]
        ],
        "version": _VERSION,
        "database_uuid": bundle.key("database"),
    }


def _label(column: str, unit: str | None = None, currency: str | None = None) -> str:
    """Return the name of a column for people, with the currency of money.

    Examples
    --------
    >>> _label("segment_name"), _label("is_move"), _label("spend", "money", "EUR")
    ('Segment', 'Move?', 'Spend (EUR)')
    """
    words = re.sub(r"^(is|has)_(.*)$", r"\2?", column)
    words = re.sub(r"_name$", "", words).replace("_", " ")
    said = f" ({currency})" if unit == "money" and currency else ""
    return f"{words[:1].upper()}{words[1:]}{said}"


def _chart(bundle: _Bundle, chart: Chart) -> dict:
    metrics = [f"chart_{metric.name}" for metric in chart.metrics]
    params = _params(chart, metrics)
    query = {
        "filters": [
            {"col": column, "op": "==", "val": value} for column, value in chart.filters
        ],
        "columns": list(chart.columns),
        "metrics": metrics,
        "orderby": [[column, True] for column in chart.columns],
        "row_limit": 10_000,
        "extras": {"having": "", "where": ""},
    }
    # lets the API answer before anybody has opened the chart
    context = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title,
        "description": chart.said,
        "viz_type": chart.kind,
        "params": params,
        "query_context": json.dumps(context),
        "uuid": bundle.key("chart", chart.name),
        "version": _VERSION,
        "dataset_uuid": bundle.key("dataset", chart.relation),
    }


def _params(chart: Chart, metrics: list[str]) -> dict:
    """Return what Superset's page draws a chart from."""
    params = {
        "viz_type": chart.kind,
        "metrics": metrics,
        "row_limit": 10_000,
        "adhoc_filters": [
            {
                "clause": "WHERE",
                "expressionType": "SIMPLE",
                "subject": column,
                "operator": "==",
                "operatorId": "EQUALS",
                "comparator": value,
            }
            for column, value in chart.filters
        ],
    }
    if chart.kind == "table":
        return params | {
            "query_mode": "aggregate",
            "groupby": list(chart.columns),
            "column_config": {
                f"chart_{metric.name}": {"d3NumberFormat": _FORMATS[metric.unit]}
                for metric in chart.metrics
            },
        }
    return params | {
        "x_axis": chart.columns[0],
        "groupby": list(chart.columns[1:]),
        "y_axis_format": _FORMATS[chart.metrics[0].unit],
        "show_legend": len(chart.columns) > 1,
        "stack": "Stack" if chart.is_stacked else None,
        # segments alone have no order of their own: the highest comes first
        "x_axis_sort": metrics[0] if chart.columns == (_FILTERED_BY,) else None,
        "x_axis_sort_asc": chart.columns != (_FILTERED_BY,),
        # every bar with its label
        "xAxisLabelInterval": "0" if chart.kind == BARS else "auto",
        "xAxisLabelRotation": 45 if chart.kind == BARS else 0,
        "rich_tooltip": True,
    }


def _dashboard(bundle: _Bundle, charts: list[Chart]) -> dict:
    title = f"Segments: {bundle.name}"
    return {
        "dashboard_title": title,
        "description": "Customer segments, from the published file.",
        "css": "",
        "slug": f"segments-{bundle.name}",
        "uuid": bundle.key("dashboard"),
        "position": _position(bundle, title, charts),
        "metadata": {
            "native_filter_configuration": [_segment_filter(bundle)],
            "chart_configuration": {},
            "color_scheme": "supersetColors",
            "label_colors": bundle.colours,
            "refresh_frequency": 0,
            "cross_filters_enabled": True,
        },
        "published": True,
        "version": _VERSION,
    }


def _position(bundle: _Bundle, title: str, charts: list[Chart]) -> dict:
    """Return the charts two by two."""
    rows = [f"ROW-{number}" for number in range((len(charts) + 1) // 2)]
    position: dict[str, object] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": rows,
            "parents": ["ROOT_ID"],
        },
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
    }
    for number, row in enumerate(rows):
        pair = charts[2 * number : 2 * number + 2]
        position[row] = {
            "type": "ROW",
            "id": row,
            "children": [f"CHART-{chart.name}" for chart in pair],
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart in pair:
            position[f"CHART-{chart.name}"] = {
                "type": "CHART",
                "id": f"CHART-{chart.name}",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", row],
                "meta": {
                    "width": 6,
                    "height": 50,
                    "chartId": 1 + charts.index(chart),
                    "sliceName": chart.title,
                    "uuid": bundle.key("chart", chart.name),
                },
            }
    return position


def _segment_filter(bundle: _Bundle) -> dict:
    return {
        "id": "NATIVE_FILTER-segment",
        "name": "Segment",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "targets": [
            {
                "column": {"name": _FILTERED_BY},
                "datasetUuid": bundle.key("dataset", _SEGMENT),
            }
        ],
        "controlValues": {
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "multiSelect": True,
            "searchAllOptions": False,
            "inverseSelection": False,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }


def _semantic_metrics(bundle: _Bundle, folder: Path) -> dict[str, list[dict]]:
    """Return the metrics of the semantic layer by the relation that they are of."""
    measures: dict[str, tuple[str, str]] = {}
    metrics: list[dict] = []
    for file in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(file.read_text("utf-8"))
        metrics += content.get("metrics", [])
        for model in content.get("semantic_models", []):
            relation = model["model"].split("'")[1]
            for measure in model.get("measures", []):
                function = {"average": "avg"}.get(measure["agg"], measure["agg"])
                sql = f"{function}({measure.get('expr', measure['name'])})"
                measures[measure["name"]] = (relation, sql)
    found: dict[str, list[dict]] = {}
    of_metric: dict[str, tuple[str, str]] = {}
    for metric in sorted(metrics, key=lambda metric: metric["type"] == "ratio"):
        of_type = metric["type_params"]
        if metric["type"] == "ratio":
            relation, part = of_metric[of_type["numerator"]]
            sql = f"{part} / nullif({of_metric[of_type['denominator']][1]}, 0)"
        else:
            relation, sql = measures[of_type["measure"]]
        of_metric[metric["name"]] = (relation, sql)
        found.setdefault(relation, []).append(
            bundle.metric(
                metric["name"],
                metric["label"],
                metric["description"],
                sql,
                metric["config"]["meta"]["unit"],
            )
        )
    return found

"""One figure everywhere: metrics, marts and the dashboard say the same."""

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from segmentation.publishing.dashboard.contents import read_contents

PROJECT = Path(__file__).parents[3]
AGGREGATES = {"sum": "sum", "average": "avg"}
# the marts round money to cents
ROUNDED = 2e-4
# where a mart has the metric by segment, and the dashboard: its sum, and by what
# it is divided
SAID_BY = {
    "customers": ("select segment_key, customers from marts.segments", None),
    "total_spend": ("select segment_key, total_spend from marts.segments", ("spend",)),
    "spend_per_customer": (
        "select segment_key, mean_total_spend from marts.segment_profiles",
        ("spend", "n"),
    ),
    "mean_income": (
        "select segment_key, avg(income) from marts.customers group by segment_key",
        ("income", "known"),
    ),
    "response_rate": (
        "select segment_key, acceptance_rate from marts.segment_campaign_response "
        "where is_target",
        ("response", "known"),
    ),
    "expected_spend": (
        "select segment_key, expected_spend from marts.value_by_segment",
        ("expected",),
    ),
    "expected_spend_per_customer": (
        "select segment_key, expected_spend_per_customer from marts.value_by_segment",
        ("expected", "known"),
    ),
    "campaign_contacts": (
        "select segment_key, contacts from marts.campaign_plan",
        None,
    ),
    "expected_campaign_profit": (
        "select segment_key, expected_profit from marts.campaign_plan",
        None,
    ),
}


@pytest.fixture(scope="module")
def manifest(sample) -> dict:
    return json.loads((sample.target / "manifest.json").read_text("utf-8"))


def by_segment(sample, manifest: dict, metric: str) -> dict[str, float]:
    """Evaluate a metric by segment from the text of its definition alone."""
    metrics = {row["name"]: row for row in manifest["metrics"].values()}
    parameters = metrics[metric]["type_params"]
    if metrics[metric]["type"] == "ratio":
        above, below = (
            by_segment(sample, manifest, parameters[part]["name"])
            for part in ("numerator", "denominator")
        )
        return {segment: above[segment] / below[segment] for segment in above}
    (model, measure) = next(
        (model, measure)
        for model in manifest["semantic_models"].values()
        for measure in model["measures"]
        if measure["name"] == parameters["measure"]["name"]
    )
    (key,) = (row["expr"] for row in model["entities"] if row["name"] == "customer")
    # without the database: a build of another input may have written the manifest
    relation = "{schema_name}.{alias}".format(**model["node_relation"])
    return {
        segment: float(figure)
        for segment, figure in sample.query(
            f"select segment_key, {AGGREGATES[measure['agg']]}(measured) from ("
            f"select {key} as customer_id, {measure['expr'] or measure['name']} "
            f"as measured from {relation}) "
            "inner join (select customer_id, segment_key from marts.customers) "
            "using (customer_id) group by segment_key"
        )
    }


def test_no_metric_knows_a_schema_or_all_customers(manifest):
    # the schema is another on Spark, and a filter asks for what is filtered
    for model in manifest["semantic_models"].values():
        parts = model["measures"] + model["dimensions"] + model["entities"]
        assert not [part for part in parts if "select" in (part["expr"] or "")]


def test_segments_join_to_customers(manifest):
    models = {model["name"]: model for model in manifest["semantic_models"].values()}
    entities = {
        name: {row["name"]: row["type"] for row in model["entities"]}
        for name, model in models.items()
    }
    assert entities["segments"]["segment"] == "primary"
    assert entities["customers"]["segment"] == "foreign"


def test_each_key_of_a_mart_is_an_entity_and_is_held_to_what_it_names():
    """Diagrams of entities are drawn of these, at the cost of no node."""
    drawn = {
        (model["model"].split("'")[1], entity["expr"])
        for file in (PROJECT / "models/semantic").glob("*semantic.yml")
        for model in yaml.safe_load(file.read_text("utf-8"))["semantic_models"]
        for entity in model["entities"]
    }
    tests = "".join(
        (PROJECT / "tests/marts" / f"keys_of_{name}_are_known.sql").read_text("utf-8")
        for name in ("marts", "statistics")
    )
    held = dict(re.findall(r"'(\w+)': (\[[^]]+\])", tests))
    # a key is known to itself; history and samples of a fit name who has left
    own = {("customers", "customer_id"), ("segments", "segment_key")}
    past = (
        "segment_membership_history",
        "audience_changes",
        "customer_embedding",
        "segment_membership_probabilities",
    )
    of_past = {(name, "customer_id") for name in past}
    for file in sorted((PROJECT / "models/marts").rglob("*.yml")):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", []):
            for column in (column["name"] for column in model["columns"]):
                named = (model["name"], column)
                if column in ("customer_id", "segment_key"):
                    assert named in drawn
                if column == "customer_id" or "segment_key" in column:
                    is_held = f"'{column}'" in held.get(model["name"], "")
                    assert is_held or named in own | of_past, named


def test_every_metric_is_compared_or_is_part_of_one(manifest):
    metrics = {row["name"]: row for row in manifest["metrics"].values()}
    parts = {
        row["type_params"][part]["name"]
        for row in metrics.values()
        if row["type"] == "ratio"
        for part in ("numerator", "denominator")
    }
    # no mart has it by segment
    assert set(metrics) - parts - set(SAID_BY) == {"average_order_value"}


@pytest.mark.parametrize("metric", SAID_BY)
def test_metric_is_the_figure_of_the_mart(sample, manifest, metric):
    said = {
        segment: float(figure) for segment, figure in sample.query(SAID_BY[metric][0])
    }
    assert len(said) >= 2
    assert by_segment(sample, manifest, metric) == pytest.approx(said, rel=ROUNDED)


def test_metric_is_the_figure_of_the_dashboard(sample, manifest):
    with duckdb.connect(sample.warehouse, read_only=True) as connection:
        contents = read_contents(connection)
    cube = contents["cube"]
    for metric, (_, shown) in SAID_BY.items():
        if not shown:
            continue
        figures = by_segment(sample, manifest, metric)
        for number, segment in enumerate(contents["segments"]):
            mine = [i for i, key in enumerate(cube["by"]["segment"]) if key == number]
            figure = sum(cube["sums"][shown[0]][i] for i in mine)
            if len(shown) > 1:
                counts = cube["n"]
                if shown[1] == "known":
                    counts = cube["known"].get(shown[0], counts)
                figure /= sum(counts[i] for i in mine)
            assert figure == pytest.approx(figures[segment["segment_key"]], rel=1e-6)


@pytest.mark.skipif(
    importlib.util.find_spec("metricflow") is None,
    reason="MetricFlow is not installed (make semantic): the metrics were evaluated "
    "without it",
)
def test_metricflow_agrees(sample, manifest, tmp_path):
    command = [Path(sys.executable).parent / "mf", "query", "--csv", tmp_path / "m.csv"]
    finished = subprocess.run(
        [*command, "--saved-query", "segment_overview"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "SEGMENTS_WAREHOUSE": str(sample.folder),
        },
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    with (tmp_path / "m.csv").open(newline="", encoding="utf-8") as lines:
        rows = {row["customer__segment_key"]: row for row in csv.DictReader(lines)}
    (saved,) = manifest["saved_queries"].values()
    for metric in saved["query_params"]["metrics"]:
        found = {segment: float(row[metric]) for segment, row in rows.items()}
        expected = by_segment(sample, manifest, metric)
        assert found == pytest.approx(expected, rel=1e-6), metric

"""Pictures carry the figures of the marts, render, and survive what files hold."""

import copy
import json
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from segmentation.publishing.charts import (
    charts,
    draw_pictures,
    render,
    specifications,
)
from segmentation.publishing.charts.pictures import chosen_axes
from segmentation.publishing.charts.registry import say_names, segment_scale
from segmentation.publishing.dashboard.contents import read_contents
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.places import attach_warehouse

HOSTILE = [
    "Plain",
    """O'Brien's "best" </script><b>bold</b>""",
    "Émigrés 🛒🛒 datum.x = {{ ref }} \\ back\nslash",
    "A very long name " * 20,
]
FEATURES = {
    "income": ("Income", "money", True),
    "total_spend": ("Total spend", "money", True),
    "children": ("Children at home", "people", True),
    "deal_share": ("Deal share", "share", False),
}


def segments(names=HOSTILE):
    colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7"]
    return [
        {
            "segment_key": f"S0{i + 1}",
            "segment_name": name,
            "colour": colours[i],
            "customers": 100 * (i + 1),
            "customer_share": (i + 1) / 10,
            "spend_share": (4 - i) / 10,
            "value_rank": i + 1,
            "status": "current",
        }
        for i, name in enumerate(names)
    ]


def by_segment(rows):
    return [
        {**row, "segment_key": segment["segment_key"], "size": i + 1}
        for row in rows
        for i, segment in enumerate(segments())
    ]


def feature_rows():
    return [
        {
            "feature": name,
            "feature_label": label,
            "unit": unit,
            "family": "value",
            "is_segmentation": used,
            "known_customers": 1000,
            "minimum": 0.0,
            "p1": 0.0,
            "p99": 90.0,
            "maximum": 1e6,
        }
        for name, (label, unit, used) in FEATURES.items()
    ]


def marts() -> dict[str, list[dict]]:
    """Return small marts with hostile names in everything that comes from a file."""
    shared = ("feature", "feature_label", "unit", "is_segmentation")
    features = [{name: row[name] for name in shared} for row in feature_rows()]
    points = [
        {
            "customer_id": f"c{i}",
            "segment_key": f"S0{i % 4 + 1}",
            "income": float(i),
            "total_spend": float(i * i % 97),
            "children": i % 3,
            "deal_share": i / 100,
            "pca_1": i / 10,
            "pca_2": -i / 7,
            "pca_1_explained_variance_share": 0.6,
            "pca_2_explained_variance_share": 0.2,
            "tsne_1": i % 9,
            "tsne_2": i % 11,
            "silhouette": (i - 10) / 100,
        }
        for i in range(80)
    ]
    return {
        "segments": segments(),
        "customers_wide": points,
        "customer_embedding": points,
        "customer_silhouettes": points,
        "segment_feature_profiles": [
            {**r, "mean_index": 25.0 * r["size"], "z_score": r["size"] - 2.5,
             "effect_size": r["size"] - 2.0}
            for r in by_segment(features)
        ],
        "segment_category_mix": [
            {**r, "spend_share": 0.25, "population_share": 0.25}
            for r in by_segment([{"category": n, "category_order": i}
                                 for i, n in enumerate(HOSTILE)])
        ],
        "segment_channel_mix": [
            {**r, "purchase_share": 0.25, "population_share": 0.25}
            for r in by_segment([{"channel": n, "channel_order": i}
                                 for i, n in enumerate(HOSTILE)])
        ],
        "segment_campaign_response": [
            {**r, "acceptance_rate": 0.1 * r["size"], "acceptance_rate_lower": 0.05,
             "acceptance_rate_upper": 0.6, "population_rate": 0.2}
            for r in by_segment([
                {"campaign": n, "campaign_order": i, "is_target": i == 3, "contacts": 9}
                for i, n in enumerate(HOSTILE)
            ])
        ],
        "eda_category_counts": [
            {**r, "customer_share": 0.25, "population_share": 0.25}
            for r in by_segment([
                {"attribute": a, "attribute_label": a, "attribute_value": n,
                 "value_order": i + 1}
                for a in ("education", "marital_status")
                for i, n in enumerate(HOSTILE)
            ])
        ],
        "eda_feature_summary": feature_rows(),
        "eda_histograms_by_scope": [
            {**r, "scope": "segment", "customers": 7 * r["size"], "customer_share": 0.5}
            for r in by_segment([
                {**f, "bin_order": i, "bin_from": float(i) if i else None,
                 "bin_to": i + 1.0 if i < 2 else None}
                for f in features for i in range(3)
            ])
        ],
        "eda_box_plots_by_scope": [
            {**r, "scope": "segment", "lower_whisker": 0.0, "p25": 1.0, "median": 2.0,
             "p75": 2.5, "upper_whisker": 3.0 + r["size"], "outliers": 5}
            for r in by_segment(features)
        ],
        "eda_correlations": [
            {"feature": a, "feature_label": FEATURES[a][0], "other_feature": b,
             "other_feature_label": FEATURES[b][0],
             "is_segmentation": FEATURES[a][2], "other_is_segmentation": FEATURES[b][2],
             "spearman": 1.0 if a == b else -0.3, "known_customers": 1000}
            for a in FEATURES for b in FEATURES
        ],
        "segment_sizes_history": [
            {"observed_on": date(2024, month, 1), "segment_key": f"S0{i}",
             "segment_name": HOSTILE[i % 4], "customers": i, "customer_share": i / 19}
            for month in (1, 2) for i in (1, 2, 3, 4, 9)
        ],
        # S09 is no more; what its customers spent is part of the past
        "segment_spend_by_month": [
            {"ordered_month": date(2024, month, 1), "segment_key": f"S0{i}",
             "segment_name": HOSTILE[i % 4], "spend": 11.0 * i, "customers": i}
            for month in (1, 2, 3) for i in (1, 2, 3, 4, 9)
        ],
        "campaign_gains_by_scope": [
            {"scope": "all customers", "point_kind": "tenth", "decile": i,
             "cumulative_contact_share": i / 10,
             "cumulative_gain": 1 - (1 - i / 10) ** 2, "lift": 2.1 - i / 5,
             "cumulative_lift": 2.0, "response_rate": 0.1}
            for i in range(1, 11)
        ],
        "campaign_profit_curve": [
            {"contacted": 10 * i, "contacted_share": i / 10, "profit": 50.0 - i,
             "lower": 30.0, "upper": 70.0, "is_cut_off": i == 3,
             "contact_all_profit": -100.0, "perfect_profit": 90.0}
            for i in range(11)
        ],
        "campaign_calibration_by_model": [
            {"is_published": True, "probability_bin": i, "mean_probability": i / 10,
             "response_rate": i / 11, "lower": i / 13, "upper": i / 9}
            for i in range(10)
        ],
        "campaign_roc_points": [
            {"model": model, "is_published": model == "logistic", "curve": curve,
             "point_order": i, "false_positive_rate": i / 5, "recall": (i / 5) ** 0.5,
             "response_precision": None if i == 0 else 1 - i / 10}
            for model in ("baseline", "logistic", "random_forest")
            for curve in ("roc", "precision_recall")
            for i in range(6)
        ],
        "campaign_feature_importance": [
            {"feature_label": HOSTILE[i], "metric": "roc_auc", "importance_rank": i + 1,
             "drop_estimate": 0.1 / (i + 1), "lower": 0.0, "upper": 0.2}
            for i in range(2)
        ],
        "segment_k_evaluation": [
            {"model_version": 1, "is_current_version": True, "smallest_share": 0.1,
             "k": k, "is_chosen": k == 4, "silhouette": 1 / k,
             "reason": HOSTILE[1] if k == 4 else None, "inertia": 900.0 / k,
             "permuted_silhouette": 0.1, "stability_mean": 0.9, "stability_std": 0.2,
             "evaluated_customers": 1000, "index_space": "full scaled feature space"}
            for k in range(2, 6)
        ],
        "segment_dendrogram": [
            {"merge_order": i + 1, "height": 9.0 - i, "x_left": i, "x_right": i + 1.0,
             "y_left": 0.0, "y_right": 0.0, "segment_key": f"S0{i + 1}"}
            for i in range(4)
        ],
        "segment_algorithm_comparison": [
            {"algorithm": "kmeans", "setting": "k = 4", "is_published": True,
             "clusters_asked": 4, "clusters_found": 4, "silhouette": 0.3,
             "stability_mean": 0.9, "adjusted_rand": 1.0, "compared_customers": 1000},
            {"algorithm": "hdbscan", "setting": HOSTILE[3], "is_published": False,
             "clusters_asked": None, "clusters_found": 7, "silhouette": 0.1,
             "stability_mean": None, "adjusted_rand": 0.2, "compared_customers": 1000},
        ],
    }  # fmt: skip


def warehouse(tables: dict[str, list[dict]], path=":memory:"):
    connection = duckdb.connect(str(path))
    connection.execute("create schema marts")
    for name, rows in tables.items():
        frame = pa.Table.from_pylist(rows)  # noqa: F841 - the query reads it by name
        connection.execute(f"create table marts.{name} as select * from frame")
    return connection


@pytest.fixture(scope="module")
def specs():
    with warehouse(marts()) as connection:
        return specifications(connection)


def test_every_chart_is_drawn(specs):
    assert list(specs) == [chart.name for chart in charts()]
    assert len(specs) > 25


def test_charts_say_what_they_show_and_no_two_the_same():
    said = [chart.description for chart in charts()]
    assert len(set(said)) == len(said)
    assert all(len(text) > 15 for text in said)


def test_page_has_the_same_specification(sample):
    with duckdb.connect() as connection:
        attach_warehouse(connection, sample.warehouse)
        page = read_contents(connection)["charts"]
    with duckdb.connect() as connection:
        attach_warehouse(connection, sample.warehouse)
        pictures = specifications(connection)
    assert {"campaign_gain", "campaign_profit", "category_mix"} <= set(page)
    for name, chart in page.items():
        # the dots of the map stand on the page once, with what they are filtered by
        if name != "pca_map":
            assert chart["rows"] == pictures[name]["datasets"]["rows"], name
        assert kinds(chart["spec"]) == kinds(pictures[name]["vconcat"][0]), name


def kinds(spec) -> list:
    """Return the marks and fields of a specification, in their order."""
    if isinstance(spec, list):
        return [kind for item in spec for kind in kinds(item)]
    if not isinstance(spec, dict):
        return []
    own = [(key, str(spec[key])) for key in ("mark", "field") if key in spec]
    return own + [kind for value in spec.values() for kind in kinds(value)]


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.name)
def test_chart_renders_to_the_same_bytes_again(specs, chart):
    png, svg = render(specs[chart.name])
    assert png.startswith(b"\x89PNG") and len(png) > 5000
    assert svg.startswith("<svg")
    assert render(copy.deepcopy(specs[chart.name])) == (png, svg)
    assert "<b>bold" not in svg and "<script" not in svg
    assert "undefined" not in svg and "NaN" not in svg


@pytest.mark.parametrize(
    ("plot", "mart", "column"),
    [
        ("size_and_spend", "segments", "customer_share"),
        ("size_and_spend", "segments", "spend_share"),
        ("what_is_special", "segment_feature_profiles", "mean_index"),
        ("snake", "segment_feature_profiles", "z_score"),
        ("category_mix", "segment_category_mix", "spend_share"),
        ("channel_mix", "segment_channel_mix", "purchase_share"),
        ("customer_mix", "eda_category_counts", "customer_share"),
        ("segment_response", "segment_campaign_response", "acceptance_rate"),
        ("segment_response", "segment_campaign_response", "acceptance_rate_upper"),
        ("segments_stability", "segment_k_evaluation", "stability_mean"),
        ("campaign_response", "segment_campaign_response", "acceptance_rate"),
        ("campaign_gain", "campaign_gains_by_scope", "cumulative_gain"),
        ("campaign_lift", "campaign_gains_by_scope", "lift"),
        ("sizes_over_time", "segment_sizes_history", "customer_share"),
        ("spend_by_month", "segment_spend_by_month", "spend"),
        ("campaign_profit", "campaign_profit_curve", "profit"),
        ("campaign_importance", "campaign_feature_importance", "drop_estimate"),
        ("segments_separation", "segment_k_evaluation", "silhouette"),
        ("segments_separation", "segment_k_evaluation", "permuted_silhouette"),
        ("silhouettes", "customer_silhouettes", "silhouette"),
        ("pca_map", "customer_embedding", "pca_2"),
        ("tsne_map", "customer_embedding", "tsne_1"),
        ("dendrogram", "segment_dendrogram", "height"),
        ("algorithm_comparison", "segment_algorithm_comparison", "silhouette"),
        ("box_plots", "eda_box_plots_by_scope", "upper_whisker"),
        ("histograms", "eda_histograms_by_scope", "customers"),
        ("scatter", "customers_wide", "income"),
    ],
)
def test_plot_carries_the_figures_of_the_mart(specs, plot, mart, column):
    rows = specs[plot]["datasets"]["rows"]
    drawn = {value for row in rows for value in row.values()}
    assert {row[column] for row in marts()[mart]} <= drawn


def test_colours_and_order_are_those_of_the_segments_mart(specs):
    with warehouse(marts()) as connection:
        say_names(connection)
        colours = segment_scale(connection)
    assert [*colours.values()] == [row["colour"] for row in segments()]
    scale = {"domain": [*colours], "range": [*colours.values()]}
    for name in ("scatter", "pca_map", "snake", "histograms", "pairs"):
        assert json.dumps(scale) in json.dumps(specs[name]), name


def test_missing_mart_leaves_its_plots_out_with_a_sentence(caplog):
    tables = {k: v for k, v in marts().items() if k != "customer_embedding"}
    with warehouse(tables) as connection:
        drawn = specifications(connection)
    assert set(drawn) == {c.name for c in charts()} - {"pca_map", "tsne_map"}
    assert caplog.messages == [
        f"Left out the plot {name}: the warehouse has no mart customer_embedding."
        for name in ("pca_map", "tsne_map")
    ]


def test_input_without_campaigns_leaves_the_response_out(caplog):
    tables = marts()
    for row in tables["segment_campaign_response"]:
        row["acceptance_rate"] = None
    with warehouse(tables) as connection:
        assert "segment_response" not in specifications(connection)
    assert "plot segment_response: this input has nothing for it" in caplog.text


def test_input_without_spend_says_nothing_about_it():
    tables = marts()
    for row in tables["segments"]:
        row["spend_share"] = None
    with warehouse(tables) as connection:
        spec = specifications(connection)["size_and_spend"]
    assert "spend" not in json.dumps([spec["title"], spec["datasets"]])


@pytest.mark.parametrize("chart", ["sizes_over_time", "spend_by_month"])
def test_segments_that_are_no_more_are_drawn_in_grey_and_said(specs, chart):
    rows = specs[chart]["datasets"]["rows"]
    assert {row["segment_key"] for row in rows if not row["is_current"]} == {"S09"}
    assert "Grey" in " ".join(specs[chart]["title"]["subtitle"])
    _, svg = render(specs[chart])
    assert "#b4bcc4" in svg


def note(spec) -> str:
    return " ".join(spec["vconcat"][0]["title"]["text"])


def test_scatter_draws_at_most_the_stated_number_and_says_so():
    tables = marts()
    first = tables["customers_wide"][0]
    tables["customers_wide"] = [
        {**first, "customer_id": str(i), "income": i % 90.0, "total_spend": i % 70.0}
        for i in range(3500)
    ]
    tables["segments"][0]["customers"] = 3500 - 900
    with warehouse(tables) as connection:
        spec = specifications(connection)["scatter"]
    assert len(spec["datasets"]["rows"]) == 3000
    assert "3,000 of 3,500 customers" in note(spec)


def test_values_far_outside_are_counted_not_drawn():
    tables = marts()
    tables["customers_wide"][3]["income"] = 666_666.0
    with warehouse(tables) as connection:
        spec = specifications(connection)["scatter"]
    assert 666_666.0 not in [row["x"] for row in spec["datasets"]["rows"]]
    assert "1 far outside" in note(spec)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (None, None, ("income", "total_spend")),
        ("children", None, ("children", "income")),
        (None, "income", ("total_spend", "income")),
        ("deal_share", "children", ("deal_share", "children")),
    ],
)
def test_axes_are_those_asked_for_or_income_and_spend(x, y, expected):
    assert chosen_axes(sorted(FEATURES), x, y) == expected


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ("incom", None, "--x incom is not a feature"),
        (None, "'; drop table marts.customers; --", "is not a feature"),
        ("income", "income", "choose two different"),
    ],
)
def test_axes_that_make_no_sense_are_refused(x, y, message):
    with warehouse(marts()) as connection, pytest.raises(UserError, match=message):
        specifications(connection, x=x, y=y)


def test_pictures_are_written_and_stale_ones_removed(tmp_path):
    path = tmp_path / "w.duckdb"
    few = {k: v for k, v in marts().items() if k in ("segments", "segment_dendrogram")}
    warehouse(few, path).close()
    stale = tmp_path / "out" / "plots" / "scatter.png"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    written = draw_pictures(path, tmp_path / "out")
    assert [file.name for file in written] == [
        "dendrogram.png", "dendrogram.svg", "size_and_spend.png", "size_and_spend.svg",
    ]  # fmt: skip
    assert all(file.is_file() for file in written) and not stale.exists()


def test_no_warehouse_is_said_in_one_sentence(tmp_path):
    with pytest.raises(UserError, match="run segments build first"):
        draw_pictures(tmp_path / "none.duckdb", tmp_path)


def named(names) -> list[str]:
    with warehouse({"segments": segments(names)}) as connection:
        say_names(connection)
        return [*segment_scale(connection)]


def test_names_that_shorten_to_the_same_stay_apart():
    assert len(set(named(["x" * 60 + "a", "x" * 60 + "b"]))) == 2


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_empty_name_is_shown_as_such(text):
    assert named([text, "a  name\nwith breaks"]) == ["(no name)", "a name with breaks"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("percent(0.2549)", "25 %"),
        ("percent(0.004)", "0.4 %"),
        ("percent(0)", "0 %"),
        ("figure(-3166.6)", "−3,167"),
        ("short(repeat('x', 50), 5)", "xxxx…"),
        ("with_unit('Tenure', 'days')", "Tenure (days)"),
        ("with_unit('Days of tenure', 'days')", "Days of tenure"),
        ("with_unit('Deals', 'share')", "Deals (%)"),
    ],
)
def test_macro_says_it_as_people_do(call, said):
    with warehouse({"segments": segments()}) as connection:
        say_names(connection)
        assert connection.sql(f"select {call}").fetchall() == [(said,)]

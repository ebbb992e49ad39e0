"""Pictures of the features: where they lie, how they hang together, by segment."""

from math import ceil, floor

from segmentation.publishing.plots.frame import (
    DIVERGING,
    GREY,
    INK,
    Data,
    axis_title,
    figure,
    grid,
    segment_colours,
    segment_legend,
    short,
    unit_axis,
)

__all__ = [
    "box_plots",
    "correlations",
    "histograms",
]


def histograms(data: Data) -> dict:
    """Draw the customers by bin of each feature, stacked by segment."""
    labels, scale = segment_colours(data["segments"])
    features = _features(data["bins"])
    views = [
        _histogram(
            [row for row in data["bins"] if row["feature"] == feature],
            title=label,
            labels=labels,
            scale=scale,
        )
        for feature, label in features.items()
    ]
    customers = sum(row["customers"] for row in data["segments"])
    return figure(
        grid(views, 3),
        title="How the customers spread over each feature, and which segment sits "
        "where",
        subtitle="Customers by bin, stacked by segment.",
        note=(
            f"{customers:,} customers, those whose value is known. The bins cover the "
            "middle 98 %; where somebody is beyond, one more bar at the end holds them."
        ),
    )


def box_plots(data: Data) -> dict:
    """Draw median, quartiles and whiskers of each feature by segment."""
    labels, scale = segment_colours(data["segments"])
    views: list[dict] = []
    for feature, label in _features(data["boxes"]).items():
        rows = [
            {**row, "segment": labels[row["segment_key"]]}
            for row in data["boxes"]
            if row["feature"] == feature and row["segment_key"] in labels
        ]
        views.append(
            _box_view(
                rows,
                title=short(label, 30),
                segments=list(labels.values()),
                scale=scale,
                with_labels=len(views) % 3 == 0,
            )
        )
    outliers = sum(row["outliers"] for row in data["boxes"])
    return figure(
        grid(views, 3, across=34),
        title="How far the segments overlap: half of a segment lies in its box",
        subtitle=(
            "Bar: middle half of the customers. Line in it: median. "
            "Whiskers: last customer within 1.5 times the length of the box."
        ),
        note=f"{outliers:,} values beyond the whiskers are not drawn; "
        "eda_box_plots_by_scope "
        "counts them by segment.",
    )


def correlations(data: Data) -> dict:
    """Draw Spearman's rank correlation of every pair of features."""
    rows = [row for row in data["pairs"] if row["spearman"] is not None]
    labels = {row["feature"]: short(row["feature_label"], 24) for row in rows}
    families = {row["feature"]: row["family"] for row in rows}
    order = sorted(labels, key=lambda feature: (families[feature], feature))
    position = {feature: i for i, feature in enumerate(order)}
    drawn = [
        {
            "feature": labels[row["feature"]],
            "other": labels[row["other_feature"]],
            "r": row["spearman"],
            "text": f"{row['spearman']:.1f}".replace("-", "−"),
        }
        for row in rows
        if position[row["feature"]] > position[row["other_feature"]]
    ]
    once = [row for row in rows if row["feature"] < row["other_feature"]]
    used = [
        row for row in once if row["is_segmentation"] and row["other_is_segmentation"]
    ]
    strongest = max(
        used or once,
        key=lambda row: (abs(row["spearman"]), row["feature"]),
        default=None,
    )
    title = "Which features say the same"
    if strongest:
        one, other = labels[strongest["feature"]], labels[strongest["other_feature"]]
        title += f": {one.lower()} and {other.lower()} ({strongest['spearman']:.2f})"
    axis = {"domain": False, "ticks": False, "labelFontSize": 12}
    cell = 32
    body = _correlations_body(cell, drawn, axis, order, labels)
    known = max((row["known_customers"] for row in rows), default=0)
    return figure(
        body,
        title=title,
        subtitle="Blue: high together. Brown: one high, the other low. "
        "Figures from 0.25 either way.",
        note=f"Spearman's rank correlation over up to {known:,} customers; features by "
        "family.",
    )


def _correlations_body(
    cell: int, drawn: list[dict], axis: dict, order: list[str], labels: dict[str, str]
) -> dict:
    return {
        "width": cell * max(1, len(order) - 1),
        "height": cell * max(1, len(order) - 1),
        "data": {"values": drawn},
        "encoding": {
            "x": {
                "field": "other",
                "type": "nominal",
                "sort": [labels[feature] for feature in order[:-1]],
                "title": None,
                "axis": {**axis, "labelAngle": -45},
            },
            "y": {
                "field": "feature",
                "type": "nominal",
                "sort": [labels[feature] for feature in order[1:]],
                "title": None,
                "axis": axis,
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1},
                "encoding": {
                    "color": {
                        "field": "r",
                        "type": "quantitative",
                        "scale": {
                            "domain": [-1, 0, 1],
                            "range": DIVERGING,
                        },
                        "legend": None,
                    }
                },
            },
            {
                "transform": [{"filter": "abs(datum.r) >= 0.25"}],
                "mark": {"type": "text", "fontSize": 12},
                "encoding": {
                    "text": {"field": "text"},
                    "color": {
                        "condition": {"test": "abs(datum.r) > 0.6", "value": "white"},
                        "value": INK,
                    },
                },
            },
        ],
    }


def _features(rows: list[dict]) -> dict[str, str]:
    return {row["feature"]: row["feature_label"] for row in rows}


def _histogram(rows: list[dict], *, title: str, labels: dict, scale: dict) -> dict:
    edges = [row for row in rows if None not in (row["bin_from"], row["bin_to"])]
    width = min((row["bin_to"] - row["bin_from"] for row in edges), default=1)
    unit = rows[0]["unit"]
    # a bar for one whole number stands over it
    middle = 0.5 if width == 1 and unit not in ("share", "money") else 0
    drawn = [
        {
            "segment": labels[row["segment_key"]],
            "from": _or(row["bin_from"], _or(row["bin_to"], 0) - width) - middle,
            "to": _or(row["bin_to"], _or(row["bin_from"], 0) + width) - middle,
            "customers": row["customers"],
        }
        for row in rows
        if row["segment_key"] in labels
    ]
    return {
        "title": axis_title(short(title, 26), unit),
        "width": 262,
        "height": 170,
        "data": {"values": drawn},
        "mark": {"type": "bar", "binSpacing": 0.5},
        "encoding": {
            "x": {
                "field": "from",
                "type": "quantitative",
                "bin": "binned",
                "title": None,
                "axis": {**unit_axis(unit, 5), "grid": False},
            },
            "x2": {"field": "to"},
            "y": {
                "field": "customers",
                "type": "quantitative",
                "title": None,
                "stack": "zero",
                "axis": {
                    "format": ",d",
                    "tickCount": 4,
                    "tickMinStep": 1,
                    "labelFlush": True,
                },
            },
            "color": segment_legend(scale),
            "order": {"field": "segment", "sort": "ascending"},
        },
    }


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _box_view(
    rows: list[dict], *, title: str, segments: list[str], scale: dict, with_labels: bool
) -> dict:
    unit = rows[0]["unit"]
    x = {
        "type": "quantitative",
        "title": None,
        "axis": {**unit_axis(unit, 3), **_whole_ticks(rows, unit)},
        "scale": {"zero": False, "nice": True},
    }
    color = {"field": "segment", "type": "nominal", "scale": scale, "legend": None}
    return {
        "title": axis_title(title, unit),
        "width": 206,
        "height": 30 * len(segments),
        "data": {"values": rows},
        "encoding": {
            "y": {
                "field": "segment",
                "type": "nominal",
                "sort": segments,
                "title": None,
                "axis": {"labels": with_labels, "ticks": False, "domain": False},
            }
        },
        "layer": [
            {
                "mark": {"type": "rule", "color": GREY, "strokeWidth": 1.5},
                "encoding": {
                    "x": {"field": "lower_whisker", **x},
                    "x2": {"field": "upper_whisker"},
                },
            },
            {
                "mark": {"type": "bar", "height": 16},
                "encoding": {
                    "x": {"field": "p25", **x},
                    "x2": {"field": "p75"},
                    "color": color,
                },
            },
            {
                "mark": {"type": "tick", "color": INK, "thickness": 3, "size": 22},
                "encoding": {"x": {"field": "median", **x}},
            },
        ],
    }


def _whole_ticks(rows: list[dict], unit: str) -> dict:
    """Return ticks at each number where a few whole ones are all there is."""
    low = floor(min(row["lower_whisker"] for row in rows))
    high = ceil(max(row["upper_whisker"] for row in rows))
    if unit in ("share", "money") or high - low > 6:
        return {}
    return {"values": list(range(low, high + 1))}

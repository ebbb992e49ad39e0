"""Pictures of the features: where they lie, how they hang together, by segment."""

from math import ceil, floor

from segmentation.publishing.plots.frame import (
    GREY,
    INK,
    WIDTH,
    Data,
    figure,
    grid,
    segment_colours,
    segment_legend,
    short,
)
from segmentation.warehouse.errors import UserError

__all__ = [
    "MOST_PAIRS",
    "MOST_POINTS",
    "box_plots",
    "chosen_axes",
    "correlations",
    "histograms",
    "pair_plot",
    "point_cloud",
    "points_note",
    "scatter",
]

MOST_POINTS = 3000
MOST_PAIRS = 1000  # in each of up to 21 small plots


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
    views = []
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
        note=f"{outliers:,} values beyond the whiskers are not drawn; eda_box_plots "
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
    body = {
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
                            "range": ["#b35806", "#f7f7f7", "#2166ac"],
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
    known = max((row["known_customers"] for row in rows), default=0)
    return figure(
        body,
        title=title,
        subtitle="Blue: high together. Brown: one high, the other low. "
        "Figures from 0.25 either way.",
        note=f"Spearman's rank correlation over up to {known:,} customers; features by "
        "family.",
    )


def scatter(data: Data) -> dict:
    """Draw two features against each other, a point a customer, by segment."""
    x, y = data["axes"]
    across, down = short(x["feature_label"]).lower(), short(y["feature_label"])
    r = data["pair"][0]["spearman"] or 0
    verb = "hardly follows" if abs(r) < 0.2 else "rises with" if r > 0 else "falls with"
    return point_cloud(
        data,
        x=_feature_axis(x),
        y=_feature_axis(y),
        title=f"{down} {verb} {across}: rank correlation {r:.2f}".replace("-", "−"),
        subtitle="A point a customer, in the colour of the segment.",
        note=points_note(data),
    )


def point_cloud(
    data: Data, *, x: dict, y: dict, title: str, note: str, subtitle: str = ""
) -> dict:
    """Draw points ``x``, ``y`` in the colours of their segments.

    Parameters
    ----------
    data : Data
        ``segments`` and ``points`` (``segment_key``, ``x``, ``y``).
    x, y : dict
        Vega-Lite encodings of the two axes, without field and type.
    title, note, subtitle : str
        Words of the picture.
    """
    labels, scale = segment_colours(data["segments"])
    rows = [
        {"segment": labels[row["segment_key"]], "x": row["x"], "y": row["y"]}
        for row in data["points"]
        if row["segment_key"] in labels
    ]
    beyond = [
        row for row in rows if not (_is_inside(row["x"], x) and _is_inside(row["y"], y))
    ]
    if beyond:
        note += f" {len(beyond):,} far outside the axes are not drawn."
    body = {
        "width": WIDTH - 70,
        "height": 480,
        "data": {"values": [row for row in rows if row not in beyond]},
        "mark": {"type": "circle", "size": 26, "opacity": 0.6},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", **x},
            "y": {"field": "y", "type": "quantitative", **y},
            "color": segment_legend(scale),
        },
    }
    return figure(body, title=title, subtitle=subtitle, note=note)


def pair_plot(data: Data) -> dict:
    """Draw every feature of the segmentation against every other, by segment."""
    labels, scale = segment_colours(data["segments"])
    axes = {row["feature"]: _feature_axis(row) for row in data["features"]}
    names = {
        row["feature"]: short(row["feature_label"], 18) for row in data["features"]
    }
    features = list(axes)
    cell = min(190, (WIDTH - 110) // max(2, len(features)) - 14)
    points = [
        {**row, "segment": labels[row["segment_key"]]}
        for row in data["points"]
        if row["segment_key"] in labels
    ]
    correlations = {
        (row["feature"], row["other_feature"]): row["spearman"] for row in data["pairs"]
    }
    cells = []
    for i, down in enumerate(features):
        for j, across in enumerate(features):
            if i == j:
                own = [row for row in data["bins"] if row["feature"] == down]
                cells.append(
                    _density(
                        own, name=names[down], labels=labels, scale=scale, size=cell
                    )
                )
            elif j > i:
                cells.append(_figure_cell(correlations.get((down, across)), size=cell))
            else:
                is_left, is_low = j == 0, i == len(features) - 1
                cells.append(
                    _pair_cell(
                        [
                            {
                                "segment": row["segment"],
                                "x": row[across],
                                "y": row[down],
                            }
                            for row in points
                            if _is_inside(row[across], axes[across])
                            and _is_inside(row[down], axes[down])
                        ],
                        x=axes[across] if is_low else _silent(axes[across]),
                        y=axes[down] if is_left else _silent(axes[down]),
                        scale=scale,
                        size=cell,
                    )
                )
    body = grid(cells, len(features), across=14, down=14)
    return figure(
        body,
        title="The features that make the segments, two by two",
        subtitle="On the diagonal: how each segment spreads over the feature. Above "
        "it: rank "
        "correlations.",
        note=points_note(data, MOST_PAIRS)
        + " Axes cover the middle 98 %, with a margin.",
    )


def points_note(data: Data, at_most: int = MOST_POINTS) -> str:
    """Say how many customers are drawn out of how many."""
    customers = sum(row["customers"] for row in data["segments"])
    drawn = len(data["points"])
    if customers > drawn == at_most:
        return (
            f"{drawn:,} of {customers:,} customers, drawn by a hash of the key: the "
            "same "
            "ones every time."
        )
    if customers > drawn:
        return f"{drawn:,} of {customers:,} customers: those whose values are known."
    return f"All {customers:,} customers."


def chosen_axes(features: list[dict], x: str | None, y: str | None) -> list[dict]:
    """Return the rows of the two features to draw against each other.

    Parameters
    ----------
    features : list of dict
        Rows of eda_feature_summary with known values.
    x, y : str or None
        Names; by default income and total spend, where the input has them.

    Raises
    ------
    UserError
        Where a name is not among the features, or both are the same.
    """
    known = {row["feature"]: row for row in features}
    for option, name in [("--x", x), ("--y", y)]:
        if name is not None and name not in known:
            raise UserError(
                f"{option} {name} is not a feature with known values; choose one of "
                f"{', '.join(known)}."
            )
    if x is not None and x == y:
        raise UserError(f"--x and --y are both {x}; choose two different features.")
    preferred = [name for name in ("income", "total_spend") if name in known]
    spare = [name for name in [*preferred, *known] if name not in (x, y)]
    wanted_x = x or spare.pop(0)
    return [known[wanted_x], known[y or spare[0]]]


def _features(rows: list[dict]) -> dict[str, str]:
    return {row["feature"]: row["feature_label"] for row in rows}


def _number_format(unit: str) -> str:
    return {"share": ".0%", "money": "~s"}.get(unit, ",.2~f")


def _axis(unit: str, ticks: int) -> dict:
    """Return an axis in the unit; what is counted has no halves."""
    step = {} if unit in ("share", "money") else {"tickMinStep": 1}
    return {"format": _number_format(unit), "tickCount": ticks, **step}


def _axis_title(label: str, unit: str) -> str:
    same = unit in ("share", "rank", "money") or unit.lower() in label.lower()
    return short(label) if same else f"{short(label)} ({short(unit)})"


def _feature_axis(row: dict) -> dict:
    """Return an axis over the bulk of a feature, with room at the ends."""
    room = 0.25 * (row["p99"] - row["p1"]) or abs(row["p99"]) or 1
    low = max(row["minimum"], row["p1"] - room)
    high = min(row["maximum"], row["p99"] + room)
    return {
        "title": _axis_title(row["feature_label"], row["unit"]),
        "scale": {"domain": [low, high] if high > low else [low - 1, high + 1]},
        "axis": _axis(row["unit"], 6),
    }


def _is_inside(value: float, axis: dict) -> bool:
    domain = axis.get("scale", {}).get("domain")
    return domain is None or domain[0] <= value <= domain[1]


def _silent(axis: dict) -> dict:
    return {
        **axis,
        "title": None,
        "axis": {**axis["axis"], "labels": False, "ticks": False},
    }


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
        "title": _axis_title(short(title, 26), unit),
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
                "axis": {**_axis(unit, 5), "grid": False},
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
        "axis": {**_axis(unit, 3), **_whole_ticks(rows, unit)},
        "scale": {"zero": False, "nice": True},
    }
    color = {"field": "segment", "type": "nominal", "scale": scale, "legend": None}
    return {
        "title": _axis_title(title, unit),
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


def _pair_cell(rows: list[dict], *, x: dict, y: dict, scale: dict, size: int) -> dict:
    small = {"labelFontSize": 10, "titleFontSize": 12, "tickCount": 3}
    return {
        "width": size,
        "height": size,
        "data": {"values": rows},
        "mark": {"type": "circle", "size": 7, "opacity": 0.55},
        "encoding": {
            "x": {
                "field": "x",
                "type": "quantitative",
                **x,
                "axis": {**x["axis"], **small},
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                **y,
                "axis": {**y["axis"], **small},
            },
            "color": segment_legend(scale),
        },
    }


def _figure_cell(value: float | None, *, size: int) -> dict:
    text = "" if value is None else f"{value:.2f}".replace("-", "−")
    return {
        "width": size,
        "height": size,
        "data": {"values": [{"text": text}]},
        "mark": {
            "type": "text",
            "fontSize": 12 + 14 * abs(value or 0),
            "color": INK if (value or 0) >= 0 else "#b35806",
        },
        "encoding": {
            "text": {"field": "text"},
            "x": {"value": size / 2},
            "y": {"value": size / 2},
        },
    }


def _density(
    rows: list[dict], *, name: str, labels: dict, scale: dict, size: int
) -> dict:
    drawn = [
        {
            "segment": labels[row["segment_key"]],
            "at": row["bin_order"],
            "share": row["customer_share"],
        }
        for row in rows
        if row["segment_key"] in labels
    ]
    return {
        "width": size,
        "height": size,
        "view": {"fill": "#f6f7f8"},
        "layer": [
            {
                "data": {"values": drawn},
                "mark": {"type": "line", "interpolate": "step", "strokeWidth": 1.5},
                "encoding": {
                    "x": {"field": "at", "type": "quantitative", "axis": None},
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "axis": None,
                        "scale": {
                            "domain": [
                                0,
                                1.25 * max((r["share"] or 0 for r in drawn), default=1),
                            ]
                        },
                    },
                    "color": segment_legend(scale),
                },
            },
            {
                "data": {"values": [{"name": name}]},
                "mark": {"type": "text", "y": 13, "fontSize": 13, "fontWeight": "bold"},
                "encoding": {"text": {"field": "name"}, "x": {"value": size / 2}},
            },
        ],
    }

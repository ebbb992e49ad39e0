"""Pictures of features two by two: a point a customer, by segment."""

from segmentation.publishing.plots.frame import (
    INK,
    WIDTH,
    Data,
    axis_title,
    figure,
    grid,
    segment_colours,
    segment_legend,
    short,
    unit_axis,
)
from segmentation.warehouse.errors import UserError

__all__ = [
    "MOST_PAIRS",
    "MOST_POINTS",
    "chosen_axes",
    "pair_plot",
    "point_cloud",
    "points_note",
    "scatter",
]

MOST_POINTS = 3000


MOST_PAIRS = 1000  # in each of up to 21 small plots


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


def _feature_axis(row: dict) -> dict:
    """Return an axis over the bulk of a feature, with room at the ends."""
    room = 0.25 * (row["p99"] - row["p1"]) or abs(row["p99"]) or 1
    low = max(row["minimum"], row["p1"] - room)
    high = min(row["maximum"], row["p99"] + room)
    return {
        "title": axis_title(row["feature_label"], row["unit"]),
        "scale": {"domain": [low, high] if high > low else [low - 1, high + 1]},
        "axis": unit_axis(row["unit"], 6),
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

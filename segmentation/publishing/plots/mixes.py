"""Pictures of what the segments are made of: categories, channels, kinds of people."""

from segmentation.publishing.plots.frame import (
    WIDTH,
    Data,
    figure,
    percent,
    segment_colours,
    short,
)

__all__ = ["category_mix", "channel_mix", "customer_mix"]

# hues apart from the segments' own, so that a category is not taken for a segment
_CATEGORIES = [
    "#355070", "#7d5a8c", "#a24a64", "#c8553d", "#8a6d3b", "#3d7a6b", "#5f6b76",
    "#1f6f8b", "#9a4f96", "#4d6b2f",
]  # fmt: skip
_LEGEND = {
    "title": None,
    "orient": "top",
    "columns": 6,
    "symbolType": "square",
    "offset": 6,
}


def category_mix(data: Data) -> dict:
    """Draw what each segment spends its money on."""
    return _mix(
        data,
        name="category",
        share="spend_share",
        of="spend",
        question="What they spend their money on",
        note="Share of the segment's spend over all categories of the input.",
    )


def channel_mix(data: Data) -> dict:
    """Draw through which channels each segment buys."""
    return _mix(
        data,
        name="channel",
        share="purchase_share",
        of="purchases",
        question="Where they buy",
        note="Share of the segment's purchases over all channels of the input.",
    )


def customer_mix(data: Data) -> dict:
    """Draw who the customers of each segment are: household, education, status."""
    labels, _ = segment_colours(data["segments"])
    telling = max(
        (row for row in data["counts"] if row["segment_key"] in labels),
        key=lambda row: (row["customer_share"] or 0) - (row["population_share"] or 0),
    )
    views = []
    attributes = list(dict.fromkeys(row["attribute"] for row in data["counts"]))
    for attribute in attributes:
        rows = [row for row in data["counts"] if row["attribute"] == attribute]
        views.append(
            {
                **_shares_body(
                    [
                        {
                            "segment": labels[row["segment_key"]],
                            "name": short(row["attribute_value"], 24),
                            "order": row["value_order"],
                            "share": row["customer_share"],
                        }
                        for row in rows
                        if row["segment_key"] in labels and row["value_order"] <= 8
                    ],
                    segments=list(labels.values()),
                    height=32 * len(labels),
                ),
                "title": short(rows[0]["attribute_label"]),
            }
        )
    body = {
        "vconcat": views,
        "spacing": 26,
        "resolve": {"scale": {"color": "independent"}},
    }
    return figure(
        body,
        title=(
            f"Who they are: “{short(telling['attribute_value'], 24)}” is "
            f"{percent(telling['customer_share'])} of "
            f"“{labels[telling['segment_key']]}”, "
            f"{percent(telling['population_share'])} of all"
        ),
        subtitle="Share of the segment's customers.",
        note="Of all customers, those not known included; the eight most frequent "
        "values.",
    )


def _mix(
    data: Data, *, name: str, share: str, of: str, question: str, note: str
) -> dict:
    labels, _ = segment_colours(data["segments"])
    rows = [row for row in data["mix"] if row["segment_key"] in labels]
    names = {row[name]: row["population_share"] or 0 for row in rows}
    telling = max(
        rows,
        key=lambda row: (row[share] or 0) - (row["population_share"] or 0),
    )
    body = _shares_body(
        [
            {
                "segment": labels[row["segment_key"]],
                "name": short(row[name], 24),
                "order": row[f"{name}_order"],
                "share": row[share],
            }
            for row in rows
        ],
        segments=list(labels.values()),
        height=64 * len(labels),
    )
    return figure(
        body,
        title=(
            f"{question}: {short(telling[name], 24)} is "
            f"{percent(telling[share] or 0)} for “{labels[telling['segment_key']]}”, "
            f"{percent(names[telling[name]])} for all"
        ),
        subtitle=f"Share of the segment's {of} by {name}.",
        note=note,
    )


def _shares_body(rows: list[dict], *, segments: list[str], height: int) -> dict:
    ordered = sorted(rows, key=lambda row: (row["order"], row["name"]))
    names = list(dict.fromkeys(row["name"] for row in ordered))
    rows = [
        {
            **row,
            "order": names.index(row["name"]),
            # no room for the figure in a narrow part
            "text": percent(row["share"]) if (row["share"] or 0) >= 0.055 else "",
        }
        for row in ordered
    ]
    colours = [_CATEGORIES[i % len(_CATEGORIES)] for i in range(len(names))]
    x = {
        "field": "share",
        "type": "quantitative",
        "stack": "normalize",
        "title": None,
        "axis": {"format": ".0%", "tickCount": 5},
    }
    return {
        "width": WIDTH - 270,
        "height": height,
        "data": {"values": rows},
        "encoding": {
            "y": {
                "field": "segment",
                "type": "nominal",
                "sort": segments,
                "title": None,
                "axis": {"ticks": False, "domain": False, "labelFontSize": 14},
                "scale": {"paddingInner": 0.25},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
        "layer": [
            {
                "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1},
                "encoding": {
                    "x": x,
                    "color": {
                        "field": "name",
                        "type": "nominal",
                        "scale": {"domain": names, "range": colours},
                        "legend": _LEGEND,
                    },
                },
            },
            {
                "mark": {"type": "text", "color": "white", "fontSize": 13},
                "encoding": {
                    "x": {**x, "bandPosition": 0.5},
                    "text": {"field": "text"},
                },
            },
        ],
    }

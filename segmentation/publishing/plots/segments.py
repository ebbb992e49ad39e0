"""Pictures of the segments: size, character, mixes and response."""

from textwrap import wrap

from segmentation.publishing.plots.frame import (
    DIVERGING,
    GREY,
    INK,
    WIDTH,
    Data,
    figure,
    grid,
    percent,
    segment_colours,
    segment_legend,
    short,
)

__all__ = [
    "SEGMENTS",
    "index_heat_map",
    "segment_response",
    "size_and_spend",
    "snake_plot",
]

# read by almost every picture: names, colours and the order in which to show them
SEGMENTS = """
    select segment_key, segment_name, colour, customers, customer_share, spend_share
    from marts.segments
    where status = 'current'
    order by value_rank
"""


def size_and_spend(data: Data) -> dict:
    """Draw each segment's share of customers beside its share of spend."""
    segments = data["segments"]
    labels, _ = segment_colours(segments)
    columns = {"customers": "customer_share", "spend": "spend_share"}
    if all(row["spend_share"] is None for row in segments):
        # an input without spend says nothing about it, and zero would be something
        del columns["spend"]
    rows = [
        {
            "segment": labels[row["segment_key"]],
            "of": of,
            "share": row[column],
            "text": percent(row[column] or 0),
            "colour": row["colour"],
        }
        for row in segments
        for of, column in columns.items()
    ]
    first = max(segments, key=lambda row: row[list(columns.values())[-1]] or 0)
    shares = [
        f"{percent(first[column] or 0)} of {of}" for of, column in columns.items()
    ]
    title = f"“{short(first['segment_name'], 44)}”: {', '.join(shares)}"
    encoding = {
        "y": {
            "field": "segment",
            "type": "nominal",
            "sort": list(labels.values()),
            "title": None,
            "axis": {"ticks": False, "domain": False, "labelFontSize": 15},
            "scale": {"paddingInner": 0.3},
        },
        "yOffset": {"field": "of", "sort": ["customers", "spend"]},
        "x": {
            "field": "share",
            "type": "quantitative",
            "title": None,
            "axis": {"format": ".0%", "tickCount": 6},
        },
    }
    body = _size_body(encoding, rows, segments)
    return figure(
        body,
        title=title,
        subtitle="Pale: share of all customers. Full: share of total spend."
        if "spend" in columns
        else "Share of all customers.",
        note=f"{sum(row['customers'] for row in segments):,} customers and their spend "
        "over "
        "the period of the input.",
    )


def _size_body(encoding: dict, rows: list[dict], segments: list[dict]) -> dict:
    return {
        "width": WIDTH - 300,
        "height": max(110, 84 * len(segments)),
        "data": {"values": rows},
        "encoding": encoding,
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                    "opacity": {
                        "field": "of",
                        "type": "nominal",
                        "scale": {"domain": ["customers", "spend"], "range": [0.4, 1]},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 14},
                "transform": [
                    {"calculate": "datum.text + ' of ' + datum.of", "as": "w"}
                ],
                "encoding": {"text": {"field": "w"}},
            },
        ],
    }


def index_heat_map(data: Data) -> dict:
    """Draw what is special about each segment: its means against those of all."""
    labels, _ = segment_colours(data["segments"])
    letters = max(8, 100 // max(1, len(labels)))
    labels = {key: "\n".join(wrap(label, letters)) for key, label in labels.items()}
    features = _most_telling(data["profiles"], 16)
    rows = [
        {
            "segment": labels[row["segment_key"]],
            "feature": short(row["feature_label"], 26),
            "index": row["mean_index"],
            "effect": row["effect_size"] or 0,
        }
        for row in data["profiles"]
        if row["feature"] in features and row["segment_key"] in labels
    ]
    order = [short(features[key], 26) for key in features]
    body = _heat_map_body(rows, order, labels)
    first = next(iter(features.values()))
    return figure(
        body,
        title=f"What is special about each segment: most of all, {first.lower()}",
        subtitle=(
            "Index of the segment's mean: 100 is the average customer, 200 twice as "
            "much. "
            "The darker the blue (above) or brown (below), the more unusual."
        ),
        note=(
            f"The {len(order)} features that separate the segments most, of all "
            "customers "
            "whose value is known. Shade: difference of the means in standard "
            "deviations "
            "within segments."
        ),
    )


def _heat_map_body(rows: list[dict], order: list[str], labels: dict[str, str]) -> dict:
    most_breaks = max((label.count("\n") for label in labels.values()), default=0)
    across = {
        "orient": "top",
        "labelAngle": 0,
        "domain": False,
        "ticks": False,
        "labelFontSize": 14,
        "labelExpr": "split(datum.label, '\\n')",
        # lines run down from the first, so they start higher up
        "labelPadding": 7 + 16 * most_breaks,
        "labelLimit": (WIDTH - 220) // max(1, len(labels)) - 8,
    }
    effects = {"domain": [-2, 0, 2], "range": DIVERGING, "clamp": True}
    strong = {"test": "abs(datum.effect) > 1.2", "value": "white"}
    figures = {"field": "index", "type": "quantitative", "format": ",.0f"}
    return {
        "width": WIDTH - 210,
        "height": 32 * len(order),
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "segment",
                "type": "nominal",
                "sort": list(labels.values()),
                "title": None,
                "axis": across,
            },
            "y": {
                "field": "feature",
                "type": "nominal",
                "sort": order,
                "title": None,
                "axis": {"domain": False, "ticks": False, "labelFontSize": 14},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
                "encoding": {
                    "color": {
                        "field": "effect",
                        "type": "quantitative",
                        "scale": effects,
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 14},
                "encoding": {
                    "text": figures,
                    "color": {
                        "condition": strong,
                        "value": INK,
                    },
                },
            },
        ],
    }


def snake_plot(data: Data) -> dict:
    """Draw all segments over the main features, in standard deviations."""
    labels, scale = segment_colours(data["segments"])
    features = _most_telling(data["profiles"], 12)
    order = [short(features[key], 22) for key in features]
    rows = [
        {
            "segment": labels[row["segment_key"]],
            "feature": short(row["feature_label"], 22),
            "z": row["z_score"],
        }
        for row in data["profiles"]
        if row["feature"] in features
        and row["segment_key"] in labels
        and row["z_score"] is not None
    ]
    body = {
        "width": WIDTH - 60,
        "height": 380,
        "data": {"values": rows},
        "layer": [
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": GREY, "strokeDash": [5, 4]},
                "encoding": {"y": {"field": "z", "type": "quantitative"}},
            },
            {
                "mark": {
                    "type": "line",
                    "strokeWidth": 3,
                    "point": {"size": 70, "filled": True},
                },
                "encoding": {
                    "x": {
                        "field": "feature",
                        "type": "nominal",
                        "sort": order,
                        "title": None,
                        "axis": {"labelAngle": -35, "labelFontSize": 14, "grid": True},
                    },
                    "y": {
                        "field": "z",
                        "type": "quantitative",
                        "title": "standard deviations from the average customer",
                        "axis": {"format": "+.1f"},
                    },
                    "color": segment_legend(scale),
                },
            },
        ],
    }
    return figure(
        body,
        title="All segments at once: where the lines lie far apart, the segments "
        "differ",
        subtitle="Features from the one that separates most to the one that separates "
        "least.",
        note="Mean of the segment minus mean of all customers, / standard deviation of "
        "all.",
    )


def segment_response(data: Data) -> dict:
    """Draw how each segment answered each campaign, with 95 % intervals."""
    labels, scale = segment_colours(data["segments"])
    responses = [row for row in data["responses"] if row["segment_key"] in labels]
    campaigns = {row["campaign"]: row for row in responses}
    top = max((row["acceptance_rate_upper"] or 0 for row in responses), default=0) or 1
    top *= 1.05
    views = []
    for position, campaign in enumerate(
        sorted(campaigns, key=lambda name: campaigns[name]["campaign_order"])
    ):
        own = [
            {
                "segment": labels[row["segment_key"]],
                "rate": row["acceptance_rate"],
                "lower": row["acceptance_rate_lower"],
                "upper": row["acceptance_rate_upper"],
                "population": row["population_rate"],
            }
            for row in responses
            if row["campaign"] == campaign
        ]
        is_target = campaigns[campaign]["is_target"]
        views.append(
            _response_view(
                own,
                title=short(campaign, 24)
                + (" (the one predicted)" if is_target else ""),
                segments=list(labels.values()),
                scale=scale,
                top=top,
                with_labels=position % 3 == 0,
            )
        )
    best = max(
        responses, key=lambda row: (row["acceptance_rate"] or 0, row["segment_key"])
    )
    return figure(
        grid(views, 3, across=34),
        title=(
            f"“{labels[best['segment_key']]}” answers best: "
            f"{percent(best['acceptance_rate'] or 0)} took "
            f"{short(best['campaign'], 24)}"
        ),
        subtitle=(
            "Share who accepted each campaign, in the order of time. "
            "The dashed line is the share of all customers."
        ),
        note="Lines are 95 % intervals (Wilson): where two overlap widely, do not tell "
        "the segments apart.",
    )


def _response_view(
    rows: list[dict],
    *,
    title: str,
    segments: list[str],
    scale: dict,
    top: float,
    with_labels: bool,
) -> dict:
    axis = {"labels": with_labels, "ticks": False, "domain": False, "labelLimit": 230}
    rate = {"type": "quantitative", "scale": {"domain": [0, top]}}
    y = {
        "field": "segment",
        "type": "nominal",
        "sort": segments,
        "title": None,
        "axis": axis,
    }
    color = {"field": "segment", "type": "nominal", "scale": scale, "legend": None}
    return {
        "title": title,
        "width": 206,
        "height": 36 * len(segments),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": GREY},
                "encoding": {"x": {"field": "population", "aggregate": "max", **rate}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 3},
                "encoding": {
                    "x": {
                        "field": "lower",
                        "title": None,
                        "axis": {"format": ".0%", "tickCount": 4},
                        **rate,
                    },
                    "x2": {"field": "upper"},
                    "y": y,
                    "color": color,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"x": {"field": "rate", **rate}, "y": y, "color": color},
            },
        ],
    }


def _most_telling(profiles: list[dict], at_most: int) -> dict[str, str]:
    """Return labels of the features that separate the segments most, widest first."""
    spread: dict[str, float] = {}
    labels: dict[str, str] = {}
    for row in profiles:
        if row["effect_size"] is not None:
            own = max(spread.get(row["feature"], 0), abs(row["effect_size"]))
            spread[row["feature"]] = own
            labels[row["feature"]] = row["feature_label"]
    ranked = sorted(spread, key=lambda feature: (-spread[feature], feature))
    return {feature: labels[feature] for feature in ranked[:at_most]}

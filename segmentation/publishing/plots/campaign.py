"""Pictures of the campaign: gain and lift, profit, calibration, ranking, importance."""

from segmentation.publishing.plots.frame import (
    GREY,
    INK,
    WIDTH,
    Data,
    figure,
    grid,
    percent,
    short,
)

__all__ = [
    "calibration",
    "feature_importance",
    "gain_and_lift",
    "profit_curve",
    "ranking_curves",
]

_BLUE = "#2166ac"
_CHOSEN = "#d1495b"
_NOTE = (
    "Probabilities out of fold: no customer was scored by a model that saw the answer."
)


def gain_and_lift(data: Data) -> dict:
    """Draw the share of responses that each share of contacts reaches, and the lift."""
    rows = sorted(data["gains"], key=lambda row: row["decile"])
    first = rows[0]
    gain = [{"contacts": 0.0, "gain": 0.0}] + [
        {"contacts": r["cumulative_contact_share"], "gain": r["cumulative_gain"]}
        for r in rows
    ]
    lift = [{"tenth": str(r["decile"]), "lift": r["lift"]} for r in rows]
    views = [
        {
            "width": 390,
            "height": 330,
            "title": "Gain",
            "layer": [
                _diagonal("contacts", "gain"),
                {
                    "data": {"values": gain},
                    "mark": {"type": "line", "color": _BLUE, "point": {"size": 60}},
                    "encoding": {
                        "x": _share("contacts", "share of customers contacted"),
                        "y": _share("gain", "share of all responses reached"),
                    },
                },
            ],
        },
        {
            "width": 390,
            "height": 330,
            "title": "Lift",
            "data": {"values": lift},
            "layer": [
                {
                    "mark": {"type": "bar", "color": _BLUE},
                    "encoding": _lift_encoding(),
                },
                {
                    "mark": {"type": "text", "dy": -9},
                    "encoding": {
                        **_lift_encoding(),
                        "text": {"field": "lift", "format": ".1f"},
                    },
                },
                {
                    "mark": {"type": "rule", "color": GREY, "strokeDash": [5, 4]},
                    "encoding": {"y": {"datum": 1}},
                },
            ],
        },
    ]
    return figure(
        grid(views, 2, across=80),
        title=(
            f"The likeliest tenth holds {percent(first['cumulative_gain'])} of the "
            "responses"
        ),
        subtitle="Dashed: contacting at random.",
        note=_NOTE,
    )


def profit_curve(data: Data) -> dict:
    """Draw the profit by number of customers contacted, with its interval."""
    rows = sorted(data["profit"], key=lambda row: row["contacted"])
    best = next(row for row in rows if row["is_cut_off"])
    x = {
        "field": "contacted",
        "type": "quantitative",
        "title": "customers contacted, likeliest first",
        "axis": {"format": ",d"},
    }
    best_point = {
        **best,
        "label": f"{best['profit']:,.0f} with {best['contacted']:,} contacts",
    }
    body = _profit_body(rows, x, best_point)
    return figure(
        body,
        title=(
            f"Contacting {percent(best['contacted_share'])} of the customers earns most"
        ),
        subtitle=(
            f"Contacting everybody: {best['contact_all_profit']:,.0f}. Knowing every "
            f"answer beforehand: {best['perfect_profit']:,.0f}. Band: 95 % interval."
        ),
        note=_NOTE,
    )


def _profit_body(rows: list[dict], x: dict, best: dict) -> dict:
    return {
        "width": WIDTH - 120,
        "height": 380,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "area", "color": _BLUE, "opacity": 0.15},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "lower",
                        "type": "quantitative",
                        "title": "profit out of fold",
                        "axis": {"format": ",d"},
                    },
                    "y2": {"field": "upper"},
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "line", "color": _BLUE, "strokeWidth": 2.5},
                "encoding": {"x": x, "y": {"field": "profit", "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "color": GREY, "strokeDash": [5, 4]},
                "encoding": {"y": {"datum": 0}},
            },
            {
                "data": {"values": [best]},
                "mark": {
                    "type": "point",
                    "color": _CHOSEN,
                    "filled": True,
                    "size": 170,
                },
                "encoding": {"x": x, "y": {"field": "profit", "type": "quantitative"}},
            },
            {
                "data": {"values": [best]},
                "mark": {
                    "type": "text",
                    "color": _CHOSEN,
                    "fontWeight": "bold",
                    "fontSize": 14,
                    "align": "left",
                    "dx": 10,
                    "dy": -16,
                },
                "encoding": {
                    "x": x,
                    "y": {"field": "profit", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
        ],
    }


def calibration(data: Data) -> dict:
    """Draw the observed response rate against the predicted probability."""
    rows = sorted(data["calibration"], key=lambda row: row["probability_bin"])
    most = max(max(row["upper"], row["mean_probability"]) for row in rows)
    ends = [{"predicted": 0, "observed": 0}, {"predicted": most, "observed": most}]
    x = {
        "field": "mean_probability",
        "type": "quantitative",
        "title": "predicted probability",
        "axis": {"format": "%"},
    }
    body = {
        "width": 520,
        "height": 430,
        "layer": [
            {
                "data": {"values": ends},
                "mark": {"type": "line", "color": GREY, "strokeDash": [5, 4]},
                "encoding": {
                    "x": {"field": "predicted", "type": "quantitative"},
                    "y": {"field": "observed", "type": "quantitative"},
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "color": _BLUE},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "lower",
                        "type": "quantitative",
                        "title": "share who responded",
                        "axis": {"format": "%"},
                    },
                    "y2": {"field": "upper"},
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "point", "color": _BLUE, "filled": True, "size": 90},
                "encoding": {
                    "x": x,
                    "y": {"field": "response_rate", "type": "quantitative"},
                },
            },
        ],
    }
    return figure(
        body,
        title="Do the probabilities mean what they say?",
        subtitle="On the dashed line as many responded as were predicted. Bars: 95 %.",
        note=f"Ten groups of about equal size. {_NOTE}",
    )


def ranking_curves(data: Data) -> dict:
    """Draw the ROC and the precision-recall curve of the published model and others."""
    rows = [r for r in data["curves"] if r["model"] != "baseline"]
    models = sorted({r["model"] for r in rows})
    published = next(r["model"] for r in rows if r["is_published"])
    colour = {
        "field": "is_published",
        "type": "nominal",
        "scale": {"domain": [False, True], "range": ["#b9c0c7", _BLUE]},
        "legend": None,
    }

    def view(title: str, kind: str, x: dict, y: dict, diagonal: bool) -> dict:
        lines = {
            "data": {"values": [r for r in rows if r["curve"] == kind]},
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": x,
                "y": y,
                "detail": {"field": "model"},
                "order": {"field": "point_order", "type": "quantitative"},
                "color": colour,
            },
        }
        under = [_diagonal(x["field"], y["field"])] if diagonal else []
        return {"width": 380, "height": 360, "title": title, "layer": [*under, lines]}

    views = [
        view(
            "ROC",
            "roc",
            _share("false_positive_rate", "share of the others contacted"),
            _share("recall", "share of responses reached"),
            True,
        ),
        view(
            "Precision and recall",
            "precision_recall",
            _share("recall", "share of responses reached"),
            _share("response_precision", "share of contacts who respond"),
            False,
        ),
    ]
    others = ", ".join(short(m.replace("_", " "), 30) for m in models if m != published)
    return figure(
        grid(views, 2, across=80),
        title=f"How well the models rank customers: {published.replace('_', ' ')}",
        subtitle=f"Blue: the published model. Grey: {others}. Dashed: chance.",
        note=_NOTE,
    )


def feature_importance(data: Data) -> dict:
    """Draw what the ranking loses when a feature is shuffled."""
    rows = [
        {**row, "label": short(row["feature_label"], 34)}
        for row in sorted(data["importance"], key=lambda row: row["importance_rank"])
    ]
    y = {"field": "label", "type": "nominal", "sort": None, "title": None}
    body = {
        "width": WIDTH - 320,
        "height": {"step": 26},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "color": _BLUE, "opacity": 0.85},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "drop_estimate",
                        "type": "quantitative",
                        "title": "loss of ROC AUC when the feature is shuffled",
                    },
                },
            },
            {
                "mark": {"type": "rule", "color": INK},
                "encoding": {
                    "y": y,
                    "x": {"field": "lower", "type": "quantitative"},
                    "x2": {"field": "upper"},
                },
            },
        ],
    }
    return figure(
        body,
        title=f"What the response depends on: most of all, {rows[0]['label'].lower()}",
        subtitle="A long bar: without it, responders are found less well. Lines: 95 %.",
        note=f"The {len(rows)} strongest features, permuted out of fold. Features "
        "that say the same share their weight.",
    )


def _share(field: str, title: str) -> dict:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"format": "%"},
        "scale": {"domain": [0, 1]},
    }


def _diagonal(x: str, y: str) -> dict:
    return {
        "data": {"values": [{x: 0, y: 0}, {x: 1, y: 1}]},
        "mark": {"type": "line", "color": GREY, "strokeDash": [5, 4]},
        "encoding": {
            "x": {"field": x, "type": "quantitative"},
            "y": {"field": y, "type": "quantitative"},
        },
    }


def _lift_encoding() -> dict:
    return {
        "x": {
            "field": "tenth",
            "type": "ordinal",
            "sort": None,
            "title": "tenths of the customers, likeliest first",
            "axis": {"labelAngle": 0},
        },
        "y": {
            "field": "lift",
            "type": "quantitative",
            "title": "response rate / that of all",
        },
    }

"""Pictures of the evidence: number of segments, silhouettes, maps, tree, algorithms."""

from segmentation.publishing.plots.frame import (
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
from segmentation.publishing.plots.pairs import point_cloud, points_note

__all__ = [
    "algorithm_comparison",
    "dendrogram",
    "number_of_segments",
    "pca_map",
    "silhouettes",
    "tsne_map",
]

_BLUE = "#2166ac"
_CHOSEN = "#d1495b"


def number_of_segments(data: Data) -> dict:
    """Draw inertia, silhouette and stability for each number of segments."""
    rows = sorted(data["evaluation"], key=lambda row: row["k"])
    chosen = next((row for row in rows if row["is_chosen"]), rows[0])
    best = max(rows, key=lambda row: row["silhouette"])
    # what data without segments reach, where somebody measured it
    baselines = [
        name
        for name in ("permuted_silhouette", "uniform_silhouette")
        if rows[0].get(name) is not None
    ]
    dashed = (
        " Dashed: the same on data without segments (shuffled, spread evenly)."
        if baselines
        else ""
    )
    views = [
        _by_k(
            rows,
            "inertia",
            title="Tightness (elbow)",
            axis="inertia",
            number_format="~s",
        ),
        _by_k(
            rows,
            "silhouette",
            title="Separation",
            axis="silhouette",
            number_format=".2f",
            baselines=baselines,
        ),
        _by_k(
            rows,
            "stability_mean",
            title="Stability",
            axis="agreement when drawn again",
            number_format=".2f",
            spread="stability_std",
        ),
    ]
    runner_up = (
        ""
        if best["k"] == chosen["k"]
        else (f" Silhouette alone would take {best['k']}.")
    )
    return figure(
        grid(views, 3, across=76),
        title=f"Why {chosen['k']} segments",
        subtitle=(chosen["reason"] or "") + runner_up,
        note=(
            f"K-means on {chosen['evaluated_customers']:,} customers; all indices in "
            "the "
            f"{chosen['index_space']}. Stability: adjusted Rand index with bootstrap "
            "fits, "
            "band of one standard deviation; 1 is the same partition." + dashed
        ),
    )


def silhouettes(data: Data) -> dict:
    """Draw every customer's silhouette, sorted within the segment."""
    labels, scale = segment_colours(data["segments"])
    rows, position, starts = [], 0, []
    for key, label in labels.items():
        own = sorted(
            (
                row["silhouette"]
                for row in data["silhouettes"]
                if row["segment_key"] == key
            ),
            reverse=True,
        )
        rows += [
            {"segment": label, "at": position + i, "silhouette": value}
            for i, value in enumerate(own)
        ]
        mean = sum(own) / len(own) if own else 0
        starts.append(
            {
                "at": position + len(own) / 2,
                "text": f"{short(label, 30)}: {mean:.2f}",
            }
        )
        position += len(own) + max(6, len(data["silhouettes"]) // 60)
    values = [row["silhouette"] for row in data["silhouettes"]]
    mean = sum(values) / len(values)
    misplaced = sum(value < 0 for value in values) / len(values)
    y = {
        "field": "at",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, position], "reverse": True, "nice": False},
    }
    x = {
        "type": "quantitative",
        "title": "silhouette of the customer (0: on the border of two segments)",
        "axis": {"format": ".1f", "tickCount": 8, "tickMinStep": 0.1},
    }
    body = _silhouettes_body(rows, y, starts, x, scale, mean)
    return figure(
        body,
        title="How clearly customers belong: "
        f"{percent(misplaced)} lie nearer to another segment",
        subtitle="A sliver per customer; the longer to the right, the clearer. "
        f"Figures: means; dashed: the mean of all, {mean:.2f}.",
        note=f"{len(values):,} customers, full scaled feature space of the "
        "segmentation.",
    )


def _silhouettes_body(
    rows: list[dict], y: dict, starts: list[dict], x: dict, scale: dict, mean: float
) -> dict:
    return {
        "width": WIDTH - 290,
        "height": 420,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "area", "orient": "horizontal", "interpolate": "step"},
                "encoding": {
                    "y": y,
                    "x": {"field": "silhouette", **x},
                    "x2": {"datum": 0},
                    "color": {
                        "field": "segment",
                        "type": "nominal",
                        "scale": scale,
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": [{"mean": mean}]},
                "mark": {"type": "rule", "strokeDash": [6, 4], "color": INK},
                "encoding": {"x": {"field": "mean", **x}},
            },
            {
                "data": {"values": starts},
                "mark": {
                    "type": "text",
                    "align": "right",
                    "fontSize": 14,
                },
                "encoding": {
                    "y": y,
                    "x": {"value": -12},
                    "text": {"field": "text"},
                },
            },
        ],
    }


def pca_map(data: Data) -> dict:
    """Draw the customers on the first two principal components."""
    first = data["points"][0]
    shares = [first.get(f"pca_{i}_explained_variance_share") for i in (1, 2)]
    titles = [
        f"principal component {i}"
        + (f" ({percent(share)} of the variance)" if share else "")
        for i, share in enumerate(shares, 1)
    ]
    return point_cloud(
        data,
        x={"title": titles[0], "axis": {"tickCount": 8}},
        y={"title": titles[1], "axis": {"tickCount": 6}},
        title="The segments on a map: neighbours are alike",
        subtitle="A flat picture of a space of several features: groups that touch "
        "here "
        "may be apart there.",
        note=points_note(data) + " Principal components of the scaled features.",
    )


def tsne_map(data: Data) -> dict:
    """Draw the customers on the plane of t-SNE."""
    silent = {"title": None, "axis": None}
    return point_cloud(
        data,
        x=silent,
        y=silent,
        title="The segments on a t-SNE map: who has whom for neighbours",
        subtitle="Only near neighbours mean something; sizes of groups and gaps "
        "between "
        "them do not.",
        note=points_note(data) + " t-SNE of the scaled features.",
    )


def algorithm_comparison(data: Data) -> dict:
    """Draw silhouette and agreement of every algorithm tried."""
    rows = [
        {
            "name": _setting_name(row),
            "silhouette": row["silhouette"],
            "stability": row.get("stability_mean"),
            "agreement": row.get("adjusted_rand"),
            "published": bool(row.get("is_published")),
        }
        for row in data["algorithms"]
    ]
    best = max(rows, key=lambda row: (row["silhouette"], row["name"]))
    published = next((row for row in rows if row["published"]), best)
    order = [
        row["name"] for row in sorted(rows, key=lambda r: (-r["silhouette"], r["name"]))
    ]
    views = [
        _algorithm_bars(
            rows, field, title, order=order, with_labels=field == "silhouette"
        )
        for field, title in [
            ("silhouette", "separation (silhouette)"),
            ("stability", "stability when drawn again"),
            ("agreement", "agreement with the published"),
        ]
        if any(row[field] is not None for row in rows)
    ]
    customers = data["algorithms"][0].get("compared_customers")
    compared = f"{customers:,} customers, " if customers else ""
    return figure(
        grid(views, 3, across=56),
        title=(
            "Would another algorithm separate better? By "
            f"{best['silhouette'] - published['silhouette']:.2f} of silhouette at most"
        ),
        subtitle=(
            "The same customers and the same space for all. Red: what is published."
        ),
        note=f"{compared}full scaled feature space. As many clusters as published, or "
        "as "
        "many as the algorithm finds by itself. Stability and agreement: adjusted Rand "
        "index, 1 is the same partition, 0 is chance.",
    )


def dendrogram(data: Data) -> dict:
    """Draw the last merges of hierarchical clustering, a fork a merge."""
    labels, scale = segment_colours(data["segments"])
    lines = [
        {
            "merge": row["merge_order"],
            "step": step,
            "x": x,
            "height": height,
            # above the cut into segments a fork joins several of them
            "segment": labels.get(row["segment_key"])
            if row["merge_order"] >= len(labels)
            else None,
        }
        for row in data["merges"]
        for step, (x, height) in enumerate(
            [
                (row["x_left"], row["y_left"]),
                (row["x_left"], row["height"]),
                (row["x_right"], row["height"]),
                (row["x_right"], row["y_right"]),
            ]
        )
    ]
    body = {
        "width": WIDTH - 70,
        "height": 400,
        "data": {"values": lines},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": None},
            "y": {
                "field": "height",
                "type": "quantitative",
                "title": "distance at which two groups merge",
            },
            "detail": {"field": "merge", "type": "nominal"},
            "order": {"field": "step", "type": "quantitative"},
        },
        "layer": [
            {
                "transform": [{"filter": "datum.segment === null"}],
                "mark": {"type": "line", "strokeWidth": 2, "color": GREY},
            },
            {
                "transform": [{"filter": "datum.segment !== null"}],
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"color": segment_legend(scale)},
            },
        ],
    }
    return figure(
        body,
        title="How customers group step by step: long vertical lines are clear gaps",
        subtitle="Every fork merges the two most similar groups. Its colour is the "
        "segment "
        "most of its customers are published in.",
        note=f"The last {len(data['merges'])} merges of hierarchical clustering (Ward) "
        "in "
        "the full scaled feature space.",
    )


def _by_k(
    rows: list[dict],
    column: str,
    *,
    title: str,
    axis: str,
    number_format: str,
    spread: str | None = None,
    baselines: list[str] | None = None,
) -> dict:
    known = [row for row in rows if row[column] is not None]
    values = [_k_point(row, column, spread) for row in known]
    x = {
        "field": "k",
        "type": "ordinal",
        "title": "number of segments",
        "axis": {"labelAngle": 0, "labelFontSize": 14},
    }
    y = {
        "type": "quantitative",
        "title": axis,
        "axis": {"format": number_format, "tickCount": 5, "labelFlush": True},
        "scale": {"zero": bool(baselines), "nice": True},
    }
    layers: list[dict] = []
    if spread:
        layers.append(
            {
                "mark": {"type": "area", "opacity": 0.15, "color": _BLUE},
                "encoding": {
                    "x": x,
                    "y": {"field": "low", **y},
                    "y2": {"field": "high"},
                },
            }
        )
    for name in baselines or []:
        layers.append(
            {
                "data": {"values": [{"k": r["k"], "value": r[name]} for r in known]},
                "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY},
                "encoding": {"x": x, "y": {"field": "value", **y}},
            }
        )
    layers += _by_k_marks(x, y, number_format)
    return {
        "title": title,
        "width": 230,
        "height": 290,
        "data": {"values": values},
        "layer": layers,
    }


def _k_point(row: dict, column: str, spread: str | None) -> dict:
    band = (row[spread] or 0) if spread else 0
    return {
        "k": row["k"],
        "value": row[column],
        "low": row[column] - band,
        "high": min(1, row[column] + band) if spread else row[column],
        "chosen": row["is_chosen"],
    }


def _by_k_marks(x: dict, y: dict, number_format: str) -> list[dict]:
    return [
        {
            "mark": {"type": "line", "color": _BLUE, "strokeWidth": 2.5},
            "encoding": {"x": x, "y": {"field": "value", **y}},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {
                "x": x,
                "y": {"field": "value", **y},
                "color": {
                    "condition": {"test": "datum.chosen", "value": _CHOSEN},
                    "value": _BLUE,
                },
                "size": {
                    "condition": {"test": "datum.chosen", "value": 190},
                    "value": 60,
                },
            },
        },
        {
            "transform": [{"filter": "datum.chosen"}],
            "mark": {
                "type": "text",
                "dx": 8,
                "dy": -14,
                "align": "left",
                "fontWeight": "bold",
                "color": _CHOSEN,
            },
            "encoding": {
                "x": x,
                "y": {"field": "value", **y},
                "text": {
                    "field": "value",
                    "type": "quantitative",
                    "format": number_format.replace("~s", ",.0f"),
                },
            },
        },
    ]


def _algorithm_bars(
    rows: list[dict], field: str, title: str, *, order: list[str], with_labels: bool
) -> dict:
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {
            "labels": with_labels,
            "ticks": False,
            "domain": False,
            "labelLimit": 360,
        },
    }
    x = {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"format": ".1f", "tickCount": 3},
    }
    return {
        "width": 165,
        "height": max(120, 32 * len(order)),
        "data": {"values": [row for row in rows if row[field] is not None]},
        "encoding": {"y": y, "x": x},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.66}},
                "encoding": {
                    "color": {
                        "condition": {"test": "datum.published", "value": _CHOSEN},
                        "value": _BLUE,
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {
                    "text": {"field": field, "type": "quantitative", "format": ".2f"}
                },
            },
        ],
    }


def _setting_name(row: dict) -> str:
    name = (
        f"{row['algorithm']}, {row['setting']}" if row["setting"] else row["algorithm"]
    )
    finds_itself = row.get("clusters_found") and not row.get("clusters_asked")
    found = f": finds {row['clusters_found']}" if finds_itself else ""
    return short(name.replace("_", " "), 52) + found

"""Pictures of the evidence: number of segments, silhouettes, maps, tree, algorithms."""

from segmentation.plots.exploration import point_cloud, points_note
from segmentation.plots.frame import (
    GREY,
    INK,
    WIDTH,
    Data,
    figure,
    percent,
    segment_colours,
    short,
)

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
            # what data without segments reach, where somebody measured it
            baselines=[
                name
                for name in ("baseline_silhouette", "permuted_silhouette")
                if rows[0].get(name) is not None
            ],
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
    runner_up = "" if best["k"] == chosen["k"] else (
        f" Silhouette alone would take {best['k']}."
    )
    return figure(
        {"hconcat": views, "spacing": 30},
        title=f"Why {chosen['k']} segments",
        subtitle=(chosen["reason"] or "") + runner_up,
        note=(
            f"K-means on {chosen['evaluated_customers']:,} customers; all indices in the "
            f"{chosen['index_space']}. Stability: adjusted Rand index with bootstrap fits, "
            "band of one standard deviation; 1 is the same partition. Dashed: the same on "
            "data without segments, where it was measured."
        ),
    )


def silhouettes(data: Data) -> dict:
    """Draw every customer's silhouette, sorted within the segment."""
    labels, scale = segment_colours(data["segments"])
    rows, position, starts = [], 0, []
    for key, label in labels.items():
        own = sorted(
            (row["silhouette"] for row in data["silhouettes"] if row["segment_key"] == key),
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
                "text": f"{short(label, 30)}: mean {mean:.2f}",
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
        "axis": {"format": ".1f"},
    }
    body = {
        "width": WIDTH - 40,
        "height": 460,
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
                    "fontWeight": "bold",
                },
                "encoding": {
                    "y": y,
                    "x": {"value": WIDTH - 44},
                    "text": {"field": "text"},
                },
            },
        ],
    }
    return figure(
        body,
        title=f"How clearly customers belong: mean silhouette {mean:.2f}, "
        f"{percent(misplaced)} lie nearer to another segment",
        subtitle="A sliver per customer; the longer to the right, the clearer. "
        "Dashed: the mean.",
        note=f"{len(values):,} customers, full scaled feature space of the segmentation.",
    )


def pca_map(data: Data) -> dict:
    """Draw the customers on the first two principal components."""
    first = data["points"][0]
    shares = [
        first.get(f"pca_{i}_explained_variance", first.get(f"explained_variance_{i}"))
        for i in (1, 2)
    ]
    titles = [
        f"principal component {i}" + (f" ({percent(share)} of the variance)" if share else "")
        for i, share in enumerate(shares, 1)
    ]
    return point_cloud(
        data,
        x={"title": titles[0]},
        y={"title": titles[1]},
        title="The segments on a map: neighbours are alike",
        subtitle="A flat picture of a space of several features: groups that touch here "
        "may be apart there.",
        note=points_note(data) + " Principal components of the scaled features.",
    )


def tsne_map(data: Data) -> dict:
    """Draw the customers on the plane of t-SNE."""
    silent = {"title": None, "axis": {"labels": False, "ticks": False, "domain": False}}
    return point_cloud(
        data,
        x=silent,
        y=silent,
        title="The segments on a t-SNE map: who has whom for neighbours",
        subtitle="Only near neighbours mean something; sizes of groups and gaps between "
        "them do not.",
        note=points_note(data) + " t-SNE of the scaled features.",
    )


def algorithm_comparison(data: Data) -> dict:
    """Draw silhouette and agreement of every algorithm tried."""
    rows = [
        {
            "name": short(_setting_name(row), 44),
            "silhouette": row["silhouette"],
            "agreement": next(
                (row[column] for column in row if column.startswith("agreement")), None
            ),
            "published": "k-means" in str(row["algorithm"]).lower(),
        }
        for row in data["algorithms"]
    ]
    order = [
        row["name"] for row in sorted(rows, key=lambda r: (-r["silhouette"], r["name"]))
    ]
    best = max(rows, key=lambda row: (row["silhouette"], row["name"]))
    views = [
        _algorithm_bars(rows, "silhouette", "silhouette", order=order, with_labels=True)
    ]
    if any(row["agreement"] is not None for row in rows):
        views.append(
            _algorithm_bars(
                rows,
                "agreement",
                "agreement with the published segments (adjusted Rand index)",
                order=order,
                with_labels=False,
            )
        )
    return figure(
        {"hconcat": views, "spacing": 24},
        title=f"Would another algorithm do better? Best separated: {best['name']}",
        subtitle="The same customers and the same space for all; red: k-means, which the "
        "project uses.",
        note="Clusters found and noise count too: a high silhouette over few customers "
        "says little. See segment_algorithm_comparison.",
    )


def dendrogram(data: Data) -> dict:
    """Draw the last merges of hierarchical clustering.

    The mart has one row a merge: ``left_x``, ``right_x`` (places of the two branches),
    ``left_height``, ``right_height`` (where they start) and ``height`` (where they meet).
    """
    lines = [
        {"merge": i, "step": step, "x": x, "height": height}
        for i, row in enumerate(data["merges"])
        for step, (x, height) in enumerate(
            [
                (row["left_x"], row["left_height"]),
                (row["left_x"], row["height"]),
                (row["right_x"], row["height"]),
                (row["right_x"], row["right_height"]),
            ]
        )
    ]
    body = {
        "width": WIDTH - 70,
        "height": 420,
        "data": {"values": lines},
        "mark": {"type": "line", "strokeWidth": 2, "color": INK},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": None},
            "y": {
                "field": "height",
                "type": "quantitative",
                "title": "distance at which two groups merge",
            },
            "detail": {"field": "merge"},
            "order": {"field": "step"},
        },
    }
    return figure(
        body,
        title="How customers group step by step: long vertical lines are clear gaps",
        subtitle="Every fork merges the two most similar groups.",
        note=f"The last {len(data['merges'])} merges of hierarchical clustering (Ward) in "
        "the scaled feature space.",
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
    values = [
        {
            "k": row["k"],
            "value": row[column],
            "low": row[column] - (row[spread] or 0) if spread else row[column],
            "high": row[column] + (row[spread] or 0) if spread else row[column],
            "chosen": row["is_chosen"],
        }
        for row in known
    ]
    x = {
        "field": "k",
        "type": "ordinal",
        "title": "number of segments",
        "axis": {"labelAngle": 0, "labelFontSize": 14},
    }
    y = {
        "type": "quantitative",
        "title": axis,
        "axis": {"format": number_format, "tickCount": 5},
        "scale": {"zero": bool(baselines), "nice": True},
    }
    layers: list[dict] = []
    if spread:
        layers.append(
            {
                "mark": {"type": "area", "opacity": 0.15, "color": _BLUE},
                "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
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
    layers += [
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
            "mark": {"type": "text", "dy": -18, "fontWeight": "bold", "color": _CHOSEN},
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
    return {
        "title": title,
        "width": 230,
        "height": 290,
        "data": {"values": values},
        "layer": layers,
    }


def _algorithm_bars(
    rows: list[dict], field: str, title: str, *, order: list[str], with_labels: bool
) -> dict:
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labels": with_labels, "ticks": False, "domain": False},
    }
    x = {"field": field, "type": "quantitative", "title": title, "axis": {"format": ".1f"}}
    return {
        "width": 290,
        "height": max(120, 30 * len(order)),
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
    setting = row.get("setting")
    return f"{row['algorithm']}, {setting}" if setting else str(row["algorithm"])

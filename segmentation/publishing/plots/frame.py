"""What all pictures share: the frame, the fonts, the colours and the words."""

import textwrap

__all__ = [
    "DIVERGING",
    "GREY",
    "INK",
    "WIDTH",
    "Data",
    "axis_title",
    "figure",
    "grid",
    "percent",
    "segment_colours",
    "segment_legend",
    "short",
    "unit_axis",
]

# rows by the name of the query that read them
Data = dict[str, list[dict]]

WIDTH = 960  # pixels of the whole picture before scaling: half a full-HD slide
INK = "#22303c"
GREY = "#8a949e"
DIVERGING = ["#b35806", "#f7f7f7", "#2166ac"]  # below, as all, above
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_TITLE_LETTERS = 74
_NOTE_LETTERS = 140

_CONFIG = {
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titleColor": INK,
        "labelColor": INK,
        "titlePadding": 8,
        "gridColor": "#e7eaed",
        "domainColor": "#b9c0c7",
        "tickColor": "#b9c0c7",
        "labelLimit": 260,
        "labelPadding": 7,
    },
    "legend": {
        "offset": 10,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": INK,
        "labelLimit": 420,
        "symbolSize": 130,
    },
    "header": {
        "labelFontSize": 14,
        "labelFontWeight": "bold",
        "labelColor": INK,
        "labelLimit": 280,
    },
    "title": {"fontSize": 14, "color": INK, "anchor": "start", "offset": 8},
    "text": {"font": _FONT, "fontSize": 13, "color": INK},
}


def figure(body: dict, *, title: str, subtitle: str = "", note: str = "") -> dict:
    """Return a whole picture: what it says, the drawing, and what it is drawn from.

    Parameters
    ----------
    body : dict
        A Vega-Lite view or composition without a title of its own.
    title : str
        The finding or the question, in plain words.
    subtitle : str, default=''
        How to read it.
    note : str, default=''
        Sample and space, under the drawing.

    Returns
    -------
    dict
        A Vega-Lite specification.

    Examples
    --------
    >>> figure({"mark": "point"}, title="Nothing")["title"]["text"]
    ['Nothing']
    """
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "padding": 24,
        "title": {
            "text": _wrapped(title, _TITLE_LETTERS),
            **({"subtitle": _wrapped(subtitle, 128)} if subtitle else {}),
            "fontSize": 22,
            "subtitleFontSize": 14,
            "subtitleColor": "#55616d",
            "subtitlePadding": 6,
            "lineHeight": 27,
            "subtitleLineHeight": 18,
            "anchor": "start",
            "offset": 18,
        },
        "vconcat": [
            {
                **body,
                "title": {
                    "text": _wrapped(note, _NOTE_LETTERS),
                    "orient": "bottom",
                    "anchor": "start",
                    "fontSize": 12,
                    "fontWeight": "normal",
                    "color": "#6b7680",
                    "offset": 14,
                    "lineHeight": 16,
                },
            }
        ],
        "config": _CONFIG,
    }


def grid(views: list[dict], columns: int, *, across: int = 60, down: int = 72) -> dict:
    """Return views side by side, `columns` in a row, their axes on one line.

    Labels reach into the gaps: `across` and `down` are the pixels between the frames.
    """
    return {
        "concat": views,
        "columns": columns,
        "bounds": "flush",
        "spacing": {"column": across, "row": down},
    }


def segment_legend(scale: dict) -> dict:
    """Return the colour encoding of segments with a legend above the drawing."""
    names = scale["domain"]
    one_row = sum(map(len, names)) + 5 * len(names) <= 135
    return {
        "field": "segment",
        "type": "nominal",
        "scale": scale,
        "legend": {
            "title": None,
            "orient": "top",
            "columns": len(names) if one_row else 2,
            "symbolType": "circle",
            "symbolOpacity": 1,
        },
    }


def short(text: str, letters: int = 38) -> str:
    r"""Return a name that fits beside a chart, on one line.

    Examples
    --------
    >>> short("a  name\nwith breaks")
    'a name with breaks'
    >>> short("x" * 50, 5)
    'xxxx…'
    """
    line = " ".join(str(text).split()) or "(no name)"
    return line if len(line) <= letters else line[: letters - 1].rstrip() + "…"


def segment_colours(segments: list[dict]) -> tuple[dict[str, str], dict]:
    """Return the label of every segment and the colour scale of all of them.

    Parameters
    ----------
    segments : list of dict
        Rows with ``segment_key``, ``segment_name`` and ``colour`` in the order to show.

    Returns
    -------
    tuple of (dict, dict)
        Labels by key, no two the same, and a Vega-Lite scale.

    Examples
    --------
    >>> rows = [{"segment_key": "S01", "segment_name": "Big", "colour": "#0072B2"}]
    >>> segment_colours(rows)
    ({'S01': 'Big'}, {'domain': ['Big'], 'range': ['#0072B2']})
    """
    names = [short(row["segment_name"]) for row in segments]
    labels = {
        row["segment_key"]: name
        if names.count(name) == 1
        else f"{name} ({row['segment_key']})"
        for row, name in zip(segments, names, strict=True)
    }
    scale = {
        "domain": list(labels.values()),
        "range": [row["colour"] for row in segments],
    }
    return labels, scale


def percent(share: float) -> str:
    """Return a share as people say it.

    Examples
    --------
    >>> percent(0.2549)
    '25 %'
    >>> percent(0.004)
    '0.4 %'
    """
    return (
        f"{100 * share:.0f} %"
        if share >= 0.01 or share == 0
        else f"{100 * share:.1f} %"
    )


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), letters) or [""]


def _number_format(unit: str) -> str:
    return {"share": ".0%", "money": "~s"}.get(unit, ",.2~f")


def unit_axis(unit: str, ticks: int) -> dict:
    """Return an axis in the unit; what is counted has no halves."""
    step = {} if unit in ("share", "money") else {"tickMinStep": 1}
    return {"format": _number_format(unit), "tickCount": ticks, **step}


def axis_title(label: str, unit: str) -> str:
    """Return the title of an axis, with the unit where the label does not say it."""
    same = unit in ("share", "rank", "money") or unit.lower() in label.lower()
    return short(label) if same else f"{short(label)} ({short(unit)})"

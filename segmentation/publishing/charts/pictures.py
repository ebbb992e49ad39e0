"""Draw the charts of a warehouse as PNG and SVG, for slides."""

import json
import logging
import re
import textwrap
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from segmentation.publishing.charts.registry import (
    SEGMENT_AXIS,
    THEME,
    charts,
    drawn,
    mart_columns,
    say_names,
    segment_scale,
)
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.places import Places, attach_warehouse
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["chosen_axes", "draw_pictures", "render", "specifications"]

logger = logging.getLogger(__name__)

# twice the pixels of the drawing: sharp on a full-HD slide
SCALE = 2
# the marks of numbers, those of the sentences
_MARKS = {
    **{"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    **{"percent": "\u00a0%", "minus": "\u2212"},
}


def draw_pictures(
    warehouse: Path | Places,
    output: Path,
    *,
    x: str | None = None,
    y: str | None = None,
) -> list[Path]:
    """Draw every chart the warehouse has the marts for.

    A chart that cannot be drawn is left out, with one sentence in the log saying why;
    files of that name from an earlier day are removed.

    Parameters
    ----------
    warehouse : Path or Places
        DuckDB file of a build; opened read-only.
    output : Path
        Folder of the input's outputs; the pictures go into its folder ``plots``.
    x, y : str, optional
        Features of the scatter plot; by default income and total spend.

    Returns
    -------
    list of Path
        The PNG and SVG files, by name.

    Raises
    ------
    UserError
        Where there is no warehouse, a build is writing it, or a feature is unknown.
    """
    with duckdb.connect() as connection:
        attach_warehouse(connection, warehouse)
        specs = specifications(connection, x=x, y=y)
    folder = Path(output) / "plots"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in charts():
        png, svg = folder / f"{chart.name}.png", folder / f"{chart.name}.svg"
        if chart.name not in specs:
            png.unlink(missing_ok=True)
            svg.unlink(missing_ok=True)
            continue
        png_bytes, svg_text = render(specs[chart.name])
        png.write_bytes(png_bytes)
        svg.write_text(svg_text, encoding="utf-8")
        written += [png, svg]
    return written


def specifications(
    connection: duckdb.DuckDBPyConnection, *, x: str | None = None, y: str | None = None
) -> dict[str, dict]:
    """Return the specification of every picture that can be drawn, by name."""
    say_names(connection)
    names = _query_names(connection, x, y)
    colours = segment_scale(connection)
    specs = {}
    for chart in charts():
        found = drawn(connection, chart, names)
        if isinstance(found, str):
            logger.warning("Left out the plot %s: %s.", chart.name, found)
        else:
            specs[chart.name] = _picture(found, colours)
    return specs


def render(spec: dict) -> tuple[bytes, str]:
    """Return a specification as PNG and SVG; the same one gives the same bytes.

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification with its data in it.

    Returns
    -------
    tuple of (bytes, str)
        PNG at twice the size, and SVG.
    """
    text = json.dumps(spec)
    png = vl_convert.vegalite_to_png(text, scale=SCALE, format_locale=_MARKS)
    svg = vl_convert.vegalite_to_svg(text, format_locale=_MARKS)
    return png, _numbered_from_one(svg)


def _picture(found: dict, colours: dict[str, str]) -> dict:
    """Return a whole picture: what it says, the drawing, and what it is drawn from."""
    small = {"fontSize": 12, "fontWeight": "normal", "color": "#6b7680", "offset": 14}
    note = {**small, "orient": "bottom", "anchor": "start", "lineHeight": 16}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "padding": 24,
        "title": {
            "text": _wrapped(found["title"], 74),
            "subtitle": _wrapped(found["about"], 128),
            **{"anchor": "start", "offset": 18, "fontSize": 22, "lineHeight": 27},
            **{"subtitleFontSize": 14, "subtitleLineHeight": 18, "subtitlePadding": 6},
            "subtitleColor": "#55616d",
        },
        "datasets": {"rows": found["rows"]},
        "vconcat": [
            {
                **_with_segments(found["spec"], colours),
                "data": {"name": "rows"},
                "title": {"text": _wrapped(found["note"], 140), **note},
            }
        ],
        "config": THEME,
    }


def _with_segments(node: Any, colours: dict[str, str]) -> Any:
    """Return a specification in which segments have their colours and their order."""
    if isinstance(node, list):
        return [_with_segments(value, colours) for value in node]
    if not isinstance(node, dict):
        return node
    made = {key: _with_segments(value, colours) for key, value in node.items()}
    if made.get("scale") == "segments":
        made["scale"] = {"domain": [*colours], "range": [*colours.values()]}
    if made.get("sort") == "segments":
        made["sort"] = [*colours, "All customers"]
        made["axis"] = {**SEGMENT_AXIS, **made.get("axis", {})}
    return made


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), letters) or [""]


def _numbered_from_one(svg: str) -> str:
    """Return the picture with its own clip paths counted, not the process's."""
    numbers: dict[str, str] = {}
    return re.sub(
        r'(?<=\bid=")clip\d+(?=")|(?<=url\(#)clip\d+(?=\))',
        lambda match: numbers.setdefault(match[0], f"clip{len(numbers) + 1}"),
        svg,
    )


def _query_names(
    connection: duckdb.DuckDBPyConnection, x: str | None, y: str | None
) -> dict[str, str]:
    """Return what the places in the queries stand for; empty without the features."""
    if "eda_feature_summary" not in mart_columns(connection):
        if x or y:
            raise UserError(
                "--x and --y need the mart eda_feature_summary; build it with "
                "`dbt build --select tag:explore`."
            )
        return {}
    rows = connection.sql(
        "select feature, is_segmentation from marts.eda_feature_summary "
        "where known_customers > 0 order by feature"
    ).fetchall()
    if len(rows) < 2:
        return {}
    across, down = chosen_axes([feature for feature, _ in rows], x, y)
    used = [identifier(feature) for feature, is_used in rows if is_used]
    return {
        **{"x": identifier(across), "x_name": literal(across)},
        **{"y": identifier(down), "y_name": literal(down)},
        "segmentation_features": ", ".join(
            f"cast({name} as double) as {name}" for name in used
        ),
    }


def chosen_axes(features: list[str], x: str | None, y: str | None) -> tuple[str, str]:
    """Return those asked for, else income and total spend, else the first there are."""
    for option, name in [("--x", x), ("--y", y)]:
        if name is not None and name not in features:
            raise UserError(
                f"{option} {name} is not a feature with known values; choose one of "
                f"{', '.join(features)}."
            )
    if x is not None and x == y:
        raise UserError(f"--x and --y are both {x}; choose two different features.")
    preferred = [name for name in ("income", "total_spend") if name in features]
    spare = [name for name in [*preferred, *features] if name not in (x, y)]
    across = x or spare.pop(0)
    return across, y or next(name for name in spare if name != across)

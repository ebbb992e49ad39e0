"""Read what a picture needs from the marts, and write it as PNG and SVG."""

import json
import logging
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import vl_convert

from segmentation.publishing.plots.frame import Data
from segmentation.publishing.plots.pairs import (
    MOST_PAIRS,
    MOST_POINTS,
    chosen_axes,
)
from segmentation.publishing.plots.registry import PLOTS, Plot
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.places import Places, attach_warehouse
from segmentation.warehouse.quoting import identifier

__all__ = ["draw_plots", "read_data", "render", "specifications"]

logger = logging.getLogger(__name__)

# twice the pixels of the drawing: sharp on a full-HD slide
SCALE = 2


def draw_plots(
    warehouse: Path | Places,
    output: Path,
    *,
    x: str | None = None,
    y: str | None = None,
) -> list[Path]:
    """Draw every picture the warehouse has the marts for.

    A picture that cannot be drawn is left out, with one sentence in the log saying
    why; files of that name from an earlier day are removed.

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
        The PNG and SVG files, in the order of the registry.

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
    files = [(plot, _files(folder, plot)) for plot in PLOTS]
    written = []
    for plot, (png, svg) in files:
        if plot.name not in specs:
            png.unlink(missing_ok=True)
            svg.unlink(missing_ok=True)
            continue
        png_bytes, svg_text = render(specs[plot.name])
        png.write_bytes(png_bytes)
        svg.write_text(svg_text, encoding="utf-8")
        written += [png, svg]
    return written


def specifications(
    connection: duckdb.DuckDBPyConnection,
    *,
    plots: tuple[Plot, ...] = PLOTS,
    x: str | None = None,
    y: str | None = None,
) -> dict[str, dict]:
    """Return the specification of every picture that can be drawn, by name."""
    names = _query_names(connection, x, y)
    specs = {}
    for plot in plots:
        data, problem = read_data(connection, plot, names)
        if problem:
            logger.warning("Left out the plot %s: %s.", plot.name, problem)
        else:
            specs[plot.name] = plot.spec(data)
    return specs


def read_data(
    connection: duckdb.DuckDBPyConnection, plot: Plot, names: dict[str, str]
) -> tuple[Data, str | None]:
    """Return the rows a picture needs, or why there are none.

    Parameters
    ----------
    connection : DuckDB connection
        Of the warehouse.
    plot : Plot
        The picture.
    names : dict of str to str
        What the queries' places in braces stand for.

    Returns
    -------
    tuple of (Data, str or None)
        Rows by query name; the reason, where the picture has to be left out.
    """
    missing = [mart for mart in plot.marts if mart not in _marts(connection)]
    if missing:
        return {}, f"the warehouse has no mart {missing[0]}"
    data = {}
    for name, query in plot.reads.items():
        data[name] = _rows(connection, query.format(**names))
        if not data[name]:
            return {}, f"this input has nothing for its {name}"
    return data, None


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
    png = vl_convert.vegalite_to_png(text, scale=SCALE)
    return png, _numbered_from_one(vl_convert.vegalite_to_svg(text))


def _numbered_from_one(svg: str) -> str:
    """Return the picture with its own clip paths counted, not the process's."""
    numbers: dict[str, str] = {}
    return re.sub(
        r'(?<=\bid=")clip\d+(?=")|(?<=url\(#)clip\d+(?=\))',
        lambda match: numbers.setdefault(match[0], f"clip{len(numbers) + 1}"),
        svg,
    )


def _files(folder: Path, plot: Plot) -> tuple[Path, Path]:
    return folder / f"{plot.name}.png", folder / f"{plot.name}.svg"


def _marts(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.sql(
        "select table_name from information_schema.tables where table_schema = 'marts' "
        "and table_catalog = current_database()"
    ).fetchall()
    return {row[0] for row in rows}


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    relation = connection.sql(query)
    columns = relation.columns
    return [
        {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        for row in relation.fetchall()
    ]


def _plain(value: object) -> object:
    """Return what JSON can hold: decimals as numbers, dates as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)


def _query_names(
    connection: duckdb.DuckDBPyConnection, x: str | None, y: str | None
) -> dict[str, str]:
    """Return what the places in the queries stand for; empty without the features."""
    if "eda_feature_summary" not in _marts(connection):
        if x or y:
            raise UserError(
                "--x and --y need the mart eda_feature_summary; build it with "
                "`dbt build --select tag:explore`."
            )
        return {}
    features = _rows(
        connection,
        """
        select feature, is_segmentation from marts.eda_feature_summary
        where known_customers > 0
        order by feature
        """,
    )
    if len(features) < 2:
        return {}
    across, down = chosen_axes(features, x, y)
    of_segmentation = [
        identifier(r["feature"]) for r in features if r["is_segmentation"]
    ]
    return {
        "x": across["feature"],
        "y": down["feature"],
        "most_points": str(MOST_POINTS),
        "most_pairs": str(MOST_PAIRS),
        "segmentation_features": ", ".join(
            f"cast({name} as double) as {name}" for name in of_segmentation
        ),
        "segmentation_features_known": " and ".join(
            f"{name} is not null" for name in of_segmentation
        ),
    }

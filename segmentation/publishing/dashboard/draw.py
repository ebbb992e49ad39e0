"""Write the dashboard: a page, its script, Vega and the figures in one file."""

import json
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import vl_convert

from segmentation.publishing.dashboard.contents import read_contents
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.places import Places, attach_warehouse

__all__ = ["draw_dashboard", "kept_vega", "safe_json"]

# what the views are made of, then the views, then what starts them
SCRIPTS = (
    *("words", "core", "charts", "week", "portrait", "segments", "audience", "explore"),
    *("campaign", "time", "evidence", "address", "brief", "start"),
)


def draw_dashboard(
    warehouse: Path | Places, output_file: Path, kept: Path | None = None
) -> None:
    """Draw the marts of a warehouse as one self-contained HTML file.

    The file holds sums by group of customers and the points of the map, no customer
    identifier, and asks nothing of a network. Who has the old file open keeps it.

    Parameters
    ----------
    warehouse : Path or Places
        The file that a build has written, or that was published.
    output_file : Path
        The HTML file; its folder is made where it is missing.
    kept : Path or None
        A folder of this user's where Vega lies from one page to the next.

    Raises
    ------
    UserError
        If there is no warehouse, or it has no segments.
    """
    with limited_connection(output_file.with_name(".spill")) as connection:
        attach_warehouse(connection, warehouse)
        contents = read_contents(connection)
    page = _page(contents, kept_vega(kept))
    with written_whole(output_file) as new:
        new.write_text(page, encoding="utf-8")


def safe_json(contents: dict) -> str:
    r"""Return JSON that no text in it can end the script element with.

    Examples
    --------
    >>> safe_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(
        contents, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    # line ends of Unicode would end the strings of Vega's expressions
    unsafe: dict[str, str | int | None] = {
        "<": "\\u003c",
        "\u2028": " ",
        "\u2029": " ",
    }
    return text.translate(str.maketrans(unsafe))


@cache
def kept_vega(kept: Path | None) -> str:
    """Return Vega, Vega-Lite and their embedding, which take seconds to put together.

    Parameters
    ----------
    kept : Path or None
        As of `draw_dashboard`.
    """
    file = kept / f"vega-{version('vl-convert-python')}.js" if kept else None
    if file and file.is_file():
        return file.read_bytes().decode()
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # the stub is stale
    # words that would end a script element, all of them in strings
    bundle = bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    if file:
        with written_whole(file) as new:
            new.write_bytes(bundle.encode())
    return bundle


def _script(template: Traversable) -> str:
    """Return the page's own script: its parts in one function, none of them global."""
    parts = [(template / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    return '(function () {\n"use strict";\n' + "\n".join(parts) + "}());\n"


def _page(contents: dict, vega: str) -> str:
    template = files("segmentation.publishing.dashboard") / "template"
    parts = {
        "style": (template / "page.css").read_text("utf-8"),
        "vega": vega,
        "contents": safe_json(contents),
        "script": _script(template),
    }
    page = (template / "page.html").read_text("utf-8")
    # one pass: what has been put in is not looked at again
    return re.sub(r"/\*(\w+)\*/", lambda place: parts[place[1]], page)

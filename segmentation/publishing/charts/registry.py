"""All charts, a file each: the page, the pictures and the print draw the same.

``<name>.yml`` has the words of a chart, its query and a Vega-Lite specification. To add
one, write such a file. A chart draws what the marts hold; a figure that no mart has
belongs into a model. CONTRIBUTING.md shows one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

import duckdb
import yaml

__all__ = [
    "SEGMENT_AXIS",
    "THEME",
    "Chart",
    "charts",
    "drawn",
    "mart_columns",
    "mart_rows",
    "missing_marts",
    "plain",
    "say_names",
    "segment_scale",
]

# what queries may use: how figures and names are written, and who the segments are
_MACROS = """
    create temp macro percent(share) as printf(
        case when share >= 0.01 or share = 0 then '%.0f %%' else '%.1f %%' end,
        cast(100 * share as double)
    );
    create temp macro figure(value) as
        replace(format('{:,}', cast(round(value) as bigint)), '-', '−');
    create temp macro signed(value) as
        replace(printf('%.2f', cast(value as double)), '-', '−');
    create temp macro one_line(text) as
        coalesce(nullif(trim(regexp_replace(text, '\\s+', ' ', 'g')), ''), '(no name)');
    create temp macro short(text, letters) as
        case when length(one_line(text)) <= letters then one_line(text)
            else rtrim(left(one_line(text), letters - 1)) || '…' end;
    create temp macro in_percent(value, unit) as
        case when unit = 'share' then 100 * value else value end;
    create temp macro with_unit(label, unit) as short(label, 30) || case
        when unit = 'share' then ' (%)'
        when unit in ('rank', 'money') or contains(lower(label), lower(unit)) then ''
        else ' (' || short(unit, 20) || ')' end;
    create temp macro drawn_of(known, everybody) as case
        when known > 3000 then '3,000 of ' || figure(everybody)
            || ' customers, drawn by a hash of the key: the same ones every time.'
        when everybody > known then figure(known) || ' of ' || figure(everybody)
            || ' customers: those whose values are known.'
        else 'All ' || figure(everybody) || ' customers.' end;
    -- the bulk of a feature, with room at the ends
    create temp macro room(feature) as coalesce(
        nullif(0.25 * (feature.p99 - feature.p1), 0), nullif(abs(feature.p99), 0), 1
    );
    create temp macro lowest(feature) as
        greatest(feature.minimum, feature.p1 - room(feature));
    create temp macro highest(feature) as
        least(feature.maximum, feature.p99 + room(feature));
"""
_NAMED = """
    create temp view named as
    select
        segment_key, colour, value_rank as place, customers, customer_share,
        spend_share, label || case when count(*) over (partition by label) > 1
            then ' (' || segment_key || ')' else '' end as segment
    from (select *, short(segment_name, 38) as label from marts.segments)
    where status = 'current';
"""

_FOLDER = files("segmentation.publishing.charts")
THEME: dict[str, Any] = yaml.safe_load(
    _FOLDER.joinpath("theme.yaml").read_text("utf-8")
)
# names of segments in lines, two of them about their tick
_LINES = (
    "split(trim(replace(truncate(datum.value, 44), "
    "regexp('(.{1,24})( |$)', 'g'), '$1\\n')), '\\n')"
)
_HIGHER = {"test": f"length({_LINES}) > 1", "value": -6}
SEGMENT_AXIS = {
    **{"domain": False, "labelLimit": 170, "labelExpr": _LINES},
    "labelOffset": {"condition": _HIGHER, "value": 0},
}


@dataclass(frozen=True)
class Chart:
    """A chart as its file says it; text in braces stands in ``words``.

    Attributes
    ----------
    name : str
        Name of the file, without the ending.
    title : str
        The finding or the question, in plain words.
    description : str
        What it shows, for a list of charts and for who cannot see it.
    rows : str
        The query of what is drawn.
    spec : dict
        Vega-Lite; ``segments`` as a scale or a sort stands for their colours or order.
    about : str
        How to read it.
    note : str
        Of whom it is, and in which space.
    words : str
        A query of one row: the figures and names that stand in the texts.
    page : str
        The view of the page that has a card of it; ``placed`` where the page's own
        script places it, say beside what it is filtered by.
    """

    name: str
    title: str
    description: str
    rows: str
    spec: dict
    about: str = ""
    note: str = ""
    words: str = ""
    page: str = ""


@cache
def charts() -> tuple[Chart, ...]:
    """Return all charts by name."""
    found = [file for file in _FOLDER.iterdir() if file.name.endswith(".yml")]
    return tuple(
        Chart(file.name.removesuffix(".yml"), **yaml.safe_load(file.read_text("utf-8")))
        for file in sorted(found, key=lambda file: file.name)
    )


def say_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what the queries of charts use: the names of segments, and macros."""
    connection.execute(_MACROS)
    if "segments" in mart_columns(connection):
        connection.execute(_NAMED)


def drawn(
    connection: duckdb.DuckDBPyConnection, chart: Chart, names: dict[str, str]
) -> dict | str:
    """Return a chart with its rows and words, or why there is nothing to draw.

    `say_names` comes before; ``names`` are what braces in the queries stand for.
    """
    missing = missing_marts(mart_columns(connection), chart.words + chart.rows)
    if missing:
        return f"the warehouse has no mart {min(missing)}"
    said, rows = (
        _rows(connection, query.format(**names)) if query else [{}]
        for query in (chart.words, chart.rows)
    )
    if not said or not rows:
        return "this input has nothing for it"
    texts = {
        name: getattr(chart, name).format(**said[0]).strip()
        for name in ("title", "about", "description", "note")
    }
    return {**texts, "spec": _filled(chart.spec, said[0]), "rows": rows}


def segment_scale(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the colour of each segment by its name, in the order to show them."""
    if "segments" not in mart_columns(connection):
        return {}
    rows = _rows(connection, "select segment, colour from named order by place")
    return {row["segment"]: row["colour"] for row in rows}


def _filled(node: Any, said: dict) -> Any:
    """Return a specification whose texts have their words."""
    if isinstance(node, dict):
        return {key: _filled(value, said) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, said) for value in node]
    return node.format(**said) if isinstance(node, str) and "{" in node else node


def mart_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the columns of every mart."""
    found = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() where schema_name "
        "= 'marts' and database_name = current_database() group by table_name"
    ).fetchall()
    return {mart: set(columns) for mart, columns in found}


def mart_rows(
    connection: duckdb.DuckDBPyConnection, marts: dict, query: str
) -> list[dict]:
    """Return the rows of a query, none where a mart that it reads is not there."""
    return [] if missing_marts(marts, query) else _rows(connection, query)


def missing_marts(marts: dict, query: str) -> set[str]:
    """Return the marts that a query reads and the warehouse has not."""
    read = set(re.findall(r"\bmarts\.(\w+)", query))
    read |= {"segments"} if re.search(r"\bnamed\b", query) else set()
    return read - set(marts)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]


def plain(value: object) -> object:
    """Return what JSON can hold: decimals as numbers, dates as text."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not isfinite(value):
        return None
    known = value is None or isinstance(value, bool | int | float | str)
    return value if known else str(value)

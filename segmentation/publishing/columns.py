"""What every published column is for: its role, its unit, what it says of a person.

One rule by name and type, so that a new column needs no entry. The descriptions of the
marts have it as `meta` (``python -m tests.write_column_meta``), the published file as
the relation published_columns; the bundle for BI tools goes by it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from segmentation.warehouse.personal import personal_kind
from segmentation.warehouse.quoting import identifier, literal

__all__ = ["ColumnFacts", "column_facts", "describe_columns"]

TABLE = "published_columns"
# the mart with columns under an input's own names
_OWN, _CORE = "customers_wide", "customers"
# texts that nobody groups by
_SENTENCE = re.compile(
    r"\w*(description|sentence|reading|note|idea|accuracy|suspicion|assumption)"
    r"|(?!no_contact_|end_|reason_code)\w+_reason|tone|rule(_text|_sql)?|question"
    r"|retention_action|example_query|why_empty|failed_checks|library_versions|definition"
)
_NUMBERS_THAT_NAME = re.compile(
    r"\w*version|k|component|\w+_number|random_seed|birth_year|\w+_bin|rfm_score"
)
_ORDER = re.compile(
    r"\w*(order|rank)|\w*_rank_\w+|\w*decile|(recency|frequency|monetary)_score"
)
# the first that fits, of whole numbers and of others
_UNITS_OF_COUNTS = (
    (r"(?!purchase)\w+_days", "days"),
    (r"(mean_|median_)?age", "years"),
    (r"\w+", "count"),
)
_UNITS = (
    # these are 0 where nothing has changed
    (r"stability_index|spend_change_\d+_days", "number"),
    (r"\w*_index|(\w+_)?lift|\w*_ratio", "ratio"),
    (r"\w*(share|rate|probability|precision)\w*|recall|coverage|\w*fidelity", "share"),
    (r"(segment_)?margin|known_weight|overlap|cumulative_gain|\w*uplift\w*", "share"),
    (r"chance_of_silence|\w+_p_value|agreement\w*", "share"),
    (r"\w*spending_score", "number"),
    (r"\w+_days", "days"),
    (r"(mean_|median_)?age", "years"),
    (r"\w*(profit|revenue|cost|income|spend|order_value|value_at_risk)\w*", "money"),
    (r"\w+", "number"),
)
_INTEGERS, _FRACTIONS = ("int", "bigint"), ("double", "decimal", "float")
# figures of relations that say in each row what they are measured in
_BY_ROW = re.compile(
    r"mean|median|minimum|maximum|lower|upper|p\d+|standard_deviation|population_mean"
    r"|(mean|median)_(lower|upper)|bin_(from|to)|(lower|upper)_whisker|figure\w*|value"
    r"|(segment|population)_figure|impute_value|clip_(low|high)|center|scale|measure_value"
    r"|current_value|reference_value|natural_value|bound"
)
_COLUMNS = {
    "relation": "Name of the relation.",
    "column_name": "Name of the column.",
    "column_order": "Its place in the relation, from 1.",
    "data_type": "Its type.",
    "role": "What it is for: key, name, category, order, flag, day, figure, sentence.",
    "unit": "What a figure is measured in: money, share (0-1), days, years, count, "
    "ratio (1, or 100 of an index, is as usual), number; row: the row says it in "
    "unit. Null for what is no figure.",
    "personal": "What it says of a person: key, contact, attribute (who somebody is) "
    "or behaviour; null in relations that are not of single persons.",
    "description": "What it says.",
}

_SAID = """All columns of this file: what they are for, their unit, and what they
say of a person. No segment_key, as it is about columns.

```sql
select relation, column_name from marts.published_columns where personal = 'attribute'
```

**Primary key:** relation, column_name"""


@dataclass(frozen=True)
class ColumnFacts:
    """What a column is for, the unit of a figure, what it says of a person."""

    role: str
    unit: str | None
    personal: str | None


def column_facts(
    column: str, kind: str, columns: Mapping[str, str], *, is_known: bool = True
) -> ColumnFacts:
    """Return what a column is for.

    Parameters
    ----------
    column, kind : str
        Name and type, as DuckDB or a description calls it.
    columns : mapping
        All columns of the relation and their types.
    is_known : bool
        False for a column that an input has under a name of its own.

    Examples
    --------
    >>> column_facts("spend_share", "double", {"segment_key": "string"})
    ColumnFacts(role='figure', unit='share', personal=None)
    >>> column_facts("age", "integer", {"customer_id": "string", "age": "integer"})
    ColumnFacts(role='figure', unit='years', personal='attribute')
    """
    kind = kind.lower()
    role = _role(column, kind)
    unit = _unit(column, kind, columns) if role == "figure" else None
    personal = personal_kind(column, columns.keys(), is_known=is_known)
    return ColumnFacts(role, unit, personal)


def _role(column: str, kind: str) -> str:
    if re.fullmatch(r"\w+_id|\w*_key|\w*segment_key\w*", column):
        return "key"
    if kind.startswith("bool"):
        return "flag"
    if kind.startswith(("date", "timestamp")):
        return "day"
    if _ORDER.fullmatch(column):
        return "order"
    if kind.startswith((*_INTEGERS, *_FRACTIONS)):
        return "category" if _NUMBERS_THAT_NAME.fullmatch(column) else "figure"
    if re.fullmatch(r"\w*name(_then)?|\w+_label", column):
        return "name"
    return "sentence" if _SENTENCE.fullmatch(column) else "category"


def _unit(column: str, kind: str, columns: Mapping[str, str]) -> str:
    if kind.startswith("decimal"):
        return "money"
    if "unit" in columns and _BY_ROW.fullmatch(column):
        return "row"
    units = _UNITS_OF_COUNTS if kind.startswith(_INTEGERS) else _UNITS
    return next(unit for pattern, unit in units if re.fullmatch(pattern, column))


def describe_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Write published.marts.published_columns, a row for each other column.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the published file attached under that name.
    """
    table = f"published.marts.{TABLE}"
    relations: dict[str, dict[str, tuple[str, str]]] = {}
    for relation, column, kind, words in connection.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() "
        "where database_name = 'published' order by table_name, column_index"
    ).fetchall():
        relations.setdefault(relation, {})[column] = (kind, words)
    core = relations.get(_CORE, {})
    rows = []
    for relation, found in relations.items():
        kinds = {column: kind for column, (kind, _) in found.items()}
        for place, (column, (kind, words)) in enumerate(found.items(), 1):
            is_known = relation != _OWN or column in core
            facts = column_facts(column, kind, kinds, is_known=is_known)
            said = (facts.role, facts.unit, facts.personal, words)
            rows.append((relation, column, place, kind, *said))
    connection.execute(
        f"create table {table} (relation varchar, column_name varchar, "
        "column_order integer, data_type varchar, role varchar, unit varchar, "
        "personal varchar, description varchar, primary key (relation, column_name))"
    )
    # a thousand rows in one statement
    lists = [list(values) for values in zip(*rows, strict=True)]
    unnested = ", ".join("unnest(?)" for _ in _COLUMNS)
    connection.execute(f"insert into {table} select {unnested}", lists)
    connection.execute(
        f"comment on table {table} is {literal(_SAID)}; "
        + "; ".join(
            f"comment on column {table}.{identifier(column)} is {literal(words)}"
            for column, words in _COLUMNS.items()
        )
    )

"""Look at a user's file before anything is read from it.

Nothing here moves rows: the result is a description (how the engine has to read
the file, which of its columns is what, how its dates are written) or one sentence
that says why it cannot be read. The SQL staging models do the reading.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from segmentation.reading.addresses import require_no_password, without_password
from segmentation.reading.arranging import (
    LINE_FIELDS,
    arranged_columns,
    arranged_orders,
)
from segmentation.reading.cleaning import NULL_WORDS, cleaned_sql
from segmentation.reading.dates import date_format_of, has_dates_of_birth
from segmentation.reading.keys import keys_of
from segmentation.reading.numbers import decimal_marks, declared_marks
from segmentation.reading.order_settings import (
    order_words,
    require_decided,
    require_known_words,
)
from segmentation.reading.sources import Source, name_key, open_source
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier

__all__ = ["ATTRIBUTES", "Field", "InputDialect", "input_name", "inspect_input"]

# canonical attribute -> type it is cast to in staging
ATTRIBUTES = {
    "customer_id": "text",
    "birth_year": "integer",
    "education": "text",
    "marital_status": "text",
    "income": "money",
    "children_at_home": "integer",
    "teenagers_at_home": "integer",
    "enrolled_on": "date",
    "recency_days": "integer",
    "gold_spend": "money",
    "deal_purchases": "integer",
    "web_visits_per_month": "integer",
    "has_complained": "boolean",
    "gender": "text",
    "age_years": "integer",
    "country": "text",
    "spending_score": "number",
    "last_purchase_on": "date",
    "purchases": "integer",
    "repeat_purchases": "integer",
    "mean_interval_days": "number",
    "median_interval_days": "number",
    "total_spend": "money",
    "refunded_spend": "money",
    "purchases_90_days": "integer",
    "purchases_365_days": "integer",
    "spend_90_days": "money",
    "spend_365_days": "money",
}
KEY = "customer_id"
KINDS = ("wide", "orders")
NUMBERS = ("integer", "money", "number")
_INTEGER_TYPES = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT"),
    *("UINTEGER", "UBIGINT", "UHUGEINT"),
)
_NUMBER_TYPES = (*_INTEGER_TYPES, "FLOAT", "DOUBLE", "DECIMAL")


@dataclass
class Field:
    """One thing this project wants to know, and where the file says it."""

    role: str
    name: str
    data_type: str
    source_column: str | None
    source_type: str | None = None
    date_format: str | None = None
    multiplier: float | None = None
    source_value: str | None = None
    decimal_mark: str | None = None
    thousands_mark: str | None = None
    is_whole_key: bool = False


@dataclass
class InputDialect:
    """How to read one input; `problem` is a sentence where it cannot be read."""

    input_name: str
    source_path: str
    relation_sql: str = ""
    wanted_columns: str = ""
    problem: str | None = None
    notes: str | None = None
    kind: str = "wide"
    as_of_date: str | None = None
    features: list[str] | None = None
    is_amount_per_unit: bool = False
    fields: list[Field] = field(default_factory=list)

    def as_row(self) -> dict:
        """Return the dialect as one row with nested fields."""
        return asdict(self)


def input_name(name: str, path: str, default: str) -> str:
    """Return the name that the warehouse and the outputs of an input go by.

    Parameters
    ----------
    name : str
        The input asked for by SEGMENTS_INPUT, or "".
    path : str
        The file asked for by SEGMENTS_PATH, or "".
    default : str
        The project's default input.

    Returns
    -------
    str
        The given name, else the file's stem, else the default.

    Examples
    --------
    >>> input_name("", "exports/marketing campaign.csv", "sample")
    'marketing_campaign'
    >>> input_name("shop", "exports/marketing campaign.csv", "sample")
    'shop'
    """
    stem = path.split("/")[-1].split(".")[0]
    return name or re.sub("[^A-Za-z0-9_]+", "_", stem) or default


def inspect_input(
    inputs: dict,
    *,
    default: str,
    known: tuple[str, ...] = (),
    name: str = "",
    path: str = "",
    date_format: str = "",
    most_fields: int = 12,
    warehouse_folder: str = "warehouse",
) -> InputDialect:
    """Describe how the chosen input has to be read.

    Parameters
    ----------
    inputs : dict
        Definitions under ``vars: inputs:`` in dbt_project.yml, the chosen one at least.
    known : tuple of str
        Names of all of them; those of `inputs` where omitted.
    default : str
        Name of the definition used where none is asked for.
    name, path, date_format : str
        What SEGMENTS_INPUT, SEGMENTS_PATH and SEGMENTS_DATE_FORMAT say.
    most_fields : int, default=12
        Categories, and channels, that are told apart at most.
    warehouse_folder : str
        Folder of the warehouse; what has to be converted goes into `converted` there.

    Returns
    -------
    InputDialect
        With ``problem`` set, and nothing to read, where the input cannot be used.
    """
    dialect = InputDialect(input_name(name, path, default), without_password(path))
    try:
        definition = _definition(inputs, name or default, known or inputs)
        require_no_password(path or definition["path"])
        dialect.source_path = path or definition["path"]
        _read_settings(dialect, definition)
        _describe_file(
            dialect,
            definition,
            date_format,
            folder=Path(warehouse_folder) / "converted",
            most_fields=most_fields,
        )
    except UserError as error:
        dialect.problem = str(error)
        dialect.fields = []
    return dialect


def _definition(inputs: dict, name: str, known: Iterable[str]) -> dict:
    if name not in inputs:
        raise UserError(
            f"There is no input called '{name}' under vars: inputs: in "
            f"dbt_project.yml; it knows {', '.join(sorted(known))}. Set SEGMENTS_INPUT "
            "to one of them."
        )
    return inputs[name]


def _read_settings(dialect: InputDialect, definition: dict) -> None:
    """Take over what the definition says besides where things are."""
    require_decided(definition)
    dialect.kind = definition.get("kind", "wide")
    if dialect.kind not in KINDS:
        raise UserError(
            f"dbt_project.yml says that the input is of kind '{dialect.kind}'; it has "
            f"to be one of {', '.join(KINDS)}."
        )
    dialect.as_of_date = str(definition.get("as_of_date") or "") or None
    dialect.features = definition.get("features")
    dialect.is_amount_per_unit = bool(definition.get("amount_is_per_unit", False))
    if dialect.is_amount_per_unit and "quantity" not in definition.get("columns", {}):
        raise UserError(
            "dbt_project.yml says amount_is_per_unit, so the input needs a column for "
            "the quantity of a line; map it under columns."
        )


def _describe_file(
    dialect: InputDialect,
    definition: dict,
    date_format: str,
    *,
    folder: Path,
    most_fields: int,
) -> None:
    path = dialect.source_path
    dialect.fields = _wanted_fields(definition)
    wanted = tuple(f.source_column for f in dialect.fields if f.source_column)
    source = open_source(
        path,
        folder=folder,
        name=dialect.input_name,
        wanted=wanted,
        delimiter=definition.get("delimiter") or "",
        encoding=definition.get("encoding") or "",
        table=definition.get("table") or "",
        sheet=definition.get("sheet") or "",
    )
    _match_columns(path, source, dialect.fields)
    null_words = _null_words(definition)
    dialect.wanted_columns = _cleaned_columns(dialect.fields, null_words)
    dialect.relation_sql = (
        f"(select {source.record_number_sql} as segments_record_number, "
        f"{source.line_number_sql} as segments_line_number, "
        f"{source.source_file_sql} as segments_source_file, "
        f"{source.reject_reason_sql} as segments_reject_reason, "
        f"{dialect.wanted_columns} from {source.relation_sql})"
    )
    with duckdb.connect() as engine:
        if not engine.sql(f"select 1 from {source.relation_sql} limit 1").fetchall():
            raise UserError(f"The input file {path} has a header but no rows.")
        settings = {"path": path, "null_words": null_words}
        relation = source.relation_sql
        notes = [
            *source.notes,
            *_settle_keys(engine, relation, dialect.fields, settings),
        ]
        dialect.notes = "\n".join(notes) or None
        _settle_formats(engine, relation, dialect, definition, date_format, settings)
        require_known_words(engine, dialect.relation_sql, dialect.fields, path)
        arrange = arranged_orders if dialect.kind == "orders" else arranged_columns
        dialect.fields = arrange(
            engine,
            dialect.relation_sql,
            dialect.fields,
            path=path,
            most_fields=most_fields,
        )


def _cleaned_columns(fields: list[Field], null_words: tuple[str, ...]) -> str:
    """Return SQL for the columns that are wanted, those of text cleaned."""
    columns = {}
    for wanted in fields:
        name = wanted.source_column
        if name and not _holds(wanted.source_type, wanted.data_type):
            wanted.source_type = "VARCHAR"  # it is read as text
        if name and wanted.source_type == "VARCHAR":
            columns[name] = f"{cleaned_sql(name, null_words)} as {identifier(name)}"
        elif name:
            columns.setdefault(name, identifier(name))
    return ", ".join(columns.values())


def _match_columns(path: str, source: Source, fields: list[Field]) -> None:
    """Find each wanted column among those of the file."""
    headers = [name_key(column.header) for column in source.columns]
    expected_key = next(f.source_column for f in fields if f.name == KEY)
    for wanted in fields:
        expected = wanted.source_column
        if not expected:
            continue  # and a blank header, such as an index has, is nobody's
        key = name_key(expected)
        if not key:
            raise UserError(
                f"dbt_project.yml maps {wanted.name} to a column without a name; give "
                f"the column of {path} a name, and write it there."
            )
        if headers.count(key) > 1:
            raise UserError(
                f"The input file {path} has {headers.count(key)} columns called "
                f"'{expected}' (upper and lower case do not count); rename all but "
                "one."
            )
        match = source.columns[headers.index(key)] if key in headers else None
        wanted.source_column = match.name if match else None
        wanted.source_type = match.data_type if match else None
    keys = [f for f in fields if f.name == KEY]
    if not all(key.source_column for key in keys):
        raise UserError(_no_key(path, expected_key, source))


def _no_key(path: str, expected: str | None, source: Source) -> str:
    names = [" ".join(column.header.split()) for column in source.columns]
    if not expected:
        return (
            f"The definition of {path} in dbt_project.yml does not map customer_id: "
            "decide which column is the key of a customer, and write it there."
        )
    shown = ", ".join(n if len(n) <= 40 else f"{n[:37]}..." for n in names[:12])
    numbers = sum(name.replace(".", "", 1).isdigit() for name in names)
    hint = "Rename the key, or map customer_id to it in dbt_project.yml."
    if 2 * numbers >= len(names):
        hint = "Its first line looks like data: put a line with names above it."
    elif source.delimiter and len(names) == 1:
        hint = (
            "Its first line has one column only: remove what stands above the header, "
            "or declare its delimiter in dbt_project.yml."
        )
    return (
        f"The input file {path} has no key column '{expected}'; its columns are "
        f"{shown}{', ...' if len(names) > 12 else ''}. {hint} segments init {path} "
        "proposes a definition."
    )


def _settle_keys(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    fields: list[Field],
    settings: dict,
) -> list[str]:
    """Find out how keys are written; return what is to be said of it."""
    notes = []
    for wanted in fields:
        if wanted.name == KEY and not wanted.source_type.startswith(_INTEGER_TYPES):
            keys = keys_of(engine, relation, wanted.source_column, **settings)
            wanted.is_whole_key = keys.is_whole
            notes += [keys.note] if keys.note else []
    return list(dict.fromkeys(notes))  # lines and customers have the same key


def _settle_formats(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    dialect: InputDialect,
    definition: dict,
    date_format: str,
    settings: dict,
) -> None:
    """Find out how numbers and dates are written, as far as not declared."""
    here = [f for f in dialect.fields if f.source_column]
    texts = [f for f in here if f.source_type == "VARCHAR"]
    for wanted in texts:
        if wanted.name == "birth_year" and has_dates_of_birth(
            engine, relation, wanted.source_column, settings["null_words"]
        ):
            wanted.data_type = "year"
        if wanted.data_type == "date":
            wanted.date_format = date_format_of(
                engine,
                relation,
                wanted.source_column,
                **settings,
                declared=date_format or _declared_date_format(definition, wanted),
            )
    numbers = [f for f in texts if f.data_type in NUMBERS]
    marks = decimal_marks(
        engine,
        relation,
        list(dict.fromkeys(wanted.source_column for wanted in numbers)),
        **settings,
        declared=declared_marks(definition),
    )
    for wanted in numbers:
        wanted.decimal_mark = marks[wanted.source_column].decimal_mark or None
        wanted.thousands_mark = marks[wanted.source_column].thousands_mark or None


def _holds(source_type: str, data_type: str) -> bool:
    """Return whether a column's own type can be cast to the wanted one."""
    if data_type == "date":
        return source_type.startswith(("DATE", "TIMESTAMP"))
    if data_type in NUMBERS:
        return source_type.startswith(_NUMBER_TYPES)
    return True


def _declared_date_format(definition: dict, wanted: Field) -> str:
    declared = definition.get("date_format") or ""
    if not isinstance(declared, dict):
        return str(declared)
    by_key = {name_key(str(name)): str(words) for name, words in declared.items()}
    return by_key.get(name_key(wanted.source_column)) or by_key.get(wanted.name, "")


def _null_words(definition: dict) -> tuple[str, ...]:
    declared = definition.get("null_words")
    if declared is None:
        return NULL_WORDS
    words = declared if isinstance(declared, list) else [declared]
    # YAML reads null and ~ as nothing
    return tuple("null" if word is None else str(word).lower() for word in words)


def _wanted_fields(definition: dict) -> list[Field]:
    columns = definition.get("columns") or {}
    is_orders = definition.get("kind") == "orders"
    known = LINE_FIELDS if is_orders else ATTRIBUTES
    unknown = sorted(set(columns) - set(known))
    if unknown:
        raise UserError(
            f"dbt_project.yml maps {', '.join(unknown)}, which this project does not "
            f"know; it knows {', '.join(known)}."
        )
    wide_only = sorted(
        {"spend", "channels", "campaigns", "target_campaign"} & set(definition)
    )
    if is_orders and wide_only:
        raise UserError(
            f"dbt_project.yml gives {wide_only[0]} for an input of orders, whose "
            "categories and channels are found in the order lines; remove it."
        )
    _require_distinct_names(definition)
    multipliers = _multipliers(definition, known)
    target = definition.get("target_campaign") or {}
    return [
        *(
            # what customers are told by is computed from the lines: arranged_orders
            Field("line", n, t, columns.get(n), multiplier=multipliers.get(n))
            for n, t in LINE_FIELDS.items()
            if is_orders
        ),
        *(
            Field("line", n, "text", column, multiplier=rate, source_value=word)
            for n, column, word, rate in order_words(definition if is_orders else {})
        ),
        *(
            Field(
                "attribute",
                n,
                t,
                columns.get(n) if n == KEY or not is_orders else None,
                multiplier=None if is_orders else multipliers.get(n),
            )
            for n, t in ATTRIBUTES.items()
        ),
        *(
            Field("spend", n, "money", c)
            for n, c in (definition.get("spend") or {}).items()
        ),
        *(
            Field("channel", n, "integer", c)
            for n, c in (definition.get("channels") or {}).items()
        ),
        *(
            Field("campaign", n, "boolean", c)
            for n, c in (definition.get("campaigns") or {}).items()
        ),
        Field(
            "target", target.get("name", "target"), "boolean", target.get("response")
        ),
        Field("contact_cost", "contact_cost", "money", target.get("contact_cost")),
        Field("revenue", "revenue", "money", target.get("revenue")),
    ]


def _require_distinct_names(definition: dict) -> None:
    """Refuse names of one kind that the engine could not tell apart."""
    target = definition.get("target_campaign") or {}
    last = [target["name"]] if target.get("name") else []
    for kind, further in (("spend", []), ("channels", []), ("campaigns", last)):
        names = [str(name) for name in [*(definition.get(kind) or {}), *further]]
        keys = [name.casefold() for name in names]
        twice = [
            name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1
        ]
        if twice:
            listed = " and ".join(f"'{name}'" for name in twice)
            raise UserError(
                f"dbt_project.yml has {listed} among the {kind} of an input (upper and "
                "lower case do not count); call one of them something else."
            )


def _multipliers(definition: dict, known: dict[str, str]) -> dict[str, float]:
    multipliers = definition.get("multiply") or {}
    for name, times in multipliers.items():
        is_number = isinstance(times, int | float) and not isinstance(times, bool)
        if known.get(name) not in NUMBERS or not is_number:
            raise UserError(
                f"dbt_project.yml multiplies {name} by {times}; under multiply there "
                "can be numbers for columns that hold numbers, for example income: "
                "1000."
            )
    return multipliers

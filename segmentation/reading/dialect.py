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
from segmentation.reading.arranging import arranged_columns, arranged_orders
from segmentation.reading.cleaning import NULL_WORDS
from segmentation.reading.customer_days import settle_day_of_customers
from segmentation.reading.dates import (
    date_format_of,
    digits_of_years,
    is_day_type,
)
from segmentation.reading.declared import (
    DeclaredFeature,
    declared_features,
    found_words,
)
from segmentation.reading.definition_schema import require_shape
from segmentation.reading.field import (
    ATTRIBUTES,
    KEY,
    NUMBERS,
    Field,
)
from segmentation.reading.fields import key_parts, wanted_fields
from segmentation.reading.foreign import told
from segmentation.reading.moments import settle_time_zone
from segmentation.reading.numbers import decimal_marks, declared_marks
from segmentation.reading.order_days import far_orders, overlap_notes
from segmentation.reading.order_settings import (
    currency_code,
    is_other_sign_apart,
    require_decided,
    require_known_words,
)
from segmentation.reading.records import (
    COMPUTED,
    cleaned_columns,
    joined_key,
    records_sql,
)
from segmentation.reading.relations import (
    as_written,
    input_place,
    is_relation,
    opened_input,
)
from segmentation.reading.rows import (
    require_rows_told,
    row_columns,
    row_days,
    rows_that_count,
)
from segmentation.reading.series import settle_series
from segmentation.reading.settled_keys import settle_keys
from segmentation.reading.sources import Source, name_key
from segmentation.reading.stamps import (
    OF_A_RELATION,
    engine_paths,
    stamp_of,
    stamped_paths,
)
from segmentation.reading.unknown import unknown_values
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.kept import is_empty_build

__all__ = ["ATTRIBUTES", "Field", "InputDialect", "input_name", "inspect_input"]

KINDS = ("wide", "orders")


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
    is_other_sign_apart: bool = False
    unit: str = "customer"
    currency: str | None = None
    language: str | None = None
    first_day: str | None = None
    read_paths: list[str] = field(default_factory=list)
    read_stamp: str = ""
    fields: list[Field] = field(default_factory=list)
    contacts: list[Field] = field(default_factory=list)
    declared: list[DeclaredFeature] = field(default_factory=list)

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
    return (
        re.sub(r"[^\w-]+", "_", name) or re.sub("[^A-Za-z0-9_]+", "_", stem) or default
    )


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
        place = path or input_place(definition)
        require_no_password(place)
        dialect.source_path = place
        _read_settings(dialect, definition)
        _describe_file(
            dialect,
            definition,
            date_format,
            folder=Path(warehouse_folder) / "converted",
            most_fields=most_fields,
        )
        _stamp(dialect, definition)
    except (UserError, duckdb.Error) as error:
        dialect.problem = told(error, dialect.source_path)
        dialect.fields, dialect.contacts, dialect.declared = [], [], []
    return dialect


def _stamp(dialect: InputDialect, definition: dict) -> None:
    """Note what has to be the same for the description to hold in a later build."""
    paths = stamped_paths(definition, dialect.source_path)
    if dialect.as_of_date != (str(definition.get("as_of_date") or "") or None):
        return  # the day was found in the data, which another day's may lack
    dialect.read_paths = engine_paths(paths)
    if is_relation(definition, dialect.source_path):
        # one without rows (--empty) says nothing of what the next build reads
        dialect.read_stamp = "" if is_empty_build() else OF_A_RELATION
    elif paths:
        dialect.read_stamp = stamp_of(paths)


def _definition(inputs: dict, name: str, known: Iterable[str]) -> dict:
    if name not in inputs:
        raise UserError(
            f"There is no input called '{name}' under vars: inputs: in "
            f"dbt_project.yml; it knows {', '.join(sorted(known))}. Set SEGMENTS_INPUT "
            "to one of them."
        )
    require_shape(name, as_written(inputs[name]))
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
    dialect.unit = str(definition.get("unit") or "customer")
    dialect.currency = currency_code(definition)
    dialect.language = definition.get("language")
    dialect.first_day = definition.get("first_day")
    dialect.is_other_sign_apart = is_other_sign_apart(definition)
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
    dialect.fields = wanted_fields(definition)
    row_columns(definition)
    wanted = tuple(
        f.source_column
        for f in dialect.fields
        if f.source_column and f.source_column not in COMPUTED
    )
    with opened_input(
        definition,
        path,
        folder=folder,
        name=dialect.input_name,
        wanted=(*wanted, *key_parts(definition)),
    ) as (engine, source):
        _describe_source(dialect, definition, date_format, most_fields, engine, source)


def _describe_source(
    dialect: InputDialect,
    definition: dict,
    date_format: str,
    most_fields: int,
    engine: duckdb.DuckDBPyConnection,
    source: Source,
) -> None:
    path, parts = dialect.source_path, key_parts(definition)
    _match_columns(path, source, dialect.fields)
    settle_series(dialect.fields)
    null_words = _null_words(definition)
    dialect.wanted_columns = cleaned_columns(
        dialect.fields, null_words, unknown_values(definition, dialect.fields)
    )
    headers = {name_key(column.header) for column in source.columns}
    for missing in [part for part in parts if name_key(part) not in headers][:1]:
        raise UserError(_no_key(path, missing, source))
    if parts:
        dialect.wanted_columns += ", " + joined_key(source, parts, null_words)
    dialect.relation_sql = records_sql(source, [dialect.wanted_columns])
    first = engine.sql(f"select 1 from {source.relation_sql} limit 1").fetchall()
    if not first and not is_empty_build():
        raise UserError(f"The input file {path} has a header but no rows.")
    if dialect.kind == "wide":
        _settle_rows(engine, source, dialect, definition)
    settings = {"path": path, "null_words": null_words}
    relation = source.relation_sql
    notes = [
        *source.notes,
        *settle_keys(engine, relation, dialect.fields, settings, source.cut),
    ]
    _settle_formats(engine, relation, dialect, definition, date_format, settings)
    zone = str(definition.get("time_zone") or "")
    settle_time_zone(engine, dialect.relation_sql, dialect.fields, zone)
    notes += [
        *_settle_day(engine, dialect),
        *overlap_notes(engine, dialect.relation_sql, dialect.fields, path),
        *_set_contacts_apart(dialect),
    ]
    dialect.notes = "\n".join(notes) or None
    require_known_words(engine, dialect.relation_sql, dialect.fields, path)
    arrange = arranged_orders if dialect.kind == "orders" else arranged_columns
    dialect.fields = arrange(
        engine,
        dialect.relation_sql,
        dialect.fields,
        path=path,
        most_fields=most_fields,
    )
    dialect.fields = found_words(engine, dialect.relation_sql, dialect.fields)
    dialect.declared = declared_features(definition, dialect.fields)


def _set_contacts_apart(dialect: InputDialect) -> list[str]:
    """Take how to reach a customer out of the fields; return what the file lacks.

    It is no field: nothing is learned from it, and no mart has it.
    """
    dialect.contacts = [f for f in dialect.fields if f.role == "contact"]
    dialect.fields = [f for f in dialect.fields if f.role != "contact"]
    return [
        f"{dialect.source_path} lacks the column under contact: {f.name}, so the lists "
        "of customers have none."
        for f in dialect.contacts
        if not f.source_column
    ]


def _settle_rows(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    dialect: InputDialect,
    definition: dict,
) -> None:
    """Let one row of each customer count, or stop where nobody has said which."""
    path = dialect.source_path
    require_rows_told(engine, dialect.relation_sql, dialect.fields, definition, path)
    key = next(f for f in dialect.fields if f.name == KEY).source_column
    days = row_days(engine, source, definition, path)
    relation = records_sql(source, [dialect.wanted_columns, *days])
    dialect.relation_sql = rows_that_count(relation, definition, key or "")


def _match_columns(path: str, source: Source, fields: list[Field]) -> None:
    """Find each wanted column among those of the file."""
    headers = [name_key(column.header) for column in source.columns]
    expected_key = next(f.source_column for f in fields if f.name == KEY)
    for wanted in fields:
        expected = wanted.source_column
        if not expected:
            continue  # and a blank header, such as an index has, is nobody's
        if expected in COMPUTED:
            wanted.source_type = COMPUTED[expected]
            continue
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
    births = {
        wanted.column: digits_of_years(
            engine, relation, wanted.column, settings["null_words"]
        )
        for wanted in texts
        if wanted.name == "birth_year"
    }
    for wanted in here:
        digits = births.get(wanted.column) if wanted.name == "birth_year" else None
        if digits:
            wanted.data_type = "year"
        is_day = wanted.data_type == "date" and not is_day_type(wanted.source_type)
        if is_day or digits == 2:
            wanted.date_format = date_format_of(
                engine,
                relation,
                wanted.column,
                **settings,
                declared=date_format or _declared_date_format(definition, wanted),
            )
    numbers = [f for f in texts if f.data_type in NUMBERS]
    marks = decimal_marks(
        engine,
        relation,
        list(dict.fromkeys(wanted.column for wanted in numbers)),
        **settings,
        declared=declared_marks(definition),
    )
    for wanted in numbers:
        wanted.decimal_mark = marks[wanted.column].decimal_mark or None
        wanted.thousands_mark = marks[wanted.column].thousands_mark or None


def _settle_day(engine: duckdb.DuckDBPyConnection, dialect: InputDialect) -> list[str]:
    """Find out the day of the data where some dates lie in a far future; say so."""
    if dialect.kind == "wide":
        return settle_day_of_customers(engine, dialect)
    times = [f for f in dialect.fields if f.name == "ordered_at" and f.source_column]
    if dialect.as_of_date or not times:
        return []
    far = far_orders(engine, dialect.relation_sql, times[0])
    if far is None:
        return []
    dialect.as_of_date = str(far.observed_on)
    return [f"{Path(dialect.source_path).name}: {far.sentence}"]


def _declared_date_format(definition: dict, wanted: Field) -> str:
    declared = definition.get("date_format") or ""
    if not isinstance(declared, dict):
        return str(declared)
    by_key = {name_key(str(name)): str(words) for name, words in declared.items()}
    return by_key.get(name_key(wanted.column)) or by_key.get(wanted.name, "")


def _null_words(definition: dict) -> tuple[str, ...]:
    declared = definition.get("null_words")
    if declared is None:
        return NULL_WORDS
    words = declared if isinstance(declared, list) else [declared]
    # YAML reads null and ~ as nothing
    return tuple("null" if word is None else str(word).lower() for word in words)

"""Look at a user's file before anything is read from it.

Nothing here moves rows: the result is a description (how the engine has to read
the file, which of its columns is what, how its dates are written) or one sentence
that says why it cannot be read. The SQL staging models do the reading.
"""

import codecs
import csv
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from segmentation.errors import UserError
from segmentation.orders import LINE_FIELDS, arranged_columns, arranged_orders
from segmentation.quoting import identifier, literal

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
}
KEY = "customer_id"
KINDS = ("wide", "orders")
DELIMITERS = (";", ",", "\t", "|")
NULL_WORDS = ("", "NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "None", "-")
DATE_FORMATS = (
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
)
# how many distinct dates are looked at to tell their format
DATE_SAMPLE = 50_000
HEADER_BYTES = 1 << 20


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


@dataclass
class InputDialect:
    """How to read one input; `problem` is a sentence where it cannot be read."""

    input_name: str
    source_path: str
    relation_sql: str = ""
    record_number_sql: str = ""
    problem: str | None = None
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
    name: str = "",
    path: str = "",
    date_format: str = "",
    most_fields: int = 12,
) -> InputDialect:
    """Describe how the chosen input has to be read.

    Parameters
    ----------
    inputs : dict
        The definitions under ``vars: inputs:`` in dbt_project.yml.
    default : str
        Name of the definition used where none is asked for.
    name, path, date_format : str
        What SEGMENTS_INPUT, SEGMENTS_PATH and SEGMENTS_DATE_FORMAT say.
    most_fields : int, default=12
        Categories, and channels, that are told apart at most.

    Returns
    -------
    InputDialect
        With ``problem`` set, and nothing to read, where the input cannot be used.
    """
    dialect = InputDialect(input_name(name, path, default), path)
    try:
        definition = _definition(inputs, name or default)
        dialect.source_path = path or definition["path"]
        _read_settings(dialect, definition)
        _describe_file(dialect, definition, date_format, most_fields)
    except UserError as error:
        dialect.problem = str(error)
        dialect.fields = []
    return dialect


def _definition(inputs: dict, name: str) -> dict:
    if name not in inputs:
        known = ", ".join(sorted(inputs))
        raise UserError(
            f"There is no input called '{name}' under vars: inputs: in "
            f"dbt_project.yml; it knows {known}. Set SEGMENTS_INPUT to one of them."
        )
    return inputs[name]


def _read_settings(dialect: InputDialect, definition: dict) -> None:
    """Take over what the definition says besides where things are."""
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
    dialect: InputDialect, definition: dict, date_format: str, most_fields: int
) -> None:
    path = Path(dialect.source_path)
    if not path.is_file():
        raise UserError(
            f"The input file {path} does not exist (looked from {Path.cwd().name}/); "
            "give the path of a file in SEGMENTS_PATH or in dbt_project.yml."
        )
    if path.stat().st_size == 0:
        raise UserError(f"The input file {path} is empty; it needs a header and rows.")
    dialect.fields = _wanted_fields(definition)
    if path.suffix == ".parquet":
        dialect.relation_sql = f"read_parquet({literal(path)}, file_row_number = true)"
        dialect.record_number_sql = "file_row_number + 1"
    else:
        head = _head(path)
        delimiter = definition.get("delimiter") or _delimiter(head, dialect.fields)
        _require_different_names(path, _header(head, delimiter), dialect.fields)
        dialect.relation_sql = (
            f"read_csv({literal(path)}, delim = {literal(delimiter)}, header = true, "
            "all_varchar = true, quote = '\"', escape = '\"', "
            f"nullstr = [{', '.join(literal(word) for word in NULL_WORDS)}])"
        )
        # the header is the first record of the file
        dialect.record_number_sql = "row_number() over () + 1"
    with duckdb.connect() as engine:
        _match_columns(engine, dialect)
        declared = date_format or definition.get("date_format", "")
        for wanted in dialect.fields:
            if wanted.data_type == "date" and wanted.source_type == "VARCHAR":
                wanted.date_format = declared or _date_format(engine, dialect, wanted)
        arrange = arranged_orders if dialect.kind == "orders" else arranged_columns
        dialect.fields = arrange(
            engine,
            dialect.relation_sql,
            dialect.fields,
            path=path,
            most_fields=most_fields,
        )


def _wanted_fields(definition: dict) -> list[Field]:
    columns = definition.get("columns", {})
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
    _require_no_clash(definition)
    multipliers = _multipliers(definition, known)
    target = definition.get("target_campaign", {})
    return [
        *(
            # what customers are told by is computed from the lines: arranged_orders
            Field("line", n, t, columns.get(n), multiplier=multipliers.get(n))
            for n, t in LINE_FIELDS.items()
            if is_orders
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
            for n, c in definition.get("spend", {}).items()
        ),
        *(
            Field("channel", n, "integer", c)
            for n, c in definition.get("channels", {}).items()
        ),
        *(
            Field("campaign", n, "boolean", c)
            for n, c in definition.get("campaigns", {}).items()
        ),
        Field(
            "target", target.get("name", "target"), "boolean", target.get("response")
        ),
        Field("contact_cost", "contact_cost", "money", target.get("contact_cost")),
        Field("revenue", "revenue", "money", target.get("revenue")),
    ]


def _require_no_clash(definition: dict) -> None:
    """Refuse a category or channel whose column an attribute already has."""
    for role, suffix in (("spend", "spend"), ("channels", "purchases")):
        for name in definition.get(role, {}):
            if f"{name}_{suffix}".lower() in ATTRIBUTES:
                raise UserError(
                    f"dbt_project.yml has '{name}' under {role}, but {name}_{suffix} "
                    "is an attribute of its own; call it something else, or map it "
                    "under columns."
                )


def _multipliers(definition: dict, known: dict[str, str]) -> dict[str, float]:
    multipliers = definition.get("multiply", {})
    for name, times in multipliers.items():
        is_number = isinstance(times, int | float) and not isinstance(times, bool)
        if known.get(name) not in ("integer", "number", "money") or not is_number:
            raise UserError(
                f"dbt_project.yml multiplies {name} by {times}; under multiply there "
                "can be numbers for columns that hold numbers, for example income: "
                "1000."
            )
    return multipliers


def _head(path: Path) -> str:
    """Return the beginning of a text file."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    try:
        # incremental: the last character may be cut in two
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError as error:
        raise UserError(
            f"The input file {path} is not UTF-8 text (byte {error.start + 1}); "
            "save it as 'CSV UTF-8' and try again."
        ) from None


def _header(head: str, delimiter: str) -> list[str]:
    records = csv.reader(head.splitlines(), delimiter=delimiter)
    return [_key(name) for name in next(records, [])]


def _delimiter(head: str, fields: list[Field]) -> str:
    """Return the delimiter under which the header has most of the wanted columns."""
    wanted = {_key(f.source_column) for f in fields if f.source_column}
    return max(DELIMITERS, key=lambda d: len(wanted & set(_header(head, d))))


def _require_different_names(
    path: Path, header: list[str], fields: list[Field]
) -> None:
    for wanted in fields:
        count = header.count(_key(wanted.source_column or ""))
        if wanted.source_column and count > 1:
            raise UserError(
                f"The input file {path} has {count} columns called "
                f"'{wanted.source_column}' (upper and lower case do not count); "
                "rename all but one."
            )


def _match_columns(engine: duckdb.DuckDBPyConnection, dialect: InputDialect) -> None:
    path = dialect.source_path
    try:
        described = engine.sql(
            f"describe select * from {dialect.relation_sql}"
        ).fetchall()
        rows = engine.sql(f"select 1 from {dialect.relation_sql} limit 1").fetchall()
    except duckdb.Error as error:
        raise UserError(
            f"The input file {path} cannot be read as a table: "
            f"{str(error).splitlines()[0]}"
        ) from None
    by_key = {_key(name): (name, data_type) for name, data_type, *_ in described}
    for wanted in dialect.fields:
        match = by_key.get(_key(wanted.source_column or ""))
        expected = wanted.source_column
        wanted.source_column, wanted.source_type = match or (None, None)
        if wanted.name == "customer_id" and not match:
            columns = ", ".join(name for name, *_ in described[:12])
            raise UserError(
                f"The input file {path} has no key column '{expected}'; its columns "
                f"are {columns}{', ...' if len(described) > 12 else ''}. Rename the "
                "key, or map customer_id to it in dbt_project.yml."
            )
    if not rows:
        raise UserError(f"The input file {path} has a header but no rows.")


def _date_format(
    engine: duckdb.DuckDBPyConnection, dialect: InputDialect, wanted: Field
) -> str:
    """Return the one format that reads the dates, or say that two do equally well."""
    column = identifier(wanted.source_column)
    parsed = ", ".join(
        f"count(*) filter (where year(try_strptime(value, '{date_format}')) "
        "between 1900 and 2100)"
        for date_format in DATE_FORMATS
    )
    counts = engine.sql(
        f"select {parsed} from (select distinct trim({column}) as value "
        f"from {dialect.relation_sql} where {column} is not null limit {DATE_SAMPLE})"
    ).fetchall()[0]
    best = max(counts)
    formats = [f for f, n in zip(DATE_FORMATS, counts, strict=True) if n == best]
    if best == 0:
        raise UserError(
            f"The dates in column '{wanted.source_column}' of {dialect.source_path} "
            "are in no known format; say how they are written, for example "
            "SEGMENTS_DATE_FORMAT='%d %b %Y'."
        )
    if len(formats) > 1:
        raise UserError(
            f"The dates in column '{wanted.source_column}' of {dialect.source_path} "
            f"can be read as {' or as '.join(formats)}; say which, for example "
            f"SEGMENTS_DATE_FORMAT='{formats[0]}'."
        )
    return formats[0]


def _key(name: str) -> str:
    return name.strip().lower()

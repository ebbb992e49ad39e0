"""SQL for the records of a source: their place, and the columns that are wanted."""

from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.dates import is_day_type
from segmentation.reading.field import JOINED_KEY, NUMBERS, ROW_NUMBER, Field
from segmentation.reading.names import name_key
from segmentation.reading.sources import Source
from segmentation.reading.unknown import without_unknown
from segmentation.warehouse.quoting import identifier

__all__ = [
    "COMPUTED",
    "INTEGER_TYPES",
    "cleaned_columns",
    "joined_key",
    "records_sql",
]

INTEGER_TYPES = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT"),
    *("UINTEGER", "UBIGINT", "UHUGEINT"),
)
_BETWEEN = " || ' / ' || "  # parts of a key
# columns of what is read that are none of the file -> their type
COMPUTED = {ROW_NUMBER: "BIGINT", JOINED_KEY: "VARCHAR"}
_NUMBER_TYPES = (*INTEGER_TYPES, "FLOAT", "DOUBLE", "DECIMAL")


def records_sql(source: Source, columns: list[str]) -> str:
    """Return SQL for the records of a source, with their place and columns."""
    return (
        f"(select {source.record_number_sql} as segments_record_number, "
        f"{source.line_number_sql} as segments_line_number, "
        f"{source.source_file_sql} as segments_source_file, "
        f"{source.reject_reason_sql} as segments_reject_reason, "
        f"{', '.join(columns)} from {source.relation_sql})"
    )


def joined_key(source: Source, parts: list[str], null_words: tuple[str, ...]) -> str:
    """Return SQL for the columns that are a key together as one text."""
    names = {name_key(column.header): column.name for column in source.columns}
    texts = [cleaned_sql(names[name_key(part)], null_words) for part in parts]
    # a row that lacks a part has no key
    return f"{_BETWEEN.join(texts)} as {identifier(JOINED_KEY)}"


def cleaned_columns(
    fields: list[Field], null_words: tuple[str, ...], unknown: dict[str, list]
) -> str:
    """Return SQL for the columns that are wanted, those of text cleaned."""
    columns = {}
    for wanted in fields:
        name = wanted.source_column
        if name in COMPUTED:
            continue  # the relation has it whatever is wanted
        if name and not _holds(wanted.source_type or "", wanted.data_type):
            wanted.source_type = "VARCHAR"  # it is read as text
        if name and wanted.source_type == "VARCHAR":
            text = without_unknown(cleaned_sql(name, null_words), unknown, wanted.name)
            columns[name] = f"{text} as {identifier(name)}"
        elif name and wanted.name in unknown:
            value = without_unknown(identifier(name), unknown, wanted.name)
            columns[name] = f"{value} as {identifier(name)}"
        elif name:
            columns.setdefault(name, identifier(name))
    return ", ".join(columns.values())


def _holds(source_type: str, data_type: str) -> bool:
    """Return whether a column's own type can be cast to the wanted one."""
    if data_type == "date":
        return is_day_type(source_type)
    if data_type in NUMBERS:
        return source_type.startswith(_NUMBER_TYPES)
    return True

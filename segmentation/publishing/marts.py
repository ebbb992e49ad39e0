"""Copy marts and lists of customers into one generation."""

import re
import unicodedata
from datetime import datetime
from pathlib import Path

import duckdb

from segmentation.publishing.columns import describe_columns
from segmentation.publishing.ordering import columns_beside, read_lookups
from segmentation.publishing.relations import describe_relations
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.exports import copy_csv
from segmentation.warehouse.personal import personal_kind
from segmentation.warehouse.places import Places, attach_warehouse
from segmentation.warehouse.quoting import identifier, literal

__all__ = [
    "ENTRIES",
    "HOLDOUT",
    "SPREADSHEET_ROWS",
    "audience_file",
    "file_slug",
    "write_generation",
]

# read by every DuckDB client from 1.1 on; DuckDB 2's own format only by 2.0
STORAGE_VERSION = "v1.0.0"
# of 16 kB a million customers take nearly twice the space, of DuckDB's own 256 the
# many tables of a small shop more than twice
BLOCK_BYTES = 65_536
ENTRIES = ("segments.duckdb", "parquet", "csv", "audiences")
# that a sheet of Excel or Calc holds below its header
SPREADSHEET_ROWS = 1_048_575
TARGETS, HOLDOUT = "campaign_targets.csv", "campaign_holdout.csv"
_NAME_LETTERS = 60


def file_slug(text: str) -> str:
    """Return a name for people as part of a file name that every system takes.

    Examples
    --------
    >>> file_slug("Few web visits, no children")
    'few-web-visits-no-children'
    >>> file_slug("../Café <b>")
    'cafe-b'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())
    return words.strip("-")[:_NAME_LETTERS].rstrip("-")


def audience_file(segment_key: str, segment_name: str) -> str:
    """Return the name of the list of a segment's customers in audiences/.

    Examples
    --------
    >>> audience_file("S01", "Frequent buyers")
    's01_frequent-buyers.csv'
    """
    return f"{file_slug(segment_key)}_{file_slug(segment_name)}".rstrip("_") + ".csv"


def write_generation(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Path | Places,
    folder: Path,
    published_at: datetime,
    source_file: str,
    most_csv_rows: int,
) -> tuple[list[str], dict[str, int], list[str]]:
    """Write one generation; return its marts, and the customers of each audience.

    Last come the marts of more rows than `most_csv_rows`, which are not written as CSV.
    """
    for entry in ENTRIES[1:]:
        (folder / entry).mkdir(parents=True)
    places = attach_warehouse(connection, warehouse)
    connection.execute(
        f"attach {literal(folder / ENTRIES[0])} as published "
        f"(storage_version '{STORAGE_VERSION}', block_size {BLOCK_BYTES})"
    )
    connection.execute("use published")
    connection.execute("create schema marts")
    marts = _copy_marts(connection, places)
    if not {"customer_segments", "segment_model_versions"} <= set(marts):
        raise UserError(
            "The warehouse holds no segments to publish; run segments build first."
        )
    _describe_generation(connection, published_at, source_file)
    describe_columns(connection)
    describe_relations(connection)
    described = ("generation", "published_columns", "published_relations")
    without_csv = _longer_than(most_csv_rows, connection)
    for mart in [*marts, *described]:
        table = f"published.marts.{identifier(mart)}"
        connection.execute(
            f"copy {table} to {literal(folder / 'parquet' / f'{mart}.parquet')} "
            "(format parquet, compression zstd)"
        )
        if mart not in without_csv:
            file = folder / "csv" / f"{mart}.csv"
            copy_csv(connection, f"select * from {table}", file)
    audiences = _write_audiences(connection, marts, folder / "audiences")
    connection.execute("use memory")
    connection.execute("detach published")  # writes what is still in the log
    return marts, audiences, without_csv


def _longer_than(rows: int, connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select relation from published.marts.published_relations "
        "where rows_found > ? order by relation",
        [rows],
    ).fetchall()
    return [relation for (relation,) in found]


def _copy_marts(
    connection: duckdb.DuckDBPyConnection, places: dict[str, tuple[str, str]]
) -> list[str]:
    """Copy the tables of the marts with their keys and comments; return their names."""
    there = {
        mart: f"warehouse.{identifier(schema)}.{identifier(name)}"
        for mart, (schema, name) in places.items()
    }
    lookups = read_lookups(connection, there.get)
    marts = sorted(places)
    mart_of = {place: mart for mart, place in places.items()}
    statements = {
        (schema, name): statement
        for schema, name, statement in connection.execute(
            "select schema_name, table_name, sql from duckdb_tables() "
            "where database_name = 'warehouse'"
        ).fetchall()
    }
    core: set[str] = set()
    for mart in marts:
        target = f"published.marts.{identifier(mart)}"
        columns_and_keys = statements[places[mart]].partition("(")[2]
        connection.execute(f"create table {target} ({columns_and_keys}")
        columns = connection.table(target).columns
        own = set(columns) - core if mart == "customers_wide" else ()
        core = set(columns) if mart == "customers" else core  # it comes before
        beside = columns_beside(mart, columns, lookups, own)
        for column in beside:
            name = identifier(column.name)
            connection.execute(f"alter table {target} add column {name} {column.kind}")
            connection.execute(
                f"comment on column {target}.{name} is {literal(column.said)}"
            )
        added = "".join(f", {column.sql}" for column in beside)
        connection.execute(f"insert into {target} select *{added} from {there[mart]}")
    _copy_comments(connection, mart_of)
    return marts


def _copy_comments(
    connection: duckdb.DuckDBPyConnection, mart_of: dict[tuple[str, str], str]
) -> None:
    """Copy the comments on the marts and their columns."""
    connection.execute("begin")  # a thousand comments, one commit
    for schema, name, column, words in connection.execute(
        "select schema_name, table_name, null, comment from duckdb_tables() "
        "where database_name = 'warehouse' and comment is not null "
        "union all "
        "select schema_name, table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'warehouse' and comment is not null"
    ).fetchall():
        if (schema, name) in mart_of:
            mart = f"published.marts.{identifier(mart_of[schema, name])}"
            about = f"column {mart}.{identifier(column)}" if column else f"table {mart}"
            connection.execute(f"comment on {about} is {literal(words)}")
    connection.execute("commit")


def _describe_generation(
    connection: duckdb.DuckDBPyConnection, published_at: datetime, source_file: str
) -> None:
    table = "published.marts.generation"
    connection.execute(
        f"""
        create table {table} as
        select
            cast($published_at as timestamp) as published_at,
            current_model.model_version,
            current_model.input_name,
            ({_first_day(connection)}) as first_on,
            (
                select max(observed_on) from published.marts.customer_segments
            ) as observed_on,
            cast($source_file as varchar) as source_file,
            (
                select count(*) from published.marts.customer_segments
            ) as customers,
            cast($currency as varchar) as currency,
            'en' as language,
            cast($page_language as varchar) as page_language
        from published.marts.segment_model_versions as current_model
        where current_model.is_current
        """,
        {
            "published_at": published_at,
            "source_file": source_file,
            "currency": _declared(connection, "currency"),
            "page_language": _declared(connection, "language") or "en",
        },
    )
    connection.execute(
        f"comment on table {table} is 'What was published, when, and from what: "
        "one row, the same for all files of one generation.'"
    )
    for column, words in {
        "published_at": "When it was published, in UTC.",
        "model_version": "Version of the segment model that the marts are of.",
        "input_name": "Name of the input.",
        "first_on": "First day of which the data tell: as the definition of the input "
        "says, else of the first order or the earliest enrolment; null if not known.",
        "observed_on": "Day that the data describe; the last one.",
        "source_file": "File that the warehouse was built from; empty if not known.",
        "customers": "Customers in customer_segments.",
        "currency": "Currency of all money, as the definition of the input names it; "
        "null where it does not.",
        "language": "Language of names and sentences in the marts: always en.",
        "page_language": "Language of the page and its figures, as the definition of "
        "the input names it; en where it does not.",
    }.items():
        connection.execute(f"comment on column {table}.{column} is {literal(words)}")


def _has_column(
    connection: duckdb.DuckDBPyConnection, database: str, table: str, column: str
) -> bool:
    ((count,),) = connection.execute(
        "select count(*) from duckdb_columns() where database_name = ? "
        "and table_name = ? and column_name = ?",
        [database, table, column],
    ).fetchall()
    return bool(count)


def _first_day(connection: duckdb.DuckDBPyConnection) -> str:
    declared = _declared(connection, "first_day")
    if declared:
        return f"select cast({literal(declared)} as date) as first_on"
    for table, column in (
        ("customer_orders", "ordered_on"),
        ("customers", "enrolled_on"),
    ):
        if _has_column(connection, "published", table, column):
            ((found,),) = connection.execute(
                f"select count({column}) from published.marts.{table}"
            ).fetchall()
            if found:
                return f"select min({column}) as first_on from published.marts.{table}"
    return "select cast(null as date) as first_on"


def _declared(connection: duckdb.DuckDBPyConnection, setting: str) -> str | None:
    """Return what the definition of the input says besides where things are."""
    if not _has_column(connection, "memory", "input_dialect", setting):
        return None
    ((value,),) = connection.execute(
        f"select max({setting}) from memory.staging.input_dialect"
    ).fetchall()
    return value


def _write_audiences(
    connection: duckdb.DuckDBPyConnection, marts: list[str], folder: Path
) -> dict[str, int]:
    """Write whom to contact, by segment and for the campaign, and who is held out.

    Lists are uploaded as they are: who is held out stands in HOLDOUT and no other.
    Returns the number of customers by file.
    """
    reached = "published.marts.customer_segments"
    if _has_column(connection, "published", "customers", "no_contact_reason"):
        reached += (
            " semi join (from published.marts.customers "
            "where no_contact_reason is null) using (customer_id)"
        )
    campaign = {}
    if "campaign_targets" in marts:
        targets = "published.marts.campaign_targets"
        reached += f" anti join (from {targets} where is_holdout) using (customer_id)"
        # who sends needs no columns to sort charts by, nor who somebody is
        there = connection.table(targets).columns
        columns = ", ".join(
            identifier(column)
            for column in there
            if column != "is_holdout"
            and not column.endswith(("_order", "_label", "value_rank"))
            and personal_kind(column, there) != "attribute"
        )
        campaign = {
            file: f"select {columns} from {targets} where {condition} "
            "order by contact_rank"
            for file, condition in (
                (TARGETS, "not is_holdout"),
                (HOLDOUT, "is_holdout"),
            )
        }
    contacts = _contacts(connection)
    segments = connection.execute(
        "select segment_key, min(segment_name) "
        "from published.marts.customer_segments group by segment_key order by 1"
    ).fetchall()
    lists = {
        audience_file(key, name): (
            "select customer_id, segment_key, segment_name, margin, "
            "second_segment_name, is_outlier, is_override, observed_on "
            f"from {reached} where segment_key = {literal(key)} "
            "order by margin desc, customer_id"
        )
        for key, name in segments
    }
    written = {}
    for file, plain in (lists | campaign).items():
        query = _with_contacts(plain, contacts)
        ((customers,),) = connection.execute(
            f"select count(*) from ({query})"
        ).fetchall()
        # a segment has its list even where all of it is held out
        if customers or file in lists:
            copy_csv(connection, query, folder / file)
            written[file] = customers
    return written


def _contacts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the ways to reach customers that the input names, in their order."""
    table = "stg_input__contacts"
    if not _has_column(connection, "memory", table, "contact"):
        return []
    rows = connection.execute(
        f"select contact from memory.staging.{table} "
        "group by contact order by min(contact_order)"
    ).fetchall()
    return [contact for (contact,) in rows]


def _with_contacts(query: str, contacts: list[str]) -> str:
    """Return a list of customers with a column for each way to reach them."""
    if not contacts:
        return query
    columns = ", ".join(
        f"any_value(contact_value) filter (contact = {literal(contact)}) "
        f"as {identifier(contact)}"
        for contact in contacts
    )
    plain, order = query.split(" order by ")
    return (
        f"select * from ({plain}) left join (select customer_id, {columns} "
        "from memory.staging.stg_input__contacts group by customer_id) "
        f"using (customer_id) order by {order}"
    )

"""Propose the definition of an input for a user's own file, and say what is doubtful.

Columns are recognised by their names (`spellings`) and by what is in them. What cannot
be told is written as choices in comments, marked DECIDE; until somebody decides, the
build says what is missing.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from segmentation.reading.addresses import require_no_password
from segmentation.reading.arranging import LINE_FIELDS
from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.dates import (
    date_format_of,
    digits_of_years,
    is_day_type,
    parsed_date,
)
from segmentation.reading.definition import (
    Draft,
    Proposal,
    query_file,
    yaml_scalar,
)
from segmentation.reading.dialect import ATTRIBUTES, input_name
from segmentation.reading.event_proposal import events_query
from segmentation.reading.feature_choice import Chooser
from segmentation.reading.foreign import reader_connection, told
from segmentation.reading.join_proposal import ProposedQuery, proposed_query
from segmentation.reading.keys import keys_of, lost_digits, require_exact
from segmentation.reading.looks import ColumnContent, kind_tests, look_at
from segmentation.reading.numbers import Marks, decimal_marks
from segmentation.reading.order_amounts import Lines
from segmentation.reading.order_proposal import draft_orders
from segmentation.reading.order_recognition import (
    Orders,
    kind_lines,
    lines_of,
    recognised_orders,
    repeats_asked,
)
from segmentation.reading.parquet import OTHER_ROW, TOTAL
from segmentation.reading.places import files_of
from segmentation.reading.queries import open_query
from segmentation.reading.recognition import (
    CODE,
    FreeNames,
    one_line,
    shown,
)
from segmentation.reading.sources import Source, open_as_found
from segmentation.reading.tables import links_of, opened_tables, tables_at
from segmentation.reading.wide_proposal import draft_wide
from segmentation.reading.wide_rows import States, says_end, states_of
from segmentation.warehouse.errors import TwoReadings, UserError

__all__ = ["propose"]

# share of a column's values; the build has it as unread_share_that_is_said
_MOST_UNSAID = 0.03
_WITNESSES = 6
# what lies further ahead than this is a slip, or an end
_MOST_AHEAD = timedelta(days=731)
# attributes that are days
_DAYS = {"ordered_at", *(name for name, kind in ATTRIBUTES.items() if kind == "date")}
_OWN_ROLES = ("measures: ", "groups: ", "dates: ", "lists: ", "target")


def propose(
    path: str, *, name: str = "", folder: Path, choose: Chooser | None = None
) -> Proposal:
    """Propose how a file is described as an input.

    Parameters
    ----------
    path : str
        A file, a pattern of files, or the address of a database.
    name : str, default=''
        Name of the input; the file's own where omitted.
    folder : Path
        Where a file goes that has to be converted.
    choose : Chooser, optional
        The statistics by which features are chosen among the columns of a wide file;
        without them, all that could be a feature is one.

    Returns
    -------
    Proposal

    Raises
    ------
    UserError
        If the file cannot be read as a table, or the name is none.
    """
    require_no_password(path)
    name = name or input_name("", path.rstrip("/"), "input")
    if not re.fullmatch("[A-Za-z0-9_]+", name):
        raise UserError(
            f"'{name}' cannot name an input: use letters, digits and _ only, for "
            "example --name shop."
        )
    try:
        return _proposal(path, name, folder, choose)
    except duckdb.Error as error:
        raise UserError(told(error, path)) from error


def _proposal(path: str, name: str, folder: Path, choose: Chooser | None) -> Proposal:
    tables = {} if "://" in path else tables_at(path, folder)
    if len(tables) == 1:
        # a folder of one file, or of the parts of one table
        (where,), tables = tables.values(), {}
        path = str(where)
    opened = _opened(path, tables, folder, name)
    with reader_connection() as engine:
        names = FreeNames(look_at(engine, opened.source, path))
        lines = lines_of(engine, opened.source)
        orders = recognised_orders(names, lines)
        states = _states(orders, names.contents, lines)
        of = None if states else orders
        events = events_query(of, names.contents, lines, path, opened.asked)
        if events is None:
            if states or (orders and not orders.can_be_orders):
                orders, names = None, FreeNames(names.contents)
            looked = _Looked(engine, names, lines, orders, states)
            return _proposed(opened, looked, path, name, choose)
    opened = _asked(events, folder, name)
    with reader_connection() as engine:
        names = FreeNames(look_at(engine, opened.source, path))
        looked = _Looked(engine, names, lines_of(engine, opened.source), None, None)
        return _proposed(opened, looked, path, name, choose)


@dataclass
class _Looked:
    """What was seen of the columns and rows, in the engine that still has them."""

    engine: duckdb.DuckDBPyConnection
    names: FreeNames
    lines: Lines
    orders: Orders | None
    states: States | None


@dataclass
class _Opened:
    """What is read, where it is, and the query if it is one."""

    source: Source
    where: list[str]
    asked: ProposedQuery | None = None


def _opened(
    path: str, found: dict[str, str | dict], folder: Path, name: str
) -> _Opened:
    """Open a file, or the tables of a folder or database by a query of them."""
    if not found:
        source, seen = open_as_found(path, folder=folder, name=name)
        where = Draft()
        files = [] if "://" in path else files_of(path)
        why = f"{len(files)} files of the same columns" if len(files) > 1 else ""
        where.say(1, "path", yaml_scalar(path), why)
        for key, (value, why) in seen.items():
            where.say(1, key, json.dumps(value), why)
        return _Opened(source, where.lines)
    with reader_connection() as engine:
        tables = opened_tables(engine, found, folder)
        return _asked(proposed_query(tables, links_of(engine, tables)), folder, name)


def _asked(asked: ProposedQuery, folder: Path, name: str) -> _Opened:
    """Run a query that is proposed."""
    file = query_file(name)
    source = open_query(file, asked.sql, asked.tables, folder=folder, name=name)
    where = Draft()
    where.say(1, "query", yaml_scalar(file))
    where.say(1, "tables")
    for table, place in asked.tables.items():
        said = json.dumps(place) if isinstance(place, dict) else yaml_scalar(place)
        where.say(2, table, said)
    return _Opened(source, where.lines, asked)


def _proposed(
    opened: _Opened, looked: _Looked, path: str, name: str, choose: Chooser | None
) -> Proposal:
    source, asked, draft = opened.source, opened.asked, Draft()
    engine, names, orders = looked.engine, looked.names, looked.orders
    kind = kind_lines(orders, draft)
    if looked.states:
        kind = ["kind: wide  # several rows a customer, of which one counts"]
    if orders:
        used = draft_orders(draft, names, looked.lines, orders)
    else:
        used = draft_wide(
            engine,
            draft,
            names,
            path=path,
            choose=choose,
            states=looked.states,
            key=asked.key if asked else "",
        )
        if looked.states is None:
            kind = repeats_asked(used.get("customer_id"), draft) or kind
    dialect = _draft_dialect(engine, source, path, draft, used)
    _remark_on_lost(engine, source, draft, used)
    are_several = orders is not None or looked.states is not None
    _remark_on_content(draft, names, used, are_several=are_several)
    draft.remarks[:0] = _rejected(engine, source)
    draft.remarks[:0] = [f"Found: {note.split(': ', 1)[-1]}" for note in source.notes]
    head = [
        f"{yaml_scalar(name)}:",
        *(f"  {line}" for line in kind),
        *opened.where,
        *dialect,
    ]
    body = "\n".join("    " + line for line in [*head, *draft.lines])
    remarks = [*(asked.remarks if asked else []), *draft.remarks]
    sql = asked.sql if asked else ""
    return Proposal(name, body + "\n", remarks, draft.decisions, sql)


def _states(
    orders: Orders | None, contents: list[ColumnContent], lines: Lines
) -> States | None:
    """Return states of customers, where nothing is called like an order's money."""
    if orders is not None and not orders.doubts:
        return None
    return states_of(FreeNames(contents), lines)


def _draft_dialect(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    path: str,
    draft: Draft,
    used: dict[str, ColumnContent],
) -> list[str]:
    """Return the lines that say how the file is written, as far as it matters."""
    dialect = Draft()
    if source.encoding and source.encoding != "utf-8":
        dialect.say(1, "encoding", source.encoding, "found; check special letters")
    if source.header_row:
        dialect.say(1, "header_row", str(source.header_row), "a title stands above it")
    if source.delimiter:
        dialect.say(1, "delimiter", json.dumps(source.delimiter))
    if source.table:
        dialect.say(1, source.table_key, yaml_scalar(source.table))
    good = f"where {source.reject_reason_sql} is null"
    relation = f"(select * from {source.relation_sql} {good})"
    formats: dict[str, str] = {}
    for what, content in used.items():
        column = content.column
        is_day = what in _DAYS or what.startswith("dates: ")
        if what == "birth_year":
            is_day = digits_of_years(engine, relation, column.name) == 2
        if not is_day or is_day_type(column.data_type):
            continue
        try:
            found = date_format_of(engine, relation, column.name, path=path)
        except TwoReadings as doubt:
            _choose(dialect, doubt)
            continue
        except UserError as error:
            draft.remarks.append(f"Check: {error}")
            continue
        if found:
            formats[column.header] = found
    if len(set(formats.values())) == 1:
        dialect.say(1, "date_format", yaml_scalar(next(iter(formats.values()))), "seen")
    elif formats:
        dialect.say(1, "date_format")
        for header, found in formats.items():
            dialect.say(2, header, yaml_scalar(found), "seen")
    _draft_day(engine, relation, dialect, used, formats)
    _draft_numbers(engine, relation, path, draft, dialect, used)
    _draft_keys(engine, relation, source, path, draft, used)
    draft.decisions += dialect.decisions
    return dialect.lines


def _draft_numbers(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    path: str,
    draft: Draft,
    dialect: Draft,
    used: dict[str, ColumnContent],
) -> None:
    """Say how decimals are marked, where the numbers tell it."""
    numbers = [
        content
        for what, content in used.items()
        if content.column.data_type == "VARCHAR"
        and content.is_number
        and what not in ("customer_id", "target")
        and not what.startswith(("groups: ", "lists: ", "dates: "))
    ]
    # plain numbers need no look, but some are witnesses of how the file writes them
    doubtful = [c for c in numbers if c.is_read_by_its_marks]
    witnesses = [c for c in numbers if not c.is_read_by_its_marks][:_WITNESSES]
    texts = list(dict.fromkeys(c.column.name for c in [*doubtful, *witnesses]))
    try:
        marks = decimal_marks(engine, relation, texts, path=path, declared=Marks())
        commas = {m.decimal_mark for m in marks.values() if m.decimal_mark}
        if len(commas) == 1:
            dialect.say(1, "decimal_mark", json.dumps(commas.pop()), "seen")
    except TwoReadings as doubt:
        _choose(dialect, doubt)
    except UserError as error:
        draft.remarks.append(f"Danger: {error}")


def _draft_keys(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    source: Source,
    path: str,
    draft: Draft,
    used: dict[str, ColumnContent],
) -> None:
    """Remark how the keys are written."""
    key = used.get("customer_id")
    if key and not key.column.data_type.endswith(("INT", "INTEGER")):
        try:
            _require_whole_keys(engine, relation, source, key, path)
            notes = keys_of(engine, relation, key.column.name, path=path).notes
            draft.remarks += [f"Found: {note.split(': ', 1)[-1]}" for note in notes]
        except UserError as error:
            draft.remarks.append(f"Danger: {error}")


def _require_whole_keys(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    source: Source,
    key: ColumnContent,
    path: str,
) -> None:
    column = key.column
    if column.header in source.cut:
        raise lost_digits(column.header, path, source.cut[column.header])
    kind, name = column.data_type, column.name
    require_exact(kind, name, path, engine=engine, relation=relation)


def _draft_day(
    engine: duckdb.DuckDBPyConnection,
    relation: str,
    dialect: Draft,
    used: dict[str, ColumnContent],
    formats: dict[str, str],
) -> None:
    """Say the day of the data where another date than the catalogue's would move it.

    What ends later may lie ahead, and what the input declares may be younger.
    """

    def last_day(contents: Iterable[ColumnContent]) -> date | None:
        days = [
            f"max({parsed_date(cleaned_sql(c.column.name), formats[c.column.header])})"
            for c in contents
            if c.column.header in formats
        ]
        if not days:
            return None
        ((day,),) = engine.sql(
            f"select cast(greatest({', '.join(days)}) as date) from {relation}"
        ).fetchall()
        return day

    dates = [c for what, c in used.items() if what.startswith("dates")]
    ends = [content for content in dates if says_end(content)]
    others = [content for content in dates if content not in ends]
    named = [used[what] for what in ("enrolled_on", "last_purchase_on") if what in used]
    day, known = last_day(others), last_day(named)
    if "ordered_at" in used:
        return  # the last order tells the day
    if ends and day:
        said = ", ".join(f"'{one_line(c.column.header)}'" for c in ends)
        why = f"the last day but for {said}, which may lie ahead; check it"
        dialect.say(1, "as_of_date", json.dumps(str(day)), why)
    elif day and known and known < day <= known + _MOST_AHEAD:
        said = ", ".join(f"'{one_line(c.column.header)}'" for c in others)
        why = f"the last day of {said}, which is younger than the others; check it"
        dialect.say(1, "as_of_date", json.dumps(str(day)), why)


def _choose(dialect: Draft, doubt: TwoReadings) -> None:
    dialect.choose(
        1,
        "how it is to be read",
        [(doubt.key, json.dumps(value), why) for value, why in doubt.choices.items()],
    )


def _remark_on_content(
    draft: Draft, names: FreeNames, used: dict[str, ColumnContent], *, are_several: bool
) -> None:
    key = used.get("customer_id")
    if key and not are_several and key.distinct < key.filled:
        repeats = key.filled - key.distinct
        draft.remarks.append(
            f"Danger: {repeats:,} of {key.filled:,} rows repeat a value of "
            f"{shown(key)}; the first row of a customer counts, the others are "
            "rejected. If these are orders, they need a date and an amount."
        )
    for header, count in names.same.items():
        if count > 1:
            draft.remarks.append(
                f"Danger: {count} columns are called '{one_line(header)}'; rename "
                "all but one if it is needed."
            )
    if names.nameless:
        draft.remarks.append(
            f"Ignored: {names.nameless:,} "
            f"{'columns' if names.nameless > 1 else 'column'} without a name (row "
            "numbers, perhaps); to use one, give it a name in the file."
        )
    for content in names.contents:
        if CODE.search(content.column.header):
            draft.remarks.append(
                f"Danger: {shown(content)} is not used, as dbt would read its name "
                "as code; rename it."
            )


def _rejected(engine: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    """Return what is to be said of lines that cannot be read."""
    if source.reject_reason_sql != "segments_reject_reason":
        return []  # the engine reads every line
    rows = engine.sql(
        f"select segments_reject_reason, count(*), min({source.line_number_sql}) "
        f"from {source.relation_sql} where segments_reject_reason is not null "
        "group by all order by all"
    ).fetchall()
    return [
        f"Danger: {count:,} {'lines are' if count > 1 else 'line is'} left out: "
        f"{reason} (line {line} first)."
        for reason, count, line in rows
        if reason not in (TOTAL, OTHER_ROW)
    ]


def _remark_on_lost(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    draft: Draft,
    used: dict[str, ColumnContent],
) -> None:
    """Say what of the columns' values the build will not read, or will round."""
    for what, content in used.items():
        data_type = _type_of(what)
        if data_type == "text" or not content.filled or what.startswith(_OWN_ROLES):
            continue
        number, flag, date = kind_tests(content.column)
        test = {"boolean": flag, "date": f"{date} or {number}"}.get(data_type, number)
        if what == "birth_year":
            test = f"{date} or {number}"
        text = cleaned_sql(content.column.name)
        decimals = f"try_cast({text} as double) != round(try_cast({text} as double))"
        lost, example, rounded, rounded_example = engine.sql(
            f"select count({text}) filter (not ({test})), "
            f"min({text}) filter (not ({test})), "
            f"count({text}) filter ({decimals}), min({text}) filter ({decimals}) "
            f"from {source.relation_sql} where {source.reject_reason_sql} is null"
        ).fetchall()[0]
        if lost > _MOST_UNSAID * content.filled:
            draft.remarks.append(
                f"Check: {lost:,} of {content.filled:,} values of {shown(content)} "
                f"are not what {what} has to be (for example '{one_line(example)}'); "
                "they will count as missing."
            )
        if data_type == "integer" and rounded > _MOST_UNSAID * content.filled:
            draft.remarks.append(
                f"Check: {rounded:,} of {content.filled:,} values of "
                f"{shown(content)} have decimals (for example "
                f"'{one_line(rounded_example)}'); {what} will be their nearest "
                "whole number."
            )


def _type_of(what: str) -> str:
    """Return the type of what a column is used as."""
    role, _, name = what.partition(": ")
    if role == "target_campaign" and name == "response":
        role = "campaigns"
    types = {"campaigns": "boolean", "channels": "integer"}
    known = {**LINE_FIELDS, **ATTRIBUTES}
    return known.get(role) or types.get(role, "money")

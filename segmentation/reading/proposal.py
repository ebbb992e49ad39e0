"""Propose the definition of an input for a user's own file, and say what is doubtful.

Columns are recognised by their names (`spellings`) and by what is in them. What cannot
be told is written as choices in comments, marked DECIDE; until somebody decides, the
build says what is missing.
"""

import json
import re
from pathlib import Path

import duckdb

from segmentation.reading.addresses import require_no_password
from segmentation.reading.arranging import LINE_FIELDS
from segmentation.reading.cleaning import cleaned_sql
from segmentation.reading.dates import date_format_of
from segmentation.reading.definition import Draft, Proposal, yaml_scalar
from segmentation.reading.dialect import ATTRIBUTES, input_name
from segmentation.reading.keys import keys_of
from segmentation.reading.numbers import Marks, decimal_marks
from segmentation.reading.order_proposal import draft_orders
from segmentation.reading.order_recognition import (
    kind_lines,
    lines_of,
    recognised_orders,
)
from segmentation.reading.recognition import (
    CODE,
    ColumnContent,
    FreeNames,
    by_pattern,
    fits,
    in_time_order,
    kind_tests,
    look_at,
    one_line,
    shown,
)
from segmentation.reading.sources import Source, open_source
from segmentation.reading.spellings import SPELLINGS, TARGETS
from segmentation.warehouse.errors import TwoReadings, UserError

__all__ = ["propose"]

# of what the project does with it; what a file lacks is said in these words
USES = {
    "birth_year": "ages in the profiles",
    "income": "income as a feature of the segments",
    "children_at_home": "children as a feature of the segments",
    "enrolled_on": "how long somebody has been a customer, and customer_value",
    "recency_days": "customer_rfm, customer_value and customers_at_risk",
    "deal_purchases": "deal share as a feature, deal_sensitivity",
    "web_visits_per_month": "web visits as a feature of the segments",
    "spend": "total spend, the category mix, recommendations",
    "channels": "purchases, the channel mix, customer_rfm and customer_value",
    "campaigns": "responses to earlier campaigns",
    "target_campaign": "the response model and all of campaign_*",
}
# another attribute that says the same
_INSTEAD = {"birth_year": "age_years", "recency_days": "last_purchase_on"}
# share of a column's values; the build has it as unread_share_that_is_said
_MOST_UNSAID = 0.03


def propose(path: str, *, name: str = "", folder: Path) -> Proposal:
    """Propose how a file is described as an input.

    Parameters
    ----------
    path : str
        A file, a pattern of files, or the address of a database.
    name : str, default=''
        Name of the input; the file's own where omitted.
    folder : Path
        Where a file goes that has to be converted.

    Returns
    -------
    Proposal

    Raises
    ------
    UserError
        If the file cannot be read as a table, or the name is none.
    """
    require_no_password(path)
    name = name or input_name("", path, "input")
    if not re.fullmatch("[A-Za-z0-9_]+", name):
        raise UserError(
            f"'{name}' cannot name an input: use letters, digits and _ only, for "
            "example --name shop."
        )
    source = open_source(path, folder=folder, name=name)
    with duckdb.connect() as engine:
        contents = look_at(engine, source, path)
        draft = Draft()
        names = FreeNames(contents)
        lines = lines_of(engine, source)
        orders = recognised_orders(names, lines)
        kind = kind_lines(orders, draft)
        if orders:
            used = draft_orders(draft, names, lines, orders)
        else:
            used = _draft_wide(draft, names)
        dialect = _draft_dialect(engine, source, path, draft, used)
        _remark_on_lost(engine, source, draft, used)
    _remark_on_content(draft, names, used, is_orders=orders is not None)
    draft.remarks[:0] = [f"Found: {note.split(': ', 1)[-1]}" for note in source.notes]
    head = [f"{name}:", *(f"  {line}" for line in kind)]
    head += [f"  path: {yaml_scalar(path)}", *dialect]
    body = "\n".join("    " + line for line in [*head, *draft.lines])
    return Proposal(name, body + "\n", draft.remarks, draft.decisions)


def _draft_wide(draft: Draft, names: FreeNames) -> dict[str, ColumnContent]:
    used: dict[str, ColumnContent] = {}
    draft.say(1, "columns")
    _draft_key(draft, names, used)
    for what, spellings in SPELLINGS.items():
        if what not in ATTRIBUTES or what == "customer_id":
            continue
        found = [c for c in names.named(spellings) if fits(draft, what, c)]
        if found:
            used[what] = _take_first(draft, names, what, found)
    thousands = [
        what
        for what, content in used.items()
        if re.search(r"\((?:in )?(?:k|tsd|thousands?)\W?\)|k[$€£]", _flat(content))
    ]
    if thousands:
        draft.say(1, "multiply", why="the header says thousands")
        for what in thousands:
            draft.say(2, what, "1000")
    target = {
        key: found[0]
        for key, spellings in TARGETS.items()
        if (found := names.named(spellings)) and (key != "response" or found[0].is_flag)
    }
    for content in target.values():
        names.take(content)
    campaigns: dict[str, ColumnContent] = {}
    for role in ("campaigns", "channels", "spend"):
        found = by_pattern(names, role)
        if role == "campaigns":
            campaigns = found = in_time_order(found)
        used.update({f"{role}: {key}": content for key, content in found.items()})
        if not found:
            continue
        why = {
            "spend": "added up; remove totals, and what is part of another",
            "channels": "added up to purchases",
            "campaigns": "in time order; check it",
        }[role]
        draft.say(1, role, why=why)
        for key, content in found.items():
            draft.say(2, key, yaml_scalar(content.column.header))
    _draft_target(draft, target, campaigns, used)
    _remark_on_rest(draft, names)
    roles = {what.split(": ")[0] for what in used}
    _remark_on_missing(draft, {*used, *roles}, USES)
    return used


def _draft_key(draft: Draft, names: FreeNames, used: dict[str, ColumnContent]) -> None:
    """Say which column is the key, or which could be."""
    found = names.named(SPELLINGS["customer_id"])
    unique = [c for c in found if c.distinct == c.filled]
    if found:
        used["customer_id"] = _take_first(draft, names, "customer_id", unique or found)
        return
    named = list(names.left.values())
    unique = [
        c
        for c in named
        if c.distinct == c.filled > 1 and not c.is_date and "." not in c.example
    ]
    if not unique:
        draft.choose(
            2,
            "which column is the customer's key",
            [
                ("customer_id", yaml_scalar(c.column.header), "its values repeat")
                for c in named[:6]
            ],
        )
        return
    draft.choose(
        2,
        "which column is the customer's key",
        [
            ("customer_id", yaml_scalar(c.column.header), "all values are different")
            for c in unique[:6]
        ],
    )


def _draft_target(
    draft: Draft,
    target: dict[str, ColumnContent],
    campaigns: dict[str, ColumnContent],
    used: dict[str, ColumnContent],
) -> None:
    if "response" not in target:
        for content in target.values():
            draft.remarks.append(
                f"Ignored: {shown(content)}, as no column tells who responded."
            )
        return
    numbers = [int(key.split("_")[-1]) for key in campaigns if key[-1].isdigit()]
    last = f"campaign_{max(numbers) + 1}" if numbers else "last_campaign"
    draft.say(1, "target_campaign", why="it is predicted, and so never a feature")
    draft.say(2, "name", last)
    for key, content in target.items():
        draft.say(2, key, yaml_scalar(content.column.header))
        used[f"target_campaign: {key}"] = content


def _take_first(
    draft: Draft, names: FreeNames, what: str, found: list[ColumnContent]
) -> ColumnContent:
    chosen = names.take(found[0])
    draft.say(2, what, yaml_scalar(chosen.column.header), _shown_values(chosen))
    for other in found[1:]:
        draft.remarks.append(
            f"Check: {what} could be {shown(other)} as well as {shown(chosen)}."
        )
    return chosen


def _draft_dialect(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    path: str,
    draft: Draft,
    used: dict[str, ColumnContent],
) -> list[str]:
    """Return the lines that say how the file is written, as far as it matters."""
    dialect = Draft()
    if source.encoding not in (None, "utf-8"):
        dialect.say(1, "encoding", source.encoding, "found; check special letters")
    if source.delimiter:
        dialect.say(1, "delimiter", json.dumps(source.delimiter))
    if source.table:
        key = "sheet" if path.lower().endswith((".xlsx", ".xlsm")) else "table"
        dialect.say(1, key, yaml_scalar(source.table))
    relation = (
        f"(select * from {source.relation_sql} "
        f"where {source.reject_reason_sql} is null)"
    )
    formats: dict[str, str] = {}
    for what in ("enrolled_on", "last_purchase_on", "ordered_at"):
        if what not in used or used[what].column.data_type != "VARCHAR":
            continue
        column = used[what].column
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
    texts = [
        content.column.name
        for what, content in used.items()
        if content.column.data_type == "VARCHAR"
        and (content.is_number and what != "customer_id")
    ]
    try:
        marks = decimal_marks(engine, relation, texts, path=path, declared=Marks())
        commas = {m.decimal_mark for m in marks.values() if m.decimal_mark}
        if len(commas) == 1:
            dialect.say(1, "decimal_mark", json.dumps(commas.pop()), "seen")
    except TwoReadings as doubt:
        _choose(dialect, doubt)
    except UserError as error:
        draft.remarks.append(f"Danger: {error}")
    key = used.get("customer_id")
    if key and not key.column.data_type.endswith(("INT", "INTEGER")):
        try:
            note = keys_of(engine, relation, key.column.name, path=path).note
            draft.remarks += [f"Found: {note.split(': ', 1)[-1]}"] if note else []
        except UserError as error:
            draft.remarks.append(f"Danger: {error}")
    draft.decisions += dialect.decisions
    return dialect.lines


def _choose(dialect: Draft, doubt: TwoReadings) -> None:
    dialect.choose(
        1,
        "how it is to be read",
        [(doubt.key, json.dumps(value), why) for value, why in doubt.choices.items()],
    )


def _remark_on_missing(draft: Draft, found: set[str], wanted) -> None:
    for what in wanted:
        if what in found or _INSTEAD.get(what) in found:
            continue
        draft.remarks.append(f"Missing: {what}, so without {USES[what]}.")


def _remark_on_rest(draft: Draft, names: FreeNames) -> None:
    """Say what is not used, and which of it could be categories of spend."""
    for content in names.left.values():
        constant = content.distinct <= 1
        looks = (
            "one value only"
            if constant
            else "yes or no: a campaign?"
            if content.is_flag
            else "numbers: spend of a category, or purchases of a channel?"
            if content.is_number
            else "dates"
            if content.is_date
            else f"{content.distinct:,} different texts"
        )
        draft.remarks.append(f"Ignored: {shown(content)} ({looks}).")


def _remark_on_content(
    draft: Draft, names: FreeNames, used: dict[str, ColumnContent], *, is_orders: bool
) -> None:
    key = used.get("customer_id")
    if key and not is_orders and key.distinct < key.filled:
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


def _remark_on_lost(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    draft: Draft,
    used: dict[str, ColumnContent],
) -> None:
    """Say what of the columns' values the build will not read, or will round."""
    for what, content in used.items():
        data_type = _type_of(what)
        if data_type == "text" or not content.filled:
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


def _flat(content: ColumnContent) -> str:
    return content.column.header.lower()


def _shown_values(content: ColumnContent) -> str:
    return f"for example {one_line(content.example)}" if content.example else "empty"

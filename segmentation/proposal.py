"""Propose the definition of an input for a user's own file, and say what is doubtful.

Columns are recognised by their names (`spellings`) and by what is in them. What cannot
be told is written as choices in comments, marked DECIDE; until somebody decides, the
build says what is missing.
"""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

from segmentation.addresses import require_no_password
from segmentation.errors import TwoReadings, UserError
from segmentation.formats import (
    DATE_WITH_YEAR,
    FLAG,
    Marks,
    cleaned_sql,
    date_format_of,
    decimal_marks,
    keys_of,
)
from segmentation.ingest import ATTRIBUTES, input_name
from segmentation.orders import LINE_FIELDS
from segmentation.reading import Column, Source, name_key, open_source
from segmentation.spellings import (
    CATEGORY_WORDS,
    LINES,
    PATTERNS,
    PRICES,
    SPELLINGS,
    TARGETS,
    words,
)

__all__ = ["Proposal", "propose", "write_definition"]

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
    "order_id": "orders of several lines: all that is bought on one day is one order",
    "category": "the category mix and recommendations",
    "channel": "the channel mix",
}
# another attribute that says the same
_INSTEAD = {"birth_year": "age_years", "recency_days": "last_purchase_on"}
_REPEATED = 0.9  # fewer different keys than this share of the rows: no key of customers
# share of a column's values; the build has it as unread_share_that_is_said
_MOST_UNSAID = 0.03
_ENOUGH = 0.9  # of the values have to be of the type
_DATE_LIKE = (
    r"(?:\d{1,4}-[A-Za-z0-9]{1,9}-\d{1,4}|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}[/.]\d{1,2}[/.]|"
    r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,2}\.? [A-Za-z]{3,9},? \d{2,4}|"
    r"[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
_NO_CATEGORIES = {
    *("total", "sum", "all", "gesamt", "average", "avg", "mean", "score", "per month"),
}
_NAME_LETTERS = 40
_CODE = re.compile(r"{[{%#]")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_YAML_WORDS = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}


@dataclass
class _Content:
    """What is in a column."""

    column: Column
    filled: int
    distinct: int
    numbers: int
    flags: int
    dates: int
    example: str

    @property
    def is_number(self) -> bool:
        return self.filled > 0 and self.numbers >= _ENOUGH * self.filled

    @property
    def is_flag(self) -> bool:
        return self.filled > 0 and self.flags >= _ENOUGH * self.filled

    @property
    def is_date(self) -> bool:
        return self.filled > 0 and self.dates >= _ENOUGH * self.filled


@dataclass
class Proposal:
    """A definition as text, and remarks on it.

    Attributes
    ----------
    name : str
    definition : str
        YAML of the input, as it stands below ``vars: inputs:``.
    remarks : list of str
        What is missing, doubtful or left out.
    decisions : int
        Choices that have to be made before it can be built.
    """

    name: str
    definition: str
    remarks: list[str] = field(default_factory=list)
    decisions: int = 0

    @property
    def text(self) -> str:
        """The definition with the remarks as comments: YAML as a whole."""
        remarks = "".join(f"# {remark}\n" for remark in self.remarks)
        return f"{self.definition}\n{remarks}"


class _Draft:
    """Lines of a definition while it is written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.remarks: list[str] = []
        self.decisions = 0

    def say(self, depth: int, key: str, value: str = "", why: str = "") -> None:
        text = f"{'  ' * depth}{_scalar(key)}:{' ' + value if value else ''}"
        self.lines.append(f"{text}  # {why}" if why else text)

    def choose(self, depth: int, what: str, choices: list[tuple[str, str, str]]):
        self.decisions += 1
        self.lines.append(f"{'  ' * depth}# DECIDE {what}: uncomment one line")
        for key, value, why in choices:
            self.lines.append(f"{'  ' * depth}# {_scalar(key)}: {value}  # {why}")


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
        contents = _look(engine, source, path)
        draft = _Draft()
        names = _Names(contents)
        if _has_orders(names):
            used = _draft_orders(draft, names)
            kind = "orders  # one row per order or line: customers come several times"
        else:
            used = _draft_wide(draft, names)
            kind = "wide  # one row per customer"
        dialect = _draft_dialect(engine, source, path, draft, used)
        _remark_on_lost(engine, source, draft, used)
    _remark_on_content(draft, names, used)
    draft.remarks[:0] = [f"Found: {note.split(': ', 1)[-1]}" for note in source.notes]
    head = [f"{name}:", f"  kind: {kind}", f"  path: {_scalar(path)}", *dialect]
    body = "\n".join("    " + line for line in [*head, *draft.lines])
    return Proposal(name, body + "\n", draft.remarks, draft.decisions)


def write_definition(project_file: Path, proposal: Proposal) -> None:
    """Put a definition under ``vars: inputs:`` and leave everything else as it is.

    Parameters
    ----------
    project_file : Path
        The dbt_project.yml.
    proposal : Proposal

    Raises
    ------
    UserError
        If there is an input of that name, or no place for one.
    """
    before = project_file.read_text("utf-8")
    known = yaml.safe_load(before)["vars"]["inputs"]
    if proposal.name in known:
        raise UserError(
            f"dbt_project.yml already has an input called {proposal.name}; give "
            "another name with --name, or remove that one first."
        )
    lines = before.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if re.match(r"  inputs:\s", line))
    end = start + 1
    for number in range(start + 1, len(lines)):
        if lines[number].strip() and not lines[number].startswith("   "):
            break
        if lines[number].strip():
            end = number + 1
    lines[end:end] = [proposal.definition]
    after = "".join(lines)
    if set(yaml.safe_load(after)["vars"]["inputs"]) != {*known, proposal.name}:
        raise UserError(
            "dbt_project.yml is not laid out as expected, so nothing was written; put "
            "the lines above under vars: inputs: yourself."
        )
    new = project_file.with_name(f".{project_file.name}.{os.getpid()}")
    new.write_text(after, "utf-8")
    new.replace(project_file)


class _Names:
    """Columns by their names as plain words; each is given away once."""

    def __init__(self, contents: list[_Content]) -> None:
        self.contents = contents
        # dbt reads such names in dbt_project.yml as code, and stops there
        self.left = {
            id(content): content
            for content in contents
            if not _CODE.search(content.column.header)
            and name_key(content.column.header)
        }
        self.same = Counter(name_key(c.column.header) for c in contents)
        self.nameless = self.same.pop("", 0)

    def named(self, spellings: tuple[str, ...]) -> list[_Content]:
        """Return what is called by one of the spellings, the surest first."""
        found = []
        for spelling in spellings:
            packed = spelling.replace(" ", "")
            for content in self.left.values():
                spelled = words(content.column.header)
                if spelled == spelling or spelled.replace(" ", "") == packed:
                    found.append(content)
        return list({id(content): content for content in found}.values())

    def take(self, content: _Content) -> _Content:
        return self.left.pop(id(content))


def _look(
    engine: duckdb.DuckDBPyConnection, source: Source, path: str
) -> list[_Content]:
    looks = []
    for column in source.columns:
        text = cleaned_sql(column.name)
        number, flag, date = _tests(column)
        looks.append(
            f"count({text}), count(distinct {text}), count_if({number}), "
            f"count_if({flag}), count_if({date}), coalesce(min({text}), '')"
        )
    *row, rows = engine.sql(
        f"select {', '.join(looks)}, count(*) from {source.relation_sql} "
        f"where {source.reject_reason_sql} is null"
    ).fetchall()[0]
    if not rows:
        raise UserError(f"The input file {path} has a header but no rows.")
    return [
        _Content(column, *row[6 * i : 6 * i + 6])
        for i, column in enumerate(source.columns)
    ]


def _tests(column: Column) -> tuple[str, str, str]:
    """Return SQL for whether a value of a column is a number, a flag, a date."""
    number = r"[^0-9A-Za-z]*[0-9][0-9.,''’\s\x{a0}\x{202f}]*[^0-9A-Za-z]*"
    text = cleaned_sql(column.name)
    date = f"regexp_matches({text}, '^{_DATE_LIKE}')"
    if column.data_type.startswith(("DATE", "TIMESTAMP")):
        date = "true"
    return (
        f"regexp_full_match({text}, '{number}') and not ({date})",
        f"regexp_full_match(lower({text}), '{FLAG}')",
        date,
    )


def _has_orders(names: _Names) -> bool:
    """Return whether customers come several times, with a day and an amount."""
    keys = names.named(LINES["customer_id"])
    dates = [c for c in names.named(LINES["ordered_at"]) if c.is_date]
    amounts = [c for c in names.named(LINES["amount"]) if c.is_number]
    repeated = [c for c in keys if c.distinct < _REPEATED * c.filled]
    return bool(repeated and dates and amounts)


def _draft_orders(draft: _Draft, names: _Names) -> dict[str, _Content]:
    used: dict[str, _Content] = {}
    draft.say(1, "columns")
    for what, spellings in LINES.items():
        found = names.named(spellings)
        if what == "ordered_at":
            found = [c for c in found if c.is_date]
        if what in ("amount", "quantity", "discount"):
            found = [c for c in found if c.is_number]
        if what in ("is_cancelled", "is_returned"):
            found = [c for c in found if c.is_flag]
        if found:
            used[what] = _take_first(draft, names, what, found)
    price = words(used["amount"].column.header) in PRICES
    if price and "quantity" in used:
        draft.say(1, "amount_is_per_unit", "true", "the amount is called a price")
    elif price:
        draft.remarks.append(
            "The amount is called a price, and no column is called a quantity: if a "
            "line can be of several pieces, the file has to give the line's total."
        )
    _remark_on_rest(draft, names)
    _remark_on_missing(draft, {*used}, ("order_id", "category", "channel"))
    return used


def _draft_wide(draft: _Draft, names: _Names) -> dict[str, _Content]:
    used: dict[str, _Content] = {}
    draft.say(1, "columns")
    _draft_key(draft, names, used)
    for what, spellings in SPELLINGS.items():
        if what not in ATTRIBUTES or what == "customer_id":
            continue
        found = [c for c in names.named(spellings) if _fits(draft, what, c)]
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
    campaigns: dict[str, _Content] = {}
    for role in ("campaigns", "channels", "spend"):
        found = _by_pattern(names, role)
        if role == "campaigns":
            campaigns = found = _in_time_order(found)
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
            draft.say(2, key, _scalar(content.column.header))
    _draft_target(draft, target, campaigns, used)
    _remark_on_rest(draft, names)
    roles = {what.split(": ")[0] for what in used}
    wanted = [what for what in USES if what not in ("order_id", "category", "channel")]
    _remark_on_missing(draft, {*used, *roles}, wanted)
    return used


def _draft_key(draft: _Draft, names: _Names, used: dict[str, _Content]) -> None:
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
                ("customer_id", _scalar(c.column.header), "its values repeat")
                for c in named[:6]
            ],
        )
        return
    draft.choose(
        2,
        "which column is the customer's key",
        [
            ("customer_id", _scalar(c.column.header), "all values are different")
            for c in unique[:6]
        ],
    )


def _draft_target(
    draft: _Draft,
    target: dict[str, _Content],
    campaigns: dict[str, _Content],
    used: dict[str, _Content],
) -> None:
    if "response" not in target:
        for content in target.values():
            draft.remarks.append(
                f"Ignored: {_shown(content)}, as no column tells who responded."
            )
        return
    numbers = [int(key.split("_")[-1]) for key in campaigns if key[-1].isdigit()]
    last = f"campaign_{max(numbers) + 1}" if numbers else "last_campaign"
    draft.say(1, "target_campaign", why="it is predicted, and so never a feature")
    draft.say(2, "name", last)
    for key, content in target.items():
        draft.say(2, key, _scalar(content.column.header))
        used[f"target_campaign: {key}"] = content


def _take_first(
    draft: _Draft, names: _Names, what: str, found: list[_Content]
) -> _Content:
    chosen = names.take(found[0])
    draft.say(2, what, _scalar(chosen.column.header), _shown_values(chosen))
    for other in found[1:]:
        draft.remarks.append(
            f"Check: {what} could be {_shown(other)} as well as {_shown(chosen)}."
        )
    return chosen


def _fits(draft: _Draft, what: str, content: _Content) -> bool:
    """Return whether the values can be what the name says."""
    data_type = ATTRIBUTES[what]
    if data_type == "text" or not content.filled:
        return True
    if data_type == "date":
        # whether 20140131 is a date, its name says
        fits = content.is_date or content.is_number
    elif data_type == "boolean":
        fits = content.is_flag
    else:
        fits = content.is_number
    if what == "birth_year" and content.is_date:
        fits = bool(re.match(DATE_WITH_YEAR, content.example))
    if not fits:
        draft.remarks.append(
            f"Ignored: {_shown(content)} is called like {what}, but holds no "
            f"{'dates' if data_type == 'date' else 'numbers'}."
        )
    return fits


def _by_pattern(names: _Names, role: str) -> dict[str, _Content]:
    """Return the columns whose names follow a role's patterns, by the user's name."""
    found: dict[str, _Content] = {}
    for content in list(names.left.values()):
        is_of_role = content.is_flag if role == "campaigns" else content.is_number
        spelled = words(content.column.header)
        for pattern in PATTERNS[role]:
            match = re.fullmatch(pattern, spelled)
            if not match or not is_of_role:
                continue
            if match[1] in _NO_CATEGORIES:
                continue
            key = _own_name(role, match[1])
            if key not in found:
                found[key] = names.take(content)
            break
    return found


def _own_name(role: str, text: str) -> str:
    if role == "campaigns" and text.isdigit():
        return f"campaign_{text}"
    text = re.sub(r" (?:products?|prods?|goods)$", "", text)
    return "_".join(CATEGORY_WORDS.get(text, text).split())[:_NAME_LETTERS]


def _in_time_order(campaigns: dict[str, _Content]) -> dict[str, _Content]:
    """Order campaigns by the numbers in their names, else as in the file."""
    numbers = {key: [int(n) for n in re.findall(r"\d+", key)] for key in campaigns}
    if not all(numbers.values()):
        return campaigns
    return {key: campaigns[key] for key in sorted(campaigns, key=numbers.get)}


def _draft_dialect(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    path: str,
    draft: _Draft,
    used: dict[str, _Content],
) -> list[str]:
    """Return the lines that say how the file is written, as far as it matters."""
    dialect = _Draft()
    if source.encoding not in (None, "utf-8"):
        dialect.say(1, "encoding", source.encoding, "found; check special letters")
    if source.delimiter:
        dialect.say(1, "delimiter", json.dumps(source.delimiter))
    if source.table:
        key = "sheet" if path.lower().endswith((".xlsx", ".xlsm")) else "table"
        dialect.say(1, key, _scalar(source.table))
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
        dialect.say(1, "date_format", _scalar(next(iter(formats.values()))), "seen")
    elif formats:
        dialect.say(1, "date_format")
        for header, found in formats.items():
            dialect.say(2, header, _scalar(found), "seen")
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


def _choose(dialect: _Draft, doubt: TwoReadings) -> None:
    dialect.choose(
        1,
        "how it is to be read",
        [(doubt.key, json.dumps(value), why) for value, why in doubt.choices.items()],
    )


def _remark_on_missing(draft: _Draft, found: set[str], wanted) -> None:
    for what in wanted:
        if what in found or _INSTEAD.get(what) in found:
            continue
        draft.remarks.append(f"Missing: {what}, so without {USES[what]}.")


def _remark_on_rest(draft: _Draft, names: _Names) -> None:
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
        draft.remarks.append(f"Ignored: {_shown(content)} ({looks}).")


def _remark_on_content(draft: _Draft, names: _Names, used: dict[str, _Content]) -> None:
    is_orders = "ordered_at" in used
    key = used.get("customer_id")
    if key and not is_orders and key.distinct < key.filled:
        repeats = key.filled - key.distinct
        draft.remarks.append(
            f"Danger: {repeats:,} of {key.filled:,} rows repeat a value of "
            f"{_shown(key)}; the first row of a customer counts, the others are "
            "rejected. If these are orders, they need a date and an amount."
        )
    for header, count in names.same.items():
        if count > 1:
            draft.remarks.append(
                f"Danger: {count} columns are called '{_one_line(header)}'; rename "
                "all but one if it is needed."
            )
    if names.nameless:
        draft.remarks.append(
            f"Ignored: {names.nameless:,} "
            f"{'columns' if names.nameless > 1 else 'column'} without a name (row "
            "numbers, perhaps); to use one, give it a name in the file."
        )
    for content in names.contents:
        if _CODE.search(content.column.header):
            draft.remarks.append(
                f"Danger: {_shown(content)} is not used, as dbt would read its name "
                "as code; rename it."
            )


def _remark_on_lost(
    engine: duckdb.DuckDBPyConnection,
    source: Source,
    draft: _Draft,
    used: dict[str, _Content],
) -> None:
    """Say what of the columns' values the build will not read, or will round."""
    for what, content in used.items():
        data_type = _type_of(what)
        if data_type == "text" or not content.filled:
            continue
        number, flag, date = _tests(content.column)
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
                f"Check: {lost:,} of {content.filled:,} values of {_shown(content)} "
                f"are not what {what} has to be (for example '{_one_line(example)}'); "
                "they will count as missing."
            )
        if data_type == "integer" and rounded > _MOST_UNSAID * content.filled:
            draft.remarks.append(
                f"Check: {rounded:,} of {content.filled:,} values of "
                f"{_shown(content)} have decimals (for example "
                f"'{_one_line(rounded_example)}'); {what} will be their nearest "
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


def _flat(content: _Content) -> str:
    return content.column.header.lower()


def _shown(content: _Content) -> str:
    return f"'{_one_line(content.column.header)}'"


def _shown_values(content: _Content) -> str:
    return f"for example {_one_line(content.example)}" if content.example else "empty"


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _scalar(text: str) -> str:
    """Return a text as YAML reads it back, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)

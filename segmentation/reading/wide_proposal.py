"""Draft the definition of a file with one row for each customer."""

import re
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from segmentation.reading.cleaning import NO
from segmentation.reading.definition import Draft, yaml_scalar
from segmentation.reading.dialect import ATTRIBUTES
from segmentation.reading.feature_choice import (
    MOST_CELLS,
    Candidate,
    Choice,
    Chooser,
    choose_features,
)
from segmentation.reading.looks import ColumnContent, groups_of, numbers_of
from segmentation.reading.own_lines import draft_left_out, draft_taken, few_of
from segmentation.reading.predicted import draft_target, take_target, target_words
from segmentation.reading.recognition import (
    FreeNames,
    bare_categories,
    by_pattern,
    fits,
    in_time_order,
    one_line,
    take_first,
)
from segmentation.reading.spellings import SPELLINGS, TARGETS, words
from segmentation.reading.who_left import draft_who_is_in_no_list
from segmentation.reading.wide_checks import remark_on_values
from segmentation.reading.wide_key import draft_key
from segmentation.reading.wide_recognition import (
    NAMED,
    Taken,
    own_name,
    recognised,
)
from segmentation.reading.wide_rows import States, draft_rows
from segmentation.reading.wide_series import ProposedSeries, draft_series, found_series
from segmentation.reading.wide_words import says
from segmentation.warehouse.errors import UserError

__all__ = ["draft_wide"]

_MOST_ROWS = 4000
# canonical attributes that are features by themselves: feature -> its columns
_CANONICAL = {
    "income": ("income",),
    "total_spend": ("total_spend",),
    "purchases": ("purchases",),
    "children": ("children_at_home", "teenagers_at_home"),
    "web_visits_per_month": ("web_visits_per_month",),
    "spending_score": ("spending_score",),
    "recency_days": ("recency_days",),
    "age": ("age_years",),
    "tenure_days": ("enrolled_on",),
}
_PERSONAL = {"age", "gender", "country", "marital_status"}
_MOST_MISSING = 3
# what matters most where it is missing, and what it would bring
_WANTED = {
    "spend": "no spend by category: without the category mix and recommendations",
    "recency_days": "no day of the last purchase: without customer_rfm, "
    "customer_value and customers_at_risk",
    "channels": "no purchases by channel: without the channel mix",
}


@dataclass
class _Wide:
    """What is decided of a file while its definition is drafted."""

    engine: duckdb.DuckDBPyConnection
    draft: Draft
    names: FreeNames
    used: dict[str, ColumnContent] = field(default_factory=dict)
    target: ColumnContent | None = None
    taken: list[Taken] = field(default_factory=list)
    series: list[ProposedSeries] = field(default_factory=list)


def draft_wide(
    engine: duckdb.DuckDBPyConnection,
    draft: Draft,
    names: FreeNames,
    *,
    path: str,
    choose: Chooser | None,
    states: States | None = None,
    key: str = "",
) -> dict[str, ColumnContent]:
    """Draft the definition of one row for each customer.

    Parameters
    ----------
    engine : DuckDB connection
        In which the columns were looked at.
    draft : Draft
        Receives the lines.
    names : FreeNames
        The columns.
    path : str
        The file, for what is said of it.
    choose : Chooser, optional
        The statistics that choose features.
    key : str, default=''
        The header of the key, where it is known.
    states : States, optional
        Where a customer has several rows, the key and the dates that tell them apart.

    Returns
    -------
    dict of str to ColumnContent
        What each column is used as.

    Raises
    ------
    UserError
        If no column can make segments.
    """
    wide = _Wide(engine, draft, names)
    asked: list[ColumnContent] = []
    if states:
        draft_rows(draft, states)
        draft.say(1, "columns")
        wide.used["customer_id"] = take_first(
            draft, names, "customer_id", [names.left[id(states.key)]]
        )
    else:
        asked = draft_key(
            draft, names, wide.used, lambda a, b: _differ(engine, a, b), key
        )
    _draft_attributes(wide)
    opted_out = draft_who_is_in_no_list(draft, list(names.left.values()), wide.used)
    lines = len(draft.lines)
    campaign_target = _campaign_target(wide)
    categories = _draft_patterns(wide, campaign_target)
    if not campaign_target:
        wide.target = take_target(draft, names, wide.used)
    own = {key for what in wide.used for key in [what.split(": ")[-1]]}
    wide.taken = [
        *_category_measures(categories, own),
        *(recognised(content, own) for content in list(names.left.values())),
    ]
    for t in wide.taken:
        if states and any(t.content is date for date in states.dates):
            t.not_feature = "says which row it is"
        if any(t.content is could_be for could_be in asked):
            t.not_feature = "is perhaps the key"
        if t.content is opted_out:
            t.not_feature = "says who may be written to"
    _take_places_of_firms(wide)
    choice = _chosen(wide, choose)
    if not choice.features and not any(t.role == "lists" for t in wide.taken):
        raise UserError(
            f"Nothing in {path} can make segments: {_hopeless(wide)}. Segments need at "
            "least one number, group, date or list that differs between customers."
        )
    _draft_own(wide, choice)
    if wide.target:
        draft_target(draft, wide.target, {t.name for t in wide.taken})
    _draft_features(wide, choice)
    remark_on_values(draft, wide.used)
    _remark_on_missing(wide)
    _count(wide, choice, lines)
    return wide.used


def _take_places_of_firms(wide: _Wide) -> None:
    """Let places be features where nothing is known of persons: clients are firms."""
    person = {"gender", "age_years", "birth_year", "education", "marital_status"}
    places = [t for t in wide.taken if says(words(t.content.column.header), "place")]
    persons = [t for t in wide.taken if t.is_personal and t not in places]
    persons += [t for t in wide.taken if t.why == NAMED]
    if not persons and not person & set(wide.used):
        for t in places:
            t.is_personal = False


def _differ(
    engine: duckdb.DuckDBPyConnection, first: ColumnContent, second: ColumnContent
) -> bool:
    """Return whether two columns together differ in every row that was looked at."""
    ((rows, pairs),) = engine.execute(
        "with pairs as (select r, min(value) filter (place = ?) as a, "
        "min(value) filter (place = ?) as b from cells group by r) "
        "select count(*), count(distinct (a, b)) from pairs "
        "where a is not null and b is not null",
        [first.place, second.place],
    ).fetchall()
    return rows > 1 and rows == pairs


def _draft_attributes(wide: _Wide) -> None:
    draft, names, used = wide.draft, wide.names, wide.used
    for what, spellings in SPELLINGS.items():
        if what not in ATTRIBUTES or what == "customer_id":
            continue
        found = [c for c in names.named(spellings) if fits(draft, what, c)]
        if found:
            used[what] = take_first(draft, names, what, found)
    thousands = [
        what
        for what, content in used.items()
        if re.search(
            r"\((?:in )?(?:k|tsd|thousands?)\W?\)|k[$€£]", content.column.header.lower()
        )
    ]
    if thousands:
        draft.say(1, "multiply", why="the header says thousands")
        for what in thousands:
            draft.say(2, what, "1000")


def _campaign_target(wide: _Wide) -> dict[str, ColumnContent]:
    """Return the outcome of a campaign with its money, where the file has campaigns."""
    money = [wide.names.named(TARGETS[key]) for key in ("contact_cost", "revenue")]
    has_campaigns = bool(by_pattern(wide.names, "campaigns", take=False))
    response = [c for c in wide.names.named(TARGETS["response"]) if c.is_flag]
    if not response or not (has_campaigns or any(money)):
        return {}
    target = {"response": response[0]}
    target |= {
        key: found[0]
        for key, found in zip(("contact_cost", "revenue"), money, strict=True)
        if found
    }
    for content in target.values():
        wide.names.take(content)
    return target


def _draft_patterns(
    wide: _Wide, target: dict[str, ColumnContent]
) -> dict[str, ColumnContent]:
    """Draft campaigns, channels and spend; return the categories of spend."""
    spend: dict[str, ColumnContent] = {}
    campaigns: dict[str, ColumnContent] = {}
    for role in ("campaigns", "channels", "spend"):
        found = by_pattern(wide.names, role)
        if role == "campaigns":
            campaigns = found = in_time_order(found)
        if role == "spend":
            found = found or bare_categories(wide.names)
            spend = found = _of_one_currency(wide, found)
        wide.used.update({f"{role}: {key}": content for key, content in found.items()})
        if not found:
            continue
        why = {
            "spend": "added up; remove totals, and what is part of another",
            "channels": "added up to purchases",
            "campaigns": "in time order; check it",
        }[role]
        wide.draft.say(1, role, why=why)
        for key, content in found.items():
            wide.draft.say(2, key, yaml_scalar(content.column.header))
    if target:
        numbers = [int(key.split("_")[-1]) for key in campaigns if key[-1].isdigit()]
        last = f"campaign_{max(numbers) + 1}" if numbers else "last_campaign"
        wide.used |= {f"target_campaign: {key}": c for key, c in target.items()}
        wide.draft.say(1, "target_campaign", why="predicted, and so never a feature")
        wide.draft.say(2, "name", last)
        for key, content in target.items():
            wide.draft.say(2, key, yaml_scalar(content.column.header))
    return spend


def _of_one_currency(
    wide: _Wide, found: dict[str, ColumnContent]
) -> dict[str, ColumnContent]:
    """Return categories of spend; none where they are in several currencies."""
    signs = {re.sub(r"[\d\s.,'’()+−-]+", "", c.example) for c in found.values()}
    signs.discard("")
    if len(signs) < 2:
        return found
    for content in found.values():
        wide.names.left[id(content)] = content
    wide.draft.remarks.append(
        f"Check: amounts are in different currencies ({', '.join(sorted(signs))}), so "
        "that they are not added up; each is a measure of its own."
    )
    return {}


def _category_measures(
    categories: dict[str, ColumnContent], own: set[str]
) -> list[Taken]:
    """Return categories as measures, too: each can be a feature."""
    return [
        Taken(
            content,
            "measures",
            own_name(f"spend on {key}", content, own),
            "spend of a category",
            {"unit": "money"},
        )
        for key, content in categories.items()
    ]


def _chosen(wide: _Wide, choose: Chooser | None) -> Choice:
    """Return the features among all that could be one."""
    candidates = []
    computed = _computed(wide)
    own = [t for t in wide.taken if t.role in ("measures", "groups", "dates")]
    contents = [t.content for t in own]
    contents += [c for parts in computed.values() for c in parts]
    contents += [wide.target] if wide.target else []
    most = min(_MOST_ROWS, max(200, MOST_CELLS // max(len(contents), 1)))
    unique = list({c.place: c for c in contents}.values())
    numbers = numbers_of(wide.engine, unique, most)
    texts = groups_of(wide.engine, [t.content for t in own if t.role == "groups"], most)
    for name, parts in computed.items():
        values = numbers[[c.place for c in parts]].sum(axis=1, min_count=1)
        header = " + ".join(c.column.header for c in parts)
        is_personal = name in _PERSONAL
        candidates.append(Candidate(name, header, values, is_personal))
    measures = [t for t in own if t.role == "measures"]
    taken_names = {t.name for t in wide.taken}
    wide.series = found_series(measures, numbers, taken_names)
    for series in wide.series:
        candidates += series.candidates(numbers)
    side_by_side = [t for series in wide.series for t in series.periods]
    wide.taken = [t for t in wide.taken if t not in side_by_side]
    for t in [t for t in own if t not in side_by_side]:
        place = t.content.place
        values = texts[place] if t.role == "groups" else numbers[place]
        name = f"{t.name}_days" if t.role == "dates" else t.name
        header = t.content.column.header
        candidates.append(Candidate(name, header, values, t.is_personal, t.not_feature))
    target = _yes(wide, wide.target, most) if wide.target else None
    return choose_features(candidates, target, choose)


def _computed(wide: _Wide) -> dict[str, list[ColumnContent]]:
    """Return the canonical features that the file has, with their columns."""
    found = {
        name: parts
        for name, columns in _CANONICAL.items()
        if (parts := [wide.used[c] for c in columns if c in wide.used])
    }
    for name, column in (("recency_days", "last_purchase_on"), ("age", "birth_year")):
        if column in wide.used:
            found.setdefault(name, [wide.used[column]])
    for name, role in (("total_spend", "spend: "), ("purchases", "channels: ")):
        parts = [c for what, c in wide.used.items() if what.startswith(role)]
        if parts:
            found[name] = parts
    return found


def _yes(wide: _Wide, target: ColumnContent, most: int) -> pd.Series:
    texts = groups_of(wide.engine, [target], most).iloc[:, 0]
    if said := target_words(target):
        return texts.isin(said)
    no = {*NO, "0.0", "0,0"}
    return texts.map(lambda text: None if text is None else text.lower() not in no)


def _draft_own(wide: _Wide, choice: Choice) -> None:
    draft_taken(wide.draft, wide.used, wide.taken, choice.transforms)
    for series in wide.series:
        for t in series.periods:
            wide.used[f"series: {t.name}"] = t.content
    draft_series(wide.draft, wide.series, choice.transforms)


def _draft_features(wide: _Wide, choice: Choice) -> None:
    lists = [t.name for t in wide.taken if t.role == "lists"]
    if not choice.features:
        return
    wide.draft.say(1, "features", why="what makes the segments; edit this list")
    for name in choice.features:
        why = choice.whys.get(name)
        line = f"    - {yaml_scalar(name)}"
        wide.draft.lines.append(f"{line}  # {why}" if why else line)
    by_reason: dict[str, list[str]] = {}
    for name, reason in choice.reasons.items():
        by_reason.setdefault(reason, []).append(name)
    by_reason |= {"a list; name <list>_<word> to use a word": lists} if lists else {}
    for reason, names in by_reason.items():
        wide.draft.lines.append(f"  # not in it: {few_of(names)}: {reason}")
    draft_left_out(wide.draft, wide.taken)


def _hopeless(wide: _Wide) -> str:
    reasons = {t.why for t in wide.taken if t.role == "left"}
    return one_line("; ".join(sorted(reasons))) or "it has no column but the key"


def _remark_on_missing(wide: _Wide) -> None:
    has = {what.split(": ")[0] for what in wide.used}
    if "last_purchase_on" in has:
        has.add("recency_days")
    missing = [said for what, said in _WANTED.items() if what not in has]
    if wide.target is None and "target_campaign" not in has:
        missing.append("nothing to predict: without the response model")
    for said in missing[:_MOST_MISSING]:
        wide.draft.remarks.append(f"Missing: {said}.")


def _count(wide: _Wide, choice: Choice, lines: int) -> None:
    counted = {
        word: sum(t.role == role for t in wide.taken)
        for role, word in (
            ("measures", "measures"),
            ("groups", "groups"),
            ("dates", "dates"),
            ("lists", "lists"),
            ("left", "left out"),
        )
    }
    said = ", ".join(
        f"{n} {word if n > 1 or word == 'series' else word.removesuffix('s')}"
        for word, n in {**counted, "series": len(wide.series)}.items()
        if n
    )
    rows = wide.names.contents[0].rows
    features = len(choice.features)
    wide.draft.remarks.insert(
        0,
        f"Read {rows:,} rows, {len(wide.names.contents)} columns"
        f"{': ' + said if said else ''}. "
        f"Segments would rest on {features} feature{'s' if features != 1 else ''}.",
    )

"""What an input declares of its customers by own names.

Measures, groups, dates and lists become columns of the customers and rows of the
feature catalogue, beside those that this project knows by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import duckdb

from segmentation.reading.field import ATTRIBUTES, Field
from segmentation.reading.series import FIGURES, series_features, series_fields
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.quoting import identifier, literal

__all__ = [
    "DECLARED",
    "RESERVED",
    "DeclaredFeature",
    "declared_features",
    "declared_fields",
    "found_words",
    "said_words",
    "sql_words",
    "target_of",
]

# words that exports cut short, as people say them
_SHORT = {
    **{"amt": "amount", "avg": "average", "bal": "balance", "chg": "change"},
    **{"chng": "change", "cnt": "count", "ct": "count", "freq": "frequency"},
    **{"num": "number of", "nr": "number of", "oneoff": "one-off", "pct": "percent"},
    **{"perc": "percent", "prc": "percent", "qty": "quantity", "tot": "total"},
    **{"trans": "transaction", "trx": "transactions", "txn": "transactions"},
}
UNITS = ("money", "count", "share", "days", "years", "months", "score", "number")
TRANSFORMS = ("none", "log1p", "sqrt")
_FEATURE = {"label", "unit", "transform", "weight", "high", "low", "feature"}
# what an input may declare -> the settings of one of them
DECLARED = {
    "measures": {"column", *_FEATURE},
    "groups": {"column", "label", "weight", "feature", "values", "order"},
    "dates": {"column", *_FEATURE} - {"unit"},
    "lists": {"column", "separator", "label", "weight", "feature"},
    "series": {"columns", "label", "unit", "transform", "weight", "feature"},
    "target": {"name", "column", "words", "contact_cost", "revenue"},
}
_ROLES = {
    "measures": ("measure", "number"),
    "groups": ("group", "text"),
    "dates": ("date", "date"),
    "lists": ("list", "text"),
}
# columns of customers that this project computes or needs itself
RESERVED = frozenset(
    (
        *("adult_count", "adults", "age", "age_group", "age_group_order"),
        *("average_order_value", "spend_band", "spend_band_order", "value_level"),
        "value_level_order",
        *("campaign_acceptance_rate", "campaigns_accepted", "campaigns_received"),
        *(
            "catalog_purchases",
            "catalog_share",
            "children",
            "contact_cost",
            "customer_id",
        ),
        *("deal_share", "distance_to_centroid", "education_level", "education_rank"),
        *("fish_share", "fish_spend", "fruit_share", "fruit_spend", "gold_share"),
        *("has_unparsed_values", "highest_plausible_income", "household_size"),
        *(
            "household_status",
            "household_type",
            "income_per_head",
            "is_age_implausible",
        ),
        *("is_deals_above_purchases", "is_gold_above_total", "is_income_implausible"),
        *("is_income_missing", "is_outlier", "is_override", "is_repeated_profile"),
        *("is_spend_without_purchase", "is_uncertain", "known_gender"),
        *(
            "known_recency_days",
            "known_weight",
            "last_campaign_accepted",
            "line_number",
        ),
        *("margin", "meat_share", "meat_spend", "model_version", "negative_fields"),
        "no_contact_reason",
        *("observed_on", "preferred_channel", "profile_fingerprint", "reading_problem"),
        *("record_number", "refund_share", "revenue", "segment_key", "segment_margin"),
        *("silence_ratio", "spend_change_365_days", "spend_change_90_days"),
        *("top_category_share", "top_category_spend"),
        *(
            "segment_name",
            "source_file",
            "store_purchases",
            "store_share",
            "sweets_share",
        ),
        *("sweets_spend", "target_accepted", "tenure_days", "top_category"),
        *("unparsed_fields", "web_purchases", "web_share", "wine_share", "wine_spend"),
    )
)
_NAME = re.compile(r"[^\W\d]\w*")
# a rarer word tells apart by chance, and each is a group of its own
LEAST_WORD_SHARE = 0.01
NO_WORDS = "[]{}\"'"
MOST_WORDS = 20


@dataclass
class DeclaredFeature:
    """A row of the feature catalogue; as in seeds/feature_catalogue.csv."""

    feature: str
    label: str
    unit: str
    family: str
    kind: str
    is_segmentation: bool
    transform: str = "none"
    weight: float = 1.0
    high_phrase: str = ""
    low_phrase: str = ""
    description: str = ""
    value_order: list[str] = field(default_factory=list)


def target_of(definition: dict) -> dict:
    """Return name, column, contact_cost and revenue of what is to be predicted."""
    target = definition.get("target")
    if target:
        _require_settings("target", "target", target)
        return target
    campaign = dict(definition.get("target_campaign") or {})
    if campaign:
        campaign["column"] = campaign.pop("response", None)
    return campaign


def declared_fields(definition: dict) -> list[Field]:
    """Return the columns that a definition declares by own names.

    Raises
    ------
    UserError
        If a name cannot be a column, is used already, or a setting is not known.
    """
    multipliers = definition.get("multiply") or {}
    fields = [
        Field(
            role,
            name,
            data_type,
            settings["column"],
            multiplier=multipliers.get(name),
            separator=settings.get("separator", ",") if role == "list" else None,
            labels=_labels(settings.get("values") or {}),
        )
        for kind, (role, data_type) in _ROLES.items()
        for name, settings in _settings_of(definition, kind).items()
    ]
    fields += series_fields(_settings_of(definition, "series"))
    _require_own_names([f for f in fields if f.role != "period"], definition)
    return fields


def declared_features(
    definition: dict, fields: Iterable[Field]
) -> list[DeclaredFeature]:
    """Return the rows that a definition adds to the feature catalogue.

    Parameters
    ----------
    definition : dict
        Of the input.
    fields : iterable of Field
        As arranged: a list is there as the words that were found in it.

    Raises
    ------
    UserError
        If two features have one name.
    """
    settings = {
        (role, name): own
        for kind, (role, _) in _ROLES.items()
        for name, own in _settings_of(definition, kind).items()
    }
    for name, own in _settings_of(definition, "series").items():
        settings |= {("measure", f"{name}_{figure}"): own for figure in FIGURES}
    features = [
        _feature(f, settings[f.role, declared])
        for f in fields
        for declared in [(f.part_of if f.role == "list" else f.name) or ""]
        if (f.role, declared) in settings
    ]
    names = [feature.feature.casefold() for feature in features]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(
            f"The input declares two features called {twice[0]}; call one of them "
            "something else."
        )
    return features


def found_words(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, fields: list[Field]
) -> list[Field]:
    """Return the fields, each list as the frequent words that it holds.

    Parameters
    ----------
    engine : DuckDB connection
    relation_sql : str
        Expression that reads the file.
    fields : list of Field
        Matched to the file's columns.

    Returns
    -------
    list of Field
        A word that at least 1 % of the customers have is a field of its own, named
        after list and word; at most twenty, the most frequent first.
    """
    found = []
    for f in fields:
        if f.role == "list":
            words = _words(engine, relation_sql, f)
            found += [_word_field(f, word) for word in words]
        else:
            found.append(f)
    return found


def _words(
    engine: duckdb.DuckDBPyConnection, relation_sql: str, wanted: Field
) -> list[str]:
    if not wanted.source_column:
        return []
    text = f"lower(cast({identifier(wanted.source_column)} as varchar))"
    # brackets and quotes are no part of a word; has_word of macros/input says the same
    text = f"translate({text}, {literal(NO_WORDS)}, '')"
    rows = engine.sql(
        f"""
        with customers as (
            select list_distinct(list_transform(
                string_split({text}, {literal(wanted.separator)}), lambda w: trim(w)
            )) as words
            from {relation_sql}
        ),
        spoken as (select unnest(words) as word from customers)
        select word from spoken where word != ''
        group by word
        having count(*) >= {LEAST_WORD_SHARE} * (select count(*) from customers)
        order by count(*) desc, word limit {MOST_WORDS}
        """
    ).fetchall()
    return [word for (word,) in rows]


def _word_field(wanted: Field, word: str) -> Field:
    slug = re.sub(r"\W+", "_", word).strip("_") or "other"
    return replace(
        wanted, name=f"{wanted.name}_{slug}", source_value=word, part_of=wanted.name
    )


def _settings_of(definition: dict, kind: str) -> dict[str, dict]:
    """Return what is declared of a kind in its long form."""
    declared = definition.get(kind) or {}
    if not isinstance(declared, dict):
        raise UserError(
            f"dbt_project.yml has {kind} that are no names with columns; write each as "
            "name: Column."
        )
    settings = {
        name: own if isinstance(own, dict) else {"column": own}
        for name, own in declared.items()
    }
    for name, own in settings.items():
        _require_settings(kind, name, own)
    return settings


def _require_settings(kind: str, name: str, own: dict) -> None:
    what = kind if kind == "target" else f"{name} among the {kind}"
    unknown = sorted(set(own) - DECLARED[kind])
    if unknown:
        raise UserError(
            f"dbt_project.yml gives {what} the setting {unknown[0]}, which there is "
            f"not; there are {', '.join(sorted(DECLARED[kind]))}."
        )
    if kind != "series" and own.get("column") in (None, ""):
        raise UserError(
            f"dbt_project.yml does not say which column {what} is; write column: and "
            "its name."
        )
    for setting, known in (("unit", UNITS), ("transform", TRANSFORMS)):
        if own.get(setting, known[0]) not in known:
            raise UserError(
                f"dbt_project.yml gives {what} the {setting} '{own[setting]}'; it has "
                f"to be one of {', '.join(known)}."
            )
    weight = own.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
        raise UserError(
            f"dbt_project.yml gives {what} the weight {weight}; it has to be a number "
            "above 0."
        )


def _require_own_names(fields: list[Field], definition: dict) -> None:
    """Refuse names that are no columns, or are those of something else."""
    others = [
        f"{prefix}{name}"
        for kind, prefixes in (
            ("spend", ("spend_", "share_of_spend_", "part_of_spend_")),
            ("channels", ("purchases_", "share_of_purchases_", "part_of_purchases_")),
            ("campaigns", ("accepted_",)),
        )
        for name in definition.get(kind) or {}
        for prefix in prefixes
    ]
    words = sql_words()
    taken = {name.casefold() for name in [*RESERVED, *ATTRIBUTES, *others]}
    for f in fields:
        if not _NAME.fullmatch(str(f.name)):
            raise UserError(
                f"dbt_project.yml declares '{f.name}', which cannot be the name of a "
                "column here; a name has letters, digits and _, and starts with a "
                "letter."
            )
        if f.name.casefold() in words:
            raise UserError(
                f"dbt_project.yml declares '{f.name}', which is a word of SQL; give it "
                "another name."
            )
        names = [f.name, f"{f.name}_days"] if f.role == "date" else [f.name]
        for name in names:
            if name.casefold() in taken:
                hint = (
                    f"map {name} under columns"
                    if name in ATTRIBUTES
                    else "give it another name"
                )
                raise UserError(
                    f"dbt_project.yml declares '{f.name}', but {name} is the name of "
                    f"something else already; {hint}."
                )
            taken.add(name.casefold())


@cache
def sql_words() -> frozenset[str]:
    """Return the words that SQL keeps for itself, which can name no column."""
    with duckdb.connect() as engine:
        rows = engine.sql(
            "select keyword_name from duckdb_keywords() "
            "where keyword_category = 'reserved'"
        ).fetchall()
    return frozenset(word for (word,) in rows)


def said_words(words: Iterable | None) -> list[dict] | None:
    """Return the words that mean yes, as a field has them.

    Examples
    --------
    >>> said_words(["Attrited Customer"])
    [{'code': 'attrited customer', 'label': 'yes'}]
    """
    said = [{"code": str(word).strip().lower(), "label": "yes"} for word in words or []]
    return said or None


def _labels(values: dict) -> list[dict] | None:
    pairs = [
        {"code": code, "label": str(label)}
        for value, label in values.items()
        for code in _codes(value)
    ]
    return pairs or None


def _value_order(values: list, labels: dict) -> list[str]:
    """Return the values in their order, in lower case, a code as what it is called.

    Examples
    --------
    >>> _value_order(["Low", 2, True], {2: "Medium"})
    ['low', 'medium', 'true', 'yes', '1']
    """
    called = {pair["code"]: pair["label"].lower() for pair in _labels(labels) or ()}
    return [
        called.get(code, code.lower()) for value in values for code in _codes(value)
    ]


def _codes(value: Any) -> list[str]:
    """Return how a file may write a value: YAML reads yes, no and 1.0 its own way."""
    if isinstance(value, bool):
        return ["true", "yes", "1"] if value else ["false", "no", "0"]
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]
    return [str(value).strip().lower()]


def _feature(f: Field, own: dict) -> DeclaredFeature:
    """Return the catalogue's row of a declared column."""
    words = _spelled_out((f.figure and f.part_of) or f.name)
    label = own.get("label") or words[:1].upper() + words[1:]
    if f.part_of and not f.figure:
        label = f"{own.get('label') or f.part_of.replace('_', ' ')}: {f.source_value}"
    is_number = f.role in ("measure", "date")
    said = label[:1].lower() + label[1:]
    high, low = _compared(f.role, said)
    feature = DeclaredFeature(
        feature=f"{f.name}_days" if f.role == "date" else f.name,
        label=f"Days since {said}" if f.role == "date" else label,
        unit=_unit(f, own),
        family="own",
        kind="number" if is_number else "group",
        is_segmentation=bool(own.get("feature", f.role in ("measure", "group"))),
        transform=own.get("transform", "none"),
        weight=float(own.get("weight", 1)),
        high_phrase=own.get("high") or high,
        low_phrase=own.get("low") or low,
        description=_described(f),
        value_order=_value_order(own.get("order") or [], own.get("values") or {}),
    )
    if f.figure:
        return replace(feature, **series_features({**own, "label": label}, f.figure))
    return feature


def _spelled_out(name: str) -> str:
    """Return the words of a name as people say them, where they are cut short.

    Examples
    --------
    >>> _spelled_out("total_amt_chng_q4_q1"), _spelled_out("num_of_oneoff_purchases")
    ('total amount change Q4 Q1', 'number of one-off purchases')
    """
    words = [_SHORT.get(word, word) for word in name.split("_")]
    said = " ".join(w.upper() if re.fullmatch(r"q[1-4]", w) else w for w in words)
    return said.replace(" of of ", " of ")


def _compared(role: str, said: str) -> tuple[str, str]:
    """Return what titles say of much and of little of a column.

    Examples
    --------
    >>> _compared("measure", "balance"), _compared("date", "last active")[1]
    (('high balance', 'low balance'), 'last active more recently')
    """
    if role == "measure" and said == "tenure":
        return "long-standing customers", "new customers"
    if role == "measure":
        return f"high {said}", f"low {said}"
    if role == "date" and said.startswith("last "):
        return f"{said} longer ago", f"{said} more recently"
    if role == "date":
        return f"early {said}", f"late {said}"
    return said, said


def _unit(f: Field, own: dict) -> str:
    units = {"measure": own.get("unit", "number"), "date": "days"}
    return units.get(f.role, "group")


def _described(f: Field) -> str:
    column = " ".join(str(f.source_column).split())
    if f.role == "date":
        return f"Days from {column} of the file to the observation date"
    if f.role == "list":
        return f"Whether {column} of the file names {f.source_value}"
    return f"{column} of the file"

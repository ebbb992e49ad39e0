"""Columns to sort by, beside every published segment and every word with an order.

A BI tool sorts words by the alphabet: "high, low, middle". The published file has
beside each such word a number that sorts as the words are meant, and beside each
segment its rank by value, so that no chart needs a join for it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from segmentation.warehouse.quoting import identifier, literal

__all__ = ["Beside", "Lookup", "columns_beside", "read_lookups"]

_LEVELS = ("high", "middle", "low", "unknown")
# mart.column, as a pattern -> its words in their order
_WORDS = {
    # whatever the level is of; feature_level is a word of the input
    r"\w+\.((?!feature_)\w+_level)": _LEVELS,
    r"segment_claims\.(direction)": ("high", "average", "low"),
    r"segment_claims\.(said_in)": ("title", "sentence", "nowhere"),
    r"recommendation_quality\.(model_role)": ("chance", "baseline", "candidate"),
    r"segment_drift\.(subject_kind)": (
        "feature",
        "segment sizes",
        "distance",
        "outliers",
    ),
    r"segment_separation\.(verdict)": (
        "stand apart",
        "shade into each other",
        "not neighbours",
    ),
    r"segment_alignment\.(verdict)": ("kept", "split", "merged", "new", "retired"),
    r"data_quality_summary\.(outcome)": (
        *("read", "accepted", "rejected", "left out"),
        *("unparsed", "negative", "imputed", "flagged"),
    ),
}
# mart.column, as a pattern; name of what stands beside it; mart that knows; what it
# knows of each word; how that is said.
_KNOWN = (
    (
        r"\w+\.(\w*?)segment_key(\w*)",
        r"\1value_rank\2",
        "segments",
        "segment_key, value_rank",
        "Rank by value today of the segment in {column}, 1 the highest, to sort by; "
        "null for a retired one.",
    ),
    (
        r"(?:segment_algorithm_comparison|recommendation_quality|customer_value_models"
        r"|segment_centroids|segment_drift)\.model_version",
        "is_current_version",
        "segment_model_versions",
        "model_version, is_current",
        "Whether it is of the version in force; earlier versions keep theirs.",
    ),
    (
        r"\w+\.(channel|other_channel|preferred_channel)",
        r"\1_order",
        "segment_channel_mix",
        "channel, channel_order",
        "Order of {column} in the input, from 1; null where that is.",
    ),
    (
        r"\w+\.(category|other_category|top_category)",
        r"\1_order",
        "segment_category_mix",
        "category, category_order",
        "Order of {column} in the input, from 1; null where that is.",
    ),
    (
        r"\w+\.(campaign|last_campaign_accepted)",
        r"\1_order",
        "segment_campaign_response",
        "campaign, campaign_order",
        "Order of {column} in the definition of the input, from 1; null where that is.",
    ),
    (
        r"\w+\.(campaign|last_campaign_accepted)",
        r"\1_label",
        "segment_campaign_response",
        "campaign, campaign_label",
        "Name for people of {column}; null where that is.",
    ),
    (
        r"\w+\.(feature|other_feature)",
        r"\1_order",
        "segment_feature_profiles",
        "feature, row_number() over (order by max(abs(effect_size)) desc nulls last, "
        "feature) group by feature",
        "Order of {column} by how far it sets any segment apart, from 1; null where it "
        "is in no profile.",
    ),
    (
        r"\w+\.(attribute)",
        r"\1_order",
        "segment_attribute_profiles",
        "attribute, row_number() over (order by max(abs(standardised_residual)) desc "
        "nulls last, attribute) group by attribute",
        "Order of {column} by how far it sets any segment apart, from 1; null where it "
        "is in no profile.",
    ),
)


@dataclass(frozen=True)
class Lookup:
    """What is known of the words of some columns.

    Attributes
    ----------
    columns : str
        Pattern of ``mart.column``.
    name : str
        Of the column beside, as a replacement of the pattern.
    words : mapping
        Word -> its number or label.
    said : str
        Comment of the column beside; ``{column}`` stands for the column.
    """

    columns: str
    name: str
    words: Mapping[str, int | str | None]
    said: str


@dataclass(frozen=True)
class Beside:
    """A column that is added to a published mart: name, type, SQL and comment."""

    name: str
    kind: str
    sql: str
    said: str


def read_lookups(
    connection: duckdb.DuckDBPyConnection, place: Callable[[str], str | None]
) -> list[Lookup]:
    """Return the orders that are fixed, and those that marts of this build know.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    place : callable
        Returns how a mart is called in SQL, None where it was not built.
    """
    lookups = [
        Lookup(
            pattern,
            r"\1_order",
            {word: order for order, word in enumerate(words, 1)},
            "Order of {column}: " + ", ".join(words) + ".",
        )
        for pattern, words in _WORDS.items()
    ]
    for pattern, name, mart, known, said in _KNOWN:
        table = place(mart)
        if table:
            columns, group, by = known.partition(" group by ")
            rows = connection.execute(
                f"select distinct {columns} from {table} {group}{by} order by 1"
            ).fetchall()
            lookups.append(Lookup(pattern, name, dict(rows), said))
    return lookups


def columns_beside(
    mart: str,
    columns: Iterable[str],
    lookups: Iterable[Lookup],
    own: Collection[str] = (),
) -> list[Beside]:
    r"""Return the columns that a mart lacks beside its segments and ordered words.

    Columns of the input's `own` may have such names, and mean what they like.

    Examples
    --------
    >>> levels = Lookup(r"\w+[.](\w+_level)", r"\1_order", {"high": 1, "low": 2}, "")
    >>> columns_beside("customers", ["deal_level"], [levels])[0].sql
    'case "deal_level" when \'high\' then 1 when \'low\' then 2 end'
    """
    there = {column.lower() for column in columns}
    found = []
    for column in columns:
        for lookup in lookups if column not in own else ():
            match = re.fullmatch(lookup.columns, f"{mart}.{column}")
            if not match or match.expand(lookup.name) in there:
                continue
            name = match.expand(lookup.name)
            kind = _kind(name)
            there.add(name)
            sql = _case(column, lookup.words, kind)
            found.append(Beside(name, kind, sql, lookup.said.format(column=column)))
    return found


def _kind(name: str) -> str:
    if name.startswith("is_"):
        return "boolean"
    return "varchar" if name.endswith("_label") else "integer"


def _case(column: str, words: Mapping[str, int | str | None], kind: str) -> str:
    known = [
        f"when {literal(word)} then "
        f"{literal(value) if isinstance(value, str) else value}"
        for word, value in words.items()
        if word is not None and value is not None
    ]
    if not known:
        return f"cast(null as {kind})"
    return f"case {identifier(column)} {' '.join(known)} end"

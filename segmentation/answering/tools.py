"""The questions that can be asked of the published file.

Each function takes the published file and returns what an assistant may say: figures
as they stand in the marts, the relations that they come from, and the caveats that go
with them. What the marts do not know is a `Refusal`.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from segmentation.answering.caveats import caveats_of, no_forecast
from segmentation.answering.published import Published, Refusal

__all__ = [
    "MOST_ROWS",
    "Answer",
    "at_risk",
    "campaign",
    "changes",
    "customer",
    "describe",
    "mix",
    "next_steps",
    "overview",
    "query",
    "segments",
    "trust",
    "value",
    "what_is_special",
]

MOST_ROWS = 200
_MIXES = {
    "category": ("segment_category_mix", "category_order", "what they buy"),
    "channel": ("segment_channel_mix", "channel_order", "where they buy"),
    "campaign": ("segment_campaign_response", "campaign_order", "what they answered"),
    "month": ("segment_spend_by_month", "ordered_month", "spend by month"),
}


@dataclass(frozen=True)
class Answer:
    """Figures of the marts, and what has to be said with them.

    Attributes
    ----------
    found : dict or list of dict
    relations : tuple of str
        Names in the schema marts that the figures are of.
    caveats : tuple of str
    """

    found: Any
    relations: tuple[str, ...]
    caveats: tuple[str, ...]


def _answer(published: Published, found: Any, *relations: str) -> Answer:
    return Answer(found, relations, tuple(caveats_of(published, set(relations))))


def overview(published: Published) -> Answer:
    """Return what the file is about: input, day, customers, segments, what is empty."""
    (generation,) = published.rows("from marts.generation")
    named = published.rows(
        "select segment_key, segment_name, customers from marts.segments "
        "where status = 'current' order by value_rank, segment_key"
    )
    empty = published.rows(
        "select relation, why_empty from marts.published_relations "
        "where why_empty is not null order by relation"
    )
    found = {"generation": generation, "segments": named, "not_known": empty}
    return _answer(published, found, "generation", "segments", "published_relations")


def segments(published: Published, segment: str = "") -> Answer:
    """Return size, share of spend, rank and description of one segment or all."""
    condition, values = _of_segment(published, segment)
    found = published.rows(
        "select segment_key, segment_name, description, customers, customer_share, "
        "total_spend, spend_share, value_rank, name_note from marts.segments "
        f"where status = 'current' {condition} order by value_rank, segment_key",
        values,
    )
    return _answer(published, found, "segments")


def what_is_special(published: Published, segment: str) -> Answer:
    """Return what sets a segment apart: claims that hold, and rules that find it."""
    condition, values = _of_segment(published, segment)
    found: dict[str, Any] = {
        "claims": published.rows(
            "select clause, feature, level, direction, segment_figure, "
            "population_figure, difference, said_in from marts.segment_claims "
            f"where holds {condition} order by abs(difference) desc, feature, said_in",
            values,
        )
    }
    relations = ["segment_claims"]
    if published.has("segment_rules"):
        relations.append("segment_rules")
        found["rules"] = published.rows(
            "select rule_text, rule_sql, reading, coverage, precision_share "
            f"from marts.segment_rules where true {condition} order by rule_rank",
            values,
        )
    return _answer(published, found, *relations)


def customer(published: Published, customer_id: str) -> Answer:
    """Return one customer's segment, how clear it is, value, risk and next offer."""
    relations = ["customer_segments"]
    assigned = published.rows(
        "from marts.customer_segments where customer_id = ?", [customer_id]
    )
    if not assigned:
        raise Refusal(f"There is no customer '{customer_id}' in this file.")
    found: dict[str, Any] = {"segment": assigned[0]}
    unsure = no_forecast(published)
    for name, relation, columns, order in (
        ("risk", "customers_at_risk", "*", "list_rank"),
        ("campaign", "campaign_targets", "*", "contact_rank"),
        ("next_offers", "customer_recommendations", "*", "recommendation_rank"),
        (
            "value",
            "customer_value",
            "historical_spend, purchases, recency_days"
            + ("" if unsure else ", expected_spend, expected_purchases, horizon_days"),
            "historical_spend",
        ),
    ):
        if published.has(relation):
            rows = published.rows(
                f"select {columns} from marts.{relation} where customer_id = ? "
                f"order by {order}",
                [customer_id],
            )
            one = rows[0] if rows else None
            found[name] = rows if name == "next_offers" else one
            relations.append(relation)
    answer = _answer(published, found, *relations)
    return Answer(
        found, tuple(relations), (*_of_customer(assigned[0]), *answer.caveats)
    )


def _of_customer(row: dict[str, Any]) -> list[str]:
    return [
        sentence
        for said, sentence in (
            ("is_outlier", "This customer is unlike the rest of the segment."),
            ("is_uncertain", "Too little is known of this customer to be sure of it."),
            ("is_override", "Somebody put this customer there by hand."),
        )
        if row.get(said)
    ]


def trust(published: Published) -> Answer:
    """Return how far segments, forecast, response model and data can be relied on."""
    published.require("trust_summary", "how far they can be trusted")
    found = published.rows(
        "select topic, verdict, figure_name, figure, figure_limit, sentence "
        "from marts.trust_summary order by topic_order"
    )
    return _answer(published, found, "trust_summary")


def value(published: Published, segment: str = "", *, expected: bool = False) -> Answer:
    """Return what segments were worth, or are expected to be worth."""
    published.require("value_by_segment", "what customers are worth")
    condition, values = _of_segment(published, segment)
    columns = (
        "segment_key, segment_name, customers, historical_spend, "
        "historical_spend_share, historical_spend_per_customer"
    )
    if expected:
        unsure = no_forecast(published)
        if unsure:
            raise Refusal(unsure)
        columns += (
            ", horizon_days, expected_spend, expected_spend_share, "
            "expected_spend_per_customer, expected_purchases_per_customer"
        )
    found = published.rows(
        f"select {columns} from marts.value_by_segment where true {condition} "
        "order by historical_spend desc, segment_key",
        values,
    )
    return _answer(published, found, "value_by_segment")


def at_risk(published: Published, segment: str = "", most: int = 20) -> Answer:
    """Return how many customers are on the lists of those at risk, and the first."""
    published.require("customers_at_risk", "who may stop buying")
    condition, values = _of_segment(published, segment)
    counts = published.rows(
        "select risk_list, risk_level, count(*) as customers, "
        "sum(total_spend) as total_spend from marts.customers_at_risk "
        f"where true {condition} group by all order by risk_list, risk_level",
        values,
    )
    first = published.rows(
        "select customer_id, segment_name, risk_list, list_rank, risk_level, "
        "retention_action, reason from marts.customers_at_risk "
        f"where true {condition} order by risk_list desc, list_rank, customer_id "
        f"limit {_at_most(most)}",
        values,
    )
    found = {"counts": counts, "first": first}
    return _answer(published, found, "customers_at_risk")


def campaign(published: Published, segment: str = "") -> Answer:
    """Return whom to contact, what it is expected to earn, and what rules earned."""
    published.require("campaign_summary", "whom to contact")
    condition, values = _of_segment(published, segment)
    (decision,) = published.rows("from marts.campaign_summary")
    plan = []
    if published.has("campaign_plan"):
        plan = published.rows(
            f"from marts.campaign_plan where true {condition} order by segment_key",
            values,
        )
    found = {"decision": decision, "plan": plan}
    return _answer(published, found, "campaign_summary", "campaign_plan")


def next_steps(published: Published, segment: str = "") -> Answer:
    """Return what to do with segments, with the figures that led to it."""
    published.require("segment_actions", "what to do")
    condition, values = _of_segment(published, segment)
    found = published.rows(
        "select segment_key, segment_name, objective, objective_reason, channel, "
        "channel_reason, offer, offer_reason, category, category_reason, "
        "message_idea, retention_reason from marts.segment_actions "
        f"where true {condition} order by value_rank",
        values,
    )
    return _answer(published, found, "segment_actions", "recommendation_quality")


def mix(published: Published, by: str, segment: str = "") -> Answer:
    """Return spend by category or month, purchases by channel, answers by campaign."""
    if by not in _MIXES:
        raise Refusal(
            f"Nothing is told apart by '{by}'; there are {', '.join(_MIXES)}."
        )
    relation, order, what = _MIXES[by]
    published.require(relation, what)
    condition, values = _of_segment(published, segment)
    found = published.rows(
        f"from marts.{relation} where true {condition} order by {order}, segment_key",
        values,
    )
    return _answer(published, found, relation)


def changes(published: Published) -> Answer:
    """Return how sizes changed, who moved, what drifted, and which versions were."""
    named = {
        "sizes": ("segment_sizes_history", "observed_on desc, segment_key"),
        "moves": ("segment_transitions", "observed_on desc, customers desc"),
        "drift": ("segment_drift", "observed_on desc, verdict_order desc, subject"),
        "versions": ("segment_version_log", "change_number desc"),
    }
    found = {
        name: published.rows(f"from marts.{relation} order by {order}", most=MOST_ROWS)
        for name, (relation, order) in named.items()
        if published.has(relation)
    }
    return _answer(published, found, *[relation for relation, _ in named.values()])


def describe(published: Published, relation: str = "") -> Answer:
    """Return what a relation holds, column by column; all relations in short."""
    if not relation:
        found: Any = published.rows(
            "select relation, rows_found, grain, why_empty "
            "from marts.published_relations order by relation"
        )
        return _answer(published, found, "published_relations")
    known = published.rows(
        "from marts.published_relations where relation = ?", [relation]
    )
    if not known:
        raise Refusal(
            f"There is no relation '{relation}'; describe without a name lists them."
        )
    columns = published.rows(
        "select column_name, data_type, role, unit, personal, description "
        "from marts.published_columns where relation = ? order by column_order",
        [relation],
    )
    return _answer(published, known[0] | {"columns": columns}, relation)


def query(published: Published, sql: str) -> Answer:
    """Return the rows of one SELECT over the marts, and what goes with them."""
    published.require_one_select(sql)
    try:
        # a relation that there is not is the engine's to name
        rows = published.rows(sql, most=MOST_ROWS + 1)
        relations = published.relations_in(sql)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise Refusal(f"The marts cannot answer this query: {first}") from None
    if not relations:
        raise Refusal(
            "The query asks nothing of the marts; name one, as marts.segments."
        )
    if all(value is None for row in rows for value in row.values()):
        for relation in sorted(relations):
            published.require(relation, f"what {relation} is about")
    answer = _answer(published, rows[:MOST_ROWS], *sorted(relations))
    further = [
        f"marts.{relation} is empty: {why}"
        for relation in sorted(relations)
        if (why := published.why_empty(relation))
    ]
    if len(rows) > MOST_ROWS:
        further.append(f"Only the first {MOST_ROWS} rows are shown; sum in SQL.")
    return Answer(answer.found, answer.relations, (*further, *answer.caveats))


def _of_segment(published: Published, segment: str) -> tuple[str, list[Any]]:
    """Return a further condition, and its value, for a segment; none for all."""
    if not segment:
        return "", []
    return "and segment_key = ?", [published.segment_key(segment)]


def _at_most(rows: int) -> int:
    return max(0, min(rows, MOST_ROWS))

"""What has to be said with a figure: by the relations that it comes from."""

from segmentation.answering.published import Published

__all__ = ["caveats_of", "no_forecast"]

_VALUE = {"customer_value", "value_by_segment"}
# which topics of trust_summary are about a relation; those of the segments about all
_OF_ALL = ("separation", "stability", "drift", "data quality")
# whose figures are about customers, not segments
_WITHOUT_SEGMENTS = {
    "data_quality_summary",
    "generation",
    "published_columns",
    "published_relations",
}


def caveats_of(published: Published, relations: set[str]) -> list[str]:
    """Return the sentences that go with figures of these relations.

    Parameters
    ----------
    published : Published
    relations : set of str
        Names in the schema marts.

    Returns
    -------
    list of str
    """
    said: list[str] = []
    if _VALUE & relations:
        said += filter(None, [no_forecast(published), _accuracy(published)])
    if "customers_at_risk" in relations:
        said += _of_lists(published)
    if any("campaign" in relation for relation in relations):
        said += _of_campaign(published)
    if {"customer_recommendations", "recommendation_quality"} & relations:
        said += _sentences(published, "recommendation_quality")
    if "segments" in relations:
        said += [
            f"{row['segment_key']} {row['segment_name']}: {row['name_note']}"
            for row in published.rows(
                "select segment_key, segment_name, name_note from marts.segments "
                "where name_note is not null and status = 'current' order by 1"
            )
        ]
    if relations - _WITHOUT_SEGMENTS:
        said += _of_trust(published)
    return list(dict.fromkeys(said))


def no_forecast(published: Published) -> str | None:
    """Return why expected figures are no estimate, nothing where they are one."""
    if not published.has("customer_value"):
        return None
    rows = published.rows(
        "select accuracy from marts.customer_value where is_estimate limit 1"
    )
    if rows:
        return None
    (row,) = published.rows("select max(accuracy) as why from marts.customer_value")
    return (
        "There is no forecast: expected figures hold only if customers go on buying "
        f"as they did. {row['why'] or ''}".strip()
    )


def _accuracy(published: Published) -> str | None:
    rows = published.rows(
        "select accuracy from marts.customer_value "
        "where is_estimate and accuracy is not null order by accuracy limit 1"
    )
    return f"How wrong the forecast was: {rows[0]['accuracy']}" if rows else None


def _of_lists(published: Published) -> list[str]:
    lists = {
        row["risk_list"]
        for row in published.rows(
            "select distinct risk_list from marts.customers_at_risk"
        )
    }
    if "silent for long" in lists:
        return [
            "They have been silent for unusually long; nothing tells how many of them "
            "have really stopped."
        ]
    if published.has("forecast_accuracy"):
        return [
            row["sentence"]
            for row in published.rows(
                "select distinct sentence from marts.forecast_accuracy "
                "where target = 'at risk' and sentence is not null order by 1"
            )
        ]
    return []


def _of_campaign(published: Published) -> list[str]:
    if not published.has("campaign_summary"):
        return []
    (row,) = published.rows("from marts.campaign_summary")
    skill = (
        None
        if row["has_skill"]
        else "The response model does not tell responders from others better than "
        "chance: do not choose customers by it."
    )
    held_out = (
        "Customers who are held out must not be contacted: they measure the campaign."
        if row["held_out"]
        else None
    )
    said = [skill, row["suspicion"], row["assumption"], held_out]
    return [sentence for sentence in said if sentence]


def _sentences(published: Published, relation: str) -> list[str]:
    if not published.has(relation):
        return []
    return [
        row["sentence"]
        for row in published.rows(
            f"select distinct sentence from marts.{relation} "
            "where sentence is not null order by 1"
        )
    ]


def _of_trust(published: Published) -> list[str]:
    if not published.has("trust_summary"):
        return ["How far the segments can be trusted was not measured in this build."]
    return [
        f"{row['topic'].capitalize()} ({row['verdict']}): {row['sentence']}"
        for row in published.rows(
            "select topic, verdict, sentence from marts.trust_summary "
            "where verdict != 'good' order by topic_order"
        )
        if row["topic"] in _OF_ALL
    ]

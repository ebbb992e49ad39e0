"""Keep a logistic model of the response as SQL that builds run without Python."""

from segmentation.campaign.response import response_query


def model(dbt, session):
    """Return one row: the expression; no rows where there is no model."""
    response = dbt.ref("segmentation", "ml_campaign_response")
    evaluated = dbt.ref("segmentation", "int_campaign_evaluated")
    query = response_query(
        session, this=dbt.this, response=response, evaluated=evaluated
    )
    return query

"""Score the customers whom the evaluation has not seen by models that are no SQL."""

from segmentation.campaign.response import refitted_scores


def model(dbt, session):
    """Return key and probability, computed while the engine writes them."""
    response = dbt.ref("segmentation", "ml_campaign_response")
    customers = dbt.ref("segmentation", "int_customers_campaign_features")
    evaluated = dbt.ref("segmentation", "int_campaign_evaluated")
    scores = refitted_scores(
        session, response=response, customers=customers, evaluated=evaluated
    )
    return scores

"""Judge, choose and fit the model of the response to the target campaign."""

from segmentation.campaign.response import campaign_response


def model(dbt, session):
    """Return one row: the model with its evidence, or the reason why there is none."""
    customers = dbt.ref("segmentation", "int_customers_campaign_features")
    money = dbt.ref("segmentation", "int_campaign_money")
    dialect = dbt.ref("segmentation", "input_dialect")
    settings = dbt.config.meta_get("settings")
    response = campaign_response(
        session,
        this=dbt.this,
        customers=customers,
        money=money,
        dialect=dialect,
        settings=settings,
    )
    return response

{{ config(enabled=var('campaign')) }}

with

unseen as (

    select customers.*

    from {{ ref('int_customers_campaign_features') }} as customers

    anti join {{ ref('int_campaign_evaluated') }} as evaluated
        on customers.customer_id = evaluated.customer_id
        and customers.profile_fingerprint = evaluated.profile_fingerprint

),

scored as (

    select
        customer_id,
        {{ response_score() }} as probability

    from unseen

)

-- a refit scores whom it met; who came since has the score of the logistic model
select
    scored.customer_id,
    coalesce(refitted.probability, scored.probability) as probability

from scored

left join {{ ref('ml_refitted_scores') }} as refitted
    on scored.customer_id = refitted.customer_id

where coalesce(refitted.probability, scored.probability) is not null

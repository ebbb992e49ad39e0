{{ config(enabled=var('campaign')) }}

with

customers as (

    select * from {{ ref('int_customers_campaign_features') }}

),

evaluated as (

    select * from {{ ref('int_campaign_evaluated') }}

),

refitted as (

    select * from {{ ref('ml_refitted_scores') }}

),

unseen as (

    select customers.*

    from customers

    anti join evaluated
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

left join refitted
    on scored.customer_id = refitted.customer_id

where coalesce(refitted.probability, scored.probability) is not null

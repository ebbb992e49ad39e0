with

customers as (

    select count(*) as customers from {{ ref('customers') }}

),

scores as (

    select count(*) as scores from {{ ref('campaign_response_scores') }}

),

summary as (

    select count(*) as campaigns from {{ ref('campaign_summary') }}

)

select
    customers.customers,
    scores.scores

from customers

cross join scores

cross join summary

where scores.scores != customers.customers * summary.campaigns

{{ config(enabled=var('campaign')) }}
{% set probability = 'case when not targets.is_holdout then targets.probability end' %}

with

planned as (

    select
        scores.segment_key,
        scores.segment_name,
        cast(count(scores.customer_id) as bigint) as customers,
        cast(count(targets.customer_id) as bigint) as listed,
        cast(count(case when not targets.is_holdout then 1 end) as bigint) as contacts,
        cast(count(case when targets.is_holdout then 1 end) as bigint) as held_out,
        -- decimals add up to the same digits in any order
        coalesce(cast({{ exact_sum(probability) }} as double), 0) as expected_responses

    from {{ ref('campaign_response_scores') }} as scores

    left join {{ ref('campaign_targets') }} as targets
        on scores.customer_id = targets.customer_id

    group by scores.segment_key, scores.segment_name

)

select
    planned.segment_key,
    planned.segment_name,
    planned.customers,
    planned.listed,
    planned.contacts,
    planned.held_out,
    {{ share_of('planned.contacts', 'planned.customers') }} as contacted_share,
    planned.expected_responses,
    planned.expected_responses / nullif(planned.contacts, 0) as expected_response_rate,
    planned.contacts * money.contact_cost as expected_cost,
    planned.expected_responses * money.revenue_per_response as expected_revenue,
    planned.expected_responses * money.revenue_per_response
    - planned.contacts * money.contact_cost as expected_profit

from planned

cross join {{ ref('int_campaign_money') }} as money

{{ config(enabled=var('campaign')) }}

with

response as (

    select
        *,
        {{ campaign_threshold() }} as threshold

    from {{ ref('ml_campaign_response') }}

    where skip_reason is null

),

plan as (

    select
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(listed), 0) as listed,
        coalesce(sum(contacts), 0) as contacts,
        coalesce(sum(held_out), 0) as held_out,
        coalesce({{ share_of('sum(expected_responses)', 'sum(contacts)') }}, 0)
            as expected_rate,
        cast({{ exact_sum('expected_profit') }} as double) as expected_profit

    from {{ ref('campaign_plan') }}

)

select
    response.campaign,
    response.published_model,
    response.model_reason,
    '{{ var("campaign_threshold") }}' as threshold_kind,
    response.threshold,
    response.contact_cost,
    response.revenue_per_response,
    cast(plan.customers as bigint) as customers,
    cast(plan.listed as bigint) as listed,
    cast(plan.contacts as bigint) as contacts,
    cast(plan.held_out as bigint) as held_out,
    plan.expected_profit,
    response.evaluated_customers,
    evidence.estimate as evaluated_profit,
    evidence.lower as evaluated_profit_lower,
    evidence.upper as evaluated_profit_upper,
    references_of_profit.contact_all_profit,
    references_of_profit.perfect_profit,
    skill.lower > 0.5e0 as has_skill,
    {{ detectable_uplift() }} as detectable_uplift,
    response.suspicion,
    response.assumption,
    concat_ws(
        ' ',
        {{ recommendation_words() }},
        {{ holdout_words() }},
        response.suspicion
    ) as sentence

from response

cross join plan

left join {{ ref('campaign_model_metrics') }} as evidence
    on response.campaign = evidence.campaign
    and evidence.is_published
    and evidence.is_threshold_in_use
    and evidence.metric = 'profit'

left join {{ ref('campaign_model_metrics') }} as skill
    on response.campaign = skill.campaign
    and skill.is_published
    and skill.metric = 'roc_auc'

-- its references are the same in every point of the curve
left join {{ ref('campaign_profit_curve') }} as references_of_profit
    on response.campaign = references_of_profit.campaign
    and references_of_profit.is_cut_off

with

response as (

    select
        campaign,
        published_model,
        model_reason,
        evaluated_customers,
        contact_cost,
        revenue_per_response,
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
        cast(coalesce({{ exact_sum('expected_profit') }}, 0) as double) as expected_profit

    from {{ ref('campaign_plan') }}

),

evidence as (

    select * from {{ ref('campaign_model_metrics') }}

    where is_published and is_threshold_in_use and metric = 'profit'

),

-- the references are the same in every point of the curve
references_of_profit as (

    select
        max(contact_all_profit) as contact_all_profit,
        max(perfect_profit) as perfect_profit

    from {{ ref('campaign_profit_curve') }}

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
    case
        when response.revenue_per_response <= response.contact_cost
            then concat(
                    'Contact nobody: a response brings in ',
                    {{ money_text('response.revenue_per_response') }},
                    ', no more than the ', {{ money_text('response.contact_cost') }},
                    ' that a contact costs.'
                )
        when response.contact_cost = 0
            then concat(
                    'Contact everybody, ', plan.contacts,
                    ' customers beside a holdout of ', plan.held_out,
                    ': a contact costs nothing.'
                )
        when plan.listed = 0
            then 'Contact nobody: no customer is likely enough to respond.'
        else concat(
                'Contact ', plan.contacts, ' of ', plan.customers,
                ' customers, hold out ', plan.held_out, ': expected profit ',
                {{ money_text('plan.expected_profit') }}, '. Out of fold the rule earned ',
                {{ money_text('evidence.estimate') }}, ' (',
                {{ money_text('evidence.lower') }}, ' to ', {{ money_text('evidence.upper') }},
                ') on ', response.evaluated_customers, ' customers; contacting all of them ',
                {{ money_text('references_of_profit.contact_all_profit') }},
                ', perfect foresight ',
                {{ money_text('references_of_profit.perfect_profit') }}, '.'
            )
    end as sentence

from response

cross join plan

left join evidence
    on response.campaign = evidence.campaign

cross join references_of_profit

{{ config(enabled=var('campaign')) }}

with

response as (

    select
        campaign,
        published_model,
        model_reason,
        suspicion,
        assumption,
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
        coalesce(
            sum(expected_responses) / nullif(cast(sum(contacts) as double), 0), 0
        ) as expected_rate,
        cast({{ exact_sum('expected_profit') }} as double) as expected_profit

    from {{ ref('campaign_plan') }}

),

evidence as (

    select * from {{ ref('campaign_model_metrics') }}

    where is_published and is_threshold_in_use and metric = 'profit'

),

skill as (

    select
        campaign,
        estimate as roc_auc,
        lower as roc_auc_lower,
        upper as roc_auc_upper

    from {{ ref('campaign_model_metrics') }}

    where is_published and metric = 'roc_auc'

),

-- the smallest uplift that a test at 5 % finds in four of five campaigns: 1.96 + 0.84
power as (

    select
        2.8e0 * sqrt(
            plan.expected_rate * (1 - plan.expected_rate)
            * (
                1 / nullif(cast(plan.contacts as double), 0)
                + 1 / nullif(cast(plan.held_out as double), 0)
            )
        ) as detectable_uplift

    from plan

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
    skill.roc_auc_lower > 0.5e0 as has_skill,
    power.detectable_uplift,
    response.suspicion,
    response.assumption,
    concat_ws(
        ' ',
        case
            when skill.roc_auc_lower <= 0.5e0
                then concat(
                        'No recommendation: of customers whom the model had not seen, it ',
                        'ranks one who responds above one who does not in ',
                        {{ figure('100 * skill.roc_auc') }}, ' of 100 pairs (',
                        {{ figure('100 * skill.roc_auc_lower') }}, ' to ',
                        {{ figure('100 * skill.roc_auc_upper') }}, '), no better than by lot.'
                    )
            when response.contact_cost is null
                then concat(
                        'Customers are ranked by how likely ', replace(response.campaign, '_', ' '),
                        ' is: somebody of whom it is true ranks above somebody of whom it ',
                        'is not in ',
                        {{ figure('100 * skill.roc_auc') }}, ' of 100 pairs. Whom it pays to ',
                        'contact is unknown until the vars contact_cost and ',
                        'revenue_per_response say what a contact costs and a response ',
                        'brings in.'
                    )
            when response.revenue_per_response <= response.contact_cost
                then concat(
                        'Contact nobody: a response brings in ',
                        {{ money_text('response.revenue_per_response') }},
                        ', no more than the ', {{ money_text('response.contact_cost') }},
                        ' that a contact costs.'
                    )
            when response.contact_cost = 0
                then concat(
                        'Contact everybody, ', {{ figure('plan.contacts') }},
                        ' customers, and keep ', {{ figure('plan.held_out') }},
                        ' aside: a contact costs nothing.'
                    )
            when plan.listed = 0
                then 'Contact nobody: no customer is likely enough to respond.'
            when evidence.estimate <= 0
                then concat(
                        'Contact nobody: tried on customers unseen by it, the rule earned ',
                        {{ money_text('evidence.estimate') }},
                        ', no more than contacting nobody.'
                    )
            else concat(
                    'Contact ', {{ figure('plan.contacts') }}, ' of ',
                    {{ figure('plan.customers') }}, ' customers, keep ',
                    {{ figure('plan.held_out') }}, ' aside: expected profit ',
                    {{ money_text('plan.expected_profit') }}, '. Tried on customers unseen ',
                    'by it, the rule earned ',
                    {{ money_text('evidence.estimate') }}, ' (',
                    {{ money_text('evidence.lower') }}, ' to ',
                    {{ money_text('evidence.upper') }}, ') on ',
                    {{ figure('response.evaluated_customers') }},
                    ' customers; contacting all of them earns ',
                    {{ money_text('references_of_profit.contact_all_profit') }},
                    ', knowing beforehand who answers ',
                    {{ money_text('references_of_profit.perfect_profit') }}, '.'
                )
        end,
        -- a holdout of a few sees only a great effect, and that must be known beforehand
        case
            when plan.held_out > 0 and skill.roc_auc_lower > 0.5e0
                then concat(
                        'Keeping ', {{ figure('plan.held_out') }},
                        ' aside shows an effect of ',
                        cast(
                            cast(ceil(100 * power.detectable_uplift) as bigint)
                            as {{ dbt.type_string() }}
                        ),
                        ' percentage points or more, in four campaigns of five.'
                    )
        end,
        response.suspicion
    ) as sentence

from response

cross join plan

cross join power

left join evidence
    on response.campaign = evidence.campaign

left join skill
    on response.campaign = skill.campaign

cross join references_of_profit

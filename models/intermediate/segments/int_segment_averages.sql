{{ config(materialized='view') }}
{% set measures = [
    'age', 'income', 'household_size', 'children', 'total_spend', 'purchases',
    'average_order_value', 'deal_share', 'web_visits_per_month', 'recency_days',
    'tenure_days', 'campaigns_accepted', 'spending_score', 'mean_interval_days',
] %}

with

averaged as (

    select
        segment_key,
        {% for measure in measures %}
        {{ exact_mean(measure) }} as mean_{{ measure }},
        {% endfor %}
        {{ share_of('count_if(household_size > 1)', 'count(household_size)') }}
            as shared_household_share,
        {{ share_of('count_if(children > 0)', 'count(children)') }} as with_children_share,
        {{ share_of('count_if(target_accepted)', 'count(target_accepted)') }}
            as target_response_rate,
        {{ share_of(exact_sum('total_spend'), exact_sum('purchases')) }}
            as spend_per_purchase,
        {{ share_of(exact_sum('deal_purchases'), exact_sum('purchases')) }}
            as deals_per_purchase,
        count(no_contact_reason) as no_contact_customers

    from {{ ref('customers') }}

    group by segment_key

),

-- a median needs all values in memory at once, a sample's is close enough
middles as (

    select
        customers.segment_key,
        {% for measure in measures %}
        median(cast(customers.{{ measure }} as double)) as median_{{ measure }},
        {% endfor %}
        count(*) as median_customers

    from {{ ref('customers') }} as customers

    inner join {{ ref('int_exploration_sample') }} as exploration_sample
        on customers.customer_id = exploration_sample.customer_id

    group by customers.segment_key

)

select
    current_segments.segment_key,
    {% for measure in measures %}
    averaged.mean_{{ measure }},
    middles.median_{{ measure }},
    {% endfor %}
    averaged.spend_per_purchase,
    averaged.deals_per_purchase,
    averaged.shared_household_share,
    averaged.with_children_share,
    averaged.target_response_rate,
    cast(coalesce(averaged.no_contact_customers, 0) as bigint) as no_contact_customers,
    cast(coalesce(middles.median_customers, 0) as bigint) as median_customers

from {{ ref('int_current_segments') }} as current_segments

left join averaged
    on current_segments.segment_key = averaged.segment_key

left join middles
    on current_segments.segment_key = middles.segment_key

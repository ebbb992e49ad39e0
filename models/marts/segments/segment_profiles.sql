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
        {{ exact_sum('total_spend') }} as spent,
        {{ exact_sum('purchases') }} as bought,
        {{ exact_sum('deal_purchases') }} as bought_as_deals,
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

),

channels as (

    {{ first_of_each(
        'segment_key', ref('segment_channel_mix'), 'purchases desc, channel'
    ) }}

),

categories as (

    {{ first_of_each(
        'segment_key', ref('segment_category_mix'), 'spend desc, category'
    ) }}

)

select
    segments.segment_key,
    segments.segment_name,
    segments.value_rank,
    segments.customers,
    cast(coalesce(averaged.no_contact_customers, 0) as bigint) as no_contact_customers,
    segments.customer_share,
    segments.total_spend,
    segments.spend_share,
    {% for measure in measures %}
    averaged.mean_{{ measure }},
    middles.median_{{ measure }},
    {% endfor %}
    {{ share_of('averaged.spent', 'averaged.bought') }} as spend_per_purchase,
    {{ share_of('averaged.bought_as_deals', 'averaged.bought') }} as deals_per_purchase,
    cast(coalesce(middles.median_customers, 0) as bigint) as median_customers,
    averaged.shared_household_share,
    averaged.with_children_share,
    channels.channel as preferred_channel,
    channels.purchase_share as preferred_channel_share,
    categories.category as top_category,
    categories.spend_share as top_category_share,
    averaged.target_response_rate

from {{ ref('segments') }} as segments

left join averaged
    on segments.segment_key = averaged.segment_key

left join middles
    on segments.segment_key = middles.segment_key

left join channels
    on segments.segment_key = channels.segment_key

left join categories
    on segments.segment_key = categories.segment_key

where segments.status = 'current'

{{ config(enabled=var('value')) }}
{# how many of the own usual intervals, and which share of the segment #}
{% set raised_ratio, high_ratio = var('risk_interval_ratios') %}
{% set raised_share, high_share = var('risk_segment_shares') %}
{% set interval = '(cast(tenure_days as double) / purchases)' %}

with

customers as (

    select * from {{ ref('customers') }}

    where
        purchases > 0
        and tenure_days > 0
        and recency_days is not null
        -- with days of purchases the forecast ranks
        and repeat_purchases is null

),

sizes as (

    select
        segment_key,
        count(*) as segment_customers

    from customers

    group by segment_key

),

-- the longest silence comes first, so ranks among the silent are ranks among all
ranked as (

    select
        customer_id,
        segment_key,
        {{ interval }} as expected_interval_days,
        recency_days / {{ interval }} as interval_ratio,
        row_number() over (
            partition by segment_key
            order by recency_days / {{ interval }} desc, customer_id
        ) as risk_rank_in_segment

    from customers

    where recency_days / {{ interval }} >= {{ raised_ratio }}

)

select
    ranked.customer_id,
    'silent for long' as risk_list,
    ranked.risk_rank_in_segment as list_rank,
    case
        when
            ranked.interval_ratio >= {{ high_ratio }}
            and ranked.risk_rank_in_segment <= {{ high_share }} * sizes.segment_customers
            then 'high'
        else 'raised'
    end as risk_level,
    ranked.expected_interval_days,
    ranked.interval_ratio,
    exp(-ranked.interval_ratio) as chance_of_silence

from ranked

inner join sizes
    on ranked.segment_key = sizes.segment_key

where ranked.risk_rank_in_segment <= {{ raised_share }} * sizes.segment_customers

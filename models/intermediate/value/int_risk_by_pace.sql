{{ config(enabled=var('value')) }}
{# how many of the own usual intervals, and which share of the segment #}
{% set raised_ratio, high_ratio = var('risk_interval_ratios') %}
{% set raised_share, high_share = var('risk_segment_shares') %}

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

paced as (

    select
        *,
        cast(tenure_days as double) / purchases as expected_interval_days

    from customers

),

compared as (

    select
        *,
        recency_days / expected_interval_days as interval_ratio

    from paced

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
        *,
        row_number() over (
            partition by segment_key order by interval_ratio desc, customer_id
        ) as risk_rank_in_segment

    from compared

    where interval_ratio >= {{ raised_ratio }}

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

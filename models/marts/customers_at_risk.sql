{# how many of the own usual intervals, and which share of the segment #}
{% set raised_ratio, high_ratio = var('risk_interval_ratios') %}
{% set raised_share, high_share = var('risk_segment_shares') %}

with

customers as (

    select * from {{ ref('customers') }}

    where purchases > 0 and tenure_days > 0 and recency_days is not null

),

playbook as (

    select * from {{ ref('playbook') }}

    where decision = 'retention'

),

bounds as (

    select
        percentile_cont(0.25) within group (
            order by cast(total_spend as double)
        ) as low_spend,
        percentile_cont(0.75) within group (
            order by cast(total_spend as double)
        ) as high_spend

    from {{ ref('customers') }}

),

paced as (

    select
        *,
        cast(tenure_days as double) / purchases as expected_interval_days

    from customers

),

compared as (

    select
        paced.*,
        paced.recency_days / paced.expected_interval_days as interval_ratio,
        case
            when paced.total_spend >= bounds.high_spend then 'high'
            when paced.total_spend < bounds.low_spend then 'low'
            else 'middle'
        end as value_level

    from paced

    cross join bounds

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
    ranked.segment_key,
    ranked.segment_name,
    case
        when
            ranked.interval_ratio >= {{ high_ratio }}
            and ranked.risk_rank_in_segment <= {{ high_share }} * sizes.segment_customers
            then 'high'
        else 'raised'
    end as risk_level,
    cast(ranked.risk_rank_in_segment as bigint) as risk_rank_in_segment,
    ranked.purchases,
    ranked.tenure_days,
    ranked.recency_days,
    ranked.expected_interval_days,
    ranked.interval_ratio,
    exp(-ranked.interval_ratio) as chance_of_silence,
    ranked.total_spend,
    ranked.value_level,
    ranked.value_level = 'high' as is_high_value,
    playbook.choice as retention_action,
    'Usually buys every ' || {{ figure('ranked.expected_interval_days', 1) }}
    || ' days, but has not bought for ' || {{ figure('ranked.recency_days') }}
    || ' days, ' || {{ figure('ranked.interval_ratio', 1) }}
    || ' times as long.' as reason

from ranked

inner join sizes
    on ranked.segment_key = sizes.segment_key

left join playbook
    on ranked.value_level = playbook.value_level

where ranked.risk_rank_in_segment <= {{ raised_share }} * sizes.segment_customers

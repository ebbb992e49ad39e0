{{ config(enabled=var('value')) }}

with

playbook as (

    select * from {{ ref('playbook') }}

    where decision = 'retention'

),

valued as (

    select
        *,
        coalesce(nullif(value_level, 'unknown'), 'middle') as playbook_level

    from {{ ref('customers') }}

),

-- one of the two is empty: an input tells days of purchases or does not
listed as (

    select
        customer_id,
        risk_list,
        list_rank,
        risk_level,
        expected_interval_days,
        interval_ratio,
        chance_of_silence,
        cast(null as double) as probability_of_buying_again,
        cast(null as double) as spend_last_year,
        cast(null as bigint) as purchase_days,
        cast(null as integer) as horizon_days

    from {{ ref('int_risk_by_pace') }}

    union all

    select
        by_forecast.customer_id,
        by_forecast.risk_list,
        by_forecast.list_rank,
        by_forecast.risk_level,
        by_forecast.own_interval_days as expected_interval_days,
        customers.recency_days / nullif(by_forecast.own_interval_days, 0)
            as interval_ratio,
        cast(null as double) as chance_of_silence,
        by_forecast.probability_of_buying_again,
        by_forecast.spend_last_year,
        by_forecast.purchase_days,
        by_forecast.horizon_days

    from {{ ref('int_risk_by_forecast') }} as by_forecast

    inner join {{ ref('customers') }} as customers
        on by_forecast.customer_id = customers.customer_id

)

select
    valued.customer_id,
    valued.segment_key,
    valued.segment_name,
    listed.risk_list,
    cast(listed.list_rank as bigint) as list_rank,
    listed.risk_level,
    case listed.risk_level when 'high' then 1 when 'raised' then 2 else 3 end
        as risk_level_order,
    cast(
        row_number() over (
            partition by listed.risk_list, valued.segment_key
            order by listed.list_rank, valued.customer_id
        ) as bigint
    ) as risk_rank_in_segment,
    valued.purchases,
    listed.purchase_days,
    listed.horizon_days,
    valued.tenure_days,
    valued.recency_days,
    listed.expected_interval_days,
    listed.interval_ratio,
    listed.chance_of_silence,
    listed.probability_of_buying_again,
    cast(listed.spend_last_year as decimal(18, 2)) as spend_last_year,
    valued.total_spend,
    valued.value_level,
    valued.value_level = 'high' as is_high_value,
    playbook.choice as retention_action,
    case
        when listed.purchase_days is null
            then
                'Bought once in ' || {{ figure('listed.expected_interval_days', 1) }}
                || ' days on average since enrolment, but has not bought for '
                || {{ figure('valued.recency_days') }} || ' days, '
                || {{ figure('listed.interval_ratio', 1) }} || ' times as long.'
        else
            'Bought on ' || {{ figure('listed.purchase_days') }} || ' days, '
            || {{ figure('listed.expected_interval_days', 1) }}
            || case when listed.purchase_days > 2 then ' days apart (median)' else ' days apart' end
            || ', the last time ' || {{ figure('valued.recency_days') }}
            || ' days ago; buys within ' || {{ figure('listed.horizon_days') }}
            || ' days with a chance of '
            || {{ percent('listed.probability_of_buying_again') }} || '.'
    end as reason

from valued

inner join listed
    on valued.customer_id = listed.customer_id

left join playbook
    on valued.playbook_level = playbook.value_level

where valued.no_contact_reason is null

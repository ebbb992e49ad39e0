{{ config(enabled=var('value')) }}

with

-- one of the two is empty: an input tells days of purchases or does not
listed as (

    select
        customers.*,
        coalesce(nullif(customers.value_level, 'unknown'), 'middle') as playbook_level,
        coalesce(by_forecast.risk_list, by_pace.risk_list) as risk_list,
        coalesce(by_forecast.list_rank, by_pace.list_rank) as list_rank,
        coalesce(by_forecast.risk_level, by_pace.risk_level) as risk_level,
        coalesce(by_forecast.own_interval_days, by_pace.expected_interval_days)
            as expected_interval_days,
        coalesce(
            customers.recency_days / nullif(by_forecast.own_interval_days, 0),
            by_pace.interval_ratio
        ) as interval_ratio,
        by_pace.chance_of_silence,
        by_forecast.probability_of_buying_again,
        by_forecast.spend_last_year,
        by_forecast.purchase_days,
        by_forecast.horizon_days

    from {{ ref('customers') }} as customers

    left join {{ ref('int_risk_by_pace') }} as by_pace
        on customers.customer_id = by_pace.customer_id

    left join {{ ref('int_risk_by_forecast') }} as by_forecast
        on customers.customer_id = by_forecast.customer_id

    where
        customers.no_contact_reason is null
        and coalesce(by_pace.customer_id, by_forecast.customer_id) is not null

)

select
    listed.customer_id,
    listed.segment_key,
    listed.segment_name,
    listed.risk_list,
    cast(listed.list_rank as bigint) as list_rank,
    listed.risk_level,
    case listed.risk_level when 'high' then 1 when 'raised' then 2 else 3 end
        as risk_level_order,
    cast(
        row_number() over (
            partition by listed.risk_list, listed.segment_key
            order by listed.list_rank, listed.customer_id
        ) as bigint
    ) as risk_rank_in_segment,
    listed.purchases,
    listed.purchase_days,
    listed.horizon_days,
    listed.tenure_days,
    listed.recency_days,
    listed.expected_interval_days,
    listed.interval_ratio,
    listed.chance_of_silence,
    listed.probability_of_buying_again,
    cast(listed.spend_last_year as decimal(18, 2)) as spend_last_year,
    listed.total_spend,
    listed.value_level,
    listed.value_level = 'high' as is_high_value,
    playbook.choice as retention_action,
    case
        when listed.purchase_days is null then {{ silence_reason() }}
        else {{ forecast_reason() }}
    end as reason

from listed

left join {{ ref('playbook') }} as playbook
    on listed.playbook_level = playbook.value_level
    and playbook.decision = 'retention'

with

summed as (

    select
        ordered_month,
        segment_key_then as segment_key,
        sum(spend) as spend,
        sum(refunded_spend) as refunded_spend,
        count_if(is_purchase) as purchases,
        count(distinct case when is_purchase then customer_id end) as customers,
        count(distinct case when is_of_first_day then customer_id end) as new_customers,
        sum(case when is_before_first_build then spend else 0 end)
            as spend_before_first_build,
        sum(case when is_hindsight then spend else 0 end) as hindsight_spend

    from {{ ref('customer_orders') }}

    group by ordered_month, segment_key_then

)

select
    summed.ordered_month,
    summed.segment_key,
    segments.segment_name,
    segments.value_rank,
    cast(summed.spend as decimal(18, 2)) as spend,
    cast(summed.refunded_spend as decimal(18, 2)) as refunded_spend,
    cast(summed.purchases as bigint) as purchases,
    cast(summed.customers as bigint) as customers,
    cast(summed.new_customers as bigint) as new_customers,
    cast(summed.spend / nullif(summed.purchases, 0) as decimal(18, 2))
        as spend_per_purchase,
    cast(summed.spend_before_first_build as decimal(18, 2)) as spend_before_first_build,
    cast(summed.hindsight_spend as decimal(18, 2)) as hindsight_spend

from summed

left join {{ ref('segments') }} as segments
    on summed.segment_key = segments.segment_key

with

-- several orders on one day are one visit: intervals are between days
days as (

    select
        customer_id,
        ordered_on,
        lag(ordered_on) over (
            partition by customer_id order by ordered_on
        ) as previous_ordered_on

    from {{ ref('stg_orders__orders') }}

    where is_purchase

    group by customer_id, ordered_on

)

select
    customer_id,
    cast(count(*) - 1 as integer) as repeat_purchases,
    cast({{ days_between('min(ordered_on)', 'max(ordered_on)') }} as double)
    / nullif(count(*) - 1, 0) as mean_interval_days,
    median(
        cast({{ days_between('previous_ordered_on', 'ordered_on') }} as double)
    ) as median_interval_days

from days

group by customer_id

{{ config(enabled=var('value'), materialized='view') }}

with

-- orders tell on how many days somebody came back; several orders on one day are one
-- purchase here. A file that only counts purchases takes each as one of its own
counted as (

    select
        *,
        coalesce(repeat_purchases, purchases - 1) as repeats

    from {{ ref('int_customers_engineered') }}

)

-- the day of enrolment stands for the first purchase, all further ones are repeats. A
-- customer who never bought has no first purchase to count from; where returns exceed
-- purchases, no average says what the next purchase brings
select
    customer_id,
    cast(repeats as double) as frequency,
    case when repeats > 0 then cast(tenure_days - recency_days as double) else 0 end
        as recency,
    cast(tenure_days as double) as age,
    case
        when repeat_purchases is null then cast(average_order_value as double)
        else cast(total_spend as double) / (repeat_purchases + 1)
    end as average_value,
    cast(repeats as double) + 1 as valued_purchases

from counted

where
    purchases >= 1
    and tenure_days is not null
    and recency_days between 0 and tenure_days
    and average_order_value >= 0

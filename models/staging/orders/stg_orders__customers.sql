{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('stg_orders__orders') }}

),

-- several orders on one day are one visit: intervals are between days
days as (

    select
        customer_id,
        ordered_on,
        lag(ordered_on) over (
            partition by customer_id order by ordered_on
        ) as previous_ordered_on

    from orders

    where is_purchase

    group by customer_id, ordered_on

),

paced as (

    select
        customer_id,
        count(*) as purchase_days,
        min(ordered_on) as first_ordered_on,
        max(ordered_on) as last_ordered_on,
        median(
            cast({{ days_between('previous_ordered_on', 'ordered_on') }} as double)
        ) as median_interval_days

    from days

    group by customer_id

),

summed as (

    select
        customer_id,
        min(record_number) as record_number,
        min_by(line_number, record_number) as line_number,
        min_by(source_file, record_number) as source_file,
        min(ordered_on) as first_seen_on,
        cast(sum(net_amount) as decimal(18, 2)) as total_spend,
        cast(sum(refunded_amount) as decimal(18, 2)) as refunded_spend,
        count_if(is_purchase) as purchases,
        count_if(is_discounted) as deal_purchases,
        bool_or(has_unparsed_values) as has_unparsed_values

    from orders

    group by customer_id

)

-- whoever only sent things back bought before the file begins
select
    summed.customer_id,
    summed.record_number,
    summed.line_number,
    summed.source_file,
    coalesce(paced.first_ordered_on, summed.first_seen_on) as enrolled_on,
    paced.last_ordered_on as last_purchase_on,
    summed.total_spend,
    summed.refunded_spend,
    cast(summed.purchases as integer) as purchases,
    cast(coalesce(paced.purchase_days - 1, 0) as integer) as repeat_purchases,
    cast(summed.deal_purchases as integer) as deal_purchases,
    cast(
        {{ days_between('paced.first_ordered_on', 'paced.last_ordered_on') }} as double
    ) / nullif(paced.purchase_days - 1, 0) as mean_interval_days,
    paced.median_interval_days,
    summed.has_unparsed_values

from summed

left join paced
    on summed.customer_id = paced.customer_id

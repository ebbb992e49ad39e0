{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('stg_orders__orders') }}

),

-- the same day that int_input_statistics finds
observed as (

    select
        coalesce(
            {{ given_day() }},
            cast(max(dialect.as_of_date) as date),
            max(orders.ordered_on)
        ) as observed_on

    from orders

    cross join {{ ref('input_dialect') }} as dialect

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
        orders.customer_id,
        min(orders.record_number) as record_number,
        min_by(orders.line_number, orders.record_number) as line_number,
        min_by(orders.source_file, orders.record_number) as source_file,
        min(orders.ordered_on) as first_seen_on,
        cast(sum(orders.net_amount) as decimal(18, 2)) as total_spend,
        cast(sum(orders.refunded_amount) as decimal(18, 2)) as refunded_spend,
        count_if(orders.is_purchase) as purchases,
        count_if(orders.is_discounted) as deal_purchases,
        {% for days in [90, 365] %}
        {% set is_late -%}
        {{ days_between('orders.ordered_on', 'observed.observed_on') }} < {{ days }}
        {%- endset %}
        count_if(orders.is_purchase and {{ is_late }}) as purchases_{{ days }}_days,
        cast(
            sum(case when {{ is_late }} then orders.net_amount else 0 end)
            as decimal(18, 2)
        ) as spend_{{ days }}_days,
        {% endfor %}
        bool_or(orders.has_unparsed_values) as has_unparsed_values

    from orders

    cross join observed

    group by orders.customer_id

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
    summed.spend_90_days,
    summed.spend_365_days,
    cast(summed.purchases as integer) as purchases,
    cast(summed.purchases_90_days as integer) as purchases_90_days,
    cast(summed.purchases_365_days as integer) as purchases_365_days,
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

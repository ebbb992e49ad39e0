{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('stg_orders__orders') }}

),

-- the same day that int_input_statistics finds
observed as (

    select
        coalesce(max({{ given_day() }}), max(orders.ordered_on)) as observed_on

    from orders

    cross join {{ ref('input_dialect') }} as dialect

),

-- whoever only sent things back bought before the file begins
summed as (

    select
        orders.customer_id,
        min(orders.record_number) as record_number,
        min_by(orders.line_number, orders.record_number) as line_number,
        min_by(orders.source_file, orders.record_number) as source_file,
        coalesce(
            min(case when orders.is_purchase then orders.ordered_on end),
            min(orders.ordered_on)
        ) as enrolled_on,
        max(case when orders.is_purchase then orders.ordered_on end) as last_purchase_on,
        cast(sum(orders.net_amount) as decimal(18, 2)) as total_spend,
        cast(sum(orders.refunded_amount) as decimal(18, 2)) as refunded_spend,
        cast(count_if(orders.is_purchase) as integer) as purchases,
        cast(count_if(orders.is_discounted) as integer) as deal_purchases,
        {% for days in [90, 365] %}
        {% set is_late -%}
        {{ days_between('orders.ordered_on', 'observed.observed_on') }} < {{ days }}
        {%- endset %}
        cast(count_if(orders.is_purchase and {{ is_late }}) as integer)
            as purchases_{{ days }}_days,
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

select
    summed.*,
    coalesce(rhythms.repeat_purchases, 0) as repeat_purchases,
    rhythms.mean_interval_days,
    rhythms.median_interval_days

from summed

left join {{ ref('stg_orders__rhythms') }} as rhythms
    on summed.customer_id = rhythms.customer_id

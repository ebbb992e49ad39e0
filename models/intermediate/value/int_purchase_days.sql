{{ config(enabled=var('value')) }}

with

orders as (

    select * from {{ ref('stg_orders__orders') }}

    where is_purchase

)

-- several orders on one day are one purchase; what came back with them is taken off
select
    orders.customer_id,
    orders.ordered_on as purchased_on,
    {{ days_between('orders.ordered_on', 'input_statistics.observed_on') }} as days_ago,
    cast(sum(orders.net_amount) as decimal(18, 2)) as spend

from orders

cross join {{ ref('int_input_statistics') }} as input_statistics

group by orders.customer_id, orders.ordered_on, input_statistics.observed_on

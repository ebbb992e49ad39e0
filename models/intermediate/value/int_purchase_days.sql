{{ config(enabled=var('value')) }}

-- several orders on one day are one purchase; what came back with them is taken off
select
    orders.customer_id,
    orders.ordered_on as purchased_on,
    {{ days_between('orders.ordered_on', 'input_statistics.observed_on') }} as days_ago,
    cast(sum(orders.net_amount) as decimal(18, 2)) as spend

from {{ ref('stg_orders__orders') }} as orders

cross join {{ ref('int_input_statistics') }} as input_statistics

where orders.is_purchase

group by orders.customer_id, orders.ordered_on, input_statistics.observed_on

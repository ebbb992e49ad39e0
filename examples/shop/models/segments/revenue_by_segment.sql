-- revenue of the shop by month and the segment that customers are in today
select
    date_trunc('month', fct_orders.ordered_at) as month,
    customers.segment_name,
    count(*) as orders,
    sum(fct_orders.amount) as revenue

from {{ ref('fct_orders') }} as fct_orders

inner join {{ ref('dim_customers_segmented') }} as customers
    on fct_orders.customer_id = customers.customer_id

group by all

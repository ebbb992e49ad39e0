select
    order_id,
    customer_id,
    cast(ordered_at as timestamp) as ordered_at,
    category,
    channel,
    cast(amount as decimal(18, 2)) as amount

from {{ ref('raw_orders') }}

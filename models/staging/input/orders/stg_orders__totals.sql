{{ config(materialized='table') }}

select
    customer_id,
    'spend' as field_role,
    category as field_name,
    cast(sum(net_amount) as decimal(18, 2)) as total

from {{ ref('stg_orders__lines') }}

where reject_reason is null and category is not null

group by customer_id, category

union all

select
    customer_id,
    'channel' as field_role,
    channel as field_name,
    cast(count(*) as decimal(18, 2)) as total

from {{ ref('stg_orders__orders') }}

where is_purchase and channel is not null

group by customer_id, channel

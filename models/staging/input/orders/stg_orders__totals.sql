{{ config(materialized='table') }}

with

lines as (

    select * from {{ ref('stg_orders__lines') }}

    where reject_reason is null

),

orders as (

    select * from {{ ref('stg_orders__orders') }}

    where is_purchase

)

select
    customer_id,
    'spend' as field_role,
    category as field_name,
    cast(sum(net_amount) as decimal(18, 2)) as total

from lines

where category is not null

group by customer_id, category

union all

select
    customer_id,
    'channel' as field_role,
    channel as field_name,
    cast(count(*) as decimal(18, 2)) as total

from orders

where channel is not null

group by customer_id, channel

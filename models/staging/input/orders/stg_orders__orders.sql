{{ config(materialized='table') }}

with

lines as (

    select * from {{ ref('stg_orders__lines') }}

    where reject_reason is null

),

-- an order counts for the channel that brought most of its money
channels as (

    select
        customer_id,
        order_key,
        channel,
        row_number() over (
            partition by customer_id, order_key order by sum(net_amount) desc, channel
        ) as channel_rank

    from lines

    where is_purchase

    group by customer_id, order_key, channel

),

-- an order of which nothing was kept is a refund, not a purchase
summed as (

    select
        customer_id,
        order_key,
        min(record_number) as record_number,
        min_by(line_number, record_number) as line_number,
        min_by(source_file, record_number) as source_file,
        coalesce(min(case when is_purchase then ordered_on end), min(ordered_on))
            as ordered_on,
        sum(net_amount) as net_amount,
        sum(refunded_amount) as refunded_amount,
        bool_or(is_purchase) as is_purchase,
        -- a coupon for one thing in the basket does not make the basket a deal
        coalesce(
            sum(case when is_purchase then discount_amount end)
            >= {{ var('deal_basket_share') }}
            * sum(case when is_purchase then net_amount + discount_amount end),
            false
        )
        and sum(case when is_purchase then discount_amount end) > 0 as is_discounted,
        bool_or(unparsed_fields is not null) as has_unparsed_values

    from lines

    group by customer_id, order_key

)

select
    summed.*,
    channels.channel

from summed

left join channels
    on summed.customer_id = channels.customer_id
    and summed.order_key = channels.order_key
    and channels.channel_rank = 1

with

-- until the customer comes into another segment, whether or not they were away
memberships as (

    select
        *,
        lead(valid_from) over (
            partition by customer_id order by valid_from
        ) as next_from

    from {{ ref('segment_membership_history') }}

),

numbered as (

    select
        *,
        min(case when is_purchase then ordered_on end) over (
            partition by customer_id
        ) as first_purchased_on

    from {{ ref('stg_orders__orders') }}

)

select
    numbered.customer_id,
    numbered.order_key,
    numbered.ordered_on,
    cast(date_trunc('month', numbered.ordered_on) as date) as ordered_month,
    numbered.channel,
    cast(numbered.net_amount as decimal(18, 2)) as spend,
    cast(numbered.refunded_amount as decimal(18, 2)) as refunded_spend,
    numbered.is_purchase,
    numbered.is_purchase and numbered.ordered_on = numbered.first_purchased_on
        as is_of_first_day,
    numbered.is_discounted as is_deal,
    customer_segments.segment_key,
    customer_segments.segment_name,
    -- whom history does not know has the segment of today
    coalesce(memberships.segment_key, customer_segments.segment_key)
        as segment_key_then,
    coalesce(memberships.segment_name, customer_segments.segment_name)
        as segment_name_then,
    coalesce(numbered.ordered_on < memberships.valid_from, true)
        as is_before_first_build,
    coalesce(
        numbered.ordered_on >= memberships.valid_from
        and numbered.ordered_on < memberships.fitted_on,
        false
    ) as is_hindsight

from numbered

inner join {{ ref('customer_segments') }} as customer_segments
    on numbered.customer_id = customer_segments.customer_id

left join memberships
    on numbered.customer_id = memberships.customer_id
    and numbered.ordered_on >= memberships.applies_from
    and numbered.ordered_on < coalesce(memberships.next_from, date '9999-12-31')

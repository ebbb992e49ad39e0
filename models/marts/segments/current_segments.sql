with

segments as (

    select * from {{ ref('segments') }}

)

select
    segment_key,
    segment_name,
    description,
    customers,
    customer_share,
    total_spend,
    spend_share,
    value_rank,
    colour

from segments

where status = 'current'

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

from {{ ref('segments') }}

where status = 'current'

-- every customer of the shop with the segment of today
select
    dim_customers.*,
    customer_segments.segment_key,
    customer_segments.segment_name

from {{ ref('dim_customers') }} as dim_customers

left join {{ ref('segmentation', 'customer_segments') }} as customer_segments
    on dim_customers.customer_id = customer_segments.customer_id

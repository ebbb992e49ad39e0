{#
  Nothing is lost between the categories and the channels but the rounding to cents;
  nobody demands what only takes off, as vouchers do.
#}
with

allocated as (

    select
        segment_key,
        category,
        segment_category_spend,
        sum(allocated_spend) as allocated_spend,
        count(*) as channels

    from {{ ref('category_demand') }}

    group by segment_key, category, segment_category_spend

),

compared as (

    select
        category_mix.spend,
        allocated.*

    from {{ ref('segment_category_mix') }} as category_mix

    left join allocated
        on category_mix.segment_key = allocated.segment_key
        and category_mix.category = allocated.category

)

select *

from compared

where
    spend >= 0
    and (
        spend is distinct from segment_category_spend
        or abs(allocated_spend - spend) > 0.01 * channels
    )

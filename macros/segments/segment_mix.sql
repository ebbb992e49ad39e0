{#
  Totals of the fields of a role by segment, with the share within the segment and its
  index against the share among all customers (100 = average); and how many customers
  stand behind a total, as one of them can carry it. A total below zero has no share.

  segment_mix('spend', 'category', 'spend', 'spend_share', 'decimal(18, 2)')
      -> segment_key, segment_name, category, category_order, spend, spend_share,
         population_share, share_index, buyers, buyer_share, largest_customer_share
#}
{% macro segment_mix(role, name_column, value_column, share_column, value_type) %}
with

field_totals as (

    select * from {{ ref('int_segment_field_totals') }}

    where role = '{{ role }}'

),

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

-- vouchers are sums below zero, which are no part of what was spent: they stand apart
summed as (

    select
        *,
        sum(greatest(total, 0)) over (partition by segment_key) as segment_total,
        sum(greatest(total, 0)) over (partition by field) as field_total,
        sum(greatest(total, 0)) over () as grand_total

    from field_totals

),

shares as (

    select
        *,
        case when total >= 0 then {{ share_of('total', 'segment_total') }} end
            as own_share,
        {{ share_of('field_total', 'grand_total') }} as population_share

    from summed

)

select
    shares.segment_key,
    current_segments.segment_name,
    shares.field as {{ name_column }},
    shares.field_order as {{ name_column }}_order,
    cast(shares.total as {{ value_type }}) as {{ value_column }},
    shares.own_share as {{ share_column }},
    shares.population_share,
    100 * shares.own_share / nullif(shares.population_share, 0) as share_index,
    cast(shares.buyers as bigint) as buyers,
    {{ share_of('shares.buyers', 'shares.customers') }} as buyer_share,
    {{ share_of('least(greatest(shares.largest, 0), shares.total)', 'shares.total') }}
        as largest_customer_share

from shares

left join current_segments
    on shares.segment_key = current_segments.segment_key
{% endmacro %}

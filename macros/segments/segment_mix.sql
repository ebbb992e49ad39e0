{#
  Totals of the fields of a role by segment, with the share within the segment and its
  index against the share among all customers (100 = average).

  segment_mix('spend', 'category', 'spend', 'spend_share', 'decimal(18, 2)')
      -> segment_key, segment_name, category, category_order, spend, spend_share,
         population_share, share_index
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

summed as (

    select
        *,
        sum(total) over (partition by segment_key) as segment_total,
        sum(total) over (partition by field) as field_total,
        sum(total) over () as grand_total

    from field_totals

),

shares as (

    select
        *,
        {{ share_of('total', 'segment_total') }} as own_share,
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
    100 * shares.own_share / nullif(shares.population_share, 0) as share_index

from shares

left join current_segments
    on shares.segment_key = current_segments.segment_key
{% endmacro %}

{#
  What customers spent or bought by field of a role, with its share of all of theirs and
  their segment; no row where it is nothing.

  customer_mix('stg_input__category_spend', 'category', 'spend', 'spend_share')
      -> customer_id, segment_key, segment_name, category, category_order, spend,
         spend_share
#}
{% macro customer_mix(relation, name_column, value_column, share_column) %}
with

amounts as (

    select * from {{ relation }}

    where {{ value_column }} != 0

),

customer_segments as (

    select * from {{ ref('customer_segments') }}

)

select
    amounts.customer_id,
    customer_segments.segment_key,
    customer_segments.segment_name,
    amounts.{{ name_column }},
    cast(amounts.{{ name_column }}_order as integer) as {{ name_column }}_order,
    amounts.{{ value_column }},
    {{ share_of(
        'amounts.' ~ value_column,
        'sum(amounts.' ~ value_column ~ ') over (partition by amounts.customer_id)'
    ) }} as {{ share_column }}

from amounts

inner join customer_segments
    on amounts.customer_id = customer_segments.customer_id
{% endmacro %}

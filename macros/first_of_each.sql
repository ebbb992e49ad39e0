{#
  The first row of each key by an order, with every column, and place, which is 1.

  first_of_each('segment_key', ref('segment_channel_mix'), 'purchases desc, channel')
      -> of every segment the row of the channel with most purchases
#}
{% macro first_of_each(key, relation, order, condition='1 = 1') -%}
    select *

    from (
        select
            *,
            row_number() over (partition by {{ key }} order by {{ order }}) as place

        from {{ relation }}

        where {{ condition }}
    ) as placed

    where place = 1
{%- endmacro %}

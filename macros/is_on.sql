{#
  Whether a mart is not switched off by what the input lacks: a condition.

  is_on('customer_rfm') -> not exists (select 1 from … where mart = 'customer_rfm')
#}
{% macro is_on(mart) -%}
    not exists (
        select 1 from {{ ref('int_switched_off') }} where mart = '{{ mart }}'
    )
{%- endmacro %}

{#
  A sum of doubles whose last digit does not depend on the order in which the engine
  reads the rows: they are added in the order of a key, or as decimals where the engine
  cannot order them.

  ordered_sum('share * ln(ratio)', 'position') -> sum(share * ln(ratio) order by position)
#}
{% macro ordered_sum(value, key) -%}
    {{ return(adapter.dispatch('ordered_sum', 'segmentation')(value, key)) }}
{%- endmacro %}

{% macro duckdb__ordered_sum(value, key) -%}
    sum({{ value }} order by {{ key }})
{%- endmacro %}

{% macro spark__ordered_sum(value, key) -%}
    cast(sum(cast({{ value }} as decimal(38, 18))) as double)
{%- endmacro %}

{#
  A share in 0-1 that is null where the whole is nothing.

  share_of('wine_spend', 'total_spend') -> cast(wine_spend as double) / nullif(total_spend, 0)
#}
{% macro share_of(part, whole) -%}
    cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
{%- endmacro %}

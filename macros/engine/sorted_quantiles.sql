{#
  Several quantiles of a value as one list, of which nth takes one.

  sorted_quantiles('income', [0.25, 0.75]) -> quantile_cont(income, [0.25, 0.75])
#}
{% macro sorted_quantiles(value, shares) -%}
    {{ return(adapter.dispatch('sorted_quantiles', 'segmentation')(value, shares)) }}
{%- endmacro %}

{% macro duckdb__sorted_quantiles(value, shares) -%}
    quantile_cont({{ value }}, [{{ shares | join(', ') }}])
{%- endmacro %}

{% macro spark__sorted_quantiles(value, shares) -%}
    array(
        {%- for share in shares %}
        percentile_cont({{ share }}) within group (order by {{ value }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# One of a list, counted from 1. nth('quantiles_1', 2) -> quantiles_1[2] #}
{% macro nth(list, place) -%}
    {{ return(adapter.dispatch('nth', 'segmentation')(list, place)) }}
{%- endmacro %}

{% macro duckdb__nth(list, place) -%}
    {{ list }}[{{ place }}]
{%- endmacro %}

{% macro spark__nth(list, place) -%}
    element_at({{ list }}, {{ place }})
{%- endmacro %}

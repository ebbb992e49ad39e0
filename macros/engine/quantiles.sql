{#
  Several quantiles of a value as one list, of which nth takes one: on DuckDB sorted once
  and not once for each.

  quantiles('income', [0.25, 0.75]) -> quantile_cont(income, [0.25, 0.75])
#}
{% macro quantiles(value, shares) -%}
    {{ return(adapter.dispatch('quantiles', 'segmentation')(value, shares)) }}
{%- endmacro %}

{% macro duckdb__quantiles(value, shares) -%}
    quantile_cont({{ value }}, [{{ shares | join(', ') }}])
{%- endmacro %}

{% macro spark__quantiles(value, shares) -%}
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

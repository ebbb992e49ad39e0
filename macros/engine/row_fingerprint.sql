{#
  A 64-bit fingerprint of several columns, nulls included: equal rows have equal
  fingerprints. For finding copies within one build; never stored across engines.

  row_fingerprint(['birth_year', 'income']) -> hash(birth_year, income)
#}
{% macro row_fingerprint(columns) -%}
    {{ return(adapter.dispatch('row_fingerprint', 'segmentation')(columns)) }}
{%- endmacro %}

{% macro duckdb__row_fingerprint(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_fingerprint(columns) -%}
    {#- nulls do not change the hash, so whether there is one is hashed as well -#}
    xxhash64(
        {%- for column in columns %}
        {{ column }},
        {{ column }} is null{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

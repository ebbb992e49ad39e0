{#
  The day the data describe, where the environment or the project says it; else null.
  The environment comes first: a scheduler sets it for each run, and dbt need not parse
  the project again as it does for other vars.

  given_day() -> cast(nullif('2024-06-30', '') as date)
#}
{% macro given_day() -%}
    cast(nullif('{{ env_var("SEGMENTS_AS_OF_DATE", "") or var("as_of_date") }}', '') as date)
{%- endmacro %}

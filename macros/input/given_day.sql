{#
  The day the data describe, where the environment, the project or the definition of the
  input says it; else null. It reads `dialect`. The environment comes first: a scheduler
  sets it for each run, and dbt need not parse the project again as it does for other vars.

  given_day() -> coalesce(cast(nullif('2024-06-30', '') as date), …)
#}
{% macro given_day() -%}
    coalesce(
        cast(nullif('{{ env_var("SEGMENTS_AS_OF_DATE", "") or var("as_of_date") }}', '') as date),
        cast(dialect.as_of_date as date)
    )
{%- endmacro %}

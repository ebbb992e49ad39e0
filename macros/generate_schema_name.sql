{#
  The schema of a model. In this project it is the one that dbt_project.yml names (marts,
  not main_marts), because BI users and SQL authors type it; in a catalogue that inputs
  share, the input's name is in front.

  dbt takes these in place of its own where this is the project that runs. Where it is a
  package of another one, that project's generate_schema_name applies, else dbt's own,
  which begins with the target's schema: dev_anna_marts.

  generate_schema_name('marts', node) -> marts on DuckDB, sample_marts on Spark
  generate_schema_name(none, node)    -> the target's schema
#}
{% macro duckdb__generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{% macro spark__generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema ~ '_' ~ custom_schema_name if custom_schema_name else target.schema }}
{%- endmacro %}

{#
  Name schemas as dbt_project.yml does (marts, not main_marts), because BI users
  and SQL authors type them.

  generate_schema_name('marts', node) -> marts
  generate_schema_name(none, node)    -> the target's schema
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ schema_of(custom_schema_name) | trim }}
{%- endmacro %}

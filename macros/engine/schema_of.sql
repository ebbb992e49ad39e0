{#
  The schema of a model: its own name in a warehouse file that has one input, with the
  input's name in front in a catalogue that inputs share.

  schema_of('marts') -> marts on DuckDB, sample_marts on Spark
#}
{% macro schema_of(custom_schema_name) -%}
    {{ return(adapter.dispatch('schema_of', 'segmentation')(custom_schema_name)) }}
{%- endmacro %}

{% macro duckdb__schema_of(custom_schema_name) -%}
    {{ return(custom_schema_name or target.schema) }}
{%- endmacro %}

{% macro spark__schema_of(custom_schema_name) -%}
    {{ return(
        target.schema ~ '_' ~ custom_schema_name if custom_schema_name else target.schema
    ) }}
{%- endmacro %}

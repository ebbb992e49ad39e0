{#
  The relation with the records of the input file, where the engine does not read the
  file itself; else none. Asked for while dbt parses, so that it is a dependency.

  input_records() -> none on DuckDB, staging.input_file on Spark
#}
{% macro input_records() %}
    {{ return(adapter.dispatch('input_records', 'segmentation')()) }}
{% endmacro %}

{% macro duckdb__input_records() %}
    {{ return(none) }}
{% endmacro %}

{% macro spark__input_records() %}
    {{ return(ref('input_file')) }}
{% endmacro %}

{#
  The input's dialect as the engine reads it: from a relation with the records, if any.

  engine_dialect(none, {'relation_sql': "(select …)"}) -> {'relation_sql': "(select …)"}
  engine_dialect(ref('input_file'), {'relation_sql': "(select …)"})
      -> {'relation_sql': 'staging.input_file'}
#}
{% macro engine_dialect(records, dialect) %}
    {% if records is not none %}
        {% do dialect.update({'relation_sql': records | string}) %}
    {% endif %}
    {{ return(dialect) }}
{% endmacro %}

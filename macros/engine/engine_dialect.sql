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
  The input's dialect with its expressions as the engine has them. Where records is none
  they are about the file; else records has a column for every one.

  engine_dialect(none, {'record_number_sql': 'row_number() …'})
      -> {'record_number_sql': 'row_number() …'}
  engine_dialect(ref('input_file'), {'record_number_sql': 'row_number() …'})
      -> {'record_number_sql': 'input_record_number'}
#}
{% macro engine_dialect(records, dialect) %}
    {% if records is none %}
        {{ return(dialect) }}
    {% endif %}
    {% set own = {} %}
    {% for name, value in dialect.items() %}
        {% if name == 'relation_sql' %}
            {% do own.update({name: records | string}) %}
        {% elif name.endswith('_sql') %}
            {% do own.update({name: 'input_' ~ name[:-4]}) %}
        {% else %}
            {% do own.update({name: value}) %}
        {% endif %}
    {% endfor %}
    {{ return(own) }}
{% endmacro %}

{#
  The rows of a seed on Spark. dbt-spark's own way, over a session, writes nulls as the
  word None and stops at an apostrophe.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set column_types = model['config'].get('column_types', {}) -%}
    {%- set names = agate_table.column_names -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set statement -%}
            insert into {{ this }} values
            {% for row in chunk %}
            (
                {%- for name in names -%}
                cast({{ text_literal(row[loop.index0]) }} as
                {{- ' ' ~ column_types.get(
                    name, adapter.convert_type(agate_table, loop.index0)
                ) }}){{ ', ' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {% endfor %}
        {%- endset -%}
        {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
        {%- do statements.append(statement) -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{% endmacro %}

{# A value as a text of Spark's SQL. text_literal("Land's End") -> 'Land\'s End' #}
{% macro text_literal(value) -%}
    {%- if value is none -%} null
    {%- else -%}
    '{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

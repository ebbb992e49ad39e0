{#
  Whether a count of the file has decimals, which staging rounds away.

  is_rounded({'name': 'purchases', 'data_type': 'integer', 'source_type': 'VARCHAR', …})
      -> coalesce(… != round(…), false)
#}
{% macro is_rounded(field) -%}
    {%- if field.data_type == 'integer' and not is_whole(field) -%}
        {%- set value -%}
            ({{ number_value(field, 'double') }} * {{ field.multiplier or 1 }})
        {%- endset -%}
        coalesce({{ value }} != round({{ value }}), false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
  Whether a value of a customer is below zero and cannot be; of an order it is a refund.

  is_below_zero({'name': 'income', 'data_type': 'money', …}, {'kind': 'wide', …})
      -> coalesce(… < 0, false)
#}
{% macro is_below_zero(field, dialect) -%}
    {%- if dialect.kind != 'orders' and field in counted_fields([field]) -%}
        coalesce({{ staged_value(field) }} < 0, false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{#
  Stop a model where a column is not what it is mapped to: nearly all that it holds
  would be missing. Example: {{ require_readable_values() }}
#}
{% macro require_readable_values() %}
    {% set lost_values = ref('stg_input__lost_values') %}
    {% if execute and load_relation(lost_values) %}
        {% set row = run_query(
            'select * from ' ~ lost_values
            ~ ' where filled_values > 0 and unread_values + below_zero_values >= '
            ~ var('unread_share_that_stops') ~ ' * filled_values order by field_name limit 1'
        ).rows | first %}
        {% if row %}
            {% set is_unread = row['unread_values'] >= row['below_zero_values'] %}
            {% set lost = unread_values(row) if is_unread else values_below_zero(row) %}
            {{ exceptions.raise_compiler_error(
                lost ~ '; map another column to ' ~ row['field_name']
                ~ ' in dbt_project.yml, or none, or correct the values in the file.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{#
  What a column lost, in words.

  unread_values(row) -> 500 of 500 values in column 'status' cannot be read as yes or no,
      which is_cancelled is (for example 'shipped')
#}
{% macro unread_values(row) -%}
    {%- set words = {
        'date': 'dates', 'boolean': 'yes or no', 'year': 'years or dates',
    } -%}
    {{ return(
        '{:,} of {:,}'.format(row['unread_values'], row['filled_values'])
        ~ " values in column '" ~ row['source_column'] ~ "' cannot be read as "
        ~ words.get(row['data_type'], 'numbers') ~ ', which ' ~ row['field_name']
        ~ " has to be (for example '" ~ (row['unread_example'] | string)[:40] ~ "')"
    ) }}
{%- endmacro %}

{#
  How many values of a column are below zero, in words.

  values_below_zero(row) -> 35 of 300 values in column 'income' are below zero, which income
      cannot be (for example '-8653')
#}
{% macro values_below_zero(row) -%}
    {{ return(
        '{:,} of {:,}'.format(row['below_zero_values'], row['filled_values'])
        ~ " values in column '" ~ row['source_column'] ~ "' are below zero, which "
        ~ row['field_name'] ~ " cannot be (for example '"
        ~ (row['below_zero_example'] | string)[:40] ~ "')"
    ) }}
{%- endmacro %}

{#
  A field of the input as staging has it: typed, and in this project's unit where the
  input counts in another one.

  staged_value({'name': 'income', 'data_type': 'money', 'multiplier': 1000, …})
      -> cast(try_cast("Annual Income (k$)" as decimal(18, 2)) * 1000.0 as decimal(18, 2))
#}
{% macro staged_value(field) -%}
    {%- if field.multiplier and field.data_type == 'integer' -%}
        {#- multiplied before it is rounded -#}
        try_cast(
            round({{ number_value(field, 'double') }} * {{ field.multiplier }}) as integer
        )
    {%- elif field.multiplier -%}
        cast({{ typed_value(field) }} * {{ field.multiplier }} as {{ sql_type(field.data_type) }})
    {%- else -%}
        {{ typed_value(field) }}
    {%- endif -%}
{%- endmacro %}

{#
  A field of the lines of an input of orders by its name; null where there is none.

  line_value('order_id', 'text') -> "Invoice", or cast(null as varchar)
#}
{% macro line_value(name, data_type) -%}
    {%- set matches = input_fields('line') | selectattr('name', 'equalto', name) | list -%}
    {{ staged_value(matches[0]) if matches else 'cast(null as ' ~ sql_type(data_type) ~ ')' }}
{%- endmacro %}

{#
  The name of the category or channel that a column of order lines says, OTHER for what
  is gathered; null where the input has none.

  named_field('spend', 'category') -> case … when 'wine' then 'Wine' else 'other' end
#}
{% macro named_field(role, column) -%}
    {%- set fields = input_fields(role) -%}
    {%- if input_dialect().kind == 'orders' and fields -%}
    case coalesce(nullif(lower(trim({{ column }})), ''), 'not known')
        {%- for field in fields if field.source_value %}
        when '{{ escape_single_quotes(field.source_value) }}'
            then '{{ escape_single_quotes(field.name) }}'
        {%- endfor %}
        else 'other'
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

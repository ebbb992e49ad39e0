{#
  A field of the input as the type this project gives it. What cannot be read as
  that type becomes null (see unparsed_fields), a field the input lacks is null.

  typed_value({'name': 'income', 'data_type': 'money', 'source_column': 'Income'})
      -> try_cast("Income" as decimal(18, 2))

  Data types: text, integer, money, number, date, boolean.
#}
{% macro typed_value(field) -%}
    {%- if not field.source_column -%}
        cast(null as {{ sql_type(field.data_type) }})
    {%- elif field.data_type == 'text' -%}
        {{ source_text(field) }}
    {%- elif field.data_type == 'boolean' -%}
        case
            when lower({{ source_text(field) }}) in ('1', 'true', 't', 'yes', 'y')
                then true
            when lower({{ source_text(field) }}) in ('0', 'false', 'f', 'no', 'n')
                then false
        end
    {%- elif field.date_format -%}
        {{ parse_date(source_text(field), field.date_format) }}
    {%- elif field.data_type == 'integer' and field.source_type == 'VARCHAR' -%}
        {#- 3.0 is a whole number to people -#}
        try_cast(try_cast({{ source_text(field) }} as double) as integer)
    {%- elif field.source_type == 'VARCHAR' -%}
        try_cast({{ source_text(field) }} as {{ sql_type(field.data_type) }})
    {%- else -%}
        try_cast({{ adapter.quote(field.source_column) }} as {{ sql_type(field.data_type) }})
    {%- endif -%}
{%- endmacro %}

{#
  The names of the fields that hold something which is not of their type, as text:
  ',income,birth_year,', or null. Columns that are typed in the file need no look.

  Example: select {{ unparsed_fields(fields) }} as unparsed_fields from records
#}
{% macro unparsed_fields(fields) -%}
    {%- set checked = fields
        | selectattr('source_column')
        | selectattr('source_type', 'equalto', 'VARCHAR')
        | rejectattr('data_type', 'equalto', 'text')
        | list -%}
    nullif(concat(','
    {%- for field in checked %},
        case
            when
                {{ source_text(field) }} is not null
                and {{ typed_value(field) }} is null
                then '{{ escape_single_quotes(field.name) }},'
            else ''
        end
    {%- endfor -%}
    ), ',')
{%- endmacro %}

{# A source column as trimmed text; blanks are null. Example: source_text(field) #}
{% macro source_text(field) -%}
    nullif(trim(cast({{ adapter.quote(field.source_column) }} as {{ dbt.type_string() }})), '')
{%- endmacro %}

{# The engine's name of one of this project's data types. sql_type('money') -> decimal(18, 2) #}
{% macro sql_type(data_type) -%}
    {{ {
        'text': dbt.type_string(),
        'integer': 'integer',
        'money': 'decimal(18, 2)',
        'number': 'double',
        'date': 'date',
        'boolean': 'boolean',
    }[data_type] }}
{%- endmacro %}

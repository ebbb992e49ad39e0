{#
  A field of the input as the type this project gives it. What cannot be read as
  that type becomes null (see unparsed_fields), a field the input lacks is null.

  typed_value({'name': 'income', 'data_type': 'money', 'source_column': 'Income'})
      -> try_cast("Income" as decimal(18, 2))

  Data types: text, integer, money, number, date, boolean; year is that of a date.
#}
{% macro typed_value(field) -%}
    {%- if not field.source_column -%}
        cast(null as {{ sql_type(field.data_type) }})
    {%- elif field.role == 'group' -%}
        {{ group_value(field) }}
    {%- elif field.role == 'list' -%}
        {{ has_word(field) }}
    {%- elif field.is_whole_key -%}
        {#- a key of 5524 that a spreadsheet has written as 5524.0 -#}
        cast(
            cast(try_cast({{ source_text(field) }} as decimal(38, 4)) as decimal(38, 0))
            as {{ dbt.type_string() }}
        )
    {%- elif field.is_email_key -%}
        lower({{ source_text(field) }})
    {%- elif field.data_type == 'text' -%}
        {{ source_text(field) }}
    {%- elif field.data_type == 'boolean' and field.labels -%}
        {{ is_said(field) }}
    {%- elif field.data_type == 'boolean' and field.source_type == 'BOOLEAN' -%}
        {{ quoted_name(field.source_column) }}
    {%- elif field.data_type == 'boolean' and is_whole(field) -%}
        case {{ quoted_name(field.source_column) }} when 1 then true when 0 then false end
    {%- elif field.data_type == 'boolean' -%}
        {#- a flag of 1 comes out of some programs as 1.0 -#}
        {%- set answer = "lower(regexp_replace(" ~ source_text(field) ~ ", '[.,]0+$', ''))" -%}
        case
            when {{ answer }} in ({{ spoken('yes') }}) then true
            when {{ answer }} in ({{ spoken('no') }}) then false
        end
    {%- elif field.data_type == 'date' -%}
        {%- if field.time_zone -%}
            {%- set value = date_in_zone(
                source_text(field), field.time_zone, field.date_format or ''
            ) -%}
        {%- elif field.date_format -%}
            {%- set value = parse_date(source_text(field), field.date_format) -%}
        {%- else -%}
            {%- set value = 'cast(' ~ quoted_name(field.source_column) ~ ' as date)' -%}
        {%- endif -%}
        {#- 0001-01-01 and 9999-12-31 are words for "not known" -#}
        case when extract(year from {{ value }}) between 1900 and 2100 then {{ value }} end
    {%- elif field.data_type == 'year' -%}
        {#- of a date of birth the year; it stands in it alone, or is told by the format -#}
        {%- if field.date_format -%}
        cast(extract(year from {{ parse_date(source_text(field), field.date_format) }}) as integer)
        {%- else -%}
        try_cast(
            regexp_extract(
                {{ source_text(field) }}, '(^|[^0-9])([12][0-9]{3})($|[^0-9])', 2
            ) as integer
        )
        {%- endif -%}
    {%- elif field.data_type == 'integer' and is_whole(field) -%}
        try_cast({{ quoted_name(field.source_column) }} as integer)
    {%- elif field.data_type == 'integer' -%}
        {#- a count may have decimals, as an average has; print_reading says that they go -#}
        try_cast(round({{ number_value(field, 'double') }}) as integer)
    {%- else -%}
        {{ number_value(field, sql_type(field.data_type)) }}
    {%- endif -%}
{%- endmacro %}

{#
  The value of a group: as the file has it, or the label that the definition gives a code.

  group_value({'source_column': 'Senior', 'labels': [{'code': '0', 'label': 'no'}], …})
      -> case lower(…) when '0' then 'no' else "Senior" end
#}
{% macro group_value(field) -%}
    {%- set column = quoted_name(field.source_column) -%}
    {%- if field.source_type == 'BOOLEAN' -%}
        {%- set text = "case when " ~ column ~ " then 'yes' when not " ~ column
            ~ " then 'no' end" -%}
    {%- elif field.source_type == 'VARCHAR' -%}
        {%- set text = column -%}
    {%- else -%}
        {#- a code of 2 comes out of some programs as 2.0 -#}
        {%- set text = "regexp_replace(" ~ source_text(field) ~ ", '[.]0+$', '')" -%}
    {%- endif -%}
    {%- if field.labels -%}
        case lower(regexp_replace({{ text }}, '[.,]0+$', ''))
            {%- for row in field.labels %}
            when '{{ escape_single_quotes(row.code) }}'
                then '{{ escape_single_quotes(row.label) }}'
            {%- endfor %}
            else {{ text }}
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}

{#
  Whether a list in one field has a word, as yes or no; an empty list has none.

  has_word({'source_column': 'Tags', 'separator': ',', 'source_value': 'vip', …})
      -> case when contains(…, ',vip,') then 'yes' else 'no' end
#}
{% macro has_word(field) -%}
    {%- set mark = escape_single_quotes(field.separator) -%}
    {%- set text -%}
        replace(replace(translate(
            lower({{ source_text(field) }}), '[]{}"''', ''
        ), '{{ mark }} ', '{{ mark }}'), ' {{ mark }}', '{{ mark }}')
    {%- endset -%}
    case
        when
            contains(
                concat('{{ mark }}', {{ text }}, '{{ mark }}'),
                '{{ mark }}{{ escape_single_quotes(field.source_value) }}{{ mark }}'
            )
            then 'yes'
        else 'no'
    end
{%- endmacro %}

{#
  Whether a column has one of the words that the definition gives.

  is_said({'source_column': 'Status', 'labels': [{'code': 'ended', 'label': 'yes'}], …})
      -> lower(trim("Status")) in ('ended')
#}
{% macro is_said(field) -%}
    lower(trim({{ source_text(field) }})) in (
        {%- for row in field.labels -%}
        '{{ escape_single_quotes(row.code) }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{# Whether the source has whole numbers, which need no reading. is_whole(field) -> true #}
{% macro is_whole(field) %}
    {{ return((field.source_type or '').endswith(('INT', 'INTEGER'))) }}
{% endmacro %}

{# The number in a field, however the input writes numbers. number_value(field, 'double') #}
{% macro number_value(field, data_type) -%}
    {%- if field.source_type != 'VARCHAR' -%}
        try_cast({{ quoted_name(field.source_column) }} as {{ data_type }})
    {%- elif field.decimal_mark -%}
        {{ parse_number(
            source_text(field), field.decimal_mark, field.thousands_mark or '', data_type
        ) }}
    {%- else -%}
        try_cast({{ source_text(field) }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}

{# The words of files for yes and no, as a list in SQL. spoken('yes') -> '1', 'true', … #}
{% macro spoken(answer) -%}
    {%- set words = {
        'yes': [
            '1', 'true', 't', 'yes', 'y', 'ja', 'oui', 'si', 'sí', 'x', 'wahr',
            'sì', 'sim', 'evet', 'да', 'так', 'tak', 'はい', '是', '예', '네', 'نعم', 'true.',
        ],
        'no': [
            '0', 'false', 'f', 'no', 'n', 'nein', 'non', 'falsch',
            'não', 'nao', 'nee', 'hayır', 'hayir', 'нет', 'ні', 'nie', 'いいえ', '否',
            '아니오', '아니요', 'لا', 'false.',
        ],
    }[answer] -%}
    '{{ words | join("', '") }}'
{%- endmacro %}

{#
  The names of the fields that hold something which is not of their type, as text:
  ',income,birth_year,', or null.

  Example: select {{ unparsed_fields(fields) }} as unparsed_fields from records
#}
{% macro unparsed_fields(fields) -%}
    {%- set checked = fields
        | selectattr('source_column')
        | rejectattr('data_type', 'equalto', 'text')
        | list -%}
    nullif(concat(','
    {%- for field in checked %},
        case
            when
                {{ quoted_name(field.source_column) }} is not null
                and {{ typed_value(field) }} is null
                then '{{ escape_single_quotes(listed_name(field)) }},'
            else ''
        end
    {%- endfor -%}
    ), ',')
{%- endmacro %}

{#
  The names of the fields of typed records that are below zero but cannot be: counts,
  days, years and money, in the same form. Income is left to int_customers_cleaned,
  which flags it; what was spent of late is net of what came back.

  Example: select {{ negative_fields(fields) }} as negative_fields from typed
#}
{% macro negative_fields(fields) -%}
    nullif(concat(','
    {%- for field in counted_fields(fields) %},
        case
            when {{ staging_column(field) }} < 0
                then '{{ escape_single_quotes(listed_name(field)) }},'
            else ''
        end
    {%- endfor -%}
    ), ',')
{%- endmacro %}

{# The fields that cannot be below zero. Example: {% for field in counted_fields(fields) %} #}
{% macro counted_fields(fields) %}
    {{ return(
        fields
        | selectattr('source_column')
        | selectattr('data_type', 'in', ['integer', 'money'])
        | rejectattr('name', 'in', ['spend_90_days', 'spend_365_days'])
        | list
    ) }}
{% endmacro %}

{#
  A field's name as it stands in a list between commas, which a user's own name may hold.

  listed_name({'role': 'spend', 'name': 'Books, toys'}) -> spend_Books%2C toys
#}
{% macro listed_name(field) -%}
    {{ staging_name(field) | replace('%', '%25') | replace(',', '%2C') }}
{%- endmacro %}

{#
  A source column as text. The dialect's relation gives text trimmed, and null where it is
  blank or a word for missing. Example: source_text(field)
#}
{% macro source_text(field) -%}
    {%- if field.source_type == 'VARCHAR' -%}
        {{ quoted_name(field.source_column) }}
    {%- else -%}
        cast({{ quoted_name(field.source_column) }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{# The engine's name of one of this project's data types. sql_type('money') -> decimal(18, 2) #}
{% macro sql_type(data_type) -%}
    {{ {
        'text': dbt.type_string(),
        'integer': 'integer',
        'year': 'integer',
        'money': 'decimal(18, 2)',
        'number': 'double',
        'date': 'date',
        'boolean': 'boolean',
    }[data_type] }}
{%- endmacro %}

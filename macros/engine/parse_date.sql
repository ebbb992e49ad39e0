{#
  Text as a date in a strftime format, null where it is not one. A time of day behind
  the date is left out.

  parse_date("'04-09-2012 16:30'", '%d-%m-%Y') -> 2012-09-04
  parse_date("'1346776200'", 'unix seconds')   -> 2012-09-04
  parse_date("'9503'", 'yymm from 1949')       -> 1995-03-01
  parse_date("'4/9/31'", '%d/%m/%y from 1931') -> 1931-09-04
  parse_date("'4. September 2012'", 'day month year') -> 2012-09-04
#}
{% macro parse_date(text, date_format) -%}
    {%- set per_second = unix_per_second(date_format) -%}
    {%- if per_second -%}
    {%- set per_day = 86400 * per_second -%}
    {{ return(add_days(
        "date '1970-01-01'",
        'cast(floor(try_cast(' ~ text ~ ' as double) / ' ~ per_day ~ ') as integer)'
    )) }}
    {%- endif -%}
    {%- if date_format.startswith('yy') -%}
    {{ return(adapter.dispatch('parse_date', 'segmentation')(
        '(' ~ numbered_month(text, date_format) ~ ')', '%Y-%m-%d'
    )) }}
    {%- endif -%}
    {%- if date_format == 'day month year' -%}
    {{ return(adapter.dispatch('parse_date', 'segmentation')(
        '(' ~ named_month(text) ~ ')', '%Y-%m-%d'
    )) }}
    {%- endif -%}
    {%- set plain, first = (date_format ~ ' from ').split(' from ')[:2] -%}
    {%- set date = adapter.dispatch('parse_date', 'segmentation')(text, plain) -%}
    {%- if '%y' in plain -%}
    {#- POSIX begins with 1969, and Spark with 2000 -#}
    {%- set year = 'year(' ~ date ~ ')' -%}
    {%- set years = year_of_hundred(year, first or '1969') ~ ' - ' ~ year -%}
    {{ return(add_years(date, 'cast(' ~ years ~ ' as integer)')) }}
    {%- endif -%}
    {{ return(date) }}
{%- endmacro %}

{% macro duckdb__parse_date(text, date_format) -%}
    {%- set format = escape_single_quotes(date_format) -%}
    cast(
        coalesce(
            try_strptime({{ text }}, '{{ format }}'),
            try_strptime(
                regexp_replace({{ text }}, '[ T]+\d{1,2}:\d{2}.*$', ''), '{{ format }}'
            )
        ) as date
    )
{%- endmacro %}

{% macro spark__parse_date(text, date_format) -%}
    {#- single letters read one digit or two, as strptime does -#}
    {%- set letters = {
        '%Y': 'yyyy', '%y': 'yy', '%m': 'M', '%b': 'MMM', '%B': 'MMMM', '%d': 'd',
        '%H': 'H', '%I': 'h', '%p': 'a', '%M': 'm', '%S': 's',
    } -%}
    {%- set pattern = namespace(text=date_format) -%}
    {%- for code, letter in letters.items() -%}
    {%- set pattern.text = pattern.text | replace(code, letter) -%}
    {%- endfor -%}
    cast(
        coalesce(
            try_to_timestamp({{ text }}, '{{ pattern.text }}'),
            try_to_timestamp(
                regexp_replace({{ text }}, '[ T]+[0-9]{1,2}:[0-9]{2}.*$', ''),
                '{{ pattern.text }}'
            )
        ) as date
    )
{%- endmacro %}

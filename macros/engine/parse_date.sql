{#
  Text as a date in a strftime format, null where it is not one. A time of day behind
  the date is left out.

  parse_date("'04-09-2012 16:30'", '%d-%m-%Y') -> 2012-09-04
  parse_date("'1346776200'", 'unix seconds')   -> 2012-09-04
  parse_date("'9503'", 'yymm from 1949')       -> 1995-03-01
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
    {{ return(adapter.dispatch('parse_date', 'segmentation')(text, date_format)) }}
{%- endmacro %}

{#
  What a format of times since 1970-01-01 counts in a second, or none.

  unix_per_second('unix seconds') -> 1
#}
{% macro unix_per_second(date_format) %}
    {{ return({
        'unix seconds': 1, 'unix milliseconds': 1000, 'unix microseconds': 1000000
    }.get(date_format)) }}
{% endmacro %}

{#
  The first day of a month in digits, 199503 or 9503 of the hundred years from one on;
  segmentation/reading/months.py has the same.

  numbered_month("'9503'", 'yymm from 1949') -> '1995-03-01'
#}
{% macro numbered_month(text, date_format) -%}
    {%- set pattern = '^([0-9]{2}|(19|20)[0-9]{2})(0[1-9]|1[0-2])([.]0+)?$' -%}
    {%- set year = "try_cast(regexp_extract(" ~ text ~ ", '" ~ pattern ~ "', 1) as integer)" -%}
    {%- set first = date_format.split(' ')[-1] -%}
    {%- if first.isdigit() -%}
    {%- set year = first ~ ' + (' ~ year ~ ' + 2000 - ' ~ first ~ ') % 100' -%}
    {%- endif -%}
    ({{ year }}) || '-' || regexp_extract({{ text }}, '{{ pattern }}', 3) || '-01'
{%- endmacro %}

{#
  A day whose month is a word of English, German, French, Spanish, Portuguese, Italian,
  Dutch or Turkish as year, month and day; segmentation/reading/dates.py has the same.

  named_month("'5 de enero de 2024'") -> '2024-01-5'
#}
{% macro named_month(text) -%}
    {%- set starts = [
        'jan|ene|gen|oca', 'feb|fev|fév|sub|şub', 'mar|mär|maa|mae|mrt', 'apr|avr|abr|nis',
        'may|mai|maj|mag|mei', 'jun|juin|giu|haz', 'jul|juil|lug|tem',
        'aug|aou|aoû|ago|agu|ağu', 'sep|set|eyl', 'oct|okt|out|ott|eki', 'nov|kas',
        'dec|dez|déc|dic|des|ara',
    ] -%}
    {#- what stands before the word: the day, a point, "de" -#}
    {%- set before = '^[0-9]{1,2}[.]?[ -]+(de |di )?' -%}
    regexp_extract({{ text }}, '([0-9]{4})$', 1) || '-' || case
        {%- for start in starts %}
        when regexp_extract(lower({{ text }}), '{{ before }}({{ start }})', 0) != ''
            then '{{ '%02d' | format(loop.index) }}'
        {%- endfor %}
    end || '-' || regexp_extract({{ text }}, '^([0-9]{1,2})', 1)
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

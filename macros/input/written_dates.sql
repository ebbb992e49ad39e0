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
    {%- set year = year_of_hundred(year, first) -%}
    {%- endif -%}
    ({{ year }}) || '-' || regexp_extract({{ text }}, '{{ pattern }}', 3) || '-01'
{%- endmacro %}

{#
  The year of the hundred from one on that ends like a year;
  segmentation/reading/months.py has the same.

  year_of_hundred('31', '1949') -> 1949 + (31 + 2000 - 1949) % 100
#}
{% macro year_of_hundred(year, first) -%}
    {{ first }} + ({{ year }} + 2000 - {{ first }}) % 100
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

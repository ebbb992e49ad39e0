{#
  Text as a date in a strftime format, null where it is not one.

  parse_date("'04-09-2012'", '%d-%m-%Y') -> 2012-09-04
#}
{% macro parse_date(text, date_format) -%}
    {{ return(adapter.dispatch('parse_date', 'segmentation')(text, date_format)) }}
{%- endmacro %}

{% macro duckdb__parse_date(text, date_format) -%}
    cast(try_strptime({{ text }}, '{{ date_format }}') as date)
{%- endmacro %}

{#
  Text as a number that people wrote: a sign of currency, marks between thousands,
  brackets or a minus for less than nothing; null where it is none.

  parse_number("'(€1.234,50)'", ',', '.', 'decimal(18, 2)') -> -1234.50
  parse_number("'$84,835.00 '", '.', '', 'decimal(18, 2)') -> 84835.00
  parse_number("'Rs. 68,024'", '.', '', 'decimal(18, 2)') -> 68024.00
  parse_number("'12.5 %'", '.', '', 'decimal(18, 2)') -> 12.50

  Without a mark between thousands any that is not the decimal one will do.
#}
{% macro parse_number(text, decimal_mark, thousands_mark, data_type) -%}
    {{ return(adapter.dispatch('parse_number', 'segmentation')(
        text, decimal_mark, thousands_mark, data_type
    )) }}
{%- endmacro %}

{% macro duckdb__parse_number(text, decimal_mark, thousands_mark, data_type) -%}
    case
        when regexp_full_match(
            {{ text }}, '{{ number_pattern(decimal_mark, thousands_mark) }}'
        )
            then
                try_cast(
                    case when regexp_matches({{ text }}, '[−(-]') then '-' else '' end
                    || replace(
                        regexp_replace(
                            {{ text }}, '[a-zA-Zа-я]+[.]|[^0-9{{ decimal_mark }}]', '', 'g'
                        ),
                        '{{ decimal_mark }}',
                        '.'
                    ) as {{ data_type }}
                )
    end
{%- endmacro %}

{% macro spark__parse_number(text, decimal_mark, thousands_mark, data_type) -%}
    case
        when {{ text }} rlike '{{
            ('^(?:' ~ number_pattern(decimal_mark, thousands_mark) ~ ')$')
            | replace('\\', '\\\\') | replace("''", "\\'")
        }}'
            then
                try_cast(
                    case when {{ text }} rlike '[−(-]' then '-' else '' end
                    || replace(
                        regexp_replace(
                            {{ text }}, '[a-zA-Zа-я]+[.]|[^0-9{{ decimal_mark }}]', ''
                        ),
                        '{{ decimal_mark }}',
                        '.'
                    ) as {{ data_type }}
                )
    end
{%- endmacro %}

{# Regular expression of a number as people write it. number_pattern('.', '') -> … #}
{% macro number_pattern(decimal_mark, thousands_mark) -%}
    {%- set blanks = '\\s\\x{a0}\\x{202f}\\x{2009}' -%}
    {%- set apostrophes = "''’" -%}
    {%- set other_mark = '.' if decimal_mark == ',' else ',' -%}
    {%- set between = blanks ~ apostrophes ~ other_mark -%}
    {%- if thousands_mark -%}
        {%- set between = {"'": apostrophes, ' ': blanks}.get(
            thousands_mark, '\\' ~ thousands_mark
        ) -%}
    {%- endif -%}
    {%- set mark = '[' ~ decimal_mark ~ ']' -%}
    {%- set currency = '(?:\\p{Sc}|[A-Z]{1,2}\\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|'
        ~ 'NOK|DKK|PLN|CZK|HUF|BRL|ZAR|MXN|TRY|RUB|RON|KRW|SGD|HKD|IDR|PHP|THB|ILS|AED|'
        ~ 'SAR|ARS|CLP|COP|(?:Rs|Rp|kr|Fr|TL|Ft|Lei|lei|Kč|zł|руб|грн)[.]?|元|円|원)?' -%}
    {%- set digits = '(?:\\d{1,3}(?:[' ~ between ~ ']\\d{2,3})*[' ~ between ~ ']\\d{3}|\\d+)?' -%}
    {%- set blank = '[' ~ blanks ~ ']*' -%}
    {%- set sign = '[+−-]?' -%}
    {%- set before = sign ~ blank ~ currency ~ blank ~ sign ~ blank -%}
    {%- set after = blank ~ currency ~ blank ~ '%?' ~ blank -%}
    [(]?{{ before ~ digits }}(?:{{ mark }}\d*)?{{ after }}[−-]?[)]?
{%- endmacro %}

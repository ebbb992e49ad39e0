{#
  The day of a moment in a time zone, null where the text is no moment. A time without
  an offset is in UTC.

  date_in_zone("'2024-01-05T23:30:00Z'", 'Europe/Berlin', '%Y-%m-%d') -> 2024-01-06
  date_in_zone("'1704497400'", 'Europe/Berlin', 'unix seconds')       -> 2024-01-06
#}
{% macro date_in_zone(text, zone, date_format) -%}
    {{ return(adapter.dispatch('date_in_zone', 'segmentation')(
        text, escape_single_quotes(zone), date_format
    )) }}
{%- endmacro %}

{% macro duckdb__date_in_zone(text, zone, date_format) -%}
    {%- set per_second = unix_per_second(date_format) -%}
    cast(
        timezone(
            '{{ zone }}',
            {%- if per_second %}
            to_timestamp(try_cast({{ text }} as double) / {{ per_second }})
            {%- else %}
            try_cast(
                case
                    when regexp_matches({{ text }}, ':.*([Zz]|[+-][0-9]{2}:?[0-9]{0,2})$')
                        then regexp_replace(
                            {{ text }}, ' *([+-][0-9]{2}):?([0-9]{2})$', '\1:\2'
                        )
                    else regexp_replace({{ text }}, ' *UTC$', '') || '+00'
                end as timestamptz
            )
            {%- endif %}
        ) as date
    )
{%- endmacro %}

{% macro spark__date_in_zone(text, zone, date_format) -%}
    {%- set per_second = unix_per_second(date_format) -%}
    to_date(
        from_utc_timestamp(
            {%- if per_second %}
            timestamp_seconds(try_cast({{ text }} as double) / {{ per_second }})
            {%- else %}
            try_cast(
                regexp_replace({{ text }}, ' *([+-][0-9]{2}):?([0-9]{2})$', '$1:$2')
                as timestamp
            )
            {%- endif %},
            '{{ zone }}'
        )
    )
{%- endmacro %}

{{ config(materialized='table') }}
{{ require_kept_dialect() }}
{% set dialect = input_dialect() %}
{% set fields = dialect.fields
    | selectattr('source_type') | rejectattr('data_type', 'equalto', 'text') | list %}
{# a field that is computed of others has no type in the file #}
{% set rows = [] %}
{% for field in fields %}
{% do rows.append({
    'field_name': "'" ~ escape_single_quotes(staging_name(field)) ~ "'",
    'source_column': "'" ~ escape_single_quotes(field.source_column) ~ "'",
    'data_type': "'" ~ field.data_type ~ "'",
    'filled_values': 'filled_' ~ loop.index,
    'unread_values': 'unread_' ~ loop.index,
    'unread_example': 'unread_example_' ~ loop.index,
    'rounded_values': 'rounded_' ~ loop.index,
    'rounded_example': 'rounded_example_' ~ loop.index,
    'below_zero_values': 'below_zero_' ~ loop.index,
    'below_zero_example': 'below_zero_example_' ~ loop.index,
}) %}
{% endfor %}

with

{% if rows %}
counted as (

    select
    {% for field in fields %}
        {% set is_unread = quoted_name(field.source_column) ~ ' is not null and '
            ~ typed_value(field) ~ ' is null' %}
    {% set is_negative = is_below_zero(field, dialect) %}
    count({{ quoted_name(field.source_column) }}) as filled_{{ loop.index }},
    count_if({{ is_unread }}) as unread_{{ loop.index }},
    min(case when {{ is_unread }} then {{ source_text(field) }} end)
        as unread_example_{{ loop.index }},
    count_if({{ is_rounded(field) }}) as rounded_{{ loop.index }},
    min(case when {{ is_rounded(field) }} then {{ source_text(field) }} end)
        as rounded_example_{{ loop.index }},
    count_if({{ is_negative }}) as below_zero_{{ loop.index }},
    min(case when {{ is_negative }} then {{ source_text(field) }} end)
        as below_zero_example_{{ loop.index }}{{ ',' if not loop.last }}
    {% endfor %}

    from {{ dialect.relation_sql }}

),
{% endif %}

final as (

    {% if rows %}
    {{ one_row_each('counted', rows) }}
    {% else %}
    select
        '' as field_name,
        '' as source_column,
        '' as data_type,
        cast(0 as bigint) as filled_values,
        cast(0 as bigint) as unread_values,
        '' as unread_example,
        cast(0 as bigint) as rounded_values,
        '' as rounded_example,
        cast(0 as bigint) as below_zero_values,
        '' as below_zero_example

    where false
    {% endif %}

)

select * from final

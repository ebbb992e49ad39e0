{% set fields = [] %}
{# each kind is counted from 1, in the order of the definition #}
{% for kind in [['spend'], ['channel'], ['campaign', 'target']] %}
{% set place = namespace(value=0) %}
{% for role in kind %}
{% for field in input_fields(role) %}
{% set place.value = place.value + 1 %}
{% do fields.append(dict(field, place=place.value)) %}
{% endfor %}
{% endfor %}
{% endfor %}

with

-- the wide file is summed by segment in one pass, and only the sums become long
totals as (

    select
        customer_segments.segment_key,
        {% for field in fields %}
        {% set value = 'customers.' ~ staging_column(field) %}
        {% set is_flag = field.data_type == 'boolean' %}
        count({{ value }}) as counted_{{ loop.index }},
        {{ 'count_if' if is_flag else 'sum' }}({{ value }}) as total_{{ loop.index }},
        {{ 'null' if is_flag else 'count_if(' ~ value ~ ' > 0)' }} as buyers_{{ loop.index }},
        {{ 'null' if is_flag else 'max(' ~ value ~ ')' }} as largest_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from {{ ref('stg_input__customers') }} as customers

    inner join {{ ref('customer_segments') }} as customer_segments
        on customers.customer_id = customer_segments.customer_id

    group by customer_segments.segment_key

)

select
    segment_key,
    '' as role,
    0 as field_order,
    '' as field,
    cast(customers as bigint) as customers,
    cast(0 as bigint) as counted_customers,
    cast(0 as decimal(18, 2)) as total,
    cast(0 as bigint) as buyers,
    cast(0 as decimal(18, 2)) as largest

from totals

where false
{% for field in fields %}

union all

select
    segment_key,
    '{{ field.role }}' as role,
    {{ field.place }} as field_order,
    '{{ escape_single_quotes(field.name) }}' as field,
    cast(customers as bigint) as customers,
    cast(counted_{{ loop.index }} as bigint) as counted_customers,
    cast(coalesce(total_{{ loop.index }}, 0) as decimal(18, 2)) as total,
    {% set is_number = field.data_type != 'boolean' -%}
    cast({{ 'buyers_' ~ loop.index if is_number else 'null' }} as bigint) as buyers,
    cast({{ 'largest_' ~ loop.index if is_number else 'null' }} as decimal(18, 2)) as largest

from totals
{% endfor %}

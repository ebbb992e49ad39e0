{% set fields = input_fields('spend') + input_fields('channel')
    + input_fields('campaign') + input_fields('target') %}

with

customers as (

    select * from {{ ref('stg_input__customers') }}

),

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

-- the wide file is summed by segment in one pass, and only the sums become long
totals as (

    select
        customer_segments.segment_key,
        {% for field in fields %}
        {% set value = 'customers.' ~ staging_column(field) %}
        {% set summed = 'count_if' if field.data_type == 'boolean' else 'sum' %}
        count({{ value }}) as counted_{{ loop.index }},
        {{ summed }}({{ value }}) as total_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from customers

    inner join customer_segments
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
    cast(0 as decimal(18, 2)) as total

from totals

where false
{% for field in fields %}

union all

select
    segment_key,
    '{{ field.role }}' as role,
    {{ loop.index }} as field_order,
    '{{ escape_single_quotes(field.name) }}' as field,
    cast(customers as bigint) as customers,
    cast(counted_{{ loop.index }} as bigint) as counted_customers,
    cast(coalesce(total_{{ loop.index }}, 0) as decimal(18, 2)) as total

from totals
{% endfor %}

{% set names = profiled_attributes() | map(attribute='feature') | list %}

with

customers as (

    {{ completed(ref('customers_wide'), names) }}

),

-- one pass over the customers; only the counts become long
counted as (

    select
        segment_key,
        {% for name in names %}
        {{ quoted_name(name) }},
        {% endfor %}
        count(customer_id) as customers

    from customers

    group by
        {% for name in names %}
        {{ quoted_name(name) }},
        {% endfor %}
        segment_key

)

{% for name in names %}
select
    segment_key,
    '{{ name }}' as attribute,
    {{ quoted_name(name) }} as attribute_value,
    sum(customers) as customers

from counted

group by segment_key, {{ quoted_name(name) }}
{{ 'union all' if not loop.last }}
{% endfor %}

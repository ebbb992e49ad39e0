{% set features = catalogue_features() %}

select
    {% for row in features %}
    {% set column = adapter.quote(row.feature) %}
    cast(customers.{{ column }} as double) as {{ column }},
    {% endfor %}
    customers.customer_id,
    customers.segment_key

from {{ ref('customers_wide') }} as customers

inner join {{ ref('int_drawn_customers') }} as drawn
    on customers.customer_id = drawn.customer_id

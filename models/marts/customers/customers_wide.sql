select
    {% for column in own_columns(ref('customers')) %}
    {{ column.expression }} as {{ quoted_name(column.name) }},
    {% endfor %}
    {% for column in filled_columns(ref('customers')) if column != 'customer_id' %}
    customers.{{ column }},
    {% endfor %}
    customers.customer_id

from {{ ref('customers') }} as customers

inner join {{ ref('stg_input__customers') }} as staged
    on customers.customer_id = staged.customer_id

{% set list = var('suppression_list') %}
{% set relation = named_relation(list) %}
{% set key = quoted_name(list.get('customer_id', 'customer_id')) %}

with

listed as (

    select customer_id from {{ ref('suppressed_customers') }}
    {% if relation %}

    union all

    select cast({{ key }} as {{ dbt.type_string() }})

    from {{ relation }}
    {% endif %}

)

select trim(customer_id) as customer_id

from listed

where customer_id is not null

group by trim(customer_id)

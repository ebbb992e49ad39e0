with

customers as (

    select * from {{ ref('customers') }}

),

engineered as (

    select * from {{ ref('int_customers_engineered') }}

)

select
    {% for field in declared_fields() %}
    engineered.{{ staging_column(field) }},
    {% if field.role == 'date' %}
    engineered.{{ quoted_name(field.name ~ '_days') }},
    {% endif %}
    {% endfor %}
    customers.*

from customers

inner join engineered
    on customers.customer_id = engineered.customer_id

with

customers as (

    select * from {{ ref('customers') }}

),

engineered as (

    select * from {{ ref('int_customers_engineered') }}

),

staged as (

    select * from {{ ref('stg_input__customers') }}

)

select
    {% for column in own_columns(ref('customers')) %}
    {{ column.expression }} as {{ quoted_name(column.name) }},
    {% endfor %}
    {% for column in filled_columns(ref('customers')) if column != 'customer_id' %}
    customers.{{ column }},
    {% endfor %}
    customers.customer_id

from customers

inner join engineered
    on customers.customer_id = engineered.customer_id

inner join staged
    on customers.customer_id = staged.customer_id

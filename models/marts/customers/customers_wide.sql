{% set core = filled_columns(ref('customers')) %}
{# names are taken by all columns of customers, so that they do not depend on the data #}
{% set taken = adapter.get_columns_in_relation(ref('customers')) | map(attribute='name') | list
    if core else [] %}

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
    {% for column in own_columns(taken) %}
    {{ column.expression }} as {{ quoted_name(column.name) }},
    {% endfor %}
    {% for column in core or ['customer_id'] %}
    customers.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}

from customers

inner join engineered
    on customers.customer_id = engineered.customer_id

inner join staged
    on customers.customer_id = staged.customer_id

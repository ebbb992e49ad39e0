{{ config(materialized='table') }}
{% set told = customer_fields() %}

with

-- a no on an order that was cancelled is a no, and so with all that is of the customer
placed as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by ordered_on desc nulls last, record_number desc
        ) as place

    from {{ ref('stg_orders__lines') }}

    where
        {{ 'true' if told else 'false' }}
        and customer_id is not null
        and coalesce(reject_reason, '') != 'after the day observed'

)

select
    {% for field in told %}
    {% set said = told_column(field) %}
    min_by({{ said }}, case when {{ said }} is not null then place end)
        as {{ staging_column(field) }},
    {% endfor %}
    customer_id

from placed

group by customer_id

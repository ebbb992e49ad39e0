-- a row here: an override that no customer of the input fits
{{ config(severity='warn') }}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

fitting as (

    {% for override in segment_overrides() %}
    select
        {{ override.override_id }} as override_id,
        count(*) as customers

    from customers

    where {{ override_condition(override) }}

    union all
    {% endfor %}

    select
        cast(null as integer) as override_id,
        cast(null as bigint) as customers

)

select
    overrides.override_id,
    overrides.customer_id,
    overrides.condition,
    overrides.reason

from {{ ref('segment_overrides') }} as overrides

inner join fitting
    on overrides.override_id = fitting.override_id

where fitting.customers = 0

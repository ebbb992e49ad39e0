-- a row here: an override that no customer of the input matches
{{ config(severity='warn') }}

select
    overrides.override_id,
    overrides.customer_id,
    overrides.reason

from {{ ref('segment_overrides') }} as overrides

left join {{ ref('int_customers_engineered') }} as customers
    on overrides.customer_id = customers.customer_id

where
    overrides.customer_id is not null
    and customers.customer_id is null

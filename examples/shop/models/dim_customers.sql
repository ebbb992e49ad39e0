select
    customer_id,
    country,
    birth_year,
    cast(signed_up_on as date) as signed_up_on,
    is_business

from {{ ref('raw_customers') }}

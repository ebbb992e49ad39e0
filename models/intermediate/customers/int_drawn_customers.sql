with

counted as (

    select least(1, {{ var('fit_sample_rows') }} / cast(count(*) as double)) as drawn_share

    from {{ ref('stg_input__customers') }}

    having count(*) > 0

)

select customers.customer_id

from {{ ref('stg_input__customers') }} as customers

cross join counted

where {{ hash_share('customers.customer_id') }} <= counted.drawn_share

{% set features = catalogue_features() %}

with

-- quantiles, ranks and distinct values need all values in memory at once, so they are
-- computed on about as many customers as a fit reads; everybody, where there are fewer
thresholds as (

    select
        lpad(
            hex(cast(
                floor(
                    4294967295 * least(
                        1, {{ var('fit_sample_rows') }} / cast(count(*) as double)
                    )
                ) as bigint
            )),
            8,
            '0'
        ) as highest_hash

    from {{ ref('customers_wide') }}

    having count(*) > 0

)

select
    {% for row in features %}
    {% set column = adapter.quote(row.feature) %}
    cast(customers.{{ column }} as double) as {{ column }},
    {% endfor %}
    customers.customer_id,
    customers.segment_key

from {{ ref('customers_wide') }} as customers

cross join thresholds

where upper(substr(md5(customers.customer_id), 1, 8)) <= thresholds.highest_hash

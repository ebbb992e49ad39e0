{% set quantiles = {'p20': 0.2, 'p25': 0.25, 'p40': 0.4, 'p60': 0.6, 'p75': 0.75, 'p80': 0.8} %}

with

customers as (

    select
        customer_id,
        cast(total_spend as double) as total_spend

    from {{ ref('int_customers_engineered') }}

),

counted as (

    select least(1, {{ var('fit_sample_rows') }} / cast(count(*) as double)) as drawn_share

    from customers

    having count(*) > 0

)

-- quantiles hold all their values, so they are of about as many customers as a fit reads
select
    {% for name, quantile in quantiles.items() %}
    percentile_cont({{ quantile }}) within group (
        order by customers.total_spend
    ) as spend_{{ name }},
    {% endfor %}
    count(*) as drawn_customers

from customers

cross join counted

where {{ hash_share('customers.customer_id') }} <= counted.drawn_share

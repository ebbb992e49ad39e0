{% set quantiles = {'p20': 0.2, 'p25': 0.25, 'p40': 0.4, 'p60': 0.6, 'p75': 0.75, 'p80': 0.8} %}

with

drawn as (

    select cast(customers.total_spend as double) as total_spend

    from {{ ref('int_customers_engineered') }} as customers

    inner join {{ ref('int_drawn_customers') }} as drawn_customers
        on customers.customer_id = drawn_customers.customer_id

)

select
    {% for name, quantile in quantiles.items() %}
    percentile_cont({{ quantile }}) within group (order by total_spend) as spend_{{ name }},
    {% endfor %}
    count(*) as drawn_customers

from drawn

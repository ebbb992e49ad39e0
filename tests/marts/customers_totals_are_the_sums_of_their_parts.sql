-- Where the input tells categories or channels apart, what a customer spends and how
-- often a customer buys are their sums, whatever they are called.
with

customers as (

    select * from {{ ref('customers') }}

),

{% for role, model, value in [
    ('spend', ref('stg_input__category_spend'), 'spend'),
    ('purchases', ref('stg_input__channel_purchases'), 'purchases'),
] %}
summed_{{ role }} as (

    select
        customer_id,
        coalesce(sum({{ value }}), 0) as total

    from {{ model }}

    group by customer_id

){{ ',' if not loop.last }}

{% endfor %}

select customers.customer_id

from customers

left join summed_spend
    on customers.customer_id = summed_spend.customer_id

left join summed_purchases
    on customers.customer_id = summed_purchases.customer_id

where
    coalesce(customers.total_spend != summed_spend.total, false)
    or coalesce(customers.purchases != summed_purchases.total, false)

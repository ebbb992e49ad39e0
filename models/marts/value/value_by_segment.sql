{{ config(enabled=var('value')) }}

select
    segment_key,
    segment_name,
    horizon_days,
    cast(count(customer_id) as bigint) as customers,
    cast(count(expected_spend) as bigint) as valued_customers,
    cast(sum(historical_spend) as decimal(18, 2)) as historical_spend,
    {{ share_of('sum(historical_spend)', 'sum(sum(historical_spend)) over ()') }}
        as historical_spend_share,
    cast(sum(historical_spend) / count(customer_id) as decimal(18, 2))
        as historical_spend_per_customer,
    cast(sum(expected_spend) as decimal(18, 2)) as expected_spend,
    {{ share_of('sum(expected_spend)', 'sum(sum(expected_spend)) over ()') }}
        as expected_spend_share,
    cast(sum(expected_spend) / nullif(count(expected_spend), 0) as decimal(18, 2))
        as expected_spend_per_customer,
    {{ exact_mean('expected_purchases') }} as expected_purchases_per_customer,
    {{ exact_mean('probability_active') }} as mean_probability_active,
    {{ exact_mean('probability_of_buying_again') }} as mean_probability_of_buying_again,
    {{ share_of('count_if(value_decile = 1)', 'count(customer_id)') }}
        as top_decile_share,
    bool_or(is_estimate) as is_estimate,
    max(accuracy) as accuracy

from {{ ref('customer_value') }}

group by segment_key, segment_name, horizon_days

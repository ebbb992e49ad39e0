{{ config(enabled=var('value')) }}

with

summed as (

    select
        segment_key,
        segment_name,
        horizon_days,
        bool_or(is_estimate) as is_estimate,
        count(customer_id) as customers,
        count(expected_spend) as valued_customers,
        sum(historical_spend) as historical_spend,
        sum(expected_spend) as expected_spend,
        {{ exact_mean('expected_purchases') }} as expected_purchases_per_customer,
        {{ exact_mean('probability_active') }} as mean_probability_active,
        {{ exact_mean('probability_of_buying_again') }}
            as mean_probability_of_buying_again,
        max(accuracy) as accuracy,
        count_if(value_decile = 1) as top_decile_customers

    from {{ ref('customer_value') }}

    group by segment_key, segment_name, horizon_days

)

select
    segment_key,
    segment_name,
    horizon_days,
    cast(customers as bigint) as customers,
    cast(valued_customers as bigint) as valued_customers,
    cast(historical_spend as decimal(18, 2)) as historical_spend,
    {{ share_of('historical_spend', 'sum(historical_spend) over ()') }}
        as historical_spend_share,
    cast(historical_spend / customers as decimal(18, 2)) as historical_spend_per_customer,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    {{ share_of('expected_spend', 'sum(expected_spend) over ()') }}
        as expected_spend_share,
    cast(expected_spend / nullif(valued_customers, 0) as decimal(18, 2))
        as expected_spend_per_customer,
    expected_purchases_per_customer,
    mean_probability_active,
    mean_probability_of_buying_again,
    {{ share_of('top_decile_customers', 'customers') }} as top_decile_share,
    is_estimate,
    accuracy

from summed

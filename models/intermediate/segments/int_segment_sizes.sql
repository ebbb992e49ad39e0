select
    min(customers.observed_on) as observed_on,
    customers.segment_key,
    versions.model_version,
    cast(count(customers.customer_id) as bigint) as customers,
    {{ share_of(
        'count(customers.customer_id)', 'sum(count(customers.customer_id)) over ()'
    ) }} as customer_share,
    cast(sum(customers.total_spend) as decimal(18, 2)) as total_spend,
    {{ share_of(
        'sum(customers.total_spend)', 'sum(sum(customers.total_spend)) over ()'
    ) }} as spend_share,
    max(customers.total_spend) as largest_spend,
    {{ share_of('sum(customers.total_spend)', 'count(customers.total_spend)') }}
        as mean_spend,
    {{ exact_mean('customers.spending_score') }} as mean_score

from {{ ref('customers') }} as customers

inner join {{ ref('ml_segment_model') }} as versions
    on versions.is_current

group by customers.segment_key, versions.model_version

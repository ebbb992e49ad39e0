{{ config(materialized=computed_when_read()) }}

with

-- equal attributes are no proof of one person: copies are flagged, never dropped
repeated_profiles as (

    select * from {{ ref('int_repeated_profiles') }}

)

select
    customers.*,
    cast(income / household_size as decimal(18, 2)) as income_per_head,
    {{ days_between('enrolled_on', 'observed_on') }} as tenure_days,
    cast(total_spend / nullif(purchases, 0) as decimal(18, 2)) as average_order_value,
    {% for category in ['wine', 'fruit', 'meat', 'fish', 'sweets', 'gold'] %}
    {{ share_of(category ~ '_spend', 'total_spend') }} as {{ category }}_share,
    {% endfor %}
    {% for channel in ['web', 'catalog', 'store'] %}
    {{ share_of(channel ~ '_purchases', 'purchases') }} as {{ channel }}_share,
    {% endfor %}
    {{ share_of('refunded_spend', 'total_spend + refunded_spend') }} as refund_share,
    {{ share_of('deal_purchases', 'purchases') }} as deal_share,
    {{ share_of('top_category_spend', 'total_spend') }} as top_category_share,
    recency_days / nullif(mean_interval_days, 0) as silence_ratio,
    {{ spend_change(90) }} as spend_change_90_days,
    {{ spend_change(365) }} as spend_change_365_days,
    {{ share_of('campaigns_accepted', 'campaigns_received') }} as campaign_acceptance_rate,
    {% for field in declared_fields() if field.role == 'date' %}
    {{ days_between('customers.' ~ staging_column(field), 'observed_on') }}
        as {{ quoted_name(field.name ~ '_days') }},
    {% endfor %}
    income is null as is_income_missing,
    unparsed_fields is not null as has_unparsed_values,
    coalesce(customers.customer_id > first_customer_id, false) as is_repeated_profile,
    coalesce(gold_spend > total_spend, false) as is_gold_above_total,
    coalesce(deal_purchases > purchases, false) as is_deals_above_purchases,
    coalesce(total_spend > 0 and purchases = 0, false) as is_spend_without_purchase

from {{ ref('int_customers_measured') }} as customers

left join repeated_profiles
    on customers.profile_fingerprint = repeated_profiles.profile_fingerprint

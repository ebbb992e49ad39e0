{{ config(materialized=computed_when_read()) }}
{% set categories = ['wine', 'fruit', 'meat', 'fish', 'sweets'] %}
{% set channels = ['web', 'catalog', 'store'] %}
{% set campaigns = input_fields('campaign') | length %}
{% set spend, channel = input_fields('spend'), input_fields('channel') %}

select
    customer_id,
    record_number,
    profile_fingerprint,
    observed_on,

    ---------- who
    birth_year,
    age,
    known_gender as gender,
    country,
    education_level as education,
    education_rank,
    household_status as marital_status,
    household_type,
    household_size,
    children_at_home,
    teenagers_at_home,
    children,
    income,

    ---------- since when
    enrolled_on,
    last_purchase_on,
    known_recency_days as recency_days,

    ---------- what they spend
    {{ sum_of_fields('spend', 'decimal(18, 2)') if spend else 'total_spend' }}
        as total_spend,
    refunded_spend,
    spend_90_days,
    spend_365_days,
    {{ greatest_value('spend') }} as top_category_spend,
    spending_score,
    {{ greatest_field('spend') }} as top_category,
    gold_spend,
    {% for category in categories %}
    {{ staged('spend', category) }} as {{ category }}_spend,
    {% endfor %}

    ---------- where and how they buy
    {{ sum_of_fields('channel', 'integer') if channel else 'purchases' }} as purchases,
    purchases_90_days,
    purchases_365_days,
    repeat_purchases,
    mean_interval_days,
    median_interval_days,
    {{ greatest_field('channel') }} as preferred_channel,
    {% for channel in channels %}
    {{ staged('channel', channel) }} as {{ channel }}_purchases,
    {% endfor %}
    deal_purchases,
    web_visits_per_month,
    has_complained,
    no_contact_reason,

    ---------- campaigns: the target campaign is never counted
    {{ sum_of_fields('campaign', 'integer') }} as campaigns_accepted,
    {{ campaigns if campaigns else 'cast(null as integer)' }} as campaigns_received,
    {{ latest_accepted_campaign() }} as last_campaign_accepted,
    target_accepted,

    ---------- what the input declares by own names
    {% for field in declared_fields() %}
    {{ staging_column(field) }},
    {% endfor %}

    ---------- what is odd
    is_age_implausible,
    is_income_implausible,
    unparsed_fields

from {{ ref('int_customers_cleaned') }}

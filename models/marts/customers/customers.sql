{# sorted as words they are sorted by age #}
{% set age_groups = [
    var('plausible_age_years')[0] ~ ' to 29', '30 to 39', '40 to 49', '50 to 59',
    '60 to 69', '70 and over', 'unknown',
] %}
{% set spend_bands = [
    'highest fifth', 'second fifth', 'third fifth', 'fourth fifth', 'lowest fifth',
    'unknown',
] %}
{% set value_levels = ['high', 'middle', 'low', 'unknown'] %}

with

-- groups to filter by, as numbers in their order; the last is unknown
engineered as (

    select
        engineered.*,
        {{ age_group_order('engineered.age', 'engineered.is_age_implausible') }}
            as age_group_order,
        case
            when engineered.total_spend >= bounds.spend_p80 then 1
            when engineered.total_spend >= bounds.spend_p60 then 2
            when engineered.total_spend >= bounds.spend_p40 then 3
            when engineered.total_spend >= bounds.spend_p20 then 4
            when engineered.total_spend is not null then 5
            else 6
        end as spend_band_order,
        case
            when engineered.total_spend >= bounds.spend_p75 then 1
            when engineered.total_spend >= bounds.spend_p25 then 2
            when engineered.total_spend is not null then 3
            else 4
        end as value_level_order

    from {{ ref('int_customers_engineered') }} as engineered

    cross join {{ ref('int_spend_bounds') }} as bounds

)

select
    engineered.customer_id,
    customer_segments.segment_key,
    customer_segments.segment_name,
    engineered.observed_on,

    ---------- who
    engineered.birth_year,
    engineered.age,
    {{ word_at('engineered.age_group_order', age_groups) }} as age_group,
    engineered.age_group_order,
    engineered.gender,
    engineered.country,
    engineered.education,
    engineered.education_rank,
    engineered.marital_status,
    engineered.household_type,
    engineered.household_size,
    engineered.children_at_home,
    engineered.teenagers_at_home,
    engineered.children,
    engineered.income,
    engineered.income_per_head,

    ---------- since when
    engineered.enrolled_on,
    engineered.tenure_days,
    engineered.last_purchase_on,
    engineered.recency_days,

    ---------- what they spend
    engineered.total_spend,
    {{ word_at('engineered.spend_band_order', spend_bands) }} as spend_band,
    engineered.spend_band_order,
    {{ word_at('engineered.value_level_order', value_levels) }} as value_level,
    engineered.value_level_order,
    engineered.average_order_value,
    engineered.refunded_spend,
    engineered.refund_share,
    engineered.spend_90_days,
    engineered.spend_365_days,
    engineered.spend_change_90_days,
    engineered.spend_change_365_days,
    engineered.spending_score,
    engineered.top_category,
    engineered.top_category_share,

    ---------- where and how they buy
    engineered.purchases,
    engineered.purchases_90_days,
    engineered.purchases_365_days,
    engineered.silence_ratio,
    engineered.repeat_purchases,
    engineered.mean_interval_days,
    engineered.median_interval_days,
    engineered.preferred_channel,
    engineered.deal_purchases,
    engineered.deal_share,
    engineered.web_visits_per_month,
    engineered.has_complained,
    engineered.no_contact_reason,

    ---------- campaigns
    engineered.campaigns_accepted,
    engineered.campaigns_received,
    engineered.campaign_acceptance_rate,
    engineered.last_campaign_accepted,
    engineered.target_accepted,

    ---------- how typical, and what is odd
    customer_segments.margin as segment_margin,
    customer_segments.is_outlier,
    customer_segments.is_override,
    engineered.is_age_implausible,
    engineered.is_income_implausible,
    engineered.is_income_missing,
    engineered.has_unparsed_values,
    engineered.is_repeated_profile,
    engineered.is_deals_above_purchases,
    engineered.is_spend_without_purchase

from engineered

inner join {{ ref('customer_segments') }} as customer_segments
    on engineered.customer_id = customer_segments.customer_id

{#
  What a mart needs of the input, as [mart, what the input would lack, a count that is
  0 then]. The counts are of customers.
#}
{% set knows_buying = (
    'least(count(tenure_days), count(recency_days), count(purchases), count(total_spend))'
) %}
{% set knows_returns = (
    'case when count(repeat_purchases) = 0 or count_if(repeat_purchases > 0) >= 50 '
    ~ 'then 1 else 0 end'
) %}
{% set needs = [
    ['customer_value', 'dates of enrolment', 'count(tenure_days)'],
    ['customer_value', 'days since the last purchase', 'count(recency_days)'],
    ['customer_value', 'purchases', 'count(purchases)'],
    ['customer_value', 'spend', 'count(total_spend)'],
    [
        'customer_value',
        'customers who bought twice',
        'case when ' ~ knows_buying ~ ' = 0 then 1 else count_if('
        ~ 'purchases > 1 and total_spend > 0 and recency_days between 0 and tenure_days'
        ~ ') end',
    ],
    ['customer_rfm', 'days since the last purchase', 'count(recency_days)'],
    ['customer_rfm', 'purchases', 'count(purchases)'],
    ['customer_rfm', 'spend', 'count(total_spend)'],
    ['customers_at_risk', 'dates of enrolment', 'count(tenure_days)'],
    ['customers_at_risk', 'days since the last purchase', 'count(recency_days)'],
    ['customers_at_risk', 'purchases', 'count(purchases)'],
    ['forecast_accuracy', 'days of purchases', 'count(repeat_purchases)'],
    ['forecast_accuracy', '50 customers who bought on two days', knows_returns],
    ['customers_at_risk', '50 customers who bought on two days', knows_returns],
    ['deal_sensitivity', 'purchases with a discount', 'count(deal_purchases)'],
    ['deal_sensitivity', 'purchases', 'count(purchases)'],
    ['segment_channel_mix', 'purchases by channel', 'count(preferred_channel)'],
    ['segment_category_mix', 'spend by category', 'count(top_category)'],
    ['customer_recommendations', 'two categories of spend', 'max(bought_categories) > 1'],
] %}

with

bought_categories as (

    select count(distinct category) as bought_categories

    from {{ ref('stg_input__category_spend') }}

    where spend > 0

),

counted as (

    select
        {% for mart, lacking, counting in needs[:-1] %}
        cast({{ counting }} as bigint) as need_{{ loop.index }},
        {% endfor %}
        cast({{ needs[-1][2] }} as bigint) as need_{{ needs | length }}

    from {{ ref('int_customers_engineered') }}

    cross join bought_categories

)

{% for mart, lacking, counting in needs %}
select
    '{{ mart }}' as mart,
    '{{ lacking }}' as lacking

from counted

where need_{{ loop.index }} = 0
{{ 'union all' if not loop.last }}
{% endfor %}

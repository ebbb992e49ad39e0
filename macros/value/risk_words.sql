{#
  Why a customer is in a list of risk, by the columns of customers_at_risk.

  By the own pace: silence_reason() -> 'Bought once in 10.0 days on average since …'
#}
{% macro silence_reason() -%}
    'Bought once in ' || {{ figure('listed.expected_interval_days', 1) }}
    || ' days on average since enrolment, but has not bought for '
    || {{ figure('listed.recency_days') }} || ' days, '
    || {{ figure('listed.interval_ratio', 1) }} || ' times as long.'
{%- endmacro %}

{# By the forecast: forecast_reason() -> 'Bought on 3 days, 1.5 days apart (median), …' #}
{% macro forecast_reason() -%}
    'Bought on ' || {{ figure('listed.purchase_days') }} || ' days, '
    || {{ figure('listed.expected_interval_days', 1) }} || ' days apart'
    || case when listed.purchase_days > 2 then ' (median)' else '' end
    || ', the last time ' || {{ figure('listed.recency_days') }}
    || ' days ago; buys within ' || {{ figure('listed.horizon_days') }}
    || ' days with a chance of ' || {{ percent('listed.probability_of_buying_again') }}
    || '.'
{%- endmacro %}

{{ config(enabled=var('value')) }}
{% set horizon = value_horizon() %}
{% set parameters = ['r', 'alpha', 'a', 'b', 'p', 'q', 'gamma'] %}

with

fits as (

    {{ exploded(
        ref('ml_value_models'),
        'fits',
        keep=['model_version'],
        fields=parameters + ['is_used'],
    ) }}

),

-- Gamma-Gamma has p, q and gamma, the model of purchases all others; no row where the
-- input switches value off
used as (

    select
        {% for parameter in parameters %}
        max(fits.{{ parameter }}) as {{ parameter }},
        {% endfor %}
        fits.model_version

    from fits

    inner join {{ ref('ml_segment_model') }} as versions
        on fits.model_version = versions.model_version

    where fits.is_used and versions.is_current

    group by fits.model_version

),

expected as (

    {{ purchases_if_active(ref('int_purchase_summaries'), 'used', horizon) }}

),

applied as (

    select
        summaries.customer_id,
        {{ probability_active() }} as probability_active,
        case
            when used.a = 0
                then
                    (used.r + summaries.frequency)
                    / (used.alpha + summaries.age) * {{ horizon }}
            else expected.purchases_if_active
        end as purchases_if_active,
        {{ expected_average_value() }} as expected_average_value

    from {{ ref('int_purchase_summaries') }} as summaries

    cross join used

    left join expected
        on summaries.frequency = expected.frequency
        and summaries.age = expected.age

)

select
    customer_id,
    cast(probability_active as double) as probability_active,
    probability_active * purchases_if_active as expected_purchases,
    expected_average_value,
    probability_active * purchases_if_active * expected_average_value as expected_spend

from applied

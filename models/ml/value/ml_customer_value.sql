{{ config(enabled=var('value')) }}
{% set horizon = var('value_horizon_days') %}
{% if horizon | float <= 0 %}
{{ exceptions.raise_compiler_error(
    'value_horizon_days must be above 0, not ' ~ horizon ~ ': set its length.'
) }}
{% endif %}

with

fits as (

    {{ exploded(
        ref('ml_value_models'),
        'fits',
        keep=['model_version'],
        fields=['model', 'r', 'alpha', 'a', 'b', 'p', 'q', 'gamma', 'is_used']
    ) }}

),

-- Gamma-Gamma has p, q and gamma, the model of purchases all others; no row where the
-- input switches value off
used as (

    select
        max(fits.r) as r,
        max(fits.alpha) as alpha,
        max(fits.a) as a,
        max(fits.b) as b,
        max(fits.p) as p,
        max(fits.q) as q,
        max(fits.gamma) as gamma

    from fits

    inner join {{ ref('ml_segment_model') }} as versions
        on fits.model_version = versions.model_version

    where fits.is_used and versions.is_current

    having count(*) > 0

),

summaries as (

    select * from {{ ref('int_purchase_summaries') }}

),

expected as (

    {{ purchases_if_active('summaries', 'used', horizon) }}

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
        case
            when used.p is null then summaries.average_value
            when used.p * summaries.valued_purchases + used.q > 1
                then
                    used.p
                    * (used.gamma + summaries.valued_purchases * summaries.average_value)
                    / (used.p * summaries.valued_purchases + used.q - 1)
        end as expected_average_value

    from summaries

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

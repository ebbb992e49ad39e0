{{ config(enabled=var('campaign')) }}
{% set outcomes = ref('stg_input__campaign_outcomes') ~ ' left join '
    ~ ref('customer_segments') ~ ' using (customer_id)' %}
{% set profit =
    'compared.contacted * (# * money.revenue_per_response - money.contact_cost)' %}

with

counted as (

    {{ by_scope(outcomes, ['segment_name'], {
        'contacted': 'cast(count_if(was_contacted) as bigint)',
        'contacted_responses': 'cast(count_if(was_contacted and has_responded) as bigint)',
        'held_out': 'cast(count_if(not was_contacted) as bigint)',
        'held_out_responses':
            'cast(count_if(not was_contacted and has_responded) as bigint)',
    }) }}

),

rated as (

    select
        {% for part in ['contacted', 'held_out'] %}
        {{ share_of(part ~ '_responses', part) }} as {{ part }}_rate,
        {{ wilson_bound(part ~ '_responses', part, -1) }} as {{ part }}_rate_lower,
        {{ wilson_bound(part ~ '_responses', part, 1) }} as {{ part }}_rate_upper,
        {% endfor %}
        *

    from counted

),

-- the interval of a difference from the intervals of the rates (Newcombe 1998, no. 10)
compared as (

    select
        *,
        contacted_rate - held_out_rate as uplift,
        contacted_rate - held_out_rate - sqrt(
            power(contacted_rate - contacted_rate_lower, 2)
            + power(held_out_rate_upper - held_out_rate, 2)
        ) as uplift_lower,
        contacted_rate - held_out_rate + sqrt(
            power(contacted_rate_upper - contacted_rate, 2)
            + power(held_out_rate - held_out_rate_lower, 2)
        ) as uplift_upper

    from rated

)

select
    compared.scope,
    compared.segment_key,
    compared.segment_name,
    compared.contacted,
    compared.contacted_responses,
    compared.contacted_rate,
    compared.contacted_rate_lower,
    compared.contacted_rate_upper,
    compared.held_out,
    compared.held_out_responses,
    compared.held_out_rate,
    compared.held_out_rate_lower,
    compared.held_out_rate_upper,
    compared.uplift,
    compared.uplift_lower,
    compared.uplift_upper,
    compared.uplift * compared.contacted as extra_responses,
    {{ profit | replace('#', 'compared.uplift') }} as extra_profit,
    {{ profit | replace('#', 'compared.uplift_lower') }} as extra_profit_lower,
    {{ profit | replace('#', 'compared.uplift_upper') }} as extra_profit_upper

from compared

cross join {{ ref('int_campaign_money') }} as money

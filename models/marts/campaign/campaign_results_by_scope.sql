{{ config(enabled=var('campaign')) }}

with

scoped as (

    select
        'all' as segment_key,
        'All customers' as segment_name,
        was_contacted,
        has_responded

    from {{ ref('stg_input__campaign_outcomes') }} as outcomes

    union all

    select
        customer_segments.segment_key,
        customer_segments.segment_name,
        outcomes.was_contacted,
        outcomes.has_responded

    from {{ ref('stg_input__campaign_outcomes') }} as outcomes

    inner join {{ ref('customer_segments') }} as customer_segments
        on outcomes.customer_id = customer_segments.customer_id

),

counted as (

    select
        segment_key,
        segment_name,
        cast(count_if(was_contacted) as bigint) as contacted,
        cast(count_if(was_contacted and has_responded) as bigint) as contacted_responses,
        cast(count_if(not was_contacted) as bigint) as held_out,
        cast(count_if(not was_contacted and has_responded) as bigint)
            as held_out_responses

    from scoped

    group by segment_key, segment_name

),

rated as (

    select
        *,
        {{ share_of('contacted_responses', 'contacted') }} as contacted_rate,
        {{ wilson_bound('contacted_responses', 'contacted', -1) }} as contacted_rate_lower,
        {{ wilson_bound('contacted_responses', 'contacted', 1) }} as contacted_rate_upper,
        {{ share_of('held_out_responses', 'held_out') }} as held_out_rate,
        {{ wilson_bound('held_out_responses', 'held_out', -1) }} as held_out_rate_lower,
        {{ wilson_bound('held_out_responses', 'held_out', 1) }} as held_out_rate_upper

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
    case when compared.segment_key = 'all' then 'all customers' else 'segment' end
        as scope,
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
    compared.contacted
    * (compared.uplift * money.revenue_per_response - money.contact_cost)
        as extra_profit,
    compared.contacted
    * (compared.uplift_lower * money.revenue_per_response - money.contact_cost)
        as extra_profit_lower,
    compared.contacted
    * (compared.uplift_upper * money.revenue_per_response - money.contact_cost)
        as extra_profit_upper

from compared

cross join {{ ref('int_campaign_money') }} as money

{{ config(enabled=var('campaign')) }}
{% set share = var('holdout_share') %}

with

response as (

    select
        campaign,
        {{ campaign_threshold() }} as threshold

    from {{ ref('ml_campaign_response') }}

),

deal_seekers as (

    select
        percentile_cont({{ var('deal_offer_quantile') }}) within group (
            order by deal_share
        ) as deal_share

    from {{ ref('customers') }}

),

listed as (

    select
        scores.*,
        customers.observed_on,
        coalesce(customers.preferred_channel, segment_profiles.preferred_channel)
            as channel,
        case
            when customers.deal_share > deal_seekers.deal_share then 'deal'
            else 'regular'
        end as offer,
        coalesce(customers.top_category, segment_profiles.top_category) as category,
        -- the campaign's name in the hash draws other customers for another campaign
        substr(
            md5(concat('holdout of ', response.campaign, ' ', scores.customer_id)), 1, 8
        )
        < '{{ "%08x" % ((share * 4294967296) | int) if share < 1 else "g" }}' as is_holdout

    from {{ ref('campaign_response_scores') }} as scores

    inner join response
        on scores.probability >= response.threshold

    cross join deal_seekers

    inner join {{ ref('customers') }} as customers
        on scores.customer_id = customers.customer_id
        and customers.no_contact_reason is null

    left join {{ ref('segment_profiles') }} as segment_profiles
        on customers.segment_key = segment_profiles.segment_key

)

select
    customer_id,
    segment_key,
    segment_name,
    campaign,
    cast(
        row_number() over (order by probability desc, customer_id) as bigint
    ) as contact_rank,
    probability,
    is_out_of_fold,
    expected_profit,
    case when is_holdout then 0e0 else expected_profit end as planned_profit,
    channel,
    offer,
    category,
    is_holdout,
    observed_on

from listed

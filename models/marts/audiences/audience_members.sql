with

targets as (

    select * from {{ rows_of('campaign_targets', var('campaign'), {
        'customer_id': 'string', 'campaign': 'string', 'is_holdout': 'boolean',
    }) }}

),

-- who may be written to, and is not held out so that a campaign can be measured
reached as (

    select
        customers.customer_id,
        customers.segment_key,
        customers.segment_name,
        customers.observed_on,
        targets.campaign

    from {{ ref('customers') }} as customers

    left join targets
        on customers.customer_id = targets.customer_id

    where customers.no_contact_reason is null and not coalesce(targets.is_holdout, false)

),

listed as (

    select
        *,
        'segment_' || segment_key as audience_key

    from reached

    union all

    select
        *,
        'campaign_' || campaign as audience_key

    from reached

)

select
    listed.audience_key,
    listed.customer_id,
    audiences.audience_kind,
    audiences.audience_name,
    audiences.priority,
    audiences.priority = min(audiences.priority) over (partition by listed.customer_id)
        as is_first_list,
    listed.segment_key,
    listed.segment_name,
    listed.observed_on

from listed

inner join {{ ref('int_audiences') }} as audiences
    on listed.audience_key = audiences.audience_key

{{ config(enabled=var('campaign'), materialized='view') }}

with

cut_off as (

    select {{ campaign_threshold() }} as threshold from {{ ref('ml_campaign_response') }}

),

-- customers who are gone from the input have no segment and are in neither part
ranked as (

    select
        evaluated.has_responded,
        evaluated.probability >= cut_off.threshold as is_listed,
        customer_segments.segment_key,
        customer_segments.segment_name,
        ntile(10) over (
            order by evaluated.probability desc, evaluated.customer_id
        ) as decile

    from {{ ref('int_campaign_evaluated') }} as evaluated

    cross join cut_off

    inner join {{ ref('customer_segments') }} as customer_segments
        on evaluated.customer_id = customer_segments.customer_id

),

counted as (

    {{ by_scope('ranked', ['segment_name', 'decile'], {
        'contacts': 'cast(count(*) as bigint)',
        'responses': 'cast(count_if(has_responded) as bigint)',
        'listed': 'sum(case when is_listed then 1 when not is_listed then 0 end)',
        'listed_responses': 'count_if(is_listed and has_responded)',
    }) }}

)

-- without money there is no cut-off, and nobody is known to be listed
select
    *,
    sum(contacts) over running as cumulative_contacts,
    sum(responses) over running as cumulative_responses,
    sum(contacts) over of_scope as all_contacts,
    sum(responses) over of_scope as all_responses,
    sum(listed) over of_scope as all_listed,
    sum(listed_responses) over of_scope as all_listed_responses,
    min(decile) over of_scope as first_decile,
    {{ share_of(
        "sum(case when scope = 'all customers' then responses end) over ()",
        "sum(case when scope = 'all customers' then contacts end) over ()"
    ) }} as response_rate

from counted

window
    running as (
        partition by segment_key
        order by decile
        rows between unbounded preceding and current row
    ),
    of_scope as (partition by segment_key)

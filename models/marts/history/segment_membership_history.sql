with

events as (

    select * from {{ ref('int_segment_membership_events') }}

),

segments as (

    select * from {{ ref('segments') }}

),

intervals as (

    select
        customer_id,
        segment_key,
        observed_on as valid_from,
        lead(observed_on) over (
            partition by customer_id order by observed_on
        ) as valid_to,
        reason,
        lead(reason) over (partition by customer_id order by observed_on) as end_reason,
        model_version,
        is_override

    from events

)

select
    intervals.customer_id,
    intervals.valid_from,
    intervals.valid_to,
    intervals.valid_to is null as is_current,
    intervals.segment_key,
    segments.segment_name,
    intervals.reason,
    intervals.end_reason,
    intervals.model_version,
    intervals.is_override

from intervals

left join segments
    on intervals.segment_key = segments.segment_key

-- a customer who left is in no segment until the next interval
where intervals.segment_key is not null

with

-- the segment before, whether or not the customer was away in between
preceded as (

    select
        customer_id,
        observed_on,
        lag(segment_key) over (
            partition by customer_id order by observed_on
        ) as previous_segment_key

    from {{ ref('int_segment_membership_events') }}

    where segment_key is not null

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

    from {{ ref('int_segment_membership_events') }}

)

select
    intervals.customer_id,
    intervals.valid_from,
    intervals.valid_to,
    -- of days before the first build nothing better is known
    case
        when preceded.previous_segment_key is null then date '1900-01-01'
        else intervals.valid_from
    end as applies_from,
    intervals.valid_to is null as is_current,
    intervals.segment_key,
    segments.segment_name,
    preceded.previous_segment_key,
    previous_segments.segment_name as previous_segment_name,
    coalesce(preceded.previous_segment_key != intervals.segment_key, false) as is_move,
    intervals.reason,
    intervals.end_reason,
    intervals.model_version,
    versions.observed_on as fitted_on,
    coalesce(intervals.valid_from < versions.observed_on, false) as is_hindsight,
    intervals.is_override

from intervals

left join {{ ref('segment_model_versions') }} as versions
    on intervals.model_version = versions.model_version

left join {{ ref('segments') }} as segments
    on intervals.segment_key = segments.segment_key

left join preceded
    on intervals.customer_id = preceded.customer_id
    and intervals.valid_from = preceded.observed_on

left join {{ ref('segments') }} as previous_segments
    on preceded.previous_segment_key = previous_segments.segment_key

-- a customer who left is in no segment until the next interval
where intervals.segment_key is not null

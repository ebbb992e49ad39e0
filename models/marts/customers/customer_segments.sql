with

-- what people decided comes last
decided as (

    select
        assignments.*,
        coalesce(overrides.segment_key, assignments.segment_key) as decided_segment_key,
        overrides.override_id is not null as is_override,
        overrides.reason as override_reason

    from {{ ref('ml_customer_segments') }} as assignments

    left join {{ ref('int_segment_overrides') }} as overrides
        on assignments.customer_id = overrides.customer_id

)

select
    decided.customer_id,
    decided.decided_segment_key as segment_key,
    current_segments.segment_name,
    decided.model_version,
    input_statistics.observed_on,
    decided.distance_to_centroid,
    decided.second_segment_key,
    second_segments.segment_name as second_segment_name,
    decided.second_distance,
    decided.margin,
    decided.is_outlier,
    decided.known_weight,
    decided.known_weight < 0.5 as is_uncertain,
    decided.is_override,
    decided.segment_key as model_segment_key,
    decided.override_reason

from decided

cross join {{ ref('int_input_statistics') }} as input_statistics

left join {{ ref('int_current_segments') }} as current_segments
    on decided.decided_segment_key = current_segments.segment_key

left join {{ ref('int_current_segments') }} as second_segments
    on decided.second_segment_key = second_segments.segment_key

with

assignments as (

    select * from {{ ref('ml_customer_segments') }}

),

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

input_statistics as (

    select * from {{ ref('int_input_statistics') }}

)

select
    assignments.customer_id,
    assignments.segment_key,
    current_segments.segment_name,
    assignments.model_version,
    input_statistics.observed_on,
    assignments.distance_to_centroid,
    assignments.second_segment_key,
    second_segments.segment_name as second_segment_name,
    assignments.second_distance,
    assignments.margin,
    assignments.is_outlier,
    false as is_override

from assignments

cross join input_statistics

left join current_segments
    on assignments.segment_key = current_segments.segment_key

left join current_segments as second_segments
    on assignments.second_segment_key = second_segments.segment_key

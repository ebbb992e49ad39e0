{# The evidence beside a name holds the readings of the strongest features of that segment. #}
with

strongest as (

    select
        segment_key,
        reading,
        row_number() over (
            partition by segment_key order by differentiator_rank
        ) as feature_rank

    from {{ ref('segment_feature_profiles') }}

    where is_segmentation

)

select
    segments.segment_key,
    segments.evidence,
    strongest.reading

from {{ ref('segments') }} as segments

inner join strongest
    on segments.segment_key = strongest.segment_key
    and strongest.feature_rank <= 3

where instr(coalesce(segments.evidence, ''), strongest.reading) = 0

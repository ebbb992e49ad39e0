-- a row here: an override to a segment that is retired or never was; it is not followed
{{ config(severity='warn') }}

select
    overrides.override_id,
    overrides.segment_key,
    overrides.reason

from {{ ref('segment_overrides') }} as overrides

left join {{ ref('int_current_segments') }} as current_segments
    on overrides.segment_key = current_segments.segment_key

where current_segments.segment_key is null

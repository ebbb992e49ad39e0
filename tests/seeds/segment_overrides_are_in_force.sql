-- a row here: an override whose last day has passed; it is not followed any more
{{ config(severity='warn') }}

select
    overrides.override_id,
    overrides.valid_until,
    overrides.reason

from {{ ref('segment_overrides') }} as overrides

cross join {{ ref('int_input_statistics') }} as input_statistics

where overrides.valid_until < input_statistics.observed_on

-- a row here: a segment whose sentence is of an earlier day, as builds have left Python
-- models out since; forecasts may be as well. segments build makes both anew
{{ config(severity='warn') }}

select
    segments.segment_key,
    segments.described_on,
    input_statistics.observed_on

from {{ ref('segments') }} as segments

cross join {{ ref('int_input_statistics') }} as input_statistics

where segments.described_on != input_statistics.observed_on

{# Sentences about segments, forecasts and rules are of an earlier day than the data, as builds have left Python models out since; segments build writes them anew. #}
{{ config(severity='warn') }}

select
    segments.segment_key,
    segments.described_on,
    input_statistics.observed_on

from {{ ref('segments') }} as segments

cross join {{ ref('int_input_statistics') }} as input_statistics

where segments.described_on != input_statistics.observed_on

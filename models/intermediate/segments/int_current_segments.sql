{{ config(materialized='view') }}

select segment_versions.*

from {{ ref('int_segment_versions') }} as segment_versions

where is_current

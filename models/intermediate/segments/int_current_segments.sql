{{ config(materialized='view') }}

with

segment_versions as (

    select * from {{ ref('int_segment_versions') }}

)

select segment_versions.*

from segment_versions

where is_current

{{ config(materialized='view') }}

with

segment_versions as (

    {{ exploded(
        ref('ml_segment_model'),
        'segments',
        keep=['model_version', 'is_current'],
        fields=[
            'segment_order', 'segment_key', 'segment_name', 'description',
            'name_source', 'name_fit', 'colour', 'fit_customers',
            'fit_mean_distance', 'fit_outliers',
        ]
    ) }}

),

-- a name given by hand holds from the next build on, and can be taken back
overrides as (

    select * from {{ ref('segment_name_overrides') }}

)

select
    segment_versions.model_version,
    segment_versions.is_current,
    segment_versions.segment_order,
    segment_versions.segment_key,
    coalesce(overrides.segment_name, segment_versions.segment_name) as segment_name,
    segment_versions.description,
    case
        when overrides.segment_name is null then segment_versions.name_source
        else 'override'
    end as name_source,
    case
        when overrides.segment_name is null then segment_versions.name_fit
    end as name_fit,
    overrides.reason as override_reason,
    segment_versions.colour,
    segment_versions.fit_customers,
    segment_versions.fit_mean_distance,
    segment_versions.fit_outliers

from segment_versions

left join overrides
    on segment_versions.segment_key = overrides.segment_key

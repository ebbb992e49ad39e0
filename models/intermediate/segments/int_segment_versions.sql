{{ config(materialized='view') }}

with

segment_versions as (

    {{ exploded(
        ref('ml_segment_model'),
        'segments',
        keep=['model_version', 'is_current'],
        fields=[
            'segment_order', 'segment_key', 'segment_name', 'description', 'name_source',
            'colour', 'fit_customers', 'fit_mean_distance', 'fit_outliers',
        ]
    ) }}

),

-- the version in force names a segment in all its versions, else the last that had it
naming as (

    {{ first_of_each(
        'segment_key', 'segment_versions', 'is_current desc, model_version desc'
    ) }}

),

-- a name given by hand holds from the next build on, and can be taken back
named as (

    select
        segment_versions.*,
        coalesce(overrides.segment_name, naming.segment_name) as given_name,
        case when overrides.segment_key is null then naming.name_source else 'override' end
            as given_source,
        overrides.reason as override_reason,
        min(segment_versions.model_version) over of_segment as first_model_version,
        max(segment_versions.model_version) over of_segment as last_model_version

    from segment_versions

    inner join naming
        on segment_versions.segment_key = naming.segment_key

    left join {{ ref('segment_name_overrides') }} as overrides
        on segment_versions.segment_key = overrides.segment_key

    window of_segment as (partition by segment_versions.segment_key)

)

-- a name is one segment's: fits see to it, but a person may give a name that a retired
-- segment has, and releases before this one did
select
    model_version,
    is_current,
    segment_order,
    segment_key,
    case
        when
            segment_key = first_value(segment_key) over (
                partition by given_name
                order by is_current desc, last_model_version desc, segment_key
            )
            then given_name
        else
            given_name || ' (until version '
            || cast(last_model_version as {{ dbt.type_string() }}) || ')'
    end as segment_name,
    description,
    given_source as name_source,
    override_reason,
    colour,
    fit_customers,
    fit_mean_distance,
    fit_outliers,
    first_model_version,
    last_model_version

from named

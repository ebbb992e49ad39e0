{{ config(materialized='view') }}
{% set in_force_first = 'case when is_current then 0 else 1 end' %}

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
        'segment_key', 'segment_versions', in_force_first ~ ', model_version desc'
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
        max(segment_versions.model_version) over (
            partition by segment_versions.segment_key
        ) as last_version

    from segment_versions

    inner join naming
        on segment_versions.segment_key = naming.segment_key

    left join {{ ref('segment_name_overrides') }} as overrides
        on segment_versions.segment_key = overrides.segment_key

),

-- a name is one segment's: fits see to it, but a person may give a name that a retired
-- segment has, and releases before this one did
holders as (

    {{ first_of_each(
        'given_name', 'named', in_force_first ~ ', last_version desc, segment_key'
    ) }}

)

select
    named.model_version,
    named.is_current,
    named.segment_order,
    named.segment_key,
    case
        when named.segment_key = holders.segment_key then named.given_name
        else
            named.given_name || ' (until version '
            || cast(named.last_version as {{ dbt.type_string() }}) || ')'
    end as segment_name,
    named.description,
    named.given_source as name_source,
    named.override_reason,
    named.colour,
    named.fit_customers,
    named.fit_mean_distance,
    named.fit_outliers

from named

inner join holders
    on named.given_name = holders.given_name

{{ config(materialized='view') }}

with

segment_versions as (

    {{ exploded(
        ref('ml_segment_model'),
        'segments',
        keep=['model_version', 'is_current'],
        fields=[
            'segment_order', 'segment_key', 'segment_name', 'description',
            'name_source', 'colour', 'fit_customers', 'fit_mean_distance',
            'fit_outliers',
        ]
    ) }}

),

-- the version in force names a segment in all its versions, else the last that had it
ranked as (

    select
        segment_key,
        segment_name,
        name_source,
        row_number() over (
            partition by segment_key
            order by case when is_current then 0 else 1 end, model_version desc
        ) as naming_rank

    from segment_versions

),

-- a name given by hand holds from the next build on, and can be taken back
overrides as (

    select * from {{ ref('segment_name_overrides') }}

),

named as (

    select
        segment_versions.model_version,
        segment_versions.is_current,
        segment_versions.segment_order,
        segment_versions.segment_key,
        coalesce(overrides.segment_name, ranked.segment_name) as given_name,
        segment_versions.description,
        case when overrides.segment_key is null then ranked.name_source else 'override' end
            as name_source,
        overrides.reason as override_reason,
        segment_versions.colour,
        segment_versions.fit_customers,
        segment_versions.fit_mean_distance,
        segment_versions.fit_outliers

    from segment_versions

    inner join ranked
        on segment_versions.segment_key = ranked.segment_key
        and ranked.naming_rank = 1

    left join overrides
        on segment_versions.segment_key = overrides.segment_key

),

holders as (

    select
        given_name,
        segment_key,
        max(case when is_current then 1 else 0 end) as is_holder_today,
        max(model_version) as last_version

    from named

    group by given_name, segment_key

),

-- a name is one segment's: fits see to it, but a person may give a name that a retired
-- segment has, and releases before this one did
holders_ranked as (

    select
        *,
        row_number() over (
            partition by given_name
            order by is_holder_today desc, last_version desc, segment_key
        ) as holder_rank

    from holders

)

select
    named.model_version,
    named.is_current,
    named.segment_order,
    named.segment_key,
    case
        when holders_ranked.holder_rank = 1 then named.given_name
        else
            named.given_name || ' (until version '
            || cast(holders_ranked.last_version as {{ dbt.type_string() }}) || ')'
    end as segment_name,
    named.description,
    named.name_source,
    named.override_reason,
    named.colour,
    named.fit_customers,
    named.fit_mean_distance,
    named.fit_outliers

from named

inner join holders_ranked
    on named.given_name = holders_ranked.given_name
    and named.segment_key = holders_ranked.segment_key

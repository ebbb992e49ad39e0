{{ config(enabled=var('exploration')) }}
{% set lower_fence = '2.5 * quartiles.p25_# - 1.5 * quartiles.p75_#' %}
{% set upper_fence = '2.5 * quartiles.p75_# - 1.5 * quartiles.p25_#' %}
{% set figures = feature_figures({
    'scope': 'scope', 'segment_key': 'segment_key', 'segment_name': 'segment_name',
    'known': 'known_#', 'minimum': 'minimum_#', 'maximum': 'maximum_#',
    'p25': 'p25_#', 'median': 'median_#', 'p75': 'p75_#',
    'lower_whisker': 'lower_whisker_#', 'upper_whisker': 'upper_whisker_#',
    'low_outliers': 'low_outliers_#', 'high_outliers': 'high_outliers_#',
}) %}

with

scopes as (

    {{ members_of_scopes() }}

),

quartiles as (

    select
        {{ feature_columns({
            'p25_#': 'percentile_cont(0.25) within group (order by sampled.@)',
            'median_#': 'percentile_cont(0.5) within group (order by sampled.@)',
            'p75_#': 'percentile_cont(0.75) within group (order by sampled.@)',
        }) }}
        scopes.segment_key

    from {{ ref('int_exploration_sample') }} as sampled

    inner join scopes
        on sampled.segment_key = scopes.member_key

    group by scopes.segment_key

),

-- a whisker ends at the last customer inside the fence, not at the fence
summarised as (

    select
        {{ feature_columns({
            'known_#': 'count(@)',
            'lower_whisker_#': 'min(case when @ >= ' ~ lower_fence ~ ' then @ end)',
            'upper_whisker_#': 'max(case when @ <= ' ~ upper_fence ~ ' then @ end)',
            'p25_#': 'max(quartiles.p25_#)',
            'median_#': 'max(quartiles.median_#)',
            'p75_#': 'max(quartiles.p75_#)',
            'minimum_#': 'min(@)',
            'maximum_#': 'max(@)',
            'low_outliers_#': 'coalesce(count_if(@ < ' ~ lower_fence ~ '), 0)',
            'high_outliers_#': 'coalesce(count_if(@ > ' ~ upper_fence ~ '), 0)',
        }, value='cast(customers.@ as double)') }}
        scopes.scope,
        scopes.segment_key,
        scopes.segment_name

    from {{ ref('customers_wide') }} as customers

    inner join scopes
        on customers.segment_key = scopes.member_key

    inner join quartiles
        on scopes.segment_key = quartiles.segment_key

    group by scopes.scope, scopes.segment_key, scopes.segment_name

),

lengthened as (

    {{ one_row_each('summarised', figures) }}

)

select
    lengthened.scope,
    lengthened.segment_key,
    lengthened.segment_name,
    lengthened.feature,
    catalogue.label as feature_label,
    catalogue.unit,
    catalogue.is_segmentation,
    cast(lengthened.known as bigint) as known_customers,
    lengthened.minimum,
    lengthened.lower_whisker,
    lengthened.p25,
    lengthened.median,
    lengthened.p75,
    lengthened.upper_whisker,
    lengthened.maximum,
    cast(lengthened.low_outliers as bigint) as low_outliers,
    cast(lengthened.high_outliers as bigint) as high_outliers,
    cast(lengthened.low_outliers + lengthened.high_outliers as bigint) as outliers,
    {{ share_of(
        'lengthened.low_outliers + lengthened.high_outliers', 'lengthened.known'
    ) }} as outlier_share

from lengthened

inner join {{ ref('int_feature_catalogue') }} as catalogue
    on lengthened.feature = catalogue.feature

where lengthened.known > 0

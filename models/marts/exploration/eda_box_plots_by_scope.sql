{{ config(enabled=var('exploration')) }}
{% set lower_fence = '2.5 * quartiles.p25_# - 1.5 * quartiles.p75_#' %}
{% set upper_fence = '2.5 * quartiles.p75_# - 1.5 * quartiles.p25_#' %}
{# a whisker ends at the last customer inside the fence, not at the fence #}
{% set figures = {
    'known': 'count(@)',
    'minimum': 'min(@)',
    'maximum': 'max(@)',
    'lower_whisker': 'min(case when @ >= ' ~ lower_fence ~ ' then @ end)',
    'upper_whisker': 'max(case when @ <= ' ~ upper_fence ~ ' then @ end)',
    'low_outliers': 'coalesce(count_if(@ < ' ~ lower_fence ~ '), 0)',
    'high_outliers': 'coalesce(count_if(@ > ' ~ upper_fence ~ '), 0)',
} %}

with

scopes as (

    {{ members_of_scopes() }}

),

quartiles as (

    select
        {{ feature_columns({
            'p25': 'percentile_cont(0.25) within group (order by sampled.@)',
            'median': 'percentile_cont(0.5) within group (order by sampled.@)',
            'p75': 'percentile_cont(0.75) within group (order by sampled.@)',
        }) }}
        scopes.segment_key as ranked_key

    from {{ ref('int_exploration_sample') }} as sampled

    inner join scopes
        on sampled.segment_key = scopes.member_key

    group by scopes.segment_key

),

summarised as (

    select
        {{ feature_columns(figures, value='cast(customers.@ as double)') }}
        scopes.scope,
        scopes.segment_key,
        scopes.segment_name

    from {{ ref('customers_wide') }} as customers

    inner join scopes
        on customers.segment_key = scopes.member_key

    inner join quartiles
        on scopes.segment_key = quartiles.ranked_key

    group by scopes.scope, scopes.segment_key, scopes.segment_name

),

lengthened as (

    {{ one_row_each(
        'summarised inner join quartiles on summarised.segment_key = quartiles.ranked_key',
        feature_figures(
            figures | list + ['p25', 'median', 'p75'],
            keys=['scope', 'segment_key', 'segment_name'],
        ),
    ) }}

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

{{ config(enabled=var('exploration')) }}
{% set features = catalogue_features() %}
{% set figures = feature_figures({
    'scope': 'scope', 'segment_key': 'segment_key', 'segment_name': 'segment_name',
    'known': 'known_#', 'minimum': 'minimum_#', 'maximum': 'maximum_#',
    'p25': 'p25_#', 'median': 'median_#', 'p75': 'p75_#',
    'lower_whisker': 'lower_whisker_#', 'upper_whisker': 'upper_whisker_#',
    'low_outliers': 'low_outliers_#', 'high_outliers': 'high_outliers_#',
}) %}

with

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

scopes as (

    select
        'segment' as scope,
        segment_key,
        segment_key as member_key,
        segment_name

    from current_segments

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        segment_key as member_key,
        'All customers' as segment_name

    from current_segments

),

quartiles as (

    select
        {% for row in features %}
        {% set value = 'sampled.' ~ adapter.quote(row.feature) %}
        {% set position = loop.index %}
        {% for name, quantile in {'p25': 0.25, 'median': 0.5, 'p75': 0.75}.items() %}
        percentile_cont({{ quantile }}) within group (order by {{ value }})
            as {{ name }}_{{ position }},
        {% endfor %}
        {% endfor %}
        scopes.segment_key

    from {{ ref('int_exploration_sample') }} as sampled

    inner join scopes
        on sampled.segment_key = scopes.member_key

    group by scopes.segment_key

),

fences as (

    select
        {% for row in features %}
        2.5 * p25_{{ loop.index }} - 1.5 * p75_{{ loop.index }}
            as lower_fence_{{ loop.index }},
        2.5 * p75_{{ loop.index }} - 1.5 * p25_{{ loop.index }}
            as upper_fence_{{ loop.index }},
        {% endfor %}
        *

    from quartiles

),

-- a whisker ends at the last customer inside the fence, not at the fence
summarised as (

    select
        {% for row in features %}
        {% set value = 'cast(customers.' ~ adapter.quote(row.feature) ~ ' as double)' %}
        {% set position = loop.index %}
        count({{ value }}) as known_{{ position }},
        min(case when {{ value }} >= fences.lower_fence_{{ position }} then {{ value }} end)
            as lower_whisker_{{ position }},
        max(case when {{ value }} <= fences.upper_fence_{{ position }} then {{ value }} end)
            as upper_whisker_{{ position }},
        max(fences.p25_{{ position }}) as p25_{{ position }},
        max(fences.median_{{ position }}) as median_{{ position }},
        max(fences.p75_{{ position }}) as p75_{{ position }},
        min({{ value }}) as minimum_{{ position }},
        max({{ value }}) as maximum_{{ position }},
        coalesce(count_if({{ value }} < fences.lower_fence_{{ position }}), 0)
            as low_outliers_{{ position }},
        coalesce(count_if({{ value }} > fences.upper_fence_{{ position }}), 0)
            as high_outliers_{{ position }},
        {% endfor %}
        scopes.scope,
        scopes.segment_key,
        scopes.segment_name

    from {{ ref('customers_wide') }} as customers

    inner join scopes
        on customers.segment_key = scopes.member_key

    inner join fences
        on scopes.segment_key = fences.segment_key

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

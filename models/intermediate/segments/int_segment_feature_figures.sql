{% set sums = {
    'known_customers': 'count(@)',
    'value_sum': exact_sum('@'),
    'square_sum': exact_square_sum('@'),
} %}
{% set quantiles = {'p10': 0.1, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p90': 0.9} %}

with

-- one pass over the customers; only the figures become long
added_up as (

    select
        {{ feature_columns(sums) }}
        segment_key

    from {{ ref('customers_wide') }}

    group by segment_key

),

-- a quantile needs all values in memory at once, a sample's is close enough
ranked as (

    select
        {{ feature_columns({
            'quantile_customers': 'count(@)',
            'quantiles': sorted_quantiles('@', quantiles.values()),
        }) }}
        segment_key as ranked_key

    from {{ ref('int_exploration_sample') }}

    group by segment_key

)

{{ one_row_each(
    'added_up left join ranked on added_up.segment_key = ranked.ranked_key',
    feature_figures(
        sums | list + ['quantile_customers'], keys=['segment_key'], quantiles=quantiles
    ),
) }}

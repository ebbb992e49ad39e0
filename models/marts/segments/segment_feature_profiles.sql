{% set quantiles = {'quantile_customers_#': 'count(@)'} %}
{% for name, share in [
    ('p10', 0.1), ('p25', 0.25), ('median', 0.5), ('p75', 0.75), ('p90', 0.9),
] %}
{% do quantiles.update({
    name ~ '_#': 'percentile_cont(' ~ share ~ ') within group (order by @)',
}) %}
{% endfor %}
{% set figures = feature_figures({
    'segment_key': 'added_up.segment_key',
    'known_customers': 'known_#',
    'value_sum': 'sum_#',
    'square_sum': 'squares_#',
    'quantile_customers': 'coalesce(quantile_customers_#, 0)',
    'p10': 'p10_#', 'p25': 'p25_#', 'median': 'median_#', 'p75': 'p75_#', 'p90': 'p90_#',
}) %}

with

-- one pass over the customers; only the figures become long
added_up as (

    select
        {{ feature_columns({
            'known_#': 'count(@)',
            'sum_#': exact_sum('@'),
            'squares_#': exact_square_sum('@'),
        }) }}
        segment_key

    from {{ ref('customers_wide') }}

    group by segment_key

),

-- a quantile needs all values in memory at once, a sample's is close enough
ranked as (

    select
        {{ feature_columns(quantiles) }}
        segment_key

    from {{ ref('int_exploration_sample') }}

    group by segment_key

),

lengthened as (

    {{ one_row_each(
        'added_up left join ranked on added_up.segment_key = ranked.segment_key', figures
    ) }}

),

compared as (

    select
        *,
        abs(coalesce(effect_size, 0)) as distinction

    from (
        {{ means_and_spreads('lengthened') }}
    ) as measured

)

select
    compared.segment_key,
    current_segments.segment_name,
    compared.feature,
    catalogue.label as feature_label,
    catalogue.unit,
    catalogue.family,
    catalogue.is_segmentation,
    cast(compared.known_customers as bigint) as known_customers,
    compared.mean,
    {{ mean_bound('compared', -1) }} as mean_lower,
    {{ mean_bound('compared', 1) }} as mean_upper,
    compared.standard_deviation,
    compared.p10,
    compared.p25,
    compared.median,
    compared.p75,
    compared.p90,
    cast(compared.quantile_customers as bigint) as quantile_customers,
    compared.population_mean,
    100 * compared.mean / nullif(compared.population_mean, 0) as mean_index,
    compared.z_score,
    compared.effect_size,
    cast(
        row_number() over (
            partition by compared.segment_key
            order by compared.distinction desc, compared.feature
        ) as integer
    ) as differentiator_rank,
    {{ mean_reading('catalogue.label', 'catalogue.unit', 'compared') }} as reading

from compared

inner join {{ ref('int_feature_catalogue') }} as catalogue
    on compared.feature = catalogue.feature

left join {{ ref('int_current_segments') }} as current_segments
    on compared.segment_key = current_segments.segment_key

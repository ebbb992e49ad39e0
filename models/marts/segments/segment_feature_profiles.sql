{% set features = catalogue_features() %}
{% set quantiles = {'p10': 0.1, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p90': 0.9} %}
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
        segment_key
        {%- for row in features %}
        {%- set value = adapter.quote(row.feature) %}
        {%- set position = loop.index %},
        count({{ value }}) as known_{{ position }},
        {{ exact_sum(value) }} as sum_{{ position }},
        {{ exact_square_sum(value) }} as squares_{{ position }}
        {%- endfor %}

    from {{ ref('customers_wide') }}

    group by segment_key

),

-- a quantile needs all values in memory at once, a sample's is close enough
ranked as (

    select
        {% for row in features %}
        {% set value = adapter.quote(row.feature) %}
        {% set position = loop.index %}
        {% for name, quantile in quantiles.items() %}
        percentile_cont({{ quantile }}) within group (order by {{ value }})
            as {{ name }}_{{ position }},
        {% endfor %}
        count({{ value }}) as quantile_customers_{{ position }},
        {% endfor %}
        segment_key

    from {{ ref('int_exploration_sample') }}

    group by segment_key

),

lengthened as (

    {{ one_row_each(
        'added_up left join ranked on added_up.segment_key = ranked.segment_key', figures
    ) }}

),

-- squared differences from the own mean add up to the spread within segments
spread as (

    select
        *,
        cast(value_sum as double) / known_customers as mean,
        greatest(
            cast(square_sum as double)
            - power(cast(value_sum as double), 2) / known_customers,
            0
        ) as squared_differences

    from lengthened

    where known_customers > 0

),

compared as (

    select
        *,
        sqrt(squared_differences / nullif(known_customers - 1, 0)) as standard_deviation,
        cast(sum(value_sum) over of_feature as double)
        / sum(known_customers) over of_feature as population_mean,
        sqrt(
            greatest(
                cast(sum(square_sum) over of_feature as double)
                - power(cast(sum(value_sum) over of_feature as double), 2)
                / sum(known_customers) over of_feature,
                0
            )
            / nullif(sum(known_customers) over of_feature - 1, 0)
        ) as population_std,
        sqrt(
            sum(squared_differences) over of_feature
            / nullif(sum(known_customers - 1) over of_feature, 0)
        ) as within_std

    from spread

    window of_feature as (
        partition by feature
        -- doubles are always added in the same order
        order by segment_key rows between unbounded preceding and unbounded following
    )

),

judged as (

    select
        *,
        (mean - population_mean) / nullif(population_std, 0) as z_score,
        (mean - population_mean) / nullif(within_std, 0) as effect_size,
        1.959963984540054 * standard_deviation / sqrt(known_customers) as half_interval

    from compared

),

measured as (

    select
        *,
        abs(coalesce(effect_size, 0)) as distinction

    from judged

)

select
    measured.segment_key,
    current_segments.segment_name,
    measured.feature,
    catalogue.label as feature_label,
    catalogue.unit,
    catalogue.family,
    catalogue.is_segmentation,
    cast(measured.known_customers as bigint) as known_customers,
    measured.mean,
    measured.mean - measured.half_interval as mean_lower,
    measured.mean + measured.half_interval as mean_upper,
    measured.standard_deviation,
    measured.p10,
    measured.p25,
    measured.median,
    measured.p75,
    measured.p90,
    cast(measured.quantile_customers as bigint) as quantile_customers,
    measured.population_mean,
    100 * measured.mean / nullif(measured.population_mean, 0) as mean_index,
    measured.z_score,
    measured.effect_size,
    cast(
        row_number() over (
            partition by measured.segment_key
            order by measured.distinction desc, measured.feature
        ) as integer
    ) as differentiator_rank,
    {% set own, everybody = 'measured.mean', 'measured.population_mean' -%}
    catalogue.label || ': '
    || case
        when catalogue.unit = 'share'
            then {{ percent(own) }} || ' on average (all customers: ' || {{ percent(everybody) }}
        when abs({{ own }}) < 100 and abs({{ everybody }}) < 100
            then
                {{ figure(own, 1) }} || ' on average (all customers: '
                || {{ figure(everybody, 1) }}
        else {{ figure(own) }} || ' on average (all customers: ' || {{ figure(everybody) }}
    end
    -- a mean above nine tenths of the customers is that of a few
    || case
        when measured.mean > measured.p90 and catalogue.unit = 'share'
            then
                '); carried by few, half of them have ' || {{ percent('measured.median') }}
                || ' or less.'
        when measured.mean > measured.p90
            then
                '); carried by few, half of them have ' || {{ figure('measured.median', 1) }}
                || ' or less.'
        else ').'
    end as reading

from measured

inner join {{ ref('int_feature_catalogue') }} as catalogue
    on measured.feature = catalogue.feature

left join {{ ref('int_current_segments') }} as current_segments
    on measured.segment_key = current_segments.segment_key

{% set features = catalogue_features() %}
{% set quantiles = {'p10': 0.1, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p90': 0.9} %}

with

customers as (

    select * from {{ ref('customers') }}

),

catalogue as (

    select * from {{ ref('feature_catalogue') }}

),

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

-- one pass over the customers; only the figures become long
summarised as (

    select
        segment_key
        {%- for row in features %}
        {%- set value = 'cast(' ~ adapter.quote(row.feature) ~ ' as double)' %},
        count({{ value }}) as n_{{ loop.index }},
        avg({{ value }}) as mean_{{ loop.index }},
        stddev_samp({{ value }}) as std_{{ loop.index }}
        {%- set position = loop.index %}
        {%- for name, quantile in quantiles.items() %},
        percentile_cont({{ quantile }}) within group (order by {{ value }})
            as {{ name }}_{{ position }}
        {%- endfor %}
        {%- endfor %}

    from customers

    group by segment_key

),

lengthened as (

    {% for row in features %}
    select
        segment_key,
        '{{ row.feature }}' as feature,
        n_{{ loop.index }} as known_customers,
        mean_{{ loop.index }} as mean,
        std_{{ loop.index }} as standard_deviation
        {%- set position = loop.index %}
        {%- for name in quantiles %},
        {{ name }}_{{ position }} as {{ name }}
        {%- endfor %}

    from summarised
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- the population's mean and spread follow from the segments' own
compared as (

    select
        *,
        sum(known_customers * mean) over of_feature
            / nullif(sum(known_customers) over of_feature, 0) as population_mean

    from lengthened

    where known_customers > 0

    window of_feature as (partition by feature)

),

spread as (

    select
        *,
        sqrt(
            sum(
                (known_customers - 1) * coalesce(power(standard_deviation, 2), 0)
                + known_customers * power(mean - population_mean, 2)
            ) over of_feature
            / nullif(sum(known_customers) over of_feature - 1, 0)
        ) as population_std,
        sqrt(
            sum((known_customers - 1) * coalesce(power(standard_deviation, 2), 0))
                over of_feature
            / nullif(sum(known_customers - 1) over of_feature, 0)
        ) as within_std

    from compared

    window of_feature as (partition by feature)

),

measured as (

    select
        *,
        (mean - population_mean) / nullif(population_std, 0) as z_score,
        (mean - population_mean) / nullif(within_std, 0) as effect_size,
        1.959963984540054 * standard_deviation / sqrt(known_customers) as half_interval

    from spread

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
    measured.population_mean,
    100 * measured.mean / nullif(measured.population_mean, 0) as mean_index,
    measured.z_score,
    measured.effect_size,
    cast(
        row_number() over (
            partition by measured.segment_key
            order by abs(coalesce(measured.effect_size, 0)) desc, measured.feature
        ) as integer
    ) as differentiator_rank

from measured

inner join catalogue
    on measured.feature = catalogue.feature

left join current_segments
    on measured.segment_key = current_segments.segment_key

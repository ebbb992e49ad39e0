{{ config(enabled=var('exploration')) }}
{% set value = 'cast(@ as double)' %}
{% set p25, p75 = nth('ranked.quantiles_#', 3), nth('ranked.quantiles_#', 5) %}
{% set fences = [
    '2.5 * ' ~ p25 ~ ' - 1.5 * ' ~ p75, '2.5 * ' ~ p75 ~ ' - 1.5 * ' ~ p25,
] %}
{% set shares = {
    'p1': 0.01, 'p5': 0.05, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p95': 0.95,
    'p99': 0.99,
} %}

with

-- what one pass can tell, wide; only the figures become long
measured as (

    select
        {{ feature_columns({
            'known_customers': 'count(@)',
            'mean': exact_mean('@'),
            'sum': 'cast(' ~ exact_sum('@') ~ ' as double)',
            'squares': 'cast(' ~ exact_square_sum('@') ~ ' as double)',
            'minimum': 'min(@)',
            'maximum': 'max(@)',
            'is_whole_number': 'bool_and(@ = floor(@))',
        }, value) }}
        count(*) as customers

    from {{ ref('customers_wide') }}

),

spread as (

    select
        {{ feature_columns({
            'standard_deviation':
                'sqrt(greatest(squares_# - sum_# * mean_#, 0)'
                ~ ' / nullif(known_customers_# - 1, 0))',
        }) }}
        *

    from measured

),

ranked as (

    select
        {{ feature_columns({'quantiles': sorted_quantiles('@', shares.values())}) }}
        count(*) as ranked_customers

    from {{ ref('int_exploration_sample') }}

),

-- a column at a time: those of hundreds of features at once take gigabytes
told_apart as (

    select
        '' as feature,
        0 as distinct_values

    where false
    {% for row in catalogue_features() %}

    union all

    select
        '{{ row.feature }}' as feature,
        count(distinct {{ adapter.quote(row.feature) }}) as distinct_values

    from {{ ref('int_exploration_sample') }}
    {% endfor %}

),

-- a second pass, for what is measured from the mean and the quartiles
shaped as (

    select
        {{ feature_columns({
            'third_moment': exact_mean(
                'power((@ - spread.mean_#) / nullif(spread.standard_deviation_#, 0), 3)'
            ),
            'outliers': 'count_if(@ < ' ~ fences[0] ~ ' or @ > ' ~ fences[1] ~ ')',
        }, value) }}
        max(ranked.ranked_customers) as quantile_customers

    from {{ ref('customers_wide') }}

    cross join spread

    cross join ranked

),

lengthened as (

    {{ one_row_each(
        'spread cross join ranked cross join shaped',
        feature_figures(
            [
                'known_customers', 'mean', 'standard_deviation', 'minimum', 'maximum',
                'is_whole_number', 'third_moment', 'outliers',
            ],
            keys=['customers', 'quantile_customers'],
            quantiles=shares,
        ),
    ) }}

)

select
    lengthened.feature,
    catalogue.label as feature_label,
    catalogue.unit,
    catalogue.family,
    catalogue.is_segmentation,
    cast(lengthened.known_customers as bigint) as known_customers,
    cast(lengthened.customers - lengthened.known_customers as bigint)
        as missing_customers,
    {{ share_of(
        'lengthened.customers - lengthened.known_customers', 'lengthened.customers'
    ) }} as missing_share,
    lengthened.mean,
    lengthened.standard_deviation,
    lengthened.minimum,
    {%- for name in shares %}
    lengthened.{{ name }},
    {%- endfor %}
    lengthened.maximum,
    -- standardised by the population's deviation, as the textbooks have it
    lengthened.third_moment * power(
        {{ share_of('lengthened.known_customers', 'lengthened.known_customers - 1') }},
        1.5
    ) as skewness,
    cast(coalesce(lengthened.outliers, 0) as bigint) as outliers,
    {{ share_of('lengthened.outliers', 'lengthened.known_customers') }}
        as outlier_share,
    cast(told_apart.distinct_values as bigint) as distinct_values,
    lengthened.is_whole_number,
    cast(lengthened.quantile_customers as bigint) as quantile_customers

from lengthened

inner join {{ ref('int_feature_catalogue') }} as catalogue
    on lengthened.feature = catalogue.feature

inner join told_apart
    on lengthened.feature = told_apart.feature

where lengthened.customers > 0

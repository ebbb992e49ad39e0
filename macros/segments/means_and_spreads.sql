{#
  Means of features by segment, compared with those of all customers. The relation has a
  row for each segment and feature with the number of known_customers, the value_sum and the
  square_sum of their values; squared differences from the own mean add up to the spread
  within segments.

  means_and_spreads('lengthened') -> every column, mean, standard_deviation,
      population_mean, population_std, within_std, z_score, effect_size
#}
{% macro means_and_spreads(relation) -%}
    select
        *,
        (mean - population_mean) / nullif(population_std, 0) as z_score,
        (mean - population_mean) / nullif(within_std, 0) as effect_size

    from (
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

        from (
            select
                *,
                cast(value_sum as double) / known_customers as mean,
                greatest(
                    cast(square_sum as double)
                    - power(cast(value_sum as double), 2) / known_customers,
                    0
                ) as squared_differences

            from {{ relation }}

            where known_customers > 0
        ) as spread

        window of_feature as (
            partition by feature
            -- doubles are always added in the same order
            order by segment_key rows between unbounded preceding and unbounded following
        )
    ) as compared
{%- endmacro %}

{#
  A bound of the 95 % interval of a mean: mean_bound('compared', -1) -> the lower one
#}
{% macro mean_bound(row, side) -%}
    {{ row }}.mean {{ '+' if side > 0 else '-' }} 1.959963984540054
    * {{ row }}.standard_deviation / sqrt({{ row }}.known_customers)
{%- endmacro %}

{#
  How the mean of a feature reads; a mean above nine tenths of the customers is that of a
  few. `row` is the name of a relation with mean, population_mean, median and p90.

  mean_reading('catalogue.label', 'catalogue.unit', 'compared')
      -> 'Income: 71,000 on average (all customers: 52,000).'
#}
{% macro mean_reading(label, unit, row) -%}
    {%- set own, everybody = row ~ '.mean', row ~ '.population_mean' -%}
    {{ label }} || ': '
    || case
        when {{ unit }} = 'share'
            then {{ percent(own) }} || ' on average (all customers: ' || {{ percent(everybody) }}
        when abs({{ own }}) < 100 and abs({{ everybody }}) < 100
            then
                {{ figure(own, 1) }} || ' on average (all customers: '
                || {{ figure(everybody, 1) }}
        else {{ figure(own) }} || ' on average (all customers: ' || {{ figure(everybody) }}
    end
    || case
        when {{ own }} <= {{ row }}.p90 or {{ row }}.p90 is null then ').'
        else
            '); carried by few, half of them have '
            || case
                when {{ unit }} = 'share' then {{ percent(row ~ '.median') }}
                else {{ figure(row ~ '.median', 1) }}
            end || ' or less.'
    end
{%- endmacro %}

{# The segments' means, weighted by the customers whose value is known, are that of all. #}
with

weighed as (

    select
        feature,
        sum(mean * known_customers) / sum(known_customers) as weighed_mean,
        min(population_mean) as lowest_population_mean,
        max(population_mean) as highest_population_mean

    from {{ ref('segment_feature_profiles') }}

    group by feature

)

select *

from weighed

where
    abs(weighed_mean - lowest_population_mean) > 1e-9 * (1 + abs(weighed_mean))
    or abs(weighed_mean - highest_population_mean) > 1e-9 * (1 + abs(weighed_mean))

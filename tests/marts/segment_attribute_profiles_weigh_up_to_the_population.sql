{# The segments' shares of a value, weighted by their sizes, are the share of all. #}
with

weighed as (

    select
        attribute,
        attribute_value,
        sum(customer_share * known_customers) / sum(known_customers) as weighed_share,
        min(population_share) as lowest_population_share,
        max(population_share) as highest_population_share

    from {{ ref('segment_attribute_profiles') }}

    group by attribute, attribute_value

)

select *

from weighed

where
    abs(weighed_share - lowest_population_share) > 1e-9
    or abs(weighed_share - highest_population_share) > 1e-9

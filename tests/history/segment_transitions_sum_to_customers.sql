-- a row here: a period whose transitions lose or invent customers
with

arrivals as (

    select
        observed_on,
        sum(customers) as customers

    from {{ ref('segment_transitions') }}

    where to_segment_key != 'left'

    group by observed_on

),

sizes as (

    select
        observed_on,
        sum(customers) as customers

    from {{ ref('segment_sizes_history') }}

    group by observed_on

)

select
    arrivals.observed_on,
    arrivals.customers,
    sizes.customers as customers_in_sizes

from arrivals

left join sizes
    on arrivals.observed_on = sizes.observed_on

where arrivals.customers is distinct from sizes.customers

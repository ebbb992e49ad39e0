{{ config(enabled=project_name == 'segmentation') }}
-- How concentrated is spend, and in which segments do the best customers sit?
--
-- Customers in tenths by spend, the first tenth spending most. Read cumulative_spend_share:
-- what part of the money the best 10 %, 20 % … hold. main_segment says where they are; where
-- main_segment_share is near 1 the segment is a good address for the tenth, where it is
-- near one half a list by spend does better than a list by segment.

with

customers as (

    select * from {{ ref('customers') }}

    where total_spend is not null

),

placed as (

    select
        segment_name,
        cast(total_spend as double) as total_spend,
        ntile(10) over (order by total_spend desc, customer_id) as spend_tenth

    from customers

),

by_segment as (

    select
        spend_tenth,
        segment_name,
        count(*) as customers,
        sum(total_spend) as total_spend

    from placed

    group by spend_tenth, segment_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by spend_tenth order by customers desc, segment_name
        ) as segment_rank

    from by_segment

),

summarised as (

    select
        spend_tenth,
        sum(customers) as customers,
        sum(total_spend) as total_spend,
        max(case when segment_rank = 1 then segment_name end) as main_segment,
        max(case when segment_rank = 1 then customers end) as main_segment_customers

    from ranked

    group by spend_tenth

)

select
    spend_tenth,
    customers,
    {{ share_of('total_spend', 'sum(total_spend) over ()') }} as spend_share,
    {{ share_of(
        'sum(total_spend) over (order by spend_tenth)', 'sum(total_spend) over ()'
    ) }} as cumulative_spend_share,
    main_segment,
    {{ share_of('main_segment_customers', 'customers') }} as main_segment_share

from summarised

order by spend_tenth

{{ config(enabled=project_name == 'segmentation') }}
-- Who are the customers on the border between two segments?
--
-- A margin below 0.1 means that the second-best segment is almost as near as the own one.
-- Read share_of_segment: the pairs with the largest shares are those that a refit, or a
-- little more spend, moves about. mean_spend of the border customers lies between the two
-- segments' own means where the border runs along value; where it equals the own mean, the
-- border runs along something else (children, deals). Write to them last, or with an
-- offer that suits both segments.

with

memberships as (

    select * from {{ ref('customer_segments') }}

),

customers as (

    select * from {{ ref('customers') }}

),

segments as (

    select * from {{ ref('segments') }}

),

border as (

    select
        memberships.segment_key,
        memberships.segment_name,
        memberships.second_segment_name,
        count(*) as border_customers,
        avg(cast(customers.total_spend as double)) as mean_spend

    from memberships

    inner join customers
        on memberships.customer_id = customers.customer_id

    where memberships.margin < 0.1

    group by
        memberships.segment_key,
        memberships.segment_name,
        memberships.second_segment_name

)

select
    border.segment_name,
    border.second_segment_name,
    border.border_customers,
    {{ share_of('border.border_customers', 'segments.customers') }} as share_of_segment,
    border.mean_spend,
    {{ share_of('segments.total_spend', 'segments.customers') }} as mean_spend_of_segment

from border

inner join segments
    on border.segment_key = segments.segment_key

order by share_of_segment desc, border.segment_name, border.second_segment_name

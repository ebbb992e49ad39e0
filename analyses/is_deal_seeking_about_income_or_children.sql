{{ config(enabled=project_name == 'segmentation') }}
-- Is deal seeking about income or about children?
--
-- Mean deal share in a grid of incomes (thirds) and children. Read down a column: the effect
-- of income among households with as many children. Read along a row: the effect of
-- children at like income. The one that moves the figure more is the one deals are about;
-- if both do, the segment of deal seekers is where the two meet. The flagged rows with more
-- deals than purchases are left out.

with

customers as (

    select * from {{ ref('customers') }}

    where
        income is not null
        and not is_income_implausible
        and children is not null
        and deal_share is not null
        and not is_deals_above_purchases

),

grouped as (

    select
        ntile(3) over (order by income, customer_id) as income_third,
        children,
        deal_share

    from customers

)

select
    income_third,
    count(*) as customers,
    avg(case when children = 0 then deal_share end) as deal_share_no_children,
    avg(case when children = 1 then deal_share end) as deal_share_one_child,
    avg(case when children >= 2 then deal_share end) as deal_share_several_children,
    avg(case when children >= 1 then deal_share end)
    - avg(case when children = 0 then deal_share end) as effect_of_children

from grouped

group by income_third

order by income_third

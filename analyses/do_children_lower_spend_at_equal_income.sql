{{ config(enabled=project_name == 'segmentation') }}
-- Do children lower spend at equal income?
--
-- Households with children also earn less, so a plain comparison mixes the two. Here
-- customers are compared within a fifth of the incomes. Read spend_index along one fifth:
-- 100 is the spend of households without children and like income. Where it stays far below
-- 100 in every fifth, children matter beyond income; where it comes near 100 in the highest
-- fifth, money makes up for it. Cells below 30 customers are too small to read.

with

customers as (

    select * from {{ ref('customers') }}

    where
        income is not null
        and not is_income_implausible
        and children is not null
        and total_spend is not null

),

grouped as (

    select
        ntile(5) over (order by income, customer_id) as income_fifth,
        least(children, 2) as children_at_most_two,
        cast(income as double) as income,
        cast(total_spend as double) as total_spend

    from customers

),

summarised as (

    select
        income_fifth,
        children_at_most_two,
        count(*) as customers,
        avg(income) as mean_income,
        avg(total_spend) as mean_spend

    from grouped

    group by income_fifth, children_at_most_two

)

select
    income_fifth,
    case children_at_most_two when 0 then 'none' when 1 then '1' else '2 or more' end
        as children,
    customers,
    mean_income,
    mean_spend,
    100 * mean_spend / nullif(
        max(case when children_at_most_two = 0 then mean_spend end)
            over (partition by income_fifth),
        0
    ) as spend_index

from summarised

order by income_fifth, children_at_most_two

{{ config(enabled=project_name == 'segmentation') }}
-- Does income explain spend?
--
-- Read r_squared: the share of the differences in spend that a straight line over income
-- accounts for. Among all customers it is high, within one segment it is much lower: the
-- segments already hold most of what income says, so within a segment income is a poor
-- reason to treat customers differently. spend_per_1000 is the slope: what 1,000 more of
-- income goes with, which is no promise of what a rise would do.

with

customers as (

    select * from {{ ref('customers') }}

    where income is not null and not is_income_implausible

),

scoped as (

    select
        segment_key,
        segment_name,
        cast(income as double) as income,
        cast(total_spend as double) as total_spend

    from customers

    union all

    select
        'all' as segment_key,
        'All customers' as segment_name,
        cast(income as double) as income,
        cast(total_spend as double) as total_spend

    from customers

)

select
    segment_key,
    segment_name,
    count(*) as customers,
    regr_r2(total_spend, income) as r_squared,
    1000 * regr_slope(total_spend, income) as spend_per_1000

from scoped

group by segment_key, segment_name

order by segment_key

{{ config(enabled=project_name == 'segmentation') }}
-- Does it matter how long ago the last purchase was?
--
-- Read the two columns apart. Spend: if mean_spend is level from band to band, recency says
-- nothing about what a customer is worth, and it has no place among the features of the
-- segmentation. Response: if response_rate falls from the first band to the last and the
-- intervals of those two do not touch, recency decides when to write, not to whom.

with

customers as (

    select * from {{ ref('customers') }}

    where recency_days is not null

),

banded as (

    select
        *,
        floor(recency_days / 20.0e0) as band

    from customers

),

counted as (

    select
        band,
        count(*) as customers,
        avg(cast(total_spend as double)) as mean_spend,
        count(target_accepted) as contacts,
        sum(case when target_accepted then 1 else 0 end) as responses

    from banded

    group by band

)

select
    cast(20 * band as integer) as recency_days_from,
    cast(20 * band + 19 as integer) as recency_days_to,
    customers,
    mean_spend,
    {{ share_of('responses', 'contacts') }} as response_rate,
    {{ wilson_bound('responses', 'contacts', -1) }} as response_rate_lower,
    {{ wilson_bound('responses', 'contacts', 1) }} as response_rate_upper

from counted

order by recency_days_from

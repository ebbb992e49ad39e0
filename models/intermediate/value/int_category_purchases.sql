{{ config(enabled=var('value'), materialized='view') }}

with

lines as (

    select * from {{ ref('stg_orders__lines') }}

    where reject_reason is null and is_purchase and category is not null

)

select
    lines.customer_id,
    lines.category,
    {{ days_between('lines.ordered_on', 'input_statistics.observed_on') }} as days_ago,
    cast(sum(lines.net_amount) as decimal(18, 2)) as spend

from lines

cross join {{ ref('int_input_statistics') }} as input_statistics

group by
    lines.customer_id, lines.category, lines.ordered_on, input_statistics.observed_on

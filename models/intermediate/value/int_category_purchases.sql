{{ config(enabled=var('value'), materialized='view') }}

select
    lines.customer_id,
    lines.category,
    {{ days_between('lines.ordered_on', 'input_statistics.observed_on') }} as days_ago,
    cast(sum(lines.net_amount) as decimal(18, 2)) as spend

from {{ ref('stg_orders__lines') }} as lines

cross join {{ ref('int_input_statistics') }} as input_statistics

where
    lines.reject_reason is null
    and lines.is_purchase
    and lines.category is not null

group by
    lines.customer_id, lines.category, lines.ordered_on, input_statistics.observed_on

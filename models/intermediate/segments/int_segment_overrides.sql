{% set overrides = segment_overrides() %}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

-- an override names one customer, or says in SQL which customers it is about
matched as (

    {% for override in overrides %}
    select
        {{ override.override_id }} as override_id,
        customer_id

    from customers

    where {{ override_condition(override) }}

    union all
    {% endfor %}

    select
        cast(null as integer) as override_id,
        cast(null as {{ dbt.type_string() }}) as customer_id

),

in_force as (

    select
        matched.customer_id,
        overrides.override_id,
        overrides.segment_key,
        overrides.reason,
        overrides.decided_by,
        -- of several overrides of one customer the first in the seed wins
        row_number() over (
            partition by matched.customer_id order by overrides.override_id
        ) as priority

    from matched

    inner join {{ ref('segment_overrides') }} as overrides
        on matched.override_id = overrides.override_id

    cross join {{ ref('int_input_statistics') }} as input_statistics

    -- an override to a segment that is not there any more cannot be followed
    inner join {{ ref('int_current_segments') }} as current_segments
        on overrides.segment_key = current_segments.segment_key

    where
        overrides.valid_until is null
        or overrides.valid_until >= input_statistics.observed_on

)

select
    customer_id,
    override_id,
    segment_key,
    reason,
    decided_by

from in_force

where priority = 1

-- a row here: a bound is not the one that Wilson's formula gives, lies outside 0-1, or
-- leaves the rate out
with

-- sizes at which the formula in floating point misses 0 or 1 are among them
data as (

    select
        cases.*,
        {{ wilson_bound('accepted', 'contacts', -1) }} as lower_bound,
        {{ wilson_bound('accepted', 'contacts', 1) }} as upper_bound

    from (
        values
        (0, 10, 0.0e0, 0.2775e0),
        (5, 10, 0.2366e0, 0.7634e0),
        (10, 10, 0.7225e0, 1.0e0),
        (0, 7, 0.0e0, 0.3543e0),
        (7, 7, 0.6457e0, 1.0e0),
        (0, 0, null, null)
    ) as cases (accepted, contacts, expected_lower, expected_upper)

),

-- nobody and everybody of 1 to 1000, where rounding errors show
extremes as (

    select
        contacts,
        {{ wilson_bound('0', 'contacts', -1) }} as lower_of_nobody,
        {{ wilson_bound('contacts', 'contacts', 1) }} as upper_of_everybody

    from (
        select row_number() over (order by customer_id) as contacts

        from {{ ref('customers') }}
    ) as numbered

    where contacts <= 1000

)

select
    accepted,
    contacts,
    lower_bound,
    upper_bound

from data

where
    abs(lower_bound - expected_lower) > 0.00005
    or abs(upper_bound - expected_upper) > 0.00005
    or (lower_bound is null) != (expected_lower is null)
    or (upper_bound is null) != (expected_upper is null)
    or not lower_bound between 0 and cast(accepted as double) / nullif(contacts, 0)
    or not upper_bound between cast(accepted as double) / nullif(contacts, 0) and 1

union all

select
    contacts as accepted,
    contacts,
    lower_of_nobody as lower_bound,
    upper_of_everybody as upper_bound

from extremes

where
    lower_of_nobody != 0
    or upper_of_everybody != 1

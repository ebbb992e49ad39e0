-- a row here: the macro joined another segment than the one that was valid on the day
with

memberships as (

    select 'a' as customer_id, 'S01' as segment_key, 'One' as segment_name,
        date '2014-01-01' as valid_from, date '2014-02-01' as valid_to
    union all
    select 'a', 'S02', 'Two', date '2014-02-01', cast(null as date)
    union all
    select 'b', 'S01', 'One', date '2014-01-01', date '2014-03-01'

),

test_data as (

    select 'a' as customer_id, date '2013-12-31' as bought_on, cast(null as varchar) as expected
    union all
    select 'a', date '2014-01-01', 'S01'
    union all
    select 'a', date '2014-01-31', 'S01'
    union all
    select 'a', date '2014-02-01', 'S02'
    union all
    select 'a', date '2020-01-01', 'S02'
    union all
    select 'b', date '2014-03-01', null
    union all
    select 'nobody', date '2014-01-15', null

),

actual as (

    {{ segment_as_of('test_data', 'customer_id', 'bought_on', history='memberships') }}

)

select * from actual

where segment_key is distinct from expected

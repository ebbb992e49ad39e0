-- a row here: the macro joined another segment than the one that was valid on the day
with

memberships as (

    select
        cases.customer_id,
        cases.segment_key,
        cases.segment_name,
        cast(cases.valid_from as date) as valid_from,
        cast(cases.valid_to as date) as valid_to,
        case
            when cases.valid_from = '2014-01-01' then date '1900-01-01'
            else cast(cases.valid_from as date)
        end as applies_from

    from (
        values
        ('a', 'S01', 'One', '2014-01-01', '2014-02-01'),
        ('a', 'S02', 'Two', '2014-02-01', null),
        ('b', 'S01', 'One', '2014-01-01', '2014-03-01')
    ) as cases (customer_id, segment_key, segment_name, valid_from, valid_to)

),

test_data as (

    select
        cases.customer_id,
        cast(cases.bought_on as date) as bought_on,
        cases.expected,
        cases.expected_with_first

    from (
        values
        ('a', '2013-12-31', null, 'S01'),
        ('a', '2014-01-01', 'S01', 'S01'),
        ('a', '2014-01-31', 'S01', 'S01'),
        ('a', '2014-02-01', 'S02', 'S02'),
        ('a', '2020-01-01', 'S02', 'S02'),
        ('b', '2014-03-01', null, null),
        ('nobody', '2014-01-15', null, null)
    ) as cases (customer_id, bought_on, expected, expected_with_first)

),

actual as (

    {{ segment_as_of('test_data', 'customer_id', 'bought_on', history='memberships') }}

),

with_first as (

    {{ segment_as_of(
        'test_data', 'customer_id', 'bought_on', history='memberships', before='first'
    ) }}

)

select * from actual

where segment_key is distinct from expected

union all

select * from with_first

where segment_key is distinct from expected_with_first

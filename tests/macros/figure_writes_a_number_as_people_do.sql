-- a row here: a number of a sentence is rounded or signed in another way than people do
with

data as (

    select
        cases.*,
        {{ figure('amount') }} as whole,
        {{ figure('amount', 1) }} as with_a_decimal

    from (
        values
        (20391.50, '20,392', '20,391.5'),
        (20392.50, '20,393', '20,392.5'),
        (-20391.50, '-20,392', '-20,391.5'),
        (999999.50, '1,000,000', '999,999.5'),
        (0.05, '0', '0.1'),
        (-0.04, '0', '0.0'),
        (null, null, null)
    ) as cases (amount, expected_whole, expected_with_a_decimal)

)

select * from data

where
    whole is distinct from expected_whole
    or with_a_decimal is distinct from expected_with_a_decimal

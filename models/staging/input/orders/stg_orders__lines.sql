{{ config(materialized='table') }}
{% set line_columns = [
    'customer_id', 'order_id', 'line_id', 'ordered_on', 'category', 'channel', 'amount',
    'refunded', 'discount', 'discount_share', 'is_cancelled', 'is_returned', 'is_test',
] %}

with

records as (

    select * from {{ ref('stg_orders__records') }}

),

-- exports overlap: the second equal line of one file is another line, that of another
-- file is the same once more; of one file nothing is counted
files as (

    select min(source_file) < max(source_file) as are_several from records

),

placed_in_file as (

    select
        records.*,
        row_number() over (
            partition by {{ line_columns | join(', ') }}, source_file
            order by record_number
        ) as place_in_file

    from records

    cross join files

    where files.are_several

),

placed_among_files as (

    select
        record_number,
        row_number() over (
            partition by {{ line_columns | join(', ') }}, place_in_file
            order by record_number
        ) as place_among_files

    from placed_in_file

),

in_earlier_file as (

    select record_number from placed_among_files where place_among_files > 1

),

-- the first record of a line is accepted, whatever follows it in the file
numbered as (

    select
        records.*,
        in_earlier_file.record_number is not null as is_in_earlier_file,
        row_number() over (
            partition by customer_id, order_id, line_id order by records.record_number
        ) as place_among_copies

    from records

    left join in_earlier_file
        on records.record_number = in_earlier_file.record_number

),

judged as (

    select
        numbered.*,
        case
            when reading_problem is not null then reading_problem
            when customer_id is null then 'no key'
            when ordered_on is null then 'no day of the order'
            when is_other_currency then 'another currency'
            when amount is null then 'no amount'
            when amount < 0 and dialect.is_other_sign_apart then 'money the other way'
            when line_id is not null and place_among_copies > 1 then 'duplicate line'
            when order_id is not null and is_in_earlier_file
                then 'also in an earlier file'
            when is_test then 'test order'
            when is_cancelled then 'cancelled'
            when
                ordered_on > coalesce(
                    {{ given_day() }},
                    cast(dialect.as_of_date as date)
                )
                then 'after the day observed'
        end as reject_reason

    from numbered

    cross join {{ ref('input_dialect') }} as dialect

)

-- a line that was sent back brought nothing; an amount below zero is a refund
select
    record_number,
    line_number,
    source_file,
    customer_id,
    coalesce(order_id, cast(ordered_on as {{ dbt.type_string() }})) as order_key,
    ordered_on,
    category,
    channel,
    case
        when amount > 0 and is_returned then 0
        else amount - coalesce(refunded, 0)
    end as net_amount,
    case
        when amount < 0 then -amount
        when is_returned then amount
        else coalesce(refunded, 0)
    end as refunded_amount,
    amount > coalesce(refunded, 0) and not is_returned as is_purchase,
    coalesce(
        discount,
        cast(
            amount * discount_share / nullif(1 - discount_share, 0) as decimal(18, 2)
        ),
        0
    ) as discount_amount,
    {% for field in customer_fields() %}
    {{ told_column(field) }},
    {% endfor %}
    unparsed_fields,
    reject_reason

from judged

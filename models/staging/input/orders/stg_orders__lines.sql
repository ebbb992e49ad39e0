{{ config(materialized='table') }}

with

-- the first record of a line is accepted, whatever follows it in the file
numbered as (

    select
        records.*,
        repeated.record_number is not null as is_in_earlier_file,
        row_number() over (
            partition by customer_id, order_id, line_id order by records.record_number
        ) as place_among_copies

    from {{ ref('stg_orders__records') }} as records

    left join {{ ref('stg_orders__overlaps') }} as repeated
        on records.record_number = repeated.record_number

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
            when ordered_on > {{ given_day() }} then 'after the day observed'
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

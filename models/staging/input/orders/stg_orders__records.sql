{{ config(materialized='table') }}
{{ require_readable_values() }}
{% set dialect = input_dialect() %}
{% set is_orders = dialect.kind == 'orders' %}
{% set told = customer_fields() %}
{% set own = told | rejectattr('role', 'equalto', 'line') | list %}
{% set amount = 'order_amount' if has_order_amount() else 'amount' %}
{% set order = 'coalesce(order_id, cast(record_number as ' ~ dbt.type_string() ~ '))' %}

with

typed as (

    select
        {{ record_place() }},
        {{ line_value('customer_id', 'text') }} as customer_id,
        {{ line_value('ordered_at', 'date') }} as ordered_on,
        {{ line_value('order_id', 'text') }} as order_id,
        {{ line_value('line_id', 'text') }} as line_id,
        {{ line_value('category', 'text') }} as category,
        {{ line_value('channel', 'text') }} as channel,
        {{ line_value(amount, 'money') }} as amount,
        {{ line_value('refunded', 'money') }} as refunded,
        {{ line_value('quantity', 'number') }} as quantity,
        {{ line_value('discount', 'money') }} as discount,
        {{ line_value('discount_share', 'number') }} as discount_share,
        {{ line_value('is_cancelled', 'boolean') }} as is_cancelled,
        {{ line_value('cancelled_at', 'date') }} as cancelled_on,
        {{ line_value('is_returned', 'boolean') }} as is_returned,
        {{ line_value('is_test', 'boolean') }} as is_test,
        {{ status_meaning() }} as status,
        {{ currency_rate() }} as currency_rate,
        {% for field in told %}
        {{ staged_value(field) }} as {{ told_column(field) }},
        {% endfor %}
        {{ unparsed_fields(input_fields('line') + own) }} as unparsed_fields

    from {{ dialect.relation_sql or '(select 1 as nothing)' }}

    {% if not is_orders %}
    where false
    {% endif %}

),

-- what is of the order may stand on its first line alone, or on each of its lines
completed as (

    select
        record_number,
        line_number,
        source_file,
        reading_problem,
        {{ of_order('customer_id', order) }} as customer_id,
        {{ of_order('ordered_on', order) }} as ordered_on,
        order_id,
        line_id,
        category,
        channel,
        {{ once_an_order('amount', order) }} as amount,
        {{ once_an_order('refunded', order) }} as refunded,
        quantity,
        {{ once_an_order('discount', order) }} as discount,
        discount_share,
        {{ of_order('is_cancelled', order) }} as is_cancelled,
        {{ of_order('cancelled_on', order) }} as cancelled_on,
        {{ of_order('is_returned', order) }} as is_returned,
        {{ of_order('is_test', order) }} as is_test,
        {{ of_order('status', order) }} as status,
        {{ of_order('currency_rate', order) }} as currency_rate,
        {% for field in told %}
        {{ told_column(field) }},
        {% endfor %}
        unparsed_fields

    from typed

)

select
    record_number,
    line_number,
    source_file,
    reading_problem,
    customer_id,
    ordered_on,
    order_id,
    line_id,
    {{ named_field('spend', 'category') }} as category,
    {{ named_field('channel', 'channel') }} as channel,
    {% if dialect.is_amount_per_unit %}
    cast(amount * quantity * currency_rate as decimal(18, 2)) as amount,
    {% else %}
    cast(amount * currency_rate as decimal(18, 2)) as amount,
    {% endif %}
    cast(abs(refunded) * currency_rate as decimal(18, 2)) as refunded,
    cast(abs(discount) * currency_rate as decimal(18, 2)) as discount,
    discount_share,
    coalesce(is_cancelled, false) or coalesce(status = 'cancelled', false)
    or cancelled_on is not null as is_cancelled,
    coalesce(is_returned, false) or coalesce(status = 'returned', false)
        as is_returned,
    coalesce(is_test, false) as is_test,
    currency_rate is null as is_other_currency,
    {% for field in told %}
    {{ told_column(field) }},
    {% endfor %}
    unparsed_fields

from completed

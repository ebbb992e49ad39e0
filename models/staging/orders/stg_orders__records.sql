{{ config(materialized='table') }}
{{ require_readable_values() }}
{% set dialect = input_dialect() %}
{% set is_orders = dialect.kind == 'orders' %}

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
        {{ line_value('amount', 'money') }} as amount,
        {{ line_value('quantity', 'number') }} as quantity,
        {{ line_value('discount', 'money') }} as discount,
        {{ line_value('is_cancelled', 'boolean') }} as is_cancelled,
        {{ line_value('is_returned', 'boolean') }} as is_returned,
        {{ unparsed_fields(input_fields('line')) }} as unparsed_fields

    from {{ dialect.relation_sql or '(select 1 as nothing)' }}

    {% if not is_orders %}
    where false
    {% endif %}

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
    cast(amount * quantity as decimal(18, 2)) as amount,
    {% else %}
    amount,
    {% endif %}
    discount,
    is_cancelled,
    is_returned,
    unparsed_fields

from typed

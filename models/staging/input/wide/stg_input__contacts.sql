{{ config(materialized='table') }}
{#
  How to reach each customer, by the columns that the input names under contact. No mart
  has it unless var publish_contacts says so; the lists that are exported do.
#}
{% set dialect = input_dialect() %}
{% set is_orders = dialect.kind == 'orders' %}
{% set lines, customers = ref('stg_orders__lines'), ref('stg_input__customers') %}

with

records as (

    select
        customer_id,
        record_number,
        {{ 'ordered_on' if is_orders else 'cast(null as date)' }} as told_on

    from {{ lines if is_orders else customers }}

    where {{ 'reject_reason is null' if is_orders else 'true' }}

),

told as (

    select
        cast(null as bigint) as record_number,
        cast(null as {{ dbt.type_string() }}) as contact,
        cast(null as integer) as contact_order,
        cast(null as {{ dbt.type_string() }}) as contact_value

    where false
    {% for field in dialect.contacts if field.source_column %}

    union all

    select
        cast(segments_record_number as bigint) as record_number,
        '{{ escape_single_quotes(field.name) }}' as contact,
        cast({{ loop.index }} as integer) as contact_order,
        {{ contact_value(field) }} as contact_value

    from {{ dialect.relation_sql }}
    {% endfor %}

),

-- what a customer's latest order says is how to reach them now
latest as (

    {{ first_of_each(
        'customer_id, contact',
        'told inner join records using (record_number)',
        'told_on desc, record_number desc',
        "contact_value != ''",
    ) }}

)

select
    customer_id,
    contact,
    contact_order,
    contact_value

from latest

{{ config(materialized='table') }}
{#
  How to reach each customer, by the columns that the input names under contact. No mart
  has it unless var publish_contacts says so; the lists that are exported do.
#}
{% set dialect = input_dialect() %}
{% set lines = ref('stg_orders__lines') %}
{% set customers = ref('stg_input__customers') %}

with

records as (

    {% if dialect.kind == 'orders' %}
    select
        customer_id,
        record_number,
        ordered_on as told_on

    from {{ lines }}

    where reject_reason is null
    {% else %}
    select
        customer_id,
        record_number,
        cast(null as date) as told_on

    from {{ customers }}
    {% endif %}

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
placed as (

    select
        records.customer_id,
        told.contact,
        told.contact_order,
        told.contact_value,
        row_number() over (
            partition by records.customer_id, told.contact
            order by records.told_on desc, records.record_number desc
        ) as place

    from told

    inner join records
        on told.record_number = records.record_number

    where told.contact_value != ''

)

select
    customer_id,
    contact,
    contact_order,
    contact_value

from placed

where place = 1

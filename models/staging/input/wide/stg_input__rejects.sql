{{ config(materialized='table') }}
{% set order_lines = ref('stg_orders__lines') %}
{% set values = input_dialect().fields
    | selectattr('source_column') | rejectattr('name', 'equalto', 'customer_id')
    | rejectattr('role', 'equalto', 'line') | list %}
{# an empty list says no to each of its words #}
{% set lists = values | selectattr('role', 'equalto', 'list') | list %}

with

records as (

    select
        record_number,
        source_file,
        line_number,
        customer_id,
        reading_problem,
        {{ 'false' if lists == values and lists else 'true' }}
        {% for field in values %}
        and {{ staging_column(field) }} {{ "= 'no'" if field in lists else 'is null' }}
        {% endfor %}
            as is_blank

    from {{ ref('stg_input__records') }}

),

-- the first record of a key that can be read is accepted, whatever follows it in the
-- file: where another row of a customer counts, those before it are no first one
repeated_keys as (

    select
        customer_id,
        min(record_number) as first_record_number

    from records

    where customer_id is not null and not is_blank and reading_problem is null

    group by customer_id

    having count(*) > 1

),

judged as (

    select
        records.record_number,
        records.source_file,
        records.line_number,
        records.customer_id,
        case
            when records.reading_problem is not null then records.reading_problem
            when records.customer_id is null then 'no key'
            when records.is_blank then 'nothing but a key'
            when records.record_number > repeated_keys.first_record_number
                then 'duplicate key'
        end as reject_reason

    from records

    left join repeated_keys
        on records.customer_id = repeated_keys.customer_id

)

{# customers of an input of orders are made here; what can be unusable are its lines #}
select
    record_number,
    source_file,
    line_number,
    customer_id,
    reject_reason

from {{ order_lines if input_dialect().kind == 'orders' else 'judged' }}

where reject_reason is not null

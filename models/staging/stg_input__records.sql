{{ config(materialized='table') }}
{% set dialect = input_dialect() %}
{% set is_orders = dialect.kind == 'orders' %}
{% set fields = dialect.fields | rejectattr('role', 'equalto', 'line') | list %}
{% set named = input_fields('spend') + input_fields('channel') if is_orders else [] %}
{# rare ones of a wide input are added up: the field stands for its parts #}
{% set gathered = [] %}
{% for field in fields if field.name == 'other' %}
{% if fields | selectattr('role', 'equalto', field.role ~ '_part') | list %}
{% do gathered.append(field) %}
{% endif %}
{% endfor %}
{% set read_fields = fields | reject('in', gathered) | list %}
{% set profile = [] %}
{% for field in fields if field.role != 'target' and field.name != 'customer_id' %}
{% do profile.append(staging_column(field)) %}
{% endfor %}

with

order_customers as (

    select * from {{ ref('stg_orders__customers') }}

),

order_totals as (

    select * from {{ ref('stg_orders__totals') }}

),

{% if is_orders %}
totals as (

    select
        {% for field in named %}
        sum(
            case
                when
                    role = '{{ field.role }}'
                    and field = '{{ escape_single_quotes(field.name) }}'
                    then total
            end
        ) as {{ staging_column(field) }},
        {% endfor %}
        customer_id

    from order_totals

    group by customer_id

),

typed as (

    select
        order_customers.record_number,
        order_customers.line_number,
        order_customers.source_file,
        cast(null as {{ dbt.type_string() }}) as reading_problem,
        {% for field in fields %}
        {% if field in named %}
        cast(
            coalesce(totals.{{ staging_column(field) }}, 0)
            as {{ sql_type(field.data_type) }}
        ) as {{ staging_column(field) }},
        {% elif field.source_column %}
        order_customers.{{ staging_column(field) }},
        {% else %}
        cast(null as {{ sql_type(field.data_type) }}) as {{ staging_column(field) }},
        {% endif %}
        {% endfor %}
        case when order_customers.has_unparsed_values then ',' end as unparsed_fields,
        cast(null as {{ dbt.type_string() }}) as negative_fields

    from order_customers

    left join totals
        on order_customers.customer_id = totals.customer_id

),
{% else %}
source as (

    select
        {{ dialect.record_number_sql or 1 }} as segments_record,
        {{ dialect.line_number_sql or 1 }} as segments_line,
        {{ dialect.source_file_sql or "''" }} as segments_file,
        {{ dialect.reject_reason_sql or 'null' }} as segments_reason,
        *

    from {{ dialect.relation_sql or '(select 1)' }}

),

read as (

    select
        cast(segments_record as bigint) as record_number,
        cast(segments_line as bigint) as line_number,
        cast(segments_file as {{ dbt.type_string() }}) as source_file,
        cast(segments_reason as {{ dbt.type_string() }}) as reading_problem,
        {% for field in read_fields %}
        {{ staged_value(field) }} as {{ staging_column(field) }},
        {% endfor %}
        {{ unparsed_fields(read_fields) }} as unparsed_fields

    from source

),

checked as (

    select
        *,
        {{ negative_fields(read_fields) }} as negative_fields

    from read

),

-- there is nothing less than nothing: such values count as missing
believed as (

    select
        record_number,
        line_number,
        source_file,
        reading_problem,
        {% for field in read_fields %}
        {% if field in counted_fields(read_fields) %}
        case when {{ staging_column(field) }} >= 0 then {{ staging_column(field) }} end
            as {{ staging_column(field) }},
        {% else %}
        {{ staging_column(field) }},
        {% endif %}
        {% endfor %}
        unparsed_fields,
        negative_fields

    from checked

),

typed as (

    select
        {% for field in gathered %}
        cast(
            {% for part in fields | selectattr('role', 'equalto', field.role ~ '_part') %}
            coalesce({{ staging_column(part) }}, 0){{ ' +' if not loop.last }}
            {% endfor %} as {{ sql_type(field.data_type) }}
        ) as {{ staging_column(field) }},
        {% endfor %}
        *

    from believed

),
{% endif %}

-- all that is known before the target campaign: equal customers are equal in this
fingerprinted as (

    select
        *,
        {{ row_fingerprint(profile) }} as profile_fingerprint

    from typed

)

select * from fingerprinted

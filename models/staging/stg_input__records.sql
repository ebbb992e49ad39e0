{{ config(materialized='table') }}
{% set dialect = input_dialect() %}
{% set fields = dialect.fields %}
{% set profile = [] %}
{% for field in fields if field.role != 'target' and field.name != 'customer_id' %}
{% do profile.append(staging_column(field)) %}
{% endfor %}

with

source as (

    select * from {{ dialect.relation_sql or '(select 1)' }}

),

typed as (

    select
        cast({{ dialect.record_number_sql or 1 }} as bigint) as record_number,
        cast(segments_line_number as bigint) as line_number,
        cast(segments_source_file as {{ dbt.type_string() }}) as source_file,
        cast(segments_reject_reason as {{ dbt.type_string() }}) as reading_problem,
        {% for field in fields %}
        {{ typed_value(field) }} as {{ staging_column(field) }},
        {% endfor %}
        {{ unparsed_fields(fields) }} as unparsed_fields

    from source

),

checked as (

    select
        *,
        {{ negative_fields(fields) }} as negative_fields

    from typed

),

-- there is nothing less than nothing: such values count as missing
believed as (

    select
        record_number,
        line_number,
        source_file,
        reading_problem,
        {% for field in fields %}
        {% if field in counted_fields(fields) %}
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

-- all that is known before the target campaign: equal customers are equal in this
fingerprinted as (

    select
        *,
        {{ row_fingerprint(profile) }} as profile_fingerprint

    from believed

)

select * from fingerprinted

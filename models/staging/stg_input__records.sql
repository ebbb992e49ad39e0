{{ config(materialized='table') }}
{% set dialect = input_dialect() %}
{% set fields = dialect.fields %}
{% set profile = [] %}
{% for field in fields if field.role != 'target' and field.name != 'customer_id' %}
{% do profile.append(staging_column(field)) %}
{% endfor %}

with

source as (

    select
        {{ dialect.record_number_sql or 1 }} as record_number,
        *

    from {{ dialect.relation_sql or '(select 1)' }}

),

typed as (

    select
        cast(record_number as bigint) as record_number,
        {% for field in fields %}
        {{ typed_value(field) }} as {{ staging_column(field) }},
        {% endfor %}
        {{ unparsed_fields(fields) }} as unparsed_fields

    from source

),

-- all that is known before the target campaign: equal customers are equal in this
fingerprinted as (

    select
        *,
        {{ row_fingerprint(profile) }} as profile_fingerprint

    from typed

)

select * from fingerprinted

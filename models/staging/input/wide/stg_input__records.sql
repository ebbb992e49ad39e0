{{ config(materialized='table') }}
{{ require_readable_values() }}
{% set dialect = input_dialect() %}
{% set order_customers = ref('stg_orders__customers') %}
{% set order_attributes = ref('stg_orders__attributes') %}
{% set order_totals = ref('stg_orders__totals') %}
{% set profile = [] %}
{% for field in dialect.fields if field.role not in ('target', 'line') %}
{% if field.name not in [
    'customer_id', 'may_contact', 'has_opted_out', 'opted_out_on', 'left_on', 'has_left'
] %}
{% do profile.append(staging_column(field)) %}
{% endif %}
{% endfor %}

with

typed as (

    {% if dialect.kind == 'orders' %}
    {{ order_records(dialect, order_customers, order_attributes, order_totals) }}
    {% else %}
    {{ wide_records(dialect) }}
    {% endif %}

),

-- all that is known before the target campaign: equal customers are equal in this
fingerprinted as (

    select
        *,
        {{ row_fingerprint(profile) }} as profile_fingerprint

    from typed

)

select * from fingerprinted

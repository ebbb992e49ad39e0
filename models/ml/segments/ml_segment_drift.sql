-- depends_on: {{ ref('ml_segment_model') }}, {{ ref('ml_segment_queries') }}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

counted as (

    {{ fitted_query('drift', {
        'feature': 'string', 'bin': 'integer', 'reference_share': 'double',
        'customers': 'bigint', 'all_customers': 'bigint',
    }) }}

)

select * from counted

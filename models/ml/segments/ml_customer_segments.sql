-- depends_on: {{ ref('ml_segment_model') }}, {{ ref('ml_segment_queries') }}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

assigned as (

    {{ fitted_query('assignment') }}

)

select * from assigned

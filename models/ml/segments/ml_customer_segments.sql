-- depends_on: {{ ref('ml_segment_model') }}, {{ ref('ml_segment_queries') }}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

assigned as (

    {{ fitted_query('assignment', {
        'model_version': 'integer', 'customer_id': 'string', 'segment_key': 'string',
        'distance_to_centroid': 'double', 'second_segment_key': 'string',
        'second_distance': 'double', 'margin': 'double', 'is_outlier': 'boolean',
        'known_weight': 'double',
    }) }}

)

select * from assigned

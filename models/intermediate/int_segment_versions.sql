{{ config(materialized='view') }}

{{ exploded(
    ref('ml_segment_model'),
    'segments',
    keep=['model_version'],
    fields=[
        'segment_order', 'segment_key', 'segment_name', 'description', 'colour',
        'fit_customers',
    ]
) }}

{{ config(materialized='view') }}

{{ exploded(
    ref('ml_segment_model'),
    'segments',
    keep=['model_version', 'is_current'],
    fields=[
        'segment_order', 'segment_key', 'segment_name', 'description', 'colour',
        'fit_customers', 'fit_mean_distance', 'fit_outliers',
    ]
) }}

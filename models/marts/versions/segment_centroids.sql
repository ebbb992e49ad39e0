with

features as (

    {{ exploded(
        ref('ml_segment_model'),
        'features',
        keep=['model_version'],
        fields=[
            'feature', 'kind', 'level', 'label', 'transform', 'weight', 'impute_value',
            'clip_low', 'clip_high', 'center', 'scale',
        ]
    ) }}

)

select
    centroids.model_version,
    centroids.segment_key,
    segment_versions.segment_name,
    centroids.feature,
    features.label as feature_label,
    coalesce(centroids.kind, 'number') as kind,
    coalesce(centroids.level, '') as feature_level,
    centroids.natural_value,
    centroids.scaled_value,
    features.transform,
    features.impute_value,
    features.clip_low,
    features.clip_high,
    features.center,
    features.scale,
    features.weight

from (
    {{ exploded(
        ref('ml_segment_model'),
        'centroids',
        keep=['model_version'],
        fields=[
            'segment_key', 'feature', 'kind', 'level', 'natural_value', 'scaled_value',
        ]
    ) }}
) as centroids

inner join features
    on centroids.model_version = features.model_version
    and centroids.feature = features.feature
    -- versions from before there were groups have numbers only
    and coalesce(centroids.kind, 'number') = coalesce(features.kind, 'number')
    and coalesce(centroids.level, '') = coalesce(features.level, '')

inner join {{ ref('int_segment_versions') }} as segment_versions
    on centroids.model_version = segment_versions.model_version
    and centroids.segment_key = segment_versions.segment_key

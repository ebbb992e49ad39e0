{{ config(enabled=var('evidence')) }}

select
    pairs.model_version,
    pairs.is_current as is_current_version,
    pairs.segment_key,
    segment_versions.segment_name,
    pairs.other_segment_key,
    other_versions.segment_name as other_segment_name,
    pairs.verdict,
    pairs.gap_p_value,
    pairs.face_share

from (
    {{ exploded(
        ref('ml_segment_model'),
        'separation',
        keep=['model_version', 'is_current'],
        fields=[
            'segment_key', 'other_segment_key', 'face_share', 'gap_p_value', 'verdict',
        ]
    ) }}
) as pairs

inner join {{ ref('int_segment_versions') }} as segment_versions
    on pairs.model_version = segment_versions.model_version
    and pairs.segment_key = segment_versions.segment_key

inner join {{ ref('int_segment_versions') }} as other_versions
    on pairs.model_version = other_versions.model_version
    and pairs.other_segment_key = other_versions.segment_key

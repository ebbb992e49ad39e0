select
    pairs.model_version,
    pairs.previous_model_version,
    pairs.old_segment_key,
    old_segments.segment_name as old_segment_name,
    pairs.new_segment_key,
    new_segments.segment_name as new_segment_name,
    pairs.verdict,
    pairs.basis,
    pairs.shared_customers,
    pairs.overlap,
    pairs.share_of_old,
    pairs.share_of_new,
    pairs.centroid_shift

from (
    {{ exploded(
        ref('ml_segment_model'),
        'alignment',
        keep=['model_version'],
        fields=[
            'previous_model_version', 'old_segment_key', 'new_segment_key', 'verdict',
            'basis', 'shared_customers', 'overlap', 'share_of_old', 'share_of_new',
            'centroid_shift',
        ]
    ) }}
) as pairs

left join {{ ref('int_segment_versions') }} as old_segments
    on pairs.previous_model_version = old_segments.model_version
    and pairs.old_segment_key = old_segments.segment_key

left join {{ ref('int_segment_versions') }} as new_segments
    on pairs.model_version = new_segments.model_version
    and pairs.new_segment_key = new_segments.segment_key

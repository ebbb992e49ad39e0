{{ config(enabled=var('evidence'), tags=['explore']) }}

select
    memberships.customer_id,
    memberships.segment_key,
    segment_versions.segment_name,
    memberships.model_version,
    memberships.probability,
    memberships.is_published

from (
    {{ exploded(
        ref('ml_segment_algorithms'),
        'memberships',
        keep=['model_version'],
        fields=['customer_id', 'segment_key', 'probability', 'is_published']
    ) }}
) as memberships

inner join {{ ref('int_segment_versions') }} as segment_versions
    on memberships.model_version = segment_versions.model_version
    and memberships.segment_key = segment_versions.segment_key

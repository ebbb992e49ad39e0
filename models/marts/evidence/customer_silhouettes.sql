{{ config(enabled=var('evidence')) }}

-- measured at the fit: who has left or moved since has no silhouette any more
select
    measured.customer_id,
    measured.segment_key,
    customer_segments.segment_name,
    measured.model_version,
    measured.silhouette,
    customer_segments.margin,
    customer_segments.second_segment_key,
    customer_segments.second_segment_name

from (
    {{ exploded(
        ref('ml_customer_silhouettes'),
        'customers',
        keep=['model_version'],
        fields=['customer_id', 'segment_key', 'silhouette']
    ) }}
) as measured

inner join {{ ref('customer_segments') }} as customer_segments
    on measured.customer_id = customer_segments.customer_id
    and measured.segment_key = customer_segments.segment_key

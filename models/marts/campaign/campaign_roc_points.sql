{{ config(enabled=var('campaign')) }}

select
    campaign,
    model,
    model = published_model as is_published,
    curve,
    point as point_order,
    threshold,
    false_positive_rate,
    recall,
    case when not isnan(response_precision) then response_precision end as response_precision

from (
    {{ exploded(
        ref('ml_campaign_response'),
        'curves',
        keep=['campaign', 'published_model'],
        fields=[
            'model', 'curve', 'point', 'threshold', 'false_positive_rate', 'recall',
            'response_precision',
        ]
    ) }}
)

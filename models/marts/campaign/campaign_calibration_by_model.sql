{{ config(enabled=var('campaign')) }}

select
    campaign,
    model,
    model = published_model as is_published,
    bin as probability_bin,
    customers,
    lowest_probability,
    mean_probability,
    highest_probability,
    response_rate,
    lower,
    upper

from (
    {{ exploded(
        ref('ml_campaign_response'),
        'calibration',
        keep=['campaign', 'published_model'],
        fields=[
            'model', 'bin', 'customers', 'lowest_probability', 'mean_probability',
            'highest_probability', 'response_rate', 'lower', 'upper',
        ]
    ) }}
)

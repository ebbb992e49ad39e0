{{ config(enabled=var('campaign')) }}

select
    importance.campaign,
    importance.published_model,
    importance.feature,
    coalesce(
        catalogue.label, replace(importance.feature, '_', ' ')
    ) as feature_label,
    importance.metric,
    cast(
        row_number() over (order by importance.estimate desc, importance.feature) as integer
    ) as importance_rank,
    importance.estimate as drop_estimate,
    importance.lower,
    importance.upper

from (
    {{ exploded(
        ref('ml_campaign_response'),
        'importance',
        keep=['campaign', 'published_model'],
        fields=['feature', 'metric', 'estimate', 'lower', 'upper']
    ) }}
) as importance

left join {{ ref('int_feature_catalogue') }} as catalogue
    on importance.feature = catalogue.feature

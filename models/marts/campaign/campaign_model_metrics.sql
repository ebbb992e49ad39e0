{{ config(enabled=var('campaign')) }}

select
    campaign,
    model,
    metric,
    threshold_kind,
    threshold,
    case when not isnan(estimate) then estimate end as estimate,
    case when not isnan(lower) then lower end as lower,
    case when not isnan(upper) then upper end as upper,
    model = published_model as is_published,
    threshold_kind = '{{ var("campaign_threshold") }}' as is_threshold_in_use,
    evaluated_customers,
    repeats,
    concat(
        'Out of fold: 5 folds, drawn ', repeats,
        case when repeats = 1 then ' time' else ' times' end,
        ', equal customers kept together'
    ) as fold_note

from (
    {{ exploded(
        ref('ml_campaign_response'),
        'metrics',
        keep=['campaign', 'published_model', 'evaluated_customers', 'repeats'],
        fields=[
            'model', 'metric', 'threshold_kind', 'threshold', 'estimate', 'lower', 'upper',
        ]
    ) }}
)

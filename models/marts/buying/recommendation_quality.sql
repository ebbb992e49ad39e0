{{ config(enabled=var('offers')) }}

select
    measured.model_version,
    'next category' as question,
    measured.method as model,
    measured.metric,
    case
        when measured.method = 'chance' then 'chance'
        when measured.baseline is null then 'baseline'
        else 'candidate'
    end as model_role,
    measured.value,
    measured.low as value_lower,
    measured.high as value_upper,
    measured.baseline as best_baseline,
    measured.difference,
    measured.difference_low as difference_lower,
    measured.difference_high as difference_upper,
    measured.method = profiles.method as is_published,
    profiles.evaluated_customers,
    profiles.left_out_customers,
    profiles.sentence

from (
    {{ exploded(
        ref('ml_category_profiles'),
        'quality',
        keep=['model_version'],
        fields=[
            'method', 'metric', 'value', 'low', 'high', 'baseline', 'difference',
            'difference_low', 'difference_high',
        ]
    ) }}
) as measured

inner join {{ ref('ml_category_profiles') }} as profiles
    on measured.model_version = profiles.model_version

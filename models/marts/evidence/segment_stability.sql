{{ config(enabled=var('evidence')) }}

with

segment_versions as (

    {{ exploded(
        ref('ml_segment_model'),
        'segments',
        keep=['model_version', 'is_current', 'algorithm', 'evaluated_customers'],
        fields=[
            'segment_key', 'segment_name', 'jaccard_mean', 'jaccard_std',
            'dissolved_share', 'shades_into',
        ]
    ) }}

)

select
    model_version,
    is_current as is_current_version,
    segment_key,
    segment_name,
    algorithm,
    evaluated_customers,
    jaccard_mean,
    jaccard_std,
    dissolved_share,
    case
        when jaccard_mean >= 0.85 then 'highly stable'
        when jaccard_mean >= 0.75 then 'stable'
        when jaccard_mean >= 0.6 then 'members in doubt'
        else 'not to be trusted'
    end as stability,
    case
        when jaccard_mean >= 0.85 then 1
        when jaccard_mean >= 0.75 then 2
        when jaccard_mean >= 0.6 then 3
        else 4
    end as stability_order,
    -- unknown of a version that an earlier program fitted
    shades_into = '' as stands_apart,
    nullif(shades_into, '') as shades_into

from segment_versions

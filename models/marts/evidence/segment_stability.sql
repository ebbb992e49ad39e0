{{ config(enabled=var('evidence')) }}

select
    measured.model_version,
    measured.is_current as is_current_version,
    measured.segment_key,
    segment_versions.segment_name,
    measured.algorithm,
    measured.evaluated_customers,
    measured.jaccard_mean,
    measured.jaccard_std,
    measured.dissolved_share,
    case
        when measured.jaccard_mean >= 0.85 then 'highly stable'
        when measured.jaccard_mean >= 0.75 then 'stable'
        when measured.jaccard_mean >= 0.6 then 'members in doubt'
        else 'not to be trusted'
    end as stability,
    case
        when measured.jaccard_mean >= 0.85 then 1
        when measured.jaccard_mean >= 0.75 then 2
        when measured.jaccard_mean >= 0.6 then 3
        else 4
    end as stability_order,
    -- unknown of a version that an earlier program fitted
    measured.shades_into = '' as stands_apart,
    nullif(measured.shades_into, '') as shades_into

from (
    {{ exploded(
        ref('ml_segment_model'),
        'segments',
        keep=['model_version', 'is_current', 'algorithm', 'evaluated_customers'],
        fields=[
            'segment_key', 'jaccard_mean', 'jaccard_std', 'dissolved_share',
            'shades_into',
        ]
    ) }}
) as measured

-- a person may have given another name since
left join {{ ref('int_segment_versions') }} as segment_versions
    on measured.model_version = segment_versions.model_version
    and measured.segment_key = segment_versions.segment_key

{{ config(enabled=var('evidence'), tags=['explore']) }}

select
    comparisons.model_version,
    comparisons.algorithm,
    comparisons.setting,
    comparisons.is_published,
    'full scaled feature space' as index_space,
    comparisons.compared_customers,
    comparisons.compared_customers < versions.customers as is_sample,
    comparisons.clusters_asked,
    comparisons.clusters_found,
    comparisons.noise_share,
    comparisons.smallest_share,
    comparisons.silhouette,
    comparisons.davies_bouldin,
    comparisons.calinski_harabasz,
    comparisons.stability_mean,
    comparisons.stability_std,
    comparisons.adjusted_rand,
    comparisons.adjusted_mutual_information,
    comparisons.bic,
    comparisons.aic,
    comparisons.radius,
    comparisons.seconds,
    -- dense groups of any shape that come out again, and that the segments cut across
    case
        when
            comparisons.algorithm = 'hdbscan'
            and comparisons.clusters_found >= 2
            and comparisons.noise_share <= 0.1
            and comparisons.stability_mean >= 0.9
            and comparisons.adjusted_rand < 0.7
            then
                'HDBSCAN finds ' || {{ figure('comparisons.clusters_found') }}
                || ' groups that come out again and that the segments do not follow '
                || '(agreement ' || {{ figure('comparisons.adjusted_rand', 2) }}
                || ' of 1): their shape is beyond the published algorithm.'
    end as reading

from (
    {{ exploded(
        ref('ml_segment_algorithms'),
        'comparison',
        keep=['model_version', 'compared_customers'],
        fields=[
            'algorithm', 'setting', 'is_published', 'clusters_asked',
            'clusters_found', 'noise_share', 'smallest_share', 'silhouette',
            'davies_bouldin', 'calinski_harabasz', 'stability_mean', 'stability_std',
            'adjusted_rand', 'adjusted_mutual_information', 'bic', 'aic', 'radius',
            'seconds',
        ]
    ) }}
) as comparisons

inner join {{ ref('ml_segment_model') }} as versions
    on comparisons.model_version = versions.model_version

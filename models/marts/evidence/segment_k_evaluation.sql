{{ config(enabled=var('evidence')) }}

select
    model_version,
    is_current as is_current_version,
    k,
    is_chosen,
    rule,
    nullif(reason, '') as reason,
    verdict,
    'full scaled feature space' as index_space,
    evaluated_customers,
    inertia,
    silhouette,
    davies_bouldin,
    calinski_harabasz,
    permuted_inertia,
    permuted_silhouette,
    permuted_davies_bouldin,
    permuted_calinski_harabasz,
    uniform_silhouette,
    gap,
    gap_std,
    is_elbow,
    stability_mean,
    stability_std,
    smallest_share,
    groups,
    straddling_share

from (
    {{ exploded(
        ref('ml_segment_model'),
        'k_evaluation',
        keep=['model_version', 'is_current'],
        fields=[
            'k', 'is_chosen', 'rule', 'reason', 'verdict', 'evaluated_customers',
            'inertia', 'silhouette', 'davies_bouldin', 'calinski_harabasz',
            'permuted_inertia', 'permuted_silhouette', 'permuted_davies_bouldin',
            'permuted_calinski_harabasz', 'uniform_silhouette', 'gap', 'gap_std',
            'is_elbow', 'stability_mean', 'stability_std', 'smallest_share',
            'groups', 'straddling_share',
        ]
    ) }}
)

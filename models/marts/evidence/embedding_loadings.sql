{{ config(enabled=var('evidence'), tags=['explore']) }}

select
    loadings.component,
    loadings.feature,
    coalesce(catalogue.label, loadings.feature) as feature_label,
    loadings.model_version,
    loadings.loading,
    loadings.explained_variance_share

from (
    {{ exploded(
        ref('ml_customer_embedding'),
        'loadings',
        keep=['model_version'],
        fields=['component', 'feature', 'loading', 'explained_variance_share']
    ) }}
) as loadings

left join {{ ref('int_feature_catalogue') }} as catalogue
    on loadings.feature = catalogue.feature
